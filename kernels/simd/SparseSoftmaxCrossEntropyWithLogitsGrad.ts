import {hardGradient} from './_hard_rows';
import {softGradient} from './_soft_rows';

/** dy·∂ℓ/∂z of each row; 0 for an ignored one. `weights` is 0 for none, `oneHot` room for K floats. */
export function sparseSoftmaxCrossEntropyWithLogitsGrad(
  count: i32,
  classes: i32,
  logits: usize,
  labels: usize,
  weights: usize,
  stats: usize,
  dy: usize,
  gradient: usize,
  scratch: usize,
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
    const upstream = load<f64>(dy);
    if (y < 0) {
      memory.fill(gradient, 0, rowBytes);
    } else if (hard) {
      const a: f64 = weights ? <f64>load<f32>(weights + at) : 1;
      hardGradient(logits, classes, y, a, gamma, zLoss, stats, upstream, gradient);
    } else {
      store<f32>(oneHot + at, 1);
      softGradient(
        logits, oneHot, weights, classes, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch,
      );
      store<f32>(oneHot + at, 0);
    }
    logits += rowBytes;
    labels += 4;
    gradient += rowBytes;
    stats += 16;
    dy += 8;
  }
}
