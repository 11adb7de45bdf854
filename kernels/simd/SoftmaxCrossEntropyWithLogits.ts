import {hardLoss} from './_hard_rows';
import {singleTarget} from './_single_target';
import {softLoss} from './_soft_rows';

/** ℓ and the statistics of each row. `weights` is 0 for none. */
export function softmaxCrossEntropyWithLogits(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  weights: usize,
  stats: usize,
  loss: usize,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const hard = labelSmoothing == 0;
  for (let row = 0; row < count; row++) {
    const y = hard ? singleTarget(labels, classes) : -1;
    if (y < 0) {
      store<f32>(loss, <f32>softLoss(logits, labels, weights, classes, labelSmoothing, gamma, zLoss, stats));
    } else {
      const at = <usize>y << 2;
      const a = <f64>load<f32>(labels + at) * (weights ? <f64>load<f32>(weights + at) : 1);
      store<f32>(loss, <f32>hardLoss(logits, classes, y, a, gamma, zLoss, stats));
    }
    logits += rowBytes;
    labels += rowBytes;
    stats += 12;
    loss += 4;
  }
}
