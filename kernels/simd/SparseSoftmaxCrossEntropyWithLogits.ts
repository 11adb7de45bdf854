import {hardLoss} from './_hard_rows';
import {softLoss} from './_soft_rows';

/** ℓ and the statistics of each row; a negative label is ignored. `weights` is 0 for none, `oneHot` room for K floats. */
export function sparseSoftmaxCrossEntropyWithLogits(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  weights: usize,
  stats: usize,
  loss: usize,
  oneHot: usize,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const hard = labelSmoothing == 0;
  if (!hard) memory.fill(oneHot, 0, rowBytes);
  for (let row = 0; row < count; row++) {
    const y = load<i32>(labels);
    const at = <usize>y << 2;
    if (y < 0) {
      store<f32>(loss, 0);
      memory.fill(stats, 0, 16);
    } else if (hard) {
      const a: f64 = weights ? <f64>load<f32>(weights + at) : 1;
      store<f32>(loss, <f32>hardLoss(logits, classes, y, a, gamma, zLoss, stats));
    } else {
      store<f32>(oneHot + at, 1);
      store<f32>(loss, <f32>softLoss(logits, oneHot, weights, classes, labelSmoothing, gamma, zLoss, stats));
      store<f32>(oneHot + at, 0);
    }
    logits += rowBytes;
    labels += 4;
    stats += 16;
    loss += 4;
  }
}
