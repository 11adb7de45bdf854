/** Rows whose label is one class y with q_y = 1, and the arithmetic that is enough for them. */
import {hardGradient, hardLoss} from './_hard_rows';
import {isSmooth, smoothGradient, smoothLoss} from './_smooth_rows';
import {softGradient, softLoss} from './_soft_rows';

/** w_y. */
// @ts-ignore: decorator
@inline
function weightOf(weights: usize, y: i32): f64 {
  return weights ? <f64>load<f32>(weights + (<usize>y << 2)) : 1;
}

/** `oneHot` has K zeros, and has them again afterwards. */
export function oneHotLoss(
  z: usize,
  weights: usize,
  classes: i32,
  y: i32,
  labelSmoothing: f64,
  gamma: f64,
  zLoss: f64,
  stats: usize,
  scratch: usize,
  oneHot: usize,
): f64 {
  if (labelSmoothing == 0) return hardLoss(z, classes, y, weightOf(weights, y), gamma, zLoss, stats);
  if (!weights && gamma == 0 && isSmooth(labelSmoothing)) {
    const loss = smoothLoss(z, classes, y, labelSmoothing, zLoss, stats);
    if (loss == loss) return loss;
  }
  const at = oneHot + (<usize>y << 2);
  store<f32>(at, 1);
  const loss = softLoss(z, oneHot, weights, classes, labelSmoothing, gamma, zLoss, stats, scratch);
  store<f32>(at, 0);
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
  } else if (!weights && gamma == 0 && isSmooth(labelSmoothing)) {
    smoothGradient(z, classes, y, labelSmoothing, zLoss, stats, dy, gradient, scratch);
  } else {
    const at = oneHot + (<usize>y << 2);
    store<f32>(at, 1);
    softGradient(z, oneHot, weights, classes, labelSmoothing, gamma, zLoss, stats, dy, gradient, scratch);
    store<f32>(at, 0);
  }
}
