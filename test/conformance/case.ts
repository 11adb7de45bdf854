/**
 * What a conformance case is: data only, so that every backend, in Node or in a browser, runs the same ones.
 *
 * All inputs are float32 numbers, and so are class weights, α and per-label weights: the exact result of a case is then
 * a fact, not a matter of how its options are rounded.
 */

export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Labels extends Values {
  readonly dtype: 'float32' | 'int32' | 'bool';
}

export interface Inputs {
  readonly logits: Values;
  readonly labels: Labels;
}

/** Options of the softmax ops; γ and α are the focal ones', `ignoreIndex` the sparse ones'. */
export interface SoftmaxOptions {
  readonly labelSmoothing?: number;
  readonly classWeights?: readonly number[];
  readonly axis?: number;
  readonly zLoss?: number;
  readonly ignoreIndex?: number;
  readonly gamma?: number;
  readonly alpha?: number | readonly number[] | null;
}

/** Options of the sigmoid ops; γ and α are the focal one's. */
export interface SigmoidOptions {
  readonly labelSmoothing?: number;
  readonly posWeight?: number | readonly number[];
  readonly gamma?: number;
  readonly alpha?: number | null;
}

export const DENSE_OPS = ['softmaxCrossEntropy', 'softmaxFocalCrossEntropy'] as const;
export const SPARSE_OPS = ['sparseSoftmaxCrossEntropy', 'sparseSoftmaxFocalCrossEntropy'] as const;
export const SIGMOID_OPS = ['sigmoidCrossEntropy', 'sigmoidFocalCrossEntropy'] as const;

export type DenseOp = (typeof DENSE_OPS)[number];
export type SparseOp = (typeof SPARSE_OPS)[number];
export type SigmoidOp = (typeof SIGMOID_OPS)[number];
export type OpName = DenseOp | SparseOp | SigmoidOp;

/**
 * How a case is reduced. 'weighted' has one sample weight per loss, 'broadcast' one per index of the losses' first axis,
 * 'normalized' a normalizer.
 */
export const REDUCTIONS = [
  'none',
  'sum',
  'mean',
  'none weighted',
  'sum weighted',
  'mean weighted',
  'mean broadcast',
  'mean normalized',
  'mean weighted normalized',
] as const;
export type ReductionName = (typeof REDUCTIONS)[number];

interface CommonCase {
  readonly name: string;
  /** Which naive formula or layout mistake the case breaks. */
  readonly why: string;
  /** Built when the case runs: some are large. */
  readonly inputs: () => Inputs;
  /** Default: 'none' alone. */
  readonly reductions?: readonly ReductionName[];
  /** Whether it takes seconds: tens of thousands of logits. */
  readonly large?: boolean;
  /** Whether second derivatives are compared too; for small K. */
  readonly secondOrder?: boolean;
}

export interface DenseCase extends CommonCase {
  readonly op: DenseOp;
  readonly options: SoftmaxOptions;
}

export interface SparseCase extends CommonCase {
  readonly op: SparseOp;
  readonly options: SoftmaxOptions;
}

export interface SigmoidCase extends CommonCase {
  readonly op: SigmoidOp;
  readonly options: SigmoidOptions;
}

export type Case = DenseCase | SparseCase | SigmoidCase;

export function isDense(c: Case): c is DenseCase {
  return c.op === 'softmaxCrossEntropy' || c.op === 'softmaxFocalCrossEntropy';
}

export function isSparse(c: Case): c is SparseCase {
  return c.op === 'sparseSoftmaxCrossEntropy' || c.op === 'sparseSoftmaxFocalCrossEntropy';
}

export function isSigmoid(c: Case): c is SigmoidCase {
  return c.op === 'sigmoidCrossEntropy' || c.op === 'sigmoidFocalCrossEntropy';
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Rows of numbers as a matrix, each number rounded to float32. */
export function matrix(rows: readonly (readonly number[])[], columns = rows[0]?.length ?? 0): Values {
  return {shape: [rows.length, columns], values: Float32Array.from(rows.flat())};
}

/** Numbers of a given shape, each rounded to float32. */
export function fill(shape: readonly number[], value: (i: number) => number): Values {
  return {shape, values: Float32Array.from({length: sizeOf(shape)}, (_, i) => value(i))};
}

/** Every combination of one entry of each list, merged. */
export function crossProduct<T extends object>(...lists: readonly (readonly Partial<T>[])[]): Partial<T>[] {
  return lists.reduce<Partial<T>[]>(
    (combinations, list) => combinations.flatMap((head) => list.map((tail) => ({...head, ...tail}))),
    [{}],
  );
}
