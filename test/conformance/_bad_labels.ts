/** Labels that are no class: never read from memory, clamped or floored. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {SPARSE_OPS, type SparseCase, type Values} from './case';
import {applyOp} from './_ops';
import type {Rules} from './rules';
import {at, take, tensorOf} from './_tensors';
import {rowEntries} from './_truth';

const CLASSES = 4;
const LOGITS: Values = {shape: [3, CLASSES], values: Float32Array.of(1, 2, 3, 4, 0, -1, 2, 5, 1, 1, 0, 3)};

const BAD = [
  {label: -1, dtype: 'int32'},
  {label: CLASSES, dtype: 'int32'},
  {label: 1e9, dtype: 'int32'},
  {label: -(2 ** 31), dtype: 'int32'},
  {label: 1.9, dtype: 'float32'},
  {label: -0.5, dtype: 'float32'},
  {label: NaN, dtype: 'float32'},
  {label: Infinity, dtype: 'float32'},
] as const;

const OPTIONS = [{}, {ignoreIndex: -100}, {classWeights: [1, 2, 0.5, 1]}, {labelSmoothing: 0.1}];

export interface BadLabelCase extends SparseCase {
  /** The label of row 1. */
  readonly label: number;
  readonly reduction: 'none' | 'mean';
}

export const BAD_LABEL_CASES: readonly BadLabelCase[] = SPARSE_OPS.flatMap((op) =>
  BAD.flatMap(({label, dtype}) =>
    OPTIONS.flatMap((options) =>
      (['none', 'mean'] as const).map((reduction) => ({
        op,
        name: `${dtype} ${label} ${JSON.stringify(options)} ${reduction}`,
        why: 'an index outside of the classes read from memory, or a label clamped or floored without a word',
        options,
        inputs: () => ({logits: LOGITS, labels: {shape: [3], values: Float32Array.of(3, label, 0), dtype}}),
        label,
        reduction,
      })),
    ),
  ),
);

export async function checkBadLabel({badLabels}: Rules, c: BadLabelCase): Promise<void> {
  const inputs = c.inputs();
  const logits = tensorOf(inputs.logits);
  const labels = tensorOf(inputs.labels, inputs.labels.dtype);
  const {reduction} = c;
  const run = () => tf.tidy(() => tf.grad((z: Tensor) => applyOp(c, labels, z, {reduction}))(logits));
  try {
    if (badLabels === 'RangeError') {
      assertRangeError(
        run,
        new RegExp(`^${c.op}: 'labels' holds ${Math.fround(c.label)} at index 1\\. Expected .*0 to 3`),
      );
    } else {
      const [gradient = new Float32Array(0)] = await take([run()]);
      assertNaNRow(gradient, reduction);
    }
  } finally {
    tf.dispose([logits, labels]);
  }
}

function assertRangeError(run: () => void, message: RegExp): void {
  try {
    run();
  } catch (error) {
    if (error instanceof RangeError && message.test(error.message)) return;
    throw new Error(`expected a RangeError ${message}, came ${String(error)}`, {cause: error});
  }
  throw new Error(`expected a RangeError ${message}, came no error`);
}

function assertNaNRow(gradient: Float32Array, reduction: 'none' | 'mean'): void {
  const rows = rowEntries(LOGITS.shape, -1).map((entries) => entries.map((i) => at(gradient, i)));
  const [first = [], bad = [], last = []] = rows;
  if (!bad.every(Number.isNaN)) throw new Error(`expected a row of NaN, came [${bad.join(', ')}]`);
  // A mean with a NaN in it is NaN for all; without, the other rows are untouched.
  if (reduction === 'none' && ![...first, ...last].every(Number.isFinite))
    throw new Error(`expected finite gradients in the other rows, came [${[...first, ...last].join(', ')}]`);
}
