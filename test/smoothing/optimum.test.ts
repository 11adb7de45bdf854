import * as tf from '@tensorflow/tfjs';
import {install, labelSmoothingOptimum, labelSmoothingTerms} from '../../src';
import {logitGradient, loss} from '../../src/reference/sparse_softmax_cross_entropy';
import {logitGradient as sigmoidGradient} from '../../src/reference/sigmoid_cross_entropy';

// A model is trained to convergence, on a busy machine for longer.
jest.setTimeout(60_000);

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const CASES: readonly (readonly [number, number])[] = [2, 3, 10, 1000].flatMap((classes) =>
  [1e-9, 0.01, 0.1, 0.5, 0.999].map((epsilon) => [classes, epsilon] as const),
);

describe('is a minimum of the reference', () => {
  test.each(CASES)('K = %d, ε = %d', (classes, labelSmoothing) => {
    const optimum = labelSmoothingOptimum(classes, labelSmoothing);
    const logits = new Float64Array(classes);
    logits[1] = optimum.logitGap;
    for (const slope of logitGradient(1, logits, {labelSmoothing})) expect(Math.abs(slope)).toBeLessThan(1e-15);
    const atOptimum = loss(1, logits, {labelSmoothing});
    expect(atOptimum / optimum.loss).toBeCloseTo(1, 13);
    for (const step of [-0.1, 0.1]) {
      logits[1] = optimum.logitGap + step;
      expect(loss(1, logits, {labelSmoothing})).toBeGreaterThan(optimum.loss);
    }
  });

  test.each(CASES)('with probabilities that are the target: K = %d, ε = %d', (classes, epsilon) => {
    const {probability, otherProbability, logitGap} = labelSmoothingOptimum(classes, epsilon);
    expect(probability + (classes - 1) * otherProbability).toBeCloseTo(1, 15);
    expect(otherProbability).toBe(epsilon / classes);
    expect(Math.log(probability / otherProbability) / logitGap).toBeCloseTo(1, 12);
    expect(logitGap / Math.log(((1 - epsilon) * classes + epsilon) / epsilon)).toBeCloseTo(1, 11);
  });
});

test('without smoothing there is no finite gap, and smoothed altogether there is none', () => {
  expect(labelSmoothingOptimum(10, 0)).toEqual({probability: 1, otherProbability: 0, logitGap: Infinity, loss: 0});
  const uniform = labelSmoothingOptimum(4, 1);
  expect(uniform).toMatchObject({probability: 0.25, otherProbability: 0.25, logitGap: 0});
  expect(uniform.loss).toBeCloseTo(Math.log(4), 15);
});

test('a sigmoid has the gap of two classes', () => {
  const labelSmoothing = 0.2;
  const {logitGap, probability} = labelSmoothingOptimum(2, labelSmoothing);
  expect(sigmoidGradient(1, logitGap, {labelSmoothing})).toBeCloseTo(0, 15);
  expect(1 / (1 + Math.exp(-logitGap))).toBeCloseTo(probability, 15);
});

test('arguments are checked', () => {
  expect(() => labelSmoothingOptimum(1, 0.1)).toThrow(
    /labelSmoothingOptimum: 'classes' must be .* at least 2, but is 1/,
  );
  expect(() => labelSmoothingOptimum(2.5, 0.1)).toThrow(/'classes' must be an integer/);
  expect(() => labelSmoothingOptimum(3, 1.1)).toThrow(/'labelSmoothing' must be .* from 0 to 1, but is 1.1/);
});

describe('a model trained with smoothing gets there, and not beyond', () => {
  const CLASSES = 4;
  const EPSILON = 0.1;
  const labels = [0, 1, 2, 3, 0, 1, 2, 3];
  // Two inputs a class, so far apart that any logits can be had.
  const inputs = labels.map((_, n) => labels.map((_label, i) => Number(i === n)));

  async function trainedLogits(epochs: number): Promise<{logits: number[][]; loss: number}> {
    const model = tf.sequential({
      layers: [tf.layers.dense({units: CLASSES, inputShape: [inputs.length], kernelInitializer: 'zeros'})],
    });
    model.compile({
      optimizer: tf.train.momentum(1, 0.9),
      loss: `sparseSoftmaxCrossEntropy(labelSmoothing=${EPSILON})`,
    });
    const [xs, ys] = [tf.tensor2d(inputs), tf.tensor1d(labels, 'int32')];
    const {history} = await model.fit(xs, ys, {epochs, batchSize: labels.length, verbose: 0, shuffle: false});
    const logits = tf.tidy(() => (model.predict(xs) as tf.Tensor2D).arraySync());
    return {logits, loss: Number(history.loss?.at(-1))};
  }

  test('logits, probabilities, loss, and the parts of the loss', async () => {
    const optimum = labelSmoothingOptimum(CLASSES, EPSILON);
    const {logits, loss: trainedLoss} = await trainedLogits(400);
    for (const [n, row] of logits.entries()) {
      const label = labels[n]!;
      for (const [k, z] of row.entries()) {
        if (k !== label) expect(row[label]! - z).toBeCloseTo(optimum.logitGap, 3);
      }
      const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
      expect(Math.exp(row[label]!) / total).toBeCloseTo(optimum.probability, 4);
    }
    expect(trainedLoss).toBeCloseTo(optimum.loss, 6);

    const terms = labelSmoothingTerms(labels, logits, {labelSmoothing: EPSILON});
    const [crossEntropy, divergence] = [terms.crossEntropy, terms.divergence].map((term) => term.dataSync()[0]!);
    expect(crossEntropy).toBeCloseTo(-Math.log(optimum.probability), 4);
    // KL(u‖p) = −log K − (1/K)·Σ_k log p_k.
    const meanLog = (Math.log(optimum.probability) + (CLASSES - 1) * Math.log(optimum.otherProbability)) / CLASSES;
    expect(divergence).toBeCloseTo(-Math.log(CLASSES) - meanLog, 3);
    tf.dispose(Object.values(terms));
  });
});
