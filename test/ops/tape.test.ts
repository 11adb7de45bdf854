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

describe('what is saved for a gradient', () => {
  const labels = [
    [1, 0, 0],
    [0, 0, 1],
  ];
  const logits = [
    [1, 2, -1],
    [0, 3, 5],
  ];

  test('survives the tensors that were given', () => {
    const z = tf.tensor2d(logits);
    const y = tf.tensor2d(labels);
    // Not the upstream gradient that is expected: the gradient is made of what has been saved.
    const loss = (q: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.square(softmaxCrossEntropy(q, x));
    const expected = tf
      .grad((x: tf.Tensor) => loss(y, x))(z)
      .dataSync();
    const {numTensors, numDataBuffers} = tf.memory();
    const gradient = tf.grad((x: tf.Tensor) => {
      // As activations of a network are: gone when the loss is made.
      const own = tf.add(x, tf.zerosLike(x));
      const target = tf.add(y, 0);
      const value = loss(target, own);
      tf.dispose([own, target]);
      return value;
    })(z);
    expect(gradient.dataSync()).toEqual(expected);
    gradient.dispose();
    expect(tf.memory()).toMatchObject({numTensors, numDataBuffers});
    tf.dispose([z, y]);
  });

  test('belongs to the loss, not to what ran last inside of another op', () => {
    const z = tf.tensor2d(logits);
    const inner = tf.customGrad((x: unknown) => ({
      value: softmaxCrossEntropy(labels, x as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, tf.onesLike(z)),
    }));
    const {numTensors} = tf.memory();
    const gradient = tf.grad((x: tf.Tensor) => inner(x))(z);
    expect(Array.from(gradient.dataSync())).toEqual([1, 1, 1, 1, 1, 1]);
    gradient.dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
    z.dispose();
  });
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
