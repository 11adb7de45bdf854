/** A loss that throws inside of a model: the error comes through, and the loss itself leaves no tensor. */
import * as tf from '@tensorflow/tfjs';
import {install, listLosses, loss, registerLoss} from '../../src';
import {FEATURES, build, inputs} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
  // What is left where a loss throws that makes no tensors: the measure for ours.
  registerLoss(
    'throwing',
    () => () => {
      throw new Error('thrown');
    },
    {takesClassIndices: true},
  );
});

const [N, K] = [4, 3];

/** How many tensors a failing call leaves, and its message. */
async function failing(
  used: string,
  method: 'fit' | 'evaluate' | 'trainOnBatch',
  y: tf.Tensor,
): Promise<[number, string]> {
  const model = build('sequential', [], K);
  const optimizer = tf.train.sgd(0.1);
  model.compile({optimizer, loss: used});
  const x = tf.tensor2d(inputs(N), [N, FEATURES]);
  const before = tf.memory().numTensors;
  let message = '';
  try {
    await (method === 'fit'
      ? model.fit(x, y, {epochs: 1, verbose: 0, shuffle: false})
      : method === 'evaluate'
        ? model.evaluate(x, y)
        : model.trainOnBatch(x, y));
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  const left = tf.memory().numTensors - before;
  model.dispose();
  tf.dispose(x);
  return [left, message];
}

const METHODS = ['fit', 'evaluate', 'trainOnBatch'] as const;
const sparse = listLosses().filter((name) => name.startsWith('sparse'));
const cases: [string, string, () => tf.Tensor, string][] = sparse.flatMap((name) => [
  [name, 'a class that is none', () => tf.tensor1d([0, 1, 3, 2], 'int32'), "'labels' holds 3 at index 2"],
  [
    `${name}(classWeights=[1,2])`,
    'weights of two classes for three',
    () => tf.zeros([N]),
    "'classWeights' must be 3 numbers",
  ],
  [name, 'one-hot labels', () => tf.ones([N, K]), 'labels of shape [4,3] do not fit'],
]);
cases.push([
  'sigmoidCrossEntropy(posWeight=[1,2])',
  'weights of two labels for three',
  () => tf.zeros([N, K]),
  "'posWeight' must be a number, or 3 numbers",
]);

describe.each(METHODS)('%s', (method) => {
  test.each(cases)('%s, %s', async (used, _what, labels, message) => {
    const y = labels();
    const [left, said] = await failing(used, method, y);
    const [leftByTfjs, thrown] = await failing('throwing', method, y);
    expect(thrown).toBe('thrown');
    expect(said).toContain(message);
    expect(said.startsWith(used.split('(')[0] ?? '')).toBe(true);
    expect(left).toBe(leftByTfjs);
    // fit keeps its array of indices, trainOnBatch the labels it has given another shape: both out of a plugin's reach.
    expect(left).toBeLessThanOrEqual(1);
    y.dispose();
  });

  test('the model trains on after it', async () => {
    const model = build('sequential', [], K);
    model.compile({optimizer: tf.train.sgd(0.1), loss: 'sparseSoftmaxCrossEntropy'});
    const x = tf.tensor2d(inputs(N), [N, FEATURES]);
    const run = async (labels: number[]): Promise<unknown> =>
      method === 'evaluate' ? model.evaluate(x, tf.tensor1d(labels)) : model.trainOnBatch(x, tf.tensor1d(labels));
    const weights = (): number[] => Array.from(model.getWeights()[0]?.dataSync() ?? []);
    const before = weights();
    await expect((async () => run([0, 1, 3, 2]))()).rejects.toThrow(RangeError);
    expect(weights()).toEqual(before);
    await run([0, 1, 2, 2]);
    expect(weights().every(Number.isFinite)).toBe(true);
  });
});

test.each(listLosses())('%s as a function leaves nothing where it throws', (name) => {
  const used = loss<string>(name);
  const pair = [tf.zeros([5]), tf.zeros([N, K])] as const;
  const before = tf.memory().numTensors;
  expect(() => used(...pair)).toThrow(`${name}: `);
  expect(tf.memory().numTensors).toBe(before);
});
