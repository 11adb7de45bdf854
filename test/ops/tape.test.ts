/** What src/tape.ts takes from tfjs's engine, and what becomes of a gradient that a loss has made ahead. */
import * as tf from '@tensorflow/tfjs';
import {sigmoidCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy} from '../../src';
import {isTapeOn, offTape} from '../../src/tape';

beforeAll(() => tf.setBackend('cpu'));

describe('isTapeOn', () => {
  test('in what is differentiated, and in no gradient but one that is differentiated itself', () => {
    const seen: Record<string, boolean> = {before: isTapeOn()};
    const square = tf.customGrad((x, save) => {
      (save as tf.GradSaveFunc)([x as tf.Tensor]);
      const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]): tf.Tensor => {
        seen.backward = isTapeOn();
        return tf.mul(dy, tf.mul(2, saved ?? dy));
      };
      return {value: tf.square(x as tf.Tensor), gradFunc};
    });
    const loss = (x: tf.Tensor): tf.Tensor => {
      seen.forward = isTapeOn();
      return square(x);
    };
    const gradient = tf.grad(loss);
    const x = tf.scalar(3);
    gradient(x);
    expect(seen).toEqual({before: false, forward: true, backward: false});
    tf.grad((z: tf.Tensor) => gradient(z))(x);
    expect(seen).toEqual({before: false, forward: true, backward: true});
    expect(isTapeOn()).toBe(false);
  });

  test('while an optimizer minimizes, and not after it has thrown', () => {
    const w = tf.variable(tf.scalar(1));
    const seen: boolean[] = [];
    tf.train.sgd(0.1).minimize(() => {
      seen.push(isTapeOn());
      return tf.square(w).asScalar();
    });
    expect(seen).toEqual([true]);
    const failing = (): tf.Scalar => {
      throw new Error('no loss');
    };
    expect(() => tf.train.sgd(0.1).minimize(failing)).toThrow('no loss');
    expect(isTapeOn()).toBe(false);
    w.dispose();
  });
});

test('offTape is a constant, and leaves nothing behind where the tape is given up', () => {
  const x = tf.scalar(3);
  const gradient = tf.grad((z: tf.Tensor) =>
    tf.mul(
      z,
      offTape(() => tf.square(z)),
    ),
  )(x);
  expect(gradient.dataSync()[0]).toBe(9);
  const {numTensors} = tf.memory();
  expect(() =>
    tf.grad((z: tf.Tensor) => {
      offTape(() => tf.square(z));
      throw new Error('given up');
    })(x),
  ).toThrow('given up');
  expect(tf.memory().numTensors).toBe(numTensors);
});

describe('a gradient made ahead', () => {
  const z = [
    [1, 2, -1],
    [0, 3, 5],
  ];
  const losses: [string, (x: tf.Tensor) => tf.Tensor][] = [
    ['softmax', (x) => softmaxCrossEntropy(tf.oneHot([0, 2], 3), x)],
    ['smoothed', (x) => softmaxCrossEntropy(tf.oneHot([0, 2], 3), x, {labelSmoothing: 0.1})],
    ['sparse', (x) => sparseSoftmaxCrossEntropy([0, 2], x)],
    ['weighed and ignored', (x) => sparseSoftmaxCrossEntropy([0, -1], x, {ignoreIndex: -1, classWeights: [1, 2, 3]})],
    ['sigmoid', (x) => sigmoidCrossEntropy(tf.oneHot([0, 2], 3), x)],
  ];

  test.each(losses)('%s: is what another upstream gradient has it computed for, to the bit', (_name, loss) => {
    const x = tf.tensor2d(z);
    const ahead = tf.grad(loss)(x);
    const twice = tf.grad(loss)(x, tf.scalar(2)).dataSync();
    expect(twice.map((g) => g / 2)).toEqual(ahead.dataSync());
  });

  test.each(losses)('%s: is not used for a second derivative', (_name, loss) => {
    const x = tf.tensor2d(z);
    const second = tf
      .grad((y: tf.Tensor) => tf.sum(tf.square(tf.grad(loss)(y))))(x)
      .dataSync();
    expect(Math.max(...second.map(Math.abs))).toBeGreaterThan(0);
  });

  test('that nobody asks for is freed', () => {
    const x = tf.tensor2d(z);
    const labels = tf.tensor2d([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    const {numTensors, numDataBuffers} = tf.memory();
    const byLabels = tf.grad((q: tf.Tensor) => softmaxCrossEntropy(q, x))(labels);
    byLabels.dispose();
    expect(tf.memory()).toMatchObject({numTensors, numDataBuffers});
  });
});
