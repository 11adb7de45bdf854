/** Which kernels a case has run, and whether anything of the size of the logits ran beside them. */
import type {profile} from '@tensorflow/tfjs-core';
import {isSigmoid, sizeOf, type Case, type Inputs} from './case';
import {ALL_KERNELS, KERNELS_OF} from './_ops';

/** The largest tensor that anything but the kernels may read or write: the statistics of the rows, or one row. */
export function rowBudget(c: Case, {logits}: Inputs): number {
  const {shape} = logits;
  const axis = isSigmoid(c) ? -1 : (c.options.axis ?? -1);
  const classes = shape[axis < 0 ? axis + shape.length : axis] ?? 1;
  return Math.max(classes, classes === 0 ? 0 : (3 * sizeOf(shape)) / classes, 1);
}

/** Ops that give another view of the same data. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'Identity', 'ExpandDims']);

type Profile = Awaited<ReturnType<typeof profile>>;

export function assertKernels(c: Case, inputs: Inputs, {kernels}: Profile, budget: number): void {
  const own = kernels.map((kernel) => kernel.name).filter((name) => ALL_KERNELS.has(name));
  assertEqual(`${c.op}: the kernels that ran`, own, KERNELS_OF[c.op]);

  const {shape} = inputs.logits;
  const allowed = new Set(VIEWS);
  const moved =
    !isSigmoid(c) && c.options.axis !== undefined && (c.options.axis + shape.length) % shape.length < shape.length - 1;
  if (moved) allowed.add('Transpose');
  if (inputs.labels.dtype !== 'float32' && inputs.labels.values.length > budget) allowed.add('Cast');
  const large = kernels
    .filter(({name}) => !ALL_KERNELS.has(name) && !allowed.has(name))
    .filter(({inputShapes, outputShapes}) => [...inputShapes, ...outputShapes].some((s) => sizeOf(s) > budget))
    .map(({name, inputShapes}) => `${name} of ${inputShapes.map((s) => `[${s.join(', ')}]`).join(', ')}`);
  assertEqual(`${c.op}: what ran on tensors of the size of the logits beside them`, large, []);
}

/** The loss kernel has returned `ahead` behind the loss and, of a softmax, the statistics. */
export function assertAhead(c: Case, {kernels}: Profile): void {
  const loss = kernels.find(({name}) => ALL_KERNELS.has(name));
  const outputs = String(loss?.outputShapes.length);
  assertEqual(`${c.op}: the number of outputs of ${loss?.name}`, [outputs], [isSigmoid(c) ? '2' : '3']);
}

function assertEqual(what: string, actual: readonly string[], expected: readonly string[]): void {
  if (actual.join() !== expected.join())
    throw new Error(`${what}: [${actual.join(', ')}], expected [${expected.join(', ')}]`);
}
