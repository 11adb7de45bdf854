import type {SigmoidRows, SigmoidUpstream} from '.';
import {elementGradientOfBce} from './_sigmoid_element';
import {rowGradients} from './_sigmoid_rows';

/** dy·∂ℓ/∂z of each element. One weight, labels as they are and one dy per row, the ordinary case, take a loop of their own. */
export function sigmoidCrossEntropyWithLogitsGrad(
  rows: SigmoidRows,
  dy: SigmoidUpstream,
  gradient: Float32Array,
): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing, perElement} = rows;
  if (perElement || posWeight.length > 0 || labelSmoothing !== 0) {
    rowGradients(rows, dy, gradient);
    return;
  }
  for (let row = 0; row < count; row++) {
    const p = positiveWeight * dy.rows[row]!;
    const n = negativeWeight * dy.rows[row]!;
    for (let i = row * classes; i < (row + 1) * classes; i++) {
      const y = labels[i]!;
      gradient[i] = elementGradientOfBce(logits[i]!, p * y, n * (1 - y));
    }
  }
}
