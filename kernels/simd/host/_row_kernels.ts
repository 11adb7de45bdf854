/** The arguments of the SIMD kernels, whatever memory they work on. */
import {STATS_COLUMNS} from '../../../src/kernel_names';
import type {Ahead, RowKernels, RowLoops, SigmoidRows, SoftmaxRows, SparseSoftmaxRows, Upstream} from '../../plain';

/** An argument that stands for an address. An empty array has the address 0. */
export interface Block {
  /** 'shared' is the same for all rows, 'room' is for the kernel's own use and has no values. */
  readonly role: 'input' | 'output' | 'shared' | 'room';
  readonly values: Float32Array | Int32Array;
  /** How many of its numbers (float64 ones of room) belong to a row, or to the whole where all rows share it. */
  readonly length: number;
}

export type Argument = number | Block;

/** Calls `name(rows, K, ...args)` with addresses for the blocks, for all rows or some at a time. */
export type Run = (
  name: keyof RowLoops,
  rows: {readonly count: number; readonly classes: number},
  args: readonly Argument[],
) => void;

const NONE = new Float32Array(0);

const input = (values: Block['values'], length: number): Block => ({role: 'input', values, length});
const output = (values: Block['values'], length: number): Block => ({role: 'output', values, length});
const shared = (values: Block['values']): Block => ({role: 'shared', values, length: values.length});
const room = (length: number): Block => ({role: 'room', values: NONE, length});

/** Of kernels/simd/_stages.ts: a block of e and one of L. */
const SIGMOID_ROOM = 256;
/** Of kernels/simd/_soft_rows.ts: the last classes and weights, and two numbers of every class, in fours. */
const TAIL_ROOM = 10;
const softRoom = (classes: number): Block => room(TAIL_ROOM + 2 * (classes + 3));

/** A row of labels, for what knows the class only. */
const oneHotRoom = ({classes}: SoftmaxRows | SparseSoftmaxRows): Block => room(Math.ceil(classes / 2));

const NO_ROWS: readonly Argument[] = [shared(NONE), 0];

/** One number for each row, or one for all, and the bytes from row to row. */
function perRow(dy: Float32Array): readonly Argument[] {
  return dy.length === 1 ? [shared(dy), 0] : [input(dy, 1), dy.BYTES_PER_ELEMENT];
}

function softmaxScalars({labelSmoothing, gamma, zLoss}: SoftmaxRows | SparseSoftmaxRows): number[] {
  return [labelSmoothing, gamma, zLoss];
}

function sigmoidInputs({logits, labels, posWeight, classes}: SigmoidRows): Argument[] {
  return [input(logits, classes), input(labels, classes), shared(posWeight)];
}

function sigmoidScalars({labelSmoothing, positiveWeight, negativeWeight, gamma}: SigmoidRows): number[] {
  return [labelSmoothing, positiveWeight, negativeWeight, gamma];
}

/** What a loss makes its gradient of and where: nothing, or one factor for all rows. */
function aheadArguments(ahead: Ahead | undefined, classes: number): Argument[] {
  if (ahead === undefined) return [shared(NONE), 0];
  const {upstream, gradient} = ahead;
  return [output(gradient, classes), upstream.scale * upstream.dy[0]!];
}

/** Labels are a class index for a row, or a number for each class. */
function softmaxInputs({logits, labels, weights, classes}: SoftmaxRows | SparseSoftmaxRows): Argument[] {
  return [input(logits, classes), input(labels, labels instanceof Int32Array ? 1 : classes), shared(weights)];
}

/** `areAhead`: whether the losses of this backend make gradients ahead. */
export function simdRowKernels(run: Run, areAhead: boolean): RowKernels {
  type Softmax = 'softmaxCrossEntropyWithLogits' | 'sparseSoftmaxCrossEntropyWithLogits';
  const softmaxLoss = (name: Softmax) => (rows: SoftmaxRows | SparseSoftmaxRows, loss: Float32Array, ahead?: Ahead) =>
    run(name, rows, [
      ...softmaxInputs(rows),
      output(rows.stats, STATS_COLUMNS),
      output(loss, 1),
      ...aheadArguments(ahead, rows.classes),
      softRoom(rows.classes),
      oneHotRoom(rows),
      ...softmaxScalars(rows),
    ]);
  const softmaxGradient =
    (name: `${Softmax}Grad`) =>
    (rows: SoftmaxRows | SparseSoftmaxRows, {dy, scale}: Upstream, gradient: Float32Array) =>
      run(name, rows, [
        ...softmaxInputs(rows),
        input(rows.stats, STATS_COLUMNS),
        ...perRow(dy),
        scale,
        output(gradient, rows.classes),
        softRoom(rows.classes),
        oneHotRoom(rows),
        ...softmaxScalars(rows),
      ]);
  type Sigmoid = 'sigmoidCrossEntropyWithLogits' | 'sigmoidFocalCrossEntropyWithLogits';
  const sigmoidLoss = (name: Sigmoid) => (rows: SigmoidRows, loss: Float32Array, ahead?: Ahead) => {
    const {classes, perElement} = rows;
    const result = output(loss, perElement ? classes : 1);
    run(name, rows, [
      ...sigmoidInputs(rows),
      result,
      Number(perElement),
      ...aheadArguments(ahead, classes),
      room(SIGMOID_ROOM),
      ...sigmoidScalars(rows),
    ]);
  };
  const sigmoidGradient =
    (name: `${Sigmoid}Grad`) =>
    (rows: SigmoidRows, {dy, scale}: Upstream, gradient: Float32Array) => {
      const {classes, perElement} = rows;
      const upstream = perElement ? [...NO_ROWS, input(dy, classes)] : [...perRow(dy), shared(NONE)];
      run(name, rows, [
        ...sigmoidInputs(rows),
        ...upstream,
        scale,
        output(gradient, classes),
        room(SIGMOID_ROOM),
        ...sigmoidScalars(rows),
      ]);
    };
  return {
    areAhead,
    softmaxCrossEntropyWithLogits: softmaxLoss('softmaxCrossEntropyWithLogits'),
    softmaxCrossEntropyWithLogitsGrad: softmaxGradient('softmaxCrossEntropyWithLogitsGrad'),
    sparseSoftmaxCrossEntropyWithLogits: softmaxLoss('sparseSoftmaxCrossEntropyWithLogits'),
    sparseSoftmaxCrossEntropyWithLogitsGrad: softmaxGradient('sparseSoftmaxCrossEntropyWithLogitsGrad'),
    sigmoidCrossEntropyWithLogits: sigmoidLoss('sigmoidCrossEntropyWithLogits'),
    sigmoidCrossEntropyWithLogitsGrad: sigmoidGradient('sigmoidCrossEntropyWithLogitsGrad'),
    sigmoidFocalCrossEntropyWithLogits: sigmoidLoss('sigmoidFocalCrossEntropyWithLogits'),
    sigmoidFocalCrossEntropyWithLogitsGrad: sigmoidGradient('sigmoidFocalCrossEntropyWithLogitsGrad'),
  };
}
