import {hardGradient} from './_hard_rows';
import {oneHotGradient} from './_one_hot_rows';
import {singleTarget} from './_single_target';
import {softGradient} from './_soft_rows';

/**
 * scale·dy·∂ℓ/∂z of each row, with `dyStep` bytes from dy to dy. `weights` is 0 for none, `oneHot` room for K floats. `labels`
 * may be 0 where the loss has found every row to be one-hot.
 */
export function softmaxCrossEntropyWithLogitsGrad(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  weights: usize,
  stats: usize,
  dy: usize,
  dyStep: usize,
  scale: f64,
  gradient: usize,
  scratch: usize,
  oneHot: usize,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
): void {
  const rowBytes = <usize>classes << 2;
  if (labelSmoothing != 0) memory.fill(oneHot, 0, rowBytes);
  for (let row = 0; row < count; row++) {
    const upstream = scale * <f64>load<f32>(dy);
    const known = <i32>load<f32>(stats, 12);
    const y = known < 0 && labelSmoothing == 0 ? singleTarget(labels, classes) : known;
    if (known >= 0) {
      oneHotGradient(
        logits, weights, classes, y, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch, oneHot,
      );
    } else if (y >= 0) {
      const at = <usize>y << 2;
      const a = <f64>load<f32>(labels + at) * (weights ? <f64>load<f32>(weights + at) : 1);
      hardGradient(logits, classes, y, a, gamma, zLoss, stats, upstream, gradient);
    } else {
      softGradient(
        logits, labels, weights, classes, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch,
      );
    }
    logits += rowBytes;
    if (labels) labels += rowBytes;
    gradient += rowBytes;
    stats += 16;
    dy += dyStep;
  }
}
