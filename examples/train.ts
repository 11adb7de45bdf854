/** `npm start`: trains the runs and prints what came out. */
import Table from 'cli-table3';
import {trainAll} from './_train';

async function main(): Promise<void> {
  const trained = await trainAll();
  const table = new Table({head: ['data', 'loss', 'train loss', 'test loss', 'accuracy', 'calibration error']});
  for (const {run, history, evaluation} of trained) {
    const last = history.at(-1);
    const losses = [last?.trainLoss ?? NaN, last?.testLoss ?? NaN].map((value) => value.toFixed(4));
    const shares = [evaluation.accuracy, evaluation.calibrationError].map((value) => `${(100 * value).toFixed(1)} %`);
    table.push([run.data, run.loss, ...losses, ...shares]);
  }
  console.log(table.toString());
}

void main();
