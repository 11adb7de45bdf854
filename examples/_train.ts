/** Trains the runs with tfjs's own model API, the losses given by name. */
import * as tf from '@tensorflow/tfjs';
import {install} from '../src';
import {type DataSet, type Part, loadData} from './_data';
import {type Evaluation, evaluate} from './_evaluate';
import {labelTensor} from './_labels';
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
  const model = buildModel(data, run, hidden, seed);
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
      testAccuracy: evaluate(predict(model, test.xs), data.test.labels).accuracy,
    });
    onEpoch(epoch);
  }
  const evaluation = evaluate(predict(model, test.xs), data.test.labels);
  tf.dispose(test);
  model.dispose();
  optimizer.dispose();
  // Momentum's own dispose leaves the learning rate of its parent class behind.
  tf.SGDOptimizer.prototype.dispose.call(optimizer);
  return {run, data, history, evaluation};
}

/** features → hidden, ReLU → logits. */
function buildModel({features, classes}: DataSet, {labels}: Run, hidden: number, seed: number): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: hidden,
        activation: 'relu',
        inputShape: [features],
        kernelInitializer: tf.initializers.heNormal({seed: 2 * seed}),
      }),
      tf.layers.dense({
        units: labels === 'binary' ? 1 : classes,
        kernelInitializer: tf.initializers.heNormal({seed: 2 * seed + 1}),
      }),
    ],
  });
}

function tensors({features, labels}: Part, run: Run, classes: number): {xs: tf.Tensor; ys: tf.Tensor} {
  return {xs: tf.tensor2d(features.map((row) => [...row])), ys: labelTensor(labels, run, classes)};
}

function predict(model: tf.LayersModel, xs: tf.Tensor): number[][] {
  return tf.tidy(() => {
    const logits = model.predict(xs, {batchSize: xs.shape[0] ?? 1});
    if (Array.isArray(logits)) throw new Error('A network of the examples has one output.');
    return (logits as tf.Tensor2D).arraySync();
  });
}
