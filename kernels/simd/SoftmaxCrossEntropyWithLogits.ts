import {hardGradientOfKept, hardLoss} from './_hard_rows';
import {oneHotLoss} from './_one_hot_rows';
import {singleTarget} from './_single_target';
import {softGradient, softLoss} from './_soft_rows';

/** Class indices below it are float32 numbers. */
const LARGEST_INDEX: i32 = 1 << 24;

/**
 * ℓ and the statistics of each row. `weights` is 0 for none, `oneHot` room for K floats. Unless `gradient` is 0, upstream·∂ℓ/∂z is
 * written to it.
 */
export function softmaxCrossEntropyWithLogits(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  weights: usize,
  stats: usize,
  loss: usize,
  gradient: usize,
  upstream: f64,
  scratch: usize,
  oneHot: usize,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
): void {
  const rowBytes = <usize>classes << 2;
  if (labelSmoothing != 0) memory.fill(oneHot, 0, rowBytes);
  for (let row = 0; row < count; row++) {
    const y = singleTarget(labels, classes);
    const at = <usize>y << 2;
    const q: f32 = y < 0 ? 0 : load<f32>(labels + at);
    let result: f64;
    if (q == 1) {
      result = oneHotLoss(
        logits, weights, classes, y, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch, oneHot,
      );
      if (y < LARGEST_INDEX) store<f32>(stats, <f32>y, 12);
    } else if (y >= 0 && labelSmoothing == 0) {
      const a = <f64>q * (weights ? <f64>load<f32>(weights + at) : 1);
      result = hardLoss(logits, classes, y, a, gamma, zLoss, stats, gradient);
      if (gradient) hardGradientOfKept(logits, classes, y, a, gamma, zLoss, stats, upstream, gradient);
    } else {
      result = softLoss(logits, labels, weights, classes, labelSmoothing, gamma, zLoss, stats, scratch);
      if (gradient) {
        softGradient(
          logits, labels, weights, classes, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch,
        );
      }
    }
    store<f32>(loss, <f32>result);
    logits += rowBytes;
    labels += rowBytes;
    stats += 16;
    loss += 4;
    if (gradient) gradient += rowBytes;
  }
}
