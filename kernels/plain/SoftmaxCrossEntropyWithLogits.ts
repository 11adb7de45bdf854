import {STATS_COLUMNS} from '../../src/kernel_names';
import type {SoftmaxRows} from '.';
import {singleTarget} from './_single_target';
import {hardLoss, softLoss} from './_softmax_rows';

/** Class indices below it are float32 numbers. */
const LARGEST_INDEX = 2 ** 24;

/** ℓ and the statistics of each row. */
export function softmaxCrossEntropyWithLogits(rows: SoftmaxRows, loss: Float32Array): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = {...rows, scratch: new Float64Array(0)};
  const hard = rows.labelSmoothing === 0;
  for (let row = 0; row < count; row++) {
    const offset = row * classes;
    const y = hard ? singleTarget(labels, offset, classes) : -1;
    if (y < 0) {
      loss[row] = softLoss(options, row, labels, offset, stats);
    } else {
      const q = labels[offset + y]!;
      loss[row] = hardLoss(options, row, y, q * (weights.length === 0 ? 1 : weights[y]!), stats);
      if (q === 1 && y < LARGEST_INDEX) stats[STATS_COLUMNS * row + 3] = y;
    }
  }
}
