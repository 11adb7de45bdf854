import {bceRowGradient, bceRowLoss, bceRowLossAndGradient, isGradientWritten, isPlainFactor} from './_bce_rows';
import {rowGradient, rowLoss} from './_sigmoid_rows';

/**
 * ℓ of each element, or summed over each row. `posWeight` is 0 for none. Unless `gradient` is 0, upstream·∂ℓ/∂z is written to it.
 */
export function sigmoidCrossEntropyWithLogits(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  posWeight: usize,
  loss: usize,
  perElement: i32,
  gradient: usize,
  upstream: f64,
  scratch: usize,
  labelSmoothing: f64,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const even = posWeight == 0 && positiveWeight == negativeWeight;
  const fast = even && !perElement;
  const factor = <f32>(upstream * positiveWeight);
  const fastGradient = even && labelSmoothing == 0 && isPlainFactor(factor);
  for (let row = 0; row < count; row++) {
    let sum = NaN;
    let isWritten = !gradient;
    if (fast && fastGradient && gradient) {
      sum = positiveWeight * bceRowLossAndGradient(logits, labels, classes, factor, gradient);
      isWritten = isGradientWritten();
    } else if (fast) {
      sum = positiveWeight * bceRowLoss(logits, labels, classes, labelSmoothing);
    }
    if (sum != sum) {
      const elements = perElement ? loss : 0;
      sum = rowLoss(
        logits, labels, posWeight, classes, labelSmoothing, positiveWeight, negativeWeight, gamma, elements, scratch,
      );
    }
    if (!perElement) store<f32>(loss, <f32>sum);
    if (!isWritten && !(fastGradient && bceRowGradient(logits, labels, classes, factor, gradient))) {
      rowGradient(
        logits, labels, posWeight, classes, labelSmoothing, positiveWeight, negativeWeight, gamma, upstream, 0, gradient,
        scratch,
      );
    }
    loss += perElement ? rowBytes : 4;
    if (gradient) gradient += rowBytes;
    logits += rowBytes;
    labels += rowBytes;
  }
}
