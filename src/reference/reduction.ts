import {at, checkLength} from './_numbers';
import {sum} from './_sum';

/** How the losses of N rows (or elements) become the result. */
export interface ReduceOptions {
  /** Default 'mean'. */
  readonly reduction?: 'none' | 'sum' | 'mean';
  /** Sample weights, N values. Default 1. */
  readonly weights?: ArrayLike<number>;
  /** What each row counts in the divisor of 'mean', N values: see `rowDivisorWeight`. Default 1. */
  readonly divisorWeights?: ArrayLike<number>;
  /** Replaces the divisor of 'mean'. */
  readonly normalizer?: number;
}

/**
 * Reduces N losses, with sample weights v and divisor weights d.
 *
 *   none: v_i·ℓ_i      sum: Σ_i v_i·ℓ_i      mean: Σ_i v_i·ℓ_i / Σ_i v_i·d_i, 0 where the divisor is 0
 *
 * 'mean' is PyTorch's: d_i is the class weight of the label where labels are class indices (0 for an ignored row), and 1
 * for soft labels and the sigmoid family. PyTorch's own mean over nothing is NaN (pytorch#70348).
 *
 * @returns N values for 'none', otherwise a number.
 * @throws RangeError if weights or divisorWeights do not have N entries.
 */
export function reduce(losses: ArrayLike<number>, options: ReduceOptions & {reduction: 'none'}): Float64Array;
export function reduce(losses: ArrayLike<number>, options?: ReduceOptions & {reduction?: 'sum' | 'mean'}): number;
export function reduce(losses: ArrayLike<number>, options: ReduceOptions): number | Float64Array;
export function reduce(losses: ArrayLike<number>, options: ReduceOptions = {}): number | Float64Array {
  const {reduction = 'mean', normalizer} = options;
  const ones = new Float64Array(losses.length).fill(1);
  const {weights = ones, divisorWeights = ones} = options;
  checkLength('weights', weights, losses.length);
  checkLength('divisorWeights', divisorWeights, losses.length);

  const weighted = products(weights, losses);
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return sum(weighted);
  const divisor = normalizer ?? sum(products(weights, divisorWeights));
  return divisor === 0 ? 0 : sum(weighted) / divisor;
}

function products(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  return Float64Array.from(a).map((x, i) => x * at(b, i));
}

/**
 * What a row with a class index counts in the divisor of the mean: w_y, the class weight of its label; 0 if ignored.
 *
 * @param label y, a class index or ignoreIndex.
 * @throws RangeError naming the label if there is no class weight for it.
 */
export function rowDivisorWeight(
  label: number,
  {classWeights, ignoreIndex}: {readonly classWeights?: ArrayLike<number>; readonly ignoreIndex?: number} = {},
): number {
  if (label === ignoreIndex) return 0;
  if (classWeights === undefined) return 1;
  const weight = classWeights[label];
  if (weight === undefined) throw new RangeError(`class index ${label} is not in [0, ${classWeights.length})`);
  return weight;
}
