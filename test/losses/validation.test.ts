/** The ways of giving data that training.test.ts leaves out: several batches, validation. */
import * as tf from '@tensorflow/tfjs';
import {install} from '../../src';
import {FEATURES, build, expectClose, inputs, kernel, logitsOf, sparseRow, sumOf} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const N = 6;
const K = 3;
const X = inputs(N);
const CLASSES = [2, 0, 1, 1, 0, 2];
const ROWS = logitsOf(X, kernel(K)).map(
  (z, row) => sparseRow('sparseSoftmaxCrossEntropy', CLASSES[row] ?? NaN, z).loss,
);

/** The mean loss of some rows. */
function mean(rows: readonly number[]): number {
  return sumOf(rows, (row) => ROWS[row] ?? NaN) / rows.length;
}

function model(): tf.LayersModel {
  const built = build('functional', [], K);
  built.compile({optimizer: tf.train.sgd(0), loss: 'sparseSoftmaxCrossEntropy'});
  return built;
}

const x = (): tf.Tensor => tf.tensor2d(X, [N, FEATURES]);

/** Labels in each form that takes class indices. */
const FORMS: [string, () => tf.Tensor][] = [
  ['int32 [N]', () => tf.tensor1d(CLASSES, 'int32')],
  ['float32 [N]', () => tf.tensor1d(CLASSES)],
  ['int32 [N,1]', () => tf.tensor2d(CLASSES, [N, 1], 'int32')],
  ['float32 [N,1]', () => tf.tensor2d(CLASSES, [N, 1])],
];

/** Batches of two samples, of one tensor of labels. */
function batches(y: tf.Tensor): tf.data.Dataset<tf.TensorContainer> {
  return tf.data.generator(function* () {
    for (let from = 0; from < N; from += 2) yield {xs: x().slice(from, 2), ys: y.slice(from, 2)};
  });
}

function last({history}: tf.History, name: string): number {
  return Number(history[name]?.at(-1));
}

describe.each(FORMS)('%s', (_form, labels) => {
  test('fit in batches with a rest, shuffled', async () => {
    // Batches of 4 and 2: tfjs weighs their means by their sizes.
    const history = await model().fit(x(), labels(), {batchSize: 4, epochs: 2, verbose: 0});
    expectClose([last(history, 'loss')], [mean([0, 1, 2, 3, 4, 5])]);
  });

  test('fit with validationData', async () => {
    const history = await model().fit(x(), labels(), {batchSize: N, verbose: 0, validationData: [x(), labels()]});
    expectClose(
      [last(history, 'loss'), last(history, 'val_loss')],
      [mean([0, 1, 2, 3, 4, 5]), mean([0, 1, 2, 3, 4, 5])],
    );
  });

  test('fit with validationSplit', async () => {
    const history = await model().fit(x(), labels(), {batchSize: N, verbose: 0, validationSplit: 1 / 3});
    expectClose([last(history, 'loss'), last(history, 'val_loss')], [mean([0, 1, 2, 3]), mean([4, 5])]);
  });

  test('fitDataset with validationData as a dataset, and as tensors', async () => {
    for (const validationData of [batches(labels()), [x(), labels()] as [tf.Tensor, tf.Tensor]]) {
      const history = await model().fitDataset(batches(labels()), {epochs: 1, verbose: 0, validationData});
      const all = mean([0, 1, 2, 3, 4, 5]);
      expectClose([last(history, 'loss'), last(history, 'val_loss')], [all, all]);
    }
  });
});
