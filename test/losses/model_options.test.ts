/** Options that only a model has: lossWeight and logitAdjustment. (fromLogits and sampleWeights have files of their own.) */
import * as tf from '@tensorflow/tfjs';
import {install, logitAdjustment, loss} from '../../src';
import {
  FEATURES,
  build,
  expectClose,
  inputs,
  kernel,
  logitsOf,
  one,
  run,
  sigmoidRow,
  softmaxRow,
  sparseRow,
  sumOf,
} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const [N, K] = [4, 3];
const CLASSES = [2, 0, 1, 1];
const x = (): tf.Tensor => tf.tensor2d(inputs(N), [N, FEATURES]);

test('lossWeight is a factor in the sum over outputs, saved with the loss', async () => {
  const input = tf.input({shape: [FEATURES]});
  const model = tf.model({
    inputs: input,
    outputs: [
      one(tf.layers.dense({units: K, useBias: false, name: 'classes'}).apply(input)),
      one(tf.layers.dense({units: 1, useBias: false, name: 'flag'}).apply(input)),
    ],
  });
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel(K)), tf.tensor2d(kernel(1))]));
  const flags = [1, 0, 0, 1];
  const classLoss =
    sumOf(logitsOf(inputs(N), kernel(K)), (z, i) => sparseRow('sparseSoftmaxCrossEntropy', CLASSES[i] ?? NaN, z).loss) /
    N;
  const flagLoss =
    sumOf(logitsOf(inputs(N), kernel(1)), (z, i) => sigmoidRow('sigmoidCrossEntropy', [flags[i] ?? NaN], z).loss) / N;
  const y = {classes: tf.tensor1d(CLASSES), flag: tf.tensor2d(flags, [N, 1])};
  model.compile({
    optimizer: tf.train.sgd(0),
    loss: [loss('sparseSoftmaxCrossEntropy', {lossWeight: 0.25}), 'sigmoidCrossEntropy(lossWeight=3)'],
  });
  expect(model.loss).toEqual(['sparseSoftmaxCrossEntropy(lossWeight=0.25)', 'sigmoidCrossEntropy(lossWeight=3)']);
  expectClose(await run(model, 'fit', x(), y), [0.25 * classLoss + 3 * flagLoss, 0.25 * classLoss, 3 * flagLoss]);
});

describe('logitAdjustment', () => {
  const counts = [70, 20, 10];
  const adjustment = logitAdjustment(counts, 1.5);
  const adjusted = logitsOf(inputs(N), kernel(K)).map((z) => z.map((value, k) => value + (adjustment[k] ?? NaN)));

  test('is in the loss and not in the metrics', async () => {
    const model = build('sequential', [], K);
    const used = loss('sparseSoftmaxFocalCrossEntropy', {logitAdjustment: adjustment, gamma: 1});
    model.compile({optimizer: tf.train.sgd(0), loss: used, metrics: ['ce']});
    const expected =
      sumOf(adjusted, (z, i) => sparseRow('sparseSoftmaxFocalCrossEntropy', CLASSES[i] ?? NaN, z, {gamma: 1}).loss) / N;
    const plain =
      sumOf(
        logitsOf(inputs(N), kernel(K)),
        (z, i) => sparseRow('sparseSoftmaxCrossEntropy', CLASSES[i] ?? NaN, z).loss,
      ) / N;
    expectClose(await run(model, 'evaluate', x(), tf.tensor1d(CLASSES)), [expected, plain]);
  });

  test('follows the axis of the classes', () => {
    const z = tf.tensor3d(logitsOf(inputs(N), kernel(K)).flat(), [2, 2, K]);
    const labels = tf.oneHot(tf.tensor2d(CLASSES, [2, 2], 'int32'), K);
    const used = loss('softmaxCrossEntropy', {logitAdjustment: adjustment, axis: 1});
    const values = used(tf.transpose(labels, [0, 2, 1]), tf.transpose(z, [0, 2, 1])).dataSync();
    const rows = adjusted.map(
      (row, i) =>
        softmaxRow(
          'softmaxCrossEntropy',
          [0, 1, 2].map((k) => Number(k === CLASSES[i])),
          row,
        ).loss,
    );
    const [a = NaN, b = NaN, c = NaN, d = NaN] = rows;
    expectClose(values, [(a + b) / 2, (c + d) / 2]);
  });

  test('of another number of classes is refused', () => {
    const used = loss('softmaxCrossEntropy', {logitAdjustment: [0, 1]});
    expect(() => used(tf.zeros([1, 3]), tf.zeros([1, 3]))).toThrow(
      'softmaxCrossEntropy: there are 2 numbers, one per class, for 3 classes.',
    );
  });

  test('trained with it, rare classes are told by the plain logits: the balanced error falls', async () => {
    // Two overlapping classes, 19 to 1, one feature: the Bayes boundary is far on the rare side, the balanced one in the middle.
    const boundary = async (used: string | ReturnType<typeof loss>): Promise<number> => {
      const model = tf.sequential({layers: [tf.layers.dense({units: 2, inputShape: [1], kernelInitializer: 'zeros'})]});
      model.compile({optimizer: tf.train.adam(0.2), loss: used});
      const [common, rare] = [tf.randomNormal([950], -1, 1, 'float32', 1), tf.randomNormal([50], 1, 1, 'float32', 2)];
      const features = tf.reshape(tf.concat([common, rare]), [1000, 1]);
      const labels = tf.concat([tf.zeros([950]), tf.ones([50])]);
      for (let step = 0; step < 60; step++) await model.trainOnBatch(features, labels);
      const [w = NaN, w1 = NaN] = model.getWeights()[0]?.dataSync() ?? [];
      const [b = NaN, b1 = NaN] = model.getWeights()[1]?.dataSync() ?? [];
      return -(b1 - b) / (w1 - w);
    };
    // log 19 / 2 ≈ 1.47 and 0.
    expect(await boundary('sparseSoftmaxCrossEntropy')).toBeGreaterThan(1);
    expect(
      Math.abs(await boundary(loss('sparseSoftmaxCrossEntropy', {logitAdjustment: logitAdjustment([950, 50])}))),
    ).toBeLessThan(0.3);
  });
});
