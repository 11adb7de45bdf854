/**
 * npm run bench:browser: the time of each loss with its gradient in Chromium, beside tfjs's own on the same backend,
 * interleaved. npm run bench:browser -- with
 *
 *   --backend NAME   webgl or webgpu; may be repeated (default: webgl, and both with --readme)
 *   --shape 1024x1000
 *   --loss NAME      only losses whose title begins so
 *   --quick          two rounds, without the largest shape
 *   --json FILE      where the figures go (default bench/results/browser.json)
 *   --readme         makes bench/browser.json anew, and the READMEs from it: about five minutes
 */
import {cpus} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {openPage} from '../test/browser/open_page';
import type {BrowserFigure} from './_browser_page';
import {browserMachineLine, browserTables, type BrowserFigures} from './_browser_tables';
import {FIGURES_FILE, writeFigures} from './_figures';
import {SPEED_CASES} from './_losses';
import {updateReadme} from './_readme_file';
import type {RoundPlan} from './_rounds';
import type {Shape} from './_speed_inputs';
import {toTerminal} from './_table';

type Script = typeof import('./_browser_page');

const BACKENDS: readonly string[] = ['webgl', 'webgpu'];
const SHAPES: readonly Shape[] = [
  {rows: 128, classes: 10},
  {rows: 1024, classes: 1000},
  {rows: 64, classes: 32000},
];
const FULL: RoundPlan = {rounds: 7, turnSeconds: 0.3, settleSeconds: 0.1, patienceSeconds: 4, leastRounds: 3};
const QUICK: RoundPlan = {...FULL, rounds: 2, turnSeconds: 0.02, settleSeconds: 0.02, leastRounds: 2};

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

async function measureBackend(
  backend: string,
  shapes: readonly Shape[],
  titles: readonly string[],
  plan: RoundPlan,
): Promise<BrowserFigures> {
  const page = await openPage<Script>(join(__dirname, '_browser_page.ts'));
  try {
    const versions = await page.call('setUp', backend);
    const speed: BrowserFigure[] = [];
    for (const shape of shapes) {
      for (const title of titles) {
        say(`${backend}: ${shape.rows}×${shape.classes}, ${title}`);
        speed.push(await page.call('measure', title, shape, 'gradient', plan));
      }
    }
    return {machine: {cpu: cpus()[0]?.model.trim() ?? 'unknown', ...versions}, speed};
  } finally {
    await page.close();
  }
}

async function main(): Promise<void> {
  const {values: flags} = parseArgs({
    options: {
      backend: {type: 'string', multiple: true},
      shape: {type: 'string', multiple: true},
      loss: {type: 'string', multiple: true},
      quick: {type: 'boolean', default: false},
      json: {type: 'string', default: join(__dirname, 'results', 'browser.json')},
      readme: {type: 'boolean', default: false},
    },
  });
  if (flags.readme && (flags.shape !== undefined || flags.loss !== undefined || flags.quick)) {
    throw new Error('--readme takes a full run: leave --shape, --loss and --quick out.');
  }
  const backends = flags.backend ?? (flags.readme ? BACKENDS : BACKENDS.slice(0, 1));
  const unknown = backends.find((backend) => !BACKENDS.includes(backend));
  if (unknown !== undefined) throw new Error(`--backend ${unknown}: expected ${BACKENDS.join(' or ')}.`);
  const shapes = flags.shape?.map(parseShape) ?? (flags.quick ? SHAPES.slice(0, 2) : SHAPES);
  const titles = SPEED_CASES.map(({title}) => title).filter(
    (title) => flags.loss?.some((name) => title.startsWith(name)) ?? true,
  );
  const figures: Record<string, BrowserFigures> = {};
  for (const backend of backends) {
    const ofBackend = await measureBackend(backend, shapes, titles, flags.quick ? QUICK : FULL);
    figures[backend] = ofBackend;
    for (const table of browserTables(ofBackend)) {
      console.log(`\n${toTerminal({...table, title: `${backend}: ${table.title}`})}`);
    }
    console.log(`\n${browserMachineLine(ofBackend)}`);
  }
  await writeFigures(flags.json, figures);
  if (flags.readme) {
    await writeFigures(FIGURES_FILE.browser, figures);
    await updateReadme();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
