/** The six ops as data: what each takes, and a small valid call to start from. */
import * as tf from '@tensorflow/tfjs';
import {
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
} from '../../src';

/** An op as JavaScript calls it: with anything. */
export type LooseOp = (labels: unknown, logits: unknown, options?: unknown) => tf.Tensor;

const OPS = {
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
};

export type OpName = keyof typeof OPS;
export type Family = 'softmax' | 'sparse' | 'sigmoid';

export interface Op {
  readonly name: OpName;
  readonly family: Family;
  readonly focal: boolean;
  readonly apply: LooseOp;
}

export const ALL: readonly Op[] = (Object.keys(OPS) as OpName[]).map((name) => ({
  name,
  family: name.startsWith('sparse') ? 'sparse' : name.startsWith('softmax') ? 'softmax' : 'sigmoid',
  focal: name.includes('Focal'),
  apply: OPS[name] as LooseOp,
}));

export function of(...families: Family[]): Op[] {
  return ALL.filter(({family}) => families.includes(family));
}

export const FOCAL = ALL.filter(({focal}) => focal);

export const N = 4;
export const K = 3;

export const LOGITS = [
  [2, -1, 0.5],
  [0, 3, -2],
  [1, 1.25, 1],
  [-4, 0.25, 2],
];
export const CLASSES = [0, 2, 1, 2];
export const ONE_HOT = CLASSES.map((y) => [0, 1, 2].map((k) => (k === y ? 1 : 0)));
export const LABELS = [
  [1, 0, 1],
  [0, 0, 0.25],
  [0, 1, 1],
  [0.5, 1, 0],
];

/** Labels that fit LOGITS, of rank 2, or of rank 1 for class indices. */
export function labelsOf({family}: Op): number[] | number[][] {
  return family === 'sparse' ? CLASSES : family === 'softmax' ? ONE_HOT : LABELS;
}

/** The values of a result, which is disposed. */
export function numbers(result: tf.Tensor): number[] {
  const values = Array.from(result.dataSync());
  result.dispose();
  return values;
}

/** The gradient in the logits of the sum over the result. */
export function logitGradient(apply: (z: tf.Tensor) => tf.Tensor, logits: tf.Tensor, dy?: tf.Tensor): tf.Tensor {
  return tf.grad(apply)(logits, dy);
}

/** Fails, with the index, unless |actual − expected| ≤ relative·|expected| + absolute. NaN and ±∞ equal only themselves. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  {relative = 2e-6, absolute = 1e-7}: {relative?: number; absolute?: number} = {},
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] ?? NaN;
    const e = expected[i] ?? NaN;
    const near = Number.isFinite(a) && Number.isFinite(e) && Math.abs(a - e) <= relative * Math.abs(e) + absolute;
    if (!near && !Object.is(a, e)) throw new Error(`At ${i}: got ${a}, expected ${e}.`);
  }
}
