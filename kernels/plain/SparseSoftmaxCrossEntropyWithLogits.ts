import {STATS_COLUMNS} from '../../src/kernel_names';
import type {SparseSoftmaxRows} from './rows';
import {oneHotLoss} from './_one_hot_rows';
import {softmaxRowOptions} from './_softmax_rows';

/** ℓ and the statistics of each row; a negative label is ignored. */
export function sparseSoftmaxCrossEntropyWithLogits(rows: SparseSoftmaxRows, loss: Float32Array): void {
  const {count, labels, stats} = rows;
  const options = softmaxRowOptions(rows);
  for (let row = 0; row < count; row++) {
    const y = labels[row]!;
    if (y < 0) {
      loss[row] = 0;
      stats.fill(0, STATS_COLUMNS * row, STATS_COLUMNS * (row + 1));
    } else {
      loss[row] = oneHotLoss(options, row, y, stats);
    }
  }
}
