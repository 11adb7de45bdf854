/** Rows whose label is one class y with q_y = 1: hard ones, and smoothed ones, whose targets are soft. */
import {hardGradient, hardLoss, softGradient, softLoss, type SoftmaxRowOptions} from './_softmax_rows';

/** w_y. */
function weightOf({weights}: SoftmaxRowOptions, y: number): number {
  return weights.length === 0 ? 1 : weights[y]!;
}

export function oneHotLoss(options: SoftmaxRowOptions, row: number, y: number, stats: Float32Array): number {
  const {uniform, oneHot} = options;
  if (uniform === 0) return hardLoss(options, row, y, weightOf(options, y), stats);
  oneHot[y] = 1;
  const loss = softLoss(options, row, oneHot, 0, stats);
  oneHot[y] = 0;
  return loss;
}

/** `dy` is the upstream gradient of the row. */
export function oneHotGradient(
  options: SoftmaxRowOptions,
  row: number,
  y: number,
  stats: Float32Array,
  dy: number,
  gradient: Float32Array,
): void {
  const {uniform, oneHot} = options;
  if (uniform === 0) {
    hardGradient(options, row, y, weightOf(options, y), stats, dy, gradient);
    return;
  }
  oneHot[y] = 1;
  softGradient(options, row, oneHot, 0, stats, dy, gradient);
  oneHot[y] = 0;
}
