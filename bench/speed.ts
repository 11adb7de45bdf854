/**
 * npm run bench: the time and the peak memory of each loss, forward and with its gradient, beside tfjs's own, PyTorch and
 * JAX, all in one run and interleaved. npm run bench -- with
 *
 *   --backend NAME   only this backend (may be repeated, as --shape and --loss)
 *   --shape 1024x1000
 *   --loss NAME      only losses whose title begins so
 *   --quick          two rounds, without the largest shape
 *   --no-peers       without Python
 *   --json FILE      where the figures go (default bench/results/speed.json)
 *   --readme         makes bench/figures.json anew, and the READMEs from it
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {chosenBackends} from './_backends';
import {FIGURES_FILE, writeFigures, type SpeedFigures} from './_figures';
import {SPEED_CASES} from './_losses';
import {machineLine} from './_machine';
import {measureBackend, type Settings} from './_measure_speed';
import {startPeers, stopPeers, type PeersByName} from './_peers';
import {updateReadme} from './_readme_file';
import type {RoundPlan} from './_rounds';
import type {Shape} from './_speed_inputs';
import {leastMemoryTable, memcpyLine, memoryTable, speedTables} from './_speed_tables';
import {toTerminal} from './_table';

const SHAPES: readonly Shape[] = [
  {rows: 128, classes: 10},
  {rows: 1024, classes: 1000},
  {rows: 256, classes: 32000},
];

// tfjs on cpu takes 15 s for a focal loss at 256×32000: it has its two rounds and sits out the rest.
const FULL: RoundPlan = {rounds: 7, turnSeconds: 0.15, settleSeconds: 0.15, patienceSeconds: 1.5, leastRounds: 2};
const QUICK: RoundPlan = {...FULL, rounds: 2, turnSeconds: 0.01, settleSeconds: 0.02};

/** Progress goes to stderr: stdout is for the tables. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function parseShape(text: string): Shape {
  const [, rows, classes] = /^(\d+)[x×](\d+)$/.exec(text) ?? [];
  if (rows === undefined || classes === undefined) {
    throw new Error(`--shape ${text}: expected rows and classes, as 1024x1000.`);
  }
  return {rows: Number(rows), classes: Number(classes)};
}

function print(backend: string, figures: SpeedFigures): void {
  for (const table of [...speedTables(figures), leastMemoryTable(figures), memoryTable(figures)]) {
    if (table === undefined) continue;
    console.log(`\n${toTerminal({...table, title: `${backend}: ${table.title}`})}`);
  }
  console.log(`\n${memcpyLine(figures)}\n${machineLine(figures.machine)}`);
}

async function main(): Promise<void> {
  const {values: flags} = parseArgs({
    options: {
      backend: {type: 'string', multiple: true},
      shape: {type: 'string', multiple: true},
      loss: {type: 'string', multiple: true},
      quick: {type: 'boolean', default: false},
      'no-peers': {type: 'boolean', default: false},
      json: {type: 'string', default: join(__dirname, 'results', 'speed.json')},
      readme: {type: 'boolean', default: false},
    },
  });
  const partial = flags.shape !== undefined || flags.loss !== undefined || flags.quick || flags['no-peers'];
  if (flags.readme && partial) {
    throw new Error('--readme takes a full run: leave --shape, --loss, --quick and --no-peers out.');
  }
  const backends = chosenBackends(flags.backend);
  const start = performance.now();
  const peers: PeersByName = flags['no-peers'] ? new Map() : await startPeers();
  const settings: Settings = {
    shapes: flags.shape?.map(parseShape) ?? (flags.quick ? SHAPES.slice(0, 2) : SHAPES),
    cases: SPEED_CASES.filter(({title}) => flags.loss?.some((name) => title.startsWith(name)) ?? true),
    plan: flags.quick ? QUICK : FULL,
    peers,
    say,
  };

  const figures: Record<string, SpeedFigures> = {};
  try {
    for (const backend of backends) figures[backend.name] = await measureBackend(backend, settings);
  } finally {
    stopPeers(peers);
  }

  for (const [backend, ofBackend] of Object.entries(figures)) print(backend, ofBackend);
  await writeFigures(flags.json, figures);
  if (flags.readme) {
    await writeFigures(FIGURES_FILE.bench, figures);
    await updateReadme();
  }
  say(`${((performance.now() - start) / 1000).toFixed(0)} s; the figures are in ${flags.json}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
