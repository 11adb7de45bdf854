/**
 * npm start: trains small networks with losses by name, prints what came out and writes a report. npm start -- with
 *
 *   --seed N        of the first weights and the order of the samples (default 1)
 *   --report FILE   where the report goes (default report.html)
 */
import {writeFileSync} from 'node:fs';
import {readArguments} from './_arguments';
import {CURED_LOSSES, CURE_EPOCHS, cureOverconfidence} from './_overconfidence';
import {startProgress} from './_progress';
import {reportPage} from './_report';
import {RECIPES, RUNS, type Run} from './_runs';
import {terminalCureTable, terminalTable} from './_table';
import {timeLoss} from './_timing';
import {trainAll} from './_train';

async function main(): Promise<void> {
  const {seed, report} = readArguments(process.argv.slice(2));
  const jobs = [
    ...RUNS.map((run) => ({name: runName(run), epochs: RECIPES[run.data].epochs})),
    ...CURED_LOSSES.map((loss) => ({name: cureName(loss), epochs: CURE_EPOCHS})),
  ];
  const progress = startProgress(jobs, process.stdout.isTTY && process.stderr.isTTY);
  const trained = await trainAll({seed, onEpoch: (run, epoch, of) => progress.onEpoch(runName(run), epoch, of)});
  const study = await cureOverconfidence({
    seed,
    onEpoch: (loss, epoch, of) => progress.onEpoch(cureName(loss), epoch, of),
  });
  progress.stop();
  const results = trained.map((one) => ({...one, timing: timeLoss(one.run, one.data.classes)}));
  console.log(terminalTable(results, process.stdout.isTTY));
  console.log(`\n${terminalCureTable(study, process.stdout.isTTY)}`);
  writeFileSync(report, reportPage(results, study, seed));
  console.log(`\nThe report is in ${report}: learning curves and reliability diagrams.`);
}

function runName({data, loss}: Run): string {
  return `${data}, ${loss}`;
}

function cureName(loss: string): string {
  return `few digits, ${loss}`;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
