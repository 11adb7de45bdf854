/** A backend without kernels of ours gets compositions of tfjs ops: the same numbers, said once. */
import * as tf from '@tensorflow/tfjs';
import {OTHER_BACKEND as OTHER} from '../conformance/_other_backend';
import {ALL, type Op, logitGradient} from './_ops';

interface Case {
  readonly why: string;
  readonly shape: readonly number[];
  readonly scale: number;
  readonly options: (op: Op) => object;
  /** Class indices with an axis of length 1 for the classes. */
  readonly column?: boolean;
}

const K = 7;
const perClass = [0.5, 1, 2, 0, 1.5, 0.25, 3];

const CASES: Case[] = [
  {why: 'mean', shape: [5, K], scale: 2, options: () => ({})},
  {why: 'sum', shape: [5, K], scale: 2, options: () => ({reduction: 'sum'})},
  {why: 'none', shape: [5, K], scale: 2, options: () => ({reduction: 'none'})},
  {why: 'large logits', shape: [5, K], scale: 12, options: () => ({reduction: 'none'})},
  {why: 'smoothing', shape: [5, K], scale: 3, options: () => ({labelSmoothing: 0.1})},
  {
    why: 'weights per class or label',
    shape: [5, K],
    scale: 2,
    options: ({family}) => (family === 'sigmoid' ? {posWeight: perClass} : {classWeights: perClass}),
  },
  {
    why: 'everything at once, rank 3',
    shape: [2, 3, K],
    scale: 2,
    options: ({family, focal}) => ({
      labelSmoothing: 0.2,
      weights: family === 'sigmoid' ? [[[1]], [[2]]] : [[1], [2]],
      ...(family === 'sigmoid' ? {posWeight: perClass} : {classWeights: perClass, zLoss: 0.01}),
      ...(family === 'sparse' ? {ignoreIndex: 2} : {}),
      ...(focal ? {gamma: 1.5, alpha: 0.3} : {}),
    }),
  },
  {why: 'γ = 0', shape: [5, K], scale: 2, options: ({focal}) => (focal ? {gamma: 0} : {})},
  {why: 'γ below 1', shape: [5, K], scale: 2, options: ({focal}) => (focal ? {gamma: 0.5} : {})},
  {why: 'ignored rows', shape: [5, K], scale: 2, options: ({family}) => (family === 'sparse' ? {ignoreIndex: 2} : {})},
  {why: 'a column of class indices', shape: [5, K], scale: 2, column: true, options: () => ({reduction: 'none'})},
  {
    why: 'a column of class indices, ignored and weighted',
    shape: [5, K],
    scale: 2,
    column: true,
    options: ({family}) => (family === 'sparse' ? {ignoreIndex: 2, classWeights: perClass} : {}),
  },
  {why: 'one class', shape: [5, 1], scale: 2, options: () => ({})},
  {why: 'no rows', shape: [0, K], scale: 2, options: () => ({})},
  {
    why: 'another axis',
    shape: [2, K, 3],
    scale: 2,
    options: ({family}) => (family === 'sigmoid' ? {} : {axis: 1}),
  },
];

const rows = ALL.flatMap((op) => CASES.map((given) => [op.name, given.why, op, given] as const));

/** The same numbers on every backend, without a tfjs op. */
function inputs(op: Op, {shape, scale, options, column = false}: Case): {labels: tf.Tensor; logits: tf.Tensor} {
  const size = shape.reduce((a, b) => a * b, 1);
  const z = Float32Array.from({length: size}, (_, i) => scale * Math.sin(i * 12.9898));
  const axis = 'axis' in options(op) ? 1 : shape.length - 1;
  const classes = shape[axis] ?? 1;
  const batch = column ? shape.map((n, i) => (i === axis ? 1 : n)) : shape.filter((_, i) => i !== axis);
  const indices = Int32Array.from({length: size / Math.max(classes, 1)}, (_, i) => (i * 3 + 1) % classes);
  const soft = Float32Array.from({length: size}, (_, i) => 0.5 + 0.5 * Math.sin(i * 78.233));
  return {
    logits: tf.tensor(z, [...shape]),
    labels: op.family === 'sparse' ? tf.tensor(indices, batch, 'int32') : tf.tensor(soft, [...shape]),
  };
}

interface Numbers {
  readonly value: Float32Array;
  readonly gradient: Float32Array;
  readonly second: Float32Array;
  readonly labelGradient: Float32Array;
}

async function on(backend: string, op: Op, given: Case): Promise<Numbers> {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const result = tf.tidy(() => {
    const {labels: y, logits: z} = inputs(op, given);
    const options = given.options(op);
    const apply = (x: tf.Tensor): tf.Tensor => op.apply(y, x, options);
    const value = apply(z);
    const wave = (like: tf.Tensor, step: number): tf.Tensor =>
      tf.tensor(
        Float32Array.from({length: like.size}, (_, i) => Math.cos(i * step)),
        like.shape,
      );
    const dy = wave(value, 1.7);
    const gradient = (x: tf.Tensor): tf.Tensor => logitGradient(apply, x, dy);
    const second = logitGradient(gradient, z, wave(z, 2.3));
    const labelGradient = op.family === 'sparse' ? z : logitGradient((q) => op.apply(q, z, options), y, dy);
    const numbers = (x: tf.Tensor): Float32Array => x.dataSync<'float32'>();
    return {
      value: numbers(value),
      gradient: numbers(gradient(z)),
      second: numbers(second),
      labelGradient: numbers(labelGradient),
    };
  });
  expect(tf.memory().numTensors).toBe(before);
  return result;
}

/** Within 1e-5 of the largest entry, which is what float32 without care can do. */
function expectSame(what: string, actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const largest = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  expected.forEach((e, i) => {
    const a = actual[i] ?? NaN;
    if (!(Math.abs(a - e) <= 1e-5 * Math.max(Math.abs(e), 0.1 * largest) + 1e-7)) {
      throw new Error(`${what}, entry ${i}: ${a}, on cpu ${e}.`);
    }
  });
}

const warnings = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
const ours = (): unknown[] =>
  warnings.mock.calls.map(([text]: unknown[]) => text).filter((text) => /tfjs-losses/.test(String(text)));

test.each(rows)('%s: %s', async (_name, _why, op, given) => {
  const expected = await on('cpu', op, given);
  const actual = await on(OTHER, op, given);
  for (const what of ['value', 'gradient', 'second', 'labelGradient'] as const) {
    expectSame(what, actual[what], expected[what]);
  }
});

test('said once, and the compositions are there', () => {
  expect(ours()).toEqual([expect.stringMatching(/no kernels of its own for the backend 'other'.*right but slower/s)]);
  const [mine, theirs] = ['cpu', OTHER].map(
    (name) => tf.getKernel('SoftmaxCrossEntropyWithLogitsGrad', name).kernelFunc,
  );
  expect(theirs).toBeDefined();
  expect(theirs).not.toBe(mine);
});

test('a label that is no class is NaN in its row alone', async () => {
  await tf.setBackend(OTHER);
  for (const op of ALL.filter(({family}) => family === 'sparse')) {
    tf.tidy(() => {
      const losses = op.apply([0, 5, 1.5, -1, 1], tf.zeros([5, 3]), {reduction: 'none'}).dataSync();
      expect(Array.from(losses, Number.isNaN)).toEqual([false, true, true, true, false]);
    });
  }
});
