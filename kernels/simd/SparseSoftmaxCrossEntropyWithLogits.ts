import {oneHotLoss} from './_one_hot_rows';

/**
 * ℓ and the statistics of each row; a negative label is ignored. `weights` is 0 for none, `oneHot` room for K floats. Unless
 * `gradient` is 0, upstream·∂ℓ/∂z is written to it.
 */
export function sparseSoftmaxCrossEntropyWithLogits(
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
    const y = load<i32>(labels);
    if (y < 0) {
      store<f32>(loss, 0);
      memory.fill(stats, 0, 16);
      if (gradient) memory.fill(gradient, 0, rowBytes);
    } else {
      const result = oneHotLoss(
        logits, weights, classes, y, labelSmoothing, gamma, zLoss, stats, upstream, gradient, scratch, oneHot,
      );
      store<f32>(loss, <f32>result);
    }
    logits += rowBytes;
    labels += 4;
    stats += 16;
    loss += 4;
    if (gradient) gradient += rowBytes;
  }
}
