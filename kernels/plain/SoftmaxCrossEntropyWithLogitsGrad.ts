import {STATS_COLUMNS} from '../../src/kernel_names';
import type {SoftmaxRows, Upstream} from './rows';
import {oneHotGradient} from './_one_hot_rows';
import {singleTarget} from './_single_target';
import {hardGradient, softGradient} from './_softmax_rows';
import {upstreamOfRow} from './_upstream';

/** scale·dy·∂ℓ/∂z of each row. */
export function softmaxCrossEntropyWithLogitsGrad(rows: SoftmaxRows, upstream: Upstream, gradient: Float32Array): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = {...rows, scratch: new Float64Array(classes)};
  const hard = rows.labelSmoothing === 0;
  const oneHot = new Float32Array(hard ? 0 : classes);
  for (let row = 0; row < count; row++) {
    const offset = row * classes;
    const dy = upstreamOfRow(upstream, row);
    const known = stats[STATS_COLUMNS * row + 3]!;
    const y = known < 0 && hard ? singleTarget(labels, offset, classes) : known;
    if (known >= 0) {
      oneHotGradient(options, row, y, stats, dy, gradient, oneHot);
    } else if (y >= 0) {
      const a = labels[offset + y]! * (weights.length === 0 ? 1 : weights[y]!);
      hardGradient(options, row, y, a, stats, dy, gradient);
    } else {
      softGradient(options, row, labels, offset, stats, dy, gradient);
    }
  }
}
