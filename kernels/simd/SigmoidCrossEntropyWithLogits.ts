import {bceRowLoss} from './_bce_rows';
import {rowLoss} from './_sigmoid_rows';

/** ℓ of each element, or summed over each row. `posWeight` is 0 for none. */
export function sigmoidCrossEntropyWithLogits(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  posWeight: usize,
  loss: usize,
  perElement: i32,
  scratch: usize,
  labelSmoothing: f64,
  positiveWeight: f64,
  negativeWeight: f64,
  gamma: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const fast = !perElement && posWeight == 0 && positiveWeight == negativeWeight;
  for (let row = 0; row < count; row++) {
    let sum = fast ? positiveWeight * bceRowLoss(logits, labels, classes, labelSmoothing) : NaN;
    if (sum != sum) {
      const elements = perElement ? loss : 0;
      sum = rowLoss(
        logits, labels, posWeight, classes, labelSmoothing, positiveWeight, negativeWeight, gamma, elements, scratch,
      );
    }
    if (!perElement) store<f32>(loss, <f32>sum);
    loss += perElement ? rowBytes : 4;
    logits += rowBytes;
    labels += rowBytes;
  }
}
