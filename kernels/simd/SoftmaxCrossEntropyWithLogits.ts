import {hardLoss} from './_hard_rows';
import {singleTarget} from './_single_target';
import {softLoss} from './_soft_rows';

/** Class indices below it are float32 numbers. */
const LARGEST_INDEX: i32 = 1 << 24;

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
      const q = load<f32>(labels + at);
      const a = <f64>q * (weights ? <f64>load<f32>(weights + at) : 1);
      store<f32>(loss, <f32>hardLoss(logits, classes, y, a, gamma, zLoss, stats));
      if (q == 1 && y < LARGEST_INDEX) store<f32>(stats, <f32>y, 12);
    }
    logits += rowBytes;
    labels += rowBytes;
    stats += 16;
    loss += 4;
  }
}
