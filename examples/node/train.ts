/**
 * npm run start:node: trains small networks on tfjs-node, with progress bars, TensorBoard's logs and models in folders.
 * npm run start:node -- with
 *
 *   --seed N      of the first weights and the order of the samples (default 1)
 *   --epochs N    in all (default: those of npm start)
 *   --out FOLDER  where models and logs go (default trained); what an earlier training left there is replaced
 *   --resume      goes on with what is there
 */
import {readTrainArguments} from './_train_arguments';
import {startTensorFlow} from './_tensorflow';

async function main(): Promise<void> {
  const options = readTrainArguments(process.argv.slice(2));
  await startTensorFlow();
  // Not above: they import tfjs-node, which may not be usable.
  const {NODE_RUNS, trainInNode} = await import('./_train');
  const {timeLoss} = await import('../_timing');
  const {trainTable} = await import('./_train_table');

  const results = [];
  for (const run of NODE_RUNS) {
    console.log(`\n${run.data}, ${run.loss}`);
    const result = await trainInNode(run, {...options, progress: true});
    if (result.resumedAfter > 0) {
      const all = result.resumedAfter === result.epochs;
      console.log(all ? `All ${result.epochs} epochs were through.` : `Resumed after epoch ${result.resumedAfter}.`);
    }
    results.push({...result, timing: timeLoss(run, result.classes)});
  }
  console.log(`\n${trainTable(results, process.stdout.isTTY)}`);
  console.log(`\nModels and logs are in ${options.out}: 'tensorboard --logdir ${options.out}' shows the curves.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
