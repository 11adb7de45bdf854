import type {SigmoidRows, Upstream} from './rows';
import {exp} from './_exp';
import {elementGradient} from './_sigmoid_element';
import {rowGradients} from './_sigmoid_rows';
import {upstreamOfRow} from './_upstream';

/**
 * scale·dy·∂ℓ/∂z of each element. One weight, labels as they are and one dy per row, the ordinary case, take a loop of their own:
 * with t = −z for y = 0 and z for y = 1, a label of 0 or 1 makes ∂ℓ/∂z = ±a/(1 + e^t).
 */
export function sigmoidCrossEntropyWithLogitsGrad(rows: SigmoidRows, upstream: Upstream, gradient: Float32Array): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing, perElement} = rows;
  if (perElement || posWeight.length > 0 || labelSmoothing !== 0 || positiveWeight !== negativeWeight) {
    rowGradients(rows, upstream, gradient);
    return;
  }
  for (let row = 0; row < count; row++) {
    const a = positiveWeight * upstreamOfRow(upstream, row);
    for (let i = row * classes; i < (row + 1) * classes; i++) {
      const y = labels[i]!;
      const z = logits[i]!;
      // A number instead of a branch: labels are as good as random to the processor.
      const sign = 1 - 2 * y;
      gradient[i] = y * y === y ? (a * sign) / (1 + exp(-sign * z)) : elementGradient(z, a * y, a * (1 - y), 0);
    }
  }
}
