/**
 * npm start: trains small networks with losses by name, prints what came out and writes a report. npm start -- with
 *
 *   --seed N        of the first weights and the order of the samples (default 1)
 *   --report FILE   where the report goes (default report.html)
 */
import {writeFileSync} from 'node:fs';
import {readArguments} from './_arguments';
import {startProgress} from './_progress';
import {reportPage} from './_report';
import {RUNS} from './_runs';
import {terminalTable} from './_table';
import {timeLoss} from './_timing';
import {trainAll} from './_train';

async function main(): Promise<void> {
  const {seed, report} = readArguments(process.argv.slice(2));
  const progress = startProgress(RUNS, process.stdout.isTTY && process.stderr.isTTY);
  const trained = await trainAll({seed, onEpoch: progress.onEpoch});
  progress.stop();
  const results = trained.map((one) => ({...one, timing: timeLoss(one.run, one.data.classes)}));
  console.log(terminalTable(results, process.stdout.isTTY));
  writeFileSync(report, reportPage(results, seed));
  console.log(`\nThe report is in ${report}: learning curves and reliability diagrams.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
