import {STATS_COLUMNS} from '../../src/kernel_names';
import type {SoftmaxRows, Upstream} from './rows';
import {oneHotGradient} from './_one_hot_rows';
import {singleTarget} from './_single_target';
import {hardGradient, softGradient, softmaxRowOptions} from './_softmax_rows';
import {upstreamOfRow} from './_upstream';

/** scale·dy·∂ℓ/∂z of each row. */
export function softmaxCrossEntropyWithLogitsGrad(rows: SoftmaxRows, upstream: Upstream, gradient: Float32Array): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = softmaxRowOptions(rows);
  const hard = rows.labelSmoothing === 0;
  for (let row = 0; row < count; row++) {
    const offset = row * classes;
    const dy = upstreamOfRow(upstream, row);
    const known = stats[STATS_COLUMNS * row + 3]!;
    const y = known < 0 && hard ? singleTarget(labels, offset, classes) : known;
    if (known >= 0) {
      oneHotGradient(options, row, y, stats, dy, gradient);
    } else if (y >= 0) {
      const a = labels[offset + y]! * (weights.length === 0 ? 1 : weights[y]!);
      hardGradient(options, row, y, a, stats, dy, gradient);
    } else {
      softGradient(options, row, labels, offset, stats, dy, gradient);
    }
  }
}
