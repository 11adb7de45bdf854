/** Trains the runs with tfjs's own model API, the losses given by name. */
import * as tf from '@tensorflow/tfjs';
import {install} from '../src';
import {type DataSet, type Part, loadData} from './_data';
import {type Evaluation, accuracyOf, evaluate} from './_evaluate';
import {labelTensor} from './_labels';
import {buildNetwork, disposeTrained, featureTensor, predict} from './_network';
import {pick} from './_pick';
import {seededRandom, shuffled} from './_random';
import {RECIPES, RUNS, type Run} from './_runs';

/** What an epoch came to; losses are means over all samples of a part, in nats. */
export interface Epoch {
  /** While the weights change: each batch counts as it was when its turn came. */
  readonly trainLoss: number;
  /** At the end of the epoch, as the accuracy. */
  readonly testLoss: number;
  readonly testAccuracy: number;
}

export interface TrainedRun {
  readonly run: Run;
  readonly data: DataSet;
  /** One per epoch. */
  readonly history: readonly Epoch[];
  /** On the test part, after the last epoch. */
  readonly evaluation: Evaluation;
}

export interface TrainOptions {
  readonly runs?: readonly Run[];
  /** Of the first weights and of the order of the samples. The split does not depend on it. Default 1. */
  readonly seed?: number;
  readonly onEpoch?: (run: Run, epoch: number, of: number) => void;
}

/** Trains the runs one after the other on tfjs's cpu backend. Equal options give equal numbers. */
export async function trainAll({runs = RUNS, seed = 1, onEpoch}: TrainOptions = {}): Promise<TrainedRun[]> {
  await tf.setBackend('cpu');
  install(tf);
  const trained: TrainedRun[] = [];
  for (const run of runs) {
    const {epochs} = RECIPES[run.data];
    trained.push(await train(run, seed, (epoch) => onEpoch?.(run, epoch, epochs)));
  }
  return trained;
}

async function train(run: Run, seed: number, onEpoch: (epoch: number) => void): Promise<TrainedRun> {
  const data = loadData(run.data);
  const {hidden, epochs, batchSize, learningRate, momentum} = RECIPES[run.data];
  const model = buildNetwork(data.features, hidden, run.labels === 'binary' ? 1 : data.classes, seed);
  const optimizer = tf.train.momentum(learningRate, momentum);
  model.compile({optimizer, loss: run.loss});

  const random = seededRandom(seed);
  const test = tensors(data.test, run, data.classes);
  const history: Epoch[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    // fit's own shuffle takes no seed.
    const order = shuffled([...data.train.labels.keys()], random);
    const batches = tensors(
      {features: pick(data.train.features, order), labels: pick(data.train.labels, order)},
      run,
      data.classes,
    );
    const {history: losses} = await model.fit(batches.xs, batches.ys, {
      batchSize,
      epochs: 1,
      shuffle: false,
      validationData: [test.xs, test.ys],
      verbose: 0,
    });
    tf.dispose(batches);
    history.push({
      trainLoss: Number(losses.loss?.[0]),
      testLoss: Number(losses.val_loss?.[0]),
      testAccuracy: accuracyOf(predict(model, test.xs), data.test.labels),
    });
    onEpoch(epoch);
  }
  const evaluation = await evaluate(predict(model, test.xs), data.test.labels);
  tf.dispose(test);
  disposeTrained(model, optimizer);
  return {run, data, history, evaluation};
}

function tensors(part: Part, run: Run, classes: number): {xs: tf.Tensor; ys: tf.Tensor} {
  return {xs: featureTensor(part), ys: labelTensor(part.labels, run, classes)};
}
