import type {SparseSoftmaxRows, Upstream} from './rows';
import {oneHotGradient} from './_one_hot_rows';
import {softmaxRowOptions} from './_softmax_rows';
import {upstreamOfRow} from './_upstream';

/** scale·dy·∂ℓ/∂z of each row; 0 for an ignored one. */
export function sparseSoftmaxCrossEntropyWithLogitsGrad(
  rows: SparseSoftmaxRows,
  upstream: Upstream,
  gradient: Float32Array,
): void {
  const {count, classes, labels, stats} = rows;
  const options = softmaxRowOptions(rows);
  for (let row = 0; row < count; row++) {
    const y = labels[row]!;
    if (y < 0) gradient.fill(0, row * classes, (row + 1) * classes);
    else oneHotGradient(options, row, y, stats, upstreamOfRow(upstream, row), gradient);
  }
}
