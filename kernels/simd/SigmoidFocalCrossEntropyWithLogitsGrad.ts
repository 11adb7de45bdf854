import {focalRowGradient} from './_focal_rows';
import {rowGradient} from './_sigmoid_rows';

/** dy·∂ℓ/∂z of each element: `rowDy` has a factor per row, `elementDy` one per element or is 0. */
export function sigmoidFocalCrossEntropyWithLogitsGrad(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  posWeight: usize,
  rowDy: usize,
  elementDy: usize,
  gradient: usize,
  labelSmoothing: f64,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const fast = elementDy == 0 && posWeight == 0 && labelSmoothing == 0 && gamma != 0;
  for (let row = 0; row < count; row++) {
    const factor = load<f64>(rowDy);
    if (!fast || !focalRowGradient(logits, labels, classes, positiveWeight, negativeWeight, gamma, factor, gradient)) {
      rowGradient(
        logits, labels, posWeight, classes, labelSmoothing, positiveWeight, negativeWeight, gamma, factor, elementDy, gradient,
      );
    }
    logits += rowBytes;
    labels += rowBytes;
    gradient += rowBytes;
    if (elementDy) elementDy += rowBytes;
    rowDy += 8;
  }
}
