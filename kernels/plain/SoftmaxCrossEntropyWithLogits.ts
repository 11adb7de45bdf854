import {STATS_COLUMNS} from '../../src/kernel_names';
import type {SoftmaxRows} from './rows';
import {oneHotLoss} from './_one_hot_rows';
import {singleTarget} from './_single_target';
import {hardLoss, softLoss, softmaxRowOptions} from './_softmax_rows';

/** Class indices below it are float32 numbers. */
const LARGEST_INDEX = 2 ** 24;

/** ℓ and the statistics of each row. */
export function softmaxCrossEntropyWithLogits(rows: SoftmaxRows, loss: Float32Array): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = softmaxRowOptions(rows);
  const hard = rows.labelSmoothing === 0;
  for (let row = 0; row < count; row++) {
    const offset = row * classes;
    const y = singleTarget(labels, offset, classes);
    const q = y < 0 ? 0 : labels[offset + y]!;
    if (q === 1) {
      loss[row] = oneHotLoss(options, row, y, stats);
      if (y < LARGEST_INDEX) stats[STATS_COLUMNS * row + 3] = y;
    } else if (y >= 0 && hard) {
      loss[row] = hardLoss(options, row, y, q * (weights.length === 0 ? 1 : weights[y]!), stats);
    } else {
      loss[row] = softLoss(options, row, labels, offset, stats);
    }
  }
}
