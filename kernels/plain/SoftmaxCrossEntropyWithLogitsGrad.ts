import type {SoftmaxRows} from '.';
import {singleTarget} from './_single_target';
import {hardGradient, softGradient} from './_softmax_rows';

/** dy·∂ℓ/∂z of each row. */
export function softmaxCrossEntropyWithLogitsGrad(rows: SoftmaxRows, dy: Float64Array, gradient: Float32Array): void {
  const {count, classes, labels, weights, stats} = rows;
  const options = {...rows, scratch: new Float64Array(classes)};
  const hard = rows.labelSmoothing === 0;
  for (let row = 0; row < count; row++) {
    const offset = row * classes;
    const y = hard ? singleTarget(labels, offset, classes) : -1;
    if (y < 0) {
      softGradient(options, row, labels, offset, stats, dy[row]!, gradient);
    } else {
      const a = labels[offset + y]! * (weights.length === 0 ? 1 : weights[y]!);
      hardGradient(options, row, y, a, stats, dy[row]!, gradient);
    }
  }
}
