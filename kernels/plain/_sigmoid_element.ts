/**
 * One element of the sigmoid family, with e = e^−|z| and L = log1p(e), so that softplus(±z) = max(±z, 0) + L:
 *
 *     ℓ = p·softplus(−z)·σ(−z)^γ + n·softplus(z)·σ(z)^γ                            p = a₊·y', n = a₋·(1−y')
 *     ∂ℓ/∂z = n·σ(z)^γ·(σ(z) + γ·σ(−z)·softplus(z)) − p·σ(−z)^γ·(σ(−z) + γ·σ(z)·softplus(−z))
 *
 * with σ(∓z)^γ = e^(−γ·softplus(±z)), or a square for γ = 2. No 1 − σ, so nothing cancels within a side and every γ ≥ 0 is
 * finite. src/reference/ has the derivation.
 *
 * Labels are as good as random to the processor, and a branch on them costs more than the arithmetic: both sides are computed
 * for every element, with HUGE for ∞ so that a side of zero weight is 0.
 */
import {exp} from './_exp';
import {log1p} from './_log1p';

const HUGE = 1e300;

/** y' = (1−ε)·y + ε/2. */
export function smoothLabel(y: number, labelSmoothing: number): number {
  return labelSmoothing === 0 ? y : (1 - labelSmoothing) * y + labelSmoothing / 2;
}

/** σ^γ from σ = e^−softplus. */
function power(sigma: number, softplus: number, gamma: number): number {
  return gamma === 2 ? sigma * sigma : exp(-gamma * softplus);
}

/** ℓ. */
export function elementLoss(z: number, p: number, n: number, gamma: number): number {
  const e = exp(-Math.abs(z));
  const logTerm = log1p(e);
  const magnitude = Math.min(Math.abs(z), HUGE);
  const isPositive = z > 0;
  const softplus = (isPositive ? magnitude : 0) + logTerm;
  const softplusNegative = (isPositive ? 0 : magnitude) + logTerm;
  if (gamma === 0) return p * softplusNegative + n * softplus;
  const larger = 1 / (1 + e);
  const smaller = e * larger;
  const up = power(isPositive ? larger : smaller, softplusNegative, gamma);
  const down = power(isPositive ? smaller : larger, softplus, gamma);
  return p * softplusNegative * down + n * softplus * up;
}

/** ∂ℓ/∂z. */
export function elementGradient(z: number, p: number, n: number, gamma: number): number {
  const e = exp(-Math.abs(z));
  const larger = 1 / (1 + e);
  const smaller = e * larger;
  const isPositive = z > 0;
  const sigmoid = isPositive ? larger : smaller;
  const sigmoidNegative = isPositive ? smaller : larger;
  if (gamma === 0) return n * sigmoid - p * sigmoidNegative;
  const logTerm = log1p(e);
  const magnitude = Math.min(Math.abs(z), HUGE);
  const softplus = (isPositive ? magnitude : 0) + logTerm;
  const softplusNegative = (isPositive ? 0 : magnitude) + logTerm;
  const up = power(sigmoid, softplusNegative, gamma) * (sigmoid + gamma * sigmoidNegative * softplus);
  const down = power(sigmoidNegative, softplus, gamma) * (sigmoidNegative + gamma * sigmoid * softplusNegative);
  return n * up - p * down;
}
