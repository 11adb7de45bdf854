/**
 * One element of the sigmoid family, with e = e^−|z| and L = log1p(e), so that softplus(±z) = max(±z, 0) + L:
 *
 *     g(t) = softplus(−t)·e^(−γ·softplus(t))
 *     ℓ = p·g(z) + n·g(−z)                                        p = a₊·y', n = a₋·(1−y')
 *     g'(t) = −e^(−γ·softplus(t))·(σ(−t) + γ·σ(t)·softplus(−t))
 *     ∂ℓ/∂z = p·g'(z) − n·g'(−z)
 *
 * No power, no 1 − σ, so nothing cancels within a side and every γ ≥ 0 is finite. src/reference/ has the derivation.
 */
import {exp} from './_exp';

/** y' = (1−ε)·y + ε/2. */
export function smoothLabel(y: number, labelSmoothing: number): number {
  return labelSmoothing === 0 ? y : (1 - labelSmoothing) * y + labelSmoothing / 2;
}

/** ℓ; a side of zero weight is 0 even where its g is ∞. */
export function elementLoss(z: number, p: number, n: number, gamma: number): number {
  const logTerm = Math.log1p(exp(-Math.abs(z)));
  const softplus = (z > 0 ? z : 0) + logTerm;
  const softplusNegative = (z < 0 ? -z : 0) + logTerm;
  let loss = z === z ? 0 : NaN;
  if (p !== 0) loss += p * softplusNegative * (gamma === 0 ? 1 : exp(-gamma * softplus));
  if (n !== 0) loss += n * softplus * (gamma === 0 ? 1 : exp(-gamma * softplusNegative));
  return loss;
}

/** ∂ℓ/∂z for γ = 0: n·σ(z) − p·σ(−z). */
export function elementGradientOfBce(z: number, p: number, n: number): number {
  if (p === 0) return n / (1 + exp(-z));
  if (n === 0) return -p / (1 + exp(z));
  const e = exp(-Math.abs(z));
  const larger = 1 / (1 + e);
  const smaller = e * larger;
  return z >= 0 ? n * larger - p * smaller : n * smaller - p * larger;
}

/** ∂ℓ/∂z; a side of zero weight is left out. */
export function elementGradient(z: number, p: number, n: number, gamma: number): number {
  if (gamma === 0) return elementGradientOfBce(z, p, n);
  const e = exp(-Math.abs(z));
  const larger = 1 / (1 + e);
  const smaller = e * larger;
  const sigmoid = z >= 0 ? larger : smaller;
  const sigmoidNegative = z >= 0 ? smaller : larger;
  const logTerm = Math.log1p(e);
  const softplus = (z > 0 ? z : 0) + logTerm;
  const softplusNegative = (z < 0 ? -z : 0) + logTerm;
  let slope = z === z ? 0 : NaN;
  if (n !== 0) slope += n * exp(-gamma * softplusNegative) * (sigmoid + gamma * vanishing(sigmoidNegative, softplus));
  if (p !== 0) slope -= p * exp(-gamma * softplus) * (sigmoidNegative + gamma * vanishing(sigmoid, softplusNegative));
  return slope;
}

/** σ(−t)·softplus(t), whose limit at t = ∞, where it reads 0·∞, is 0. */
function vanishing(sigmoid: number, softplus: number): number {
  return sigmoid === 0 ? 0 : sigmoid * softplus;
}
