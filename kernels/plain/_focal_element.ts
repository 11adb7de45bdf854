/**
 * One element of the sigmoid focal loss with a label of 0 or 1, the ordinary case. One side of an element is enough then: with
 * v = −z for y = 1 and z for y = 0, e = e^−|v|, L = log1p(e), u = σ(v), p = σ(−v), softplus(±v) = max(±v, 0) + L,
 *
 *     ℓ = a·u^γ·softplus(v)     ∂ℓ/∂v = a·u^γ·(u + γ·p·softplus(v))     u^γ = e^(−γ·softplus(−v))
 *
 * A number stands for "v > 0", where a branch on what is as good as random would cost more than the arithmetic. That leaves p few
 * digits where p is small, and there p·softplus(v) is nothing beside u.
 */
import {exp} from './_exp';
import {log1p} from './_log1p';

/** Stands for ∞, which 0 may meet. */
const HUGE = 1e300;

/** ℓ. */
export function focalLoss(v: number, a: number, gamma: number): number {
  const magnitude = Math.min(Math.abs(v), HUGE);
  const isPositive = Number(v > 0);
  const e = exp(-magnitude);
  const log = log1p(e);
  const u = (e + isPositive * (1 - e)) / (1 + e);
  const power = gamma === 2 ? u * u : exp(-gamma * ((1 - isPositive) * magnitude + log));
  return a * (isPositive * magnitude + log) * power;
}

/** ∂ℓ/∂v. */
export function focalSlope(v: number, a: number, gamma: number): number {
  const magnitude = Math.min(Math.abs(v), HUGE);
  const isPositive = Number(v > 0);
  const e = exp(-magnitude);
  const log = log1p(e);
  const inverse = 1 / (1 + e);
  const u = (e + isPositive * (1 - e)) * inverse;
  const p = (1 - isPositive * (1 - e)) * inverse;
  const power = gamma === 2 ? u * u : exp(-gamma * ((1 - isPositive) * magnitude + log));
  return a * (u + gamma * p * (isPositive * magnitude + log)) * power;
}
