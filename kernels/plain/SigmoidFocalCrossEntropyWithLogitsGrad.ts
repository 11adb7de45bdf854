import type {SigmoidRows, Upstream} from './rows';
import {focalSlope} from './_focal_element';
import {elementGradient} from './_sigmoid_element';
import {rowGradients} from './_sigmoid_rows';
import {upstreamOfRow} from './_upstream';

/** scale·dy·∂ℓ/∂z of each element. Labels as they are and one dy per row, the ordinary case, take a loop of their own. */
export function sigmoidFocalCrossEntropyWithLogitsGrad(
  rows: SigmoidRows,
  upstream: Upstream,
  gradient: Float32Array,
): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing, gamma} = rows;
  if (rows.perElement || posWeight.length > 0 || labelSmoothing !== 0 || gamma === 0) {
    rowGradients(rows, upstream, gradient);
    return;
  }
  for (let row = 0; row < count; row++) {
    const dy = upstreamOfRow(upstream, row);
    for (let i = row * classes; i < (row + 1) * classes; i++) {
      const y = labels[i]!;
      const z = logits[i]!;
      const p = dy * positiveWeight * y;
      const n = dy * negativeWeight * (1 - y);
      // ∂ℓ/∂z is −∂ℓ/∂v for y = 1.
      gradient[i] = y * y === y ? focalSlope((1 - 2 * y) * z, n - p, gamma) : elementGradient(z, p, n, gamma);
    }
  }
}
