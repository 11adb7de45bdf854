import type {SparseSoftmaxRows} from '.';
import {hardLoss, softLoss} from './_softmax_rows';

/** ℓ and the statistics of each row; a negative label is ignored. */
export function sparseSoftmaxCrossEntropyWithLogits(rows: SparseSoftmaxRows, loss: Float32Array): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = {...rows, scratch: new Float64Array(0)};
  const hard = rows.labelSmoothing === 0;
  const oneHot = new Float32Array(hard ? 0 : classes);
  for (let row = 0; row < count; row++) {
    const y = labels[row]!;
    if (y < 0) {
      loss[row] = 0;
    } else if (hard) {
      loss[row] = hardLoss(options, row, y, weights.length === 0 ? 1 : weights[y]!, stats);
    } else {
      oneHot[y] = 1;
      loss[row] = softLoss(options, row, oneHot, 0, stats);
      oneHot[y] = 0;
    }
  }
}
