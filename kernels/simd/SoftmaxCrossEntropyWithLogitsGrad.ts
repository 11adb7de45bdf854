import {hardGradient} from './_hard_rows';
import {singleTarget} from './_single_target';
import {softGradient} from './_soft_rows';

/** dy·∂ℓ/∂z of each row. `weights` is 0 for none. */
export function softmaxCrossEntropyWithLogitsGrad(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  weights: usize,
  stats: usize,
  dy: usize,
  gradient: usize,
  scratch: usize,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
): void {
  const rowBytes = <usize>classes << 2;
  const hard = labelSmoothing == 0;
  for (let row = 0; row < count; row++) {
    const upstream = load<f64>(dy);
    const y = hard ? singleTarget(labels, classes) : -1;
    if (y < 0) {
      softGradient(
        logits, labels, weights, classes, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch,
      );
    } else {
      const at = <usize>y << 2;
      const a = <f64>load<f32>(labels + at) * (weights ? <f64>load<f32>(weights + at) : 1);
      hardGradient(logits, classes, y, a, gamma, zLoss, stats, upstream, gradient);
    }
    logits += rowBytes;
    labels += rowBytes;
    gradient += rowBytes;
    stats += 16;
    dy += 8;
  }
}
