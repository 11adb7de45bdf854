/**
 * npm run accuracy: the errors of each loss and its gradient against float64, by family of inputs, beside tfjs's own, PyTorch
 * and JAX. Exits with 1 where ours is outside the contract. npm run accuracy -- with
 *
 *   --backend NAME   only this backend (may be repeated, as --loss)
 *   --loss NAME      only losses whose title begins so
 *   --no-peers       without Python
 *   --json FILE      where the figures go (default bench/results/accuracy.json)
 *   --readme         makes bench/accuracy.json anew, and the READMEs from it
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {accuracyTables, worstTable} from './_accuracy_tables';
import {chosenBackends} from './_backends';
import {FIGURES_FILE, writeFigures, type AccuracyFigures} from './_figures';
import {ACCURACY_CASES} from './_losses';
import {machineLine} from './_machine';
import {measureAccuracy} from './_measure_accuracy';
import {startPeers, stopPeers, type PeersByName} from './_peers';
import {updateReadme} from './_readme_file';
import {toTerminal} from './_table';

/** Progress goes to stderr: stdout is for the tables. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(): Promise<void> {
  const {values: flags} = parseArgs({
    options: {
      backend: {type: 'string', multiple: true},
      loss: {type: 'string', multiple: true},
      'no-peers': {type: 'boolean', default: false},
      json: {type: 'string', default: join(__dirname, 'results', 'accuracy.json')},
      readme: {type: 'boolean', default: false},
    },
  });
  if (flags.readme && (flags.loss !== undefined || flags['no-peers'])) {
    throw new Error('--readme takes a full run: leave --loss and --no-peers out.');
  }
  const backends = chosenBackends(flags.backend);
  const cases = ACCURACY_CASES.filter(({title}) => flags.loss?.some((name) => title.startsWith(name)) ?? true);
  const start = performance.now();
  const peers: PeersByName = flags['no-peers'] ? new Map() : await startPeers();

  const figures: Record<string, AccuracyFigures> = {};
  const breaches: string[] = [];
  try {
    for (const backend of backends) {
      const result = await measureAccuracy(backend, {cases, peers, say});
      figures[backend.name] = result.figures;
      breaches.push(...result.breaches);
    }
  } finally {
    stopPeers(peers);
  }

  for (const [backend, ofBackend] of Object.entries(figures)) {
    for (const table of [...accuracyTables(ofBackend), worstTable(ofBackend)]) {
      console.log(`\n${toTerminal({...table, title: `${backend}: ${table.title}`})}`);
    }
    console.log(`\n${machineLine(ofBackend.machine)}`);
  }
  await writeFigures(flags.json, figures);
  if (flags.readme) {
    await writeFigures(FIGURES_FILE.accuracy, figures);
    await updateReadme();
  }
  if (breaches.length > 0) {
    console.error(`\nOutside the contract:\n${breaches.join('\n')}`);
    process.exitCode = 1;
  }
  say(`${((performance.now() - start) / 1000).toFixed(0)} s; the figures are in ${flags.json}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
