import {bceRowGradient, isPlainFactor} from './_bce_rows';
import {rowGradient} from './_sigmoid_rows';

/**
 * scale·dy·∂ℓ/∂z of each element: dy is at `rowDy`, `rowDyStep` bytes from row to row, or, where that is 0, one per element at
 * `elementDy`. `posWeight` is 0 for none.
 */
export function sigmoidCrossEntropyWithLogitsGrad(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  posWeight: usize,
  rowDy: usize,
  rowDyStep: usize,
  elementDy: usize,
  scale: f64,
  gradient: usize,
  scratch: usize,
  labelSmoothing: f64,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const fast = elementDy == 0 && posWeight == 0 && positiveWeight == negativeWeight && labelSmoothing == 0;
  for (let row = 0; row < count; row++) {
    const factor = rowDy ? scale * <f64>load<f32>(rowDy) : scale;
    const both = <f32>(factor * positiveWeight);
    if (!fast || !isPlainFactor(both) || !bceRowGradient(logits, labels, classes, both, gradient)) {
      rowGradient(
        logits, labels, posWeight, classes, labelSmoothing, positiveWeight, negativeWeight, gamma, factor, elementDy, gradient,
        scratch,
      );
    }
    logits += rowBytes;
    labels += rowBytes;
    gradient += rowBytes;
    if (elementDy) elementDy += rowBytes;
    if (rowDy) rowDy += rowDyStep;
  }
}
