import {oneHotGradient} from './_one_hot_rows';

/**
 * scale·dy·∂ℓ/∂z of each row, with `dyStep` bytes from dy to dy; 0 for an ignored one. `weights` is 0 for none, `oneHot` room for
 * K floats.
 */
export function sparseSoftmaxCrossEntropyWithLogitsGrad(
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
    const y = load<i32>(labels);
    const upstream = scale * <f64>load<f32>(dy);
    if (y < 0) {
      memory.fill(gradient, 0, rowBytes);
    } else {
      oneHotGradient(
        logits, weights, classes, y, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch, oneHot,
      );
    }
    logits += rowBytes;
    labels += 4;
    gradient += rowBytes;
    stats += 16;
    dy += dyStep;
  }
}
