import type {SparseSoftmaxRows} from '.';
import {hardGradient, softGradient} from './_softmax_rows';

/** dy·∂ℓ/∂z of each row; 0 for an ignored one. */
export function sparseSoftmaxCrossEntropyWithLogitsGrad(
  rows: SparseSoftmaxRows,
  dy: Float64Array,
  gradient: Float32Array,
): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = {...rows, scratch: new Float64Array(classes)};
  const hard = rows.labelSmoothing === 0;
  const oneHot = new Float32Array(hard ? 0 : classes);
  for (let row = 0; row < count; row++) {
    const y = labels[row]!;
    if (y < 0) {
      gradient.fill(0, row * classes, (row + 1) * classes);
    } else if (hard) {
      const a = weights.length === 0 ? 1 : weights[y]!;
      hardGradient(options, row, y, a, stats, dy[row]!, gradient);
    } else {
      oneHot[y] = 1;
      softGradient(options, row, oneHot, 0, stats, dy[row]!, gradient);
      oneHot[y] = 0;
    }
  }
}
