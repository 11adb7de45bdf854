/** Rows whose label is one class y with q_y = 1, and the arithmetic that is enough for them. */
import {hardGradient, hardGradientOfKept, hardLoss} from './_hard_rows';
import {isNear, isSmooth, smoothGradient, smoothLoss, smoothLossAndGradient} from './_smooth_rows';
import {softGradient, softLoss} from './_soft_rows';

/** w_y. */
// @ts-ignore: decorator
@inline
function weightOf(weights: usize, y: i32): f64 {
  return weights ? <f64>load<f32>(weights + (<usize>y << 2)) : 1;
}

/**
 * `oneHot` has K zeros, and has them again afterwards. Unless `gradient` is 0, dy·∂ℓ/∂z is written to it.
 */
export function oneHotLoss(
  z: usize,
  weights: usize,
  classes: i32,
  y: i32,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
  scratch: usize,
  oneHot: usize,
): f64 {
  if (labelSmoothing == 0) {
    const a = weightOf(weights, y);
    const loss = hardLoss(z, classes, y, a, gamma, zLoss, stats, gradient);
    if (gradient) hardGradientOfKept(z, classes, y, a, gamma, zLoss, stats, dy, gradient);
    return loss;
  }
  let loss = NaN;
  if (!weights && gamma == 0 && isSmooth(labelSmoothing)) {
    if (gradient) {
      loss = smoothLossAndGradient(z, classes, y, labelSmoothing, zLoss, stats, dy, gradient, scratch);
      if (loss == loss) return loss;
    }
    loss = smoothLoss(z, classes, y, labelSmoothing, zLoss, stats);
  }
  if (loss != loss) {
    const at = oneHot + (<usize>y << 2);
    store<f32>(at, 1);
    loss = softLoss(z, oneHot, weights, classes, labelSmoothing, gamma, zLoss, stats, scratch);
    store<f32>(at, 0);
  }
  if (gradient) {
    oneHotGradient(z, weights, classes, y, labelSmoothing, gamma, zLoss, stats, dy, gradient, scratch, oneHot);
  }
  return loss;
}

/** Writes dy·∂ℓ/∂z. */
export function oneHotGradient(
  z: usize,
  weights: usize,
  classes: i32,
  y: i32,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  dy: f64,
  gradient: usize,
  scratch: usize,
  oneHot: usize,
): void {
  if (labelSmoothing == 0) {
    hardGradient(z, classes, y, weightOf(weights, y), gamma, zLoss, stats, dy, gradient);
  } else if (!weights && gamma == 0 && isSmooth(labelSmoothing) && isNear(load<f32>(stats), classes)) {
    smoothGradient(z, classes, y, labelSmoothing, zLoss, stats, dy, gradient, scratch);
  } else {
    const at = oneHot + (<usize>y << 2);
    store<f32>(at, 1);
    softGradient(z, oneHot, weights, classes, labelSmoothing, gamma, zLoss, stats, dy, gradient, scratch);
    store<f32>(at, 0);
  }
}
