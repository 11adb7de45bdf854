import {modulated, modulatedCurvature, modulatedSlope} from './_modulation';
import type {Outcome} from './_modulation';
import {weigh} from './_numbers';

/** ℓ = w₊·g(softplus(−z)) + w₋·g(softplus(z)), with w₊ and w₋ holding label, smoothing, posWeight and α. */
export interface SigmoidElement {
  readonly positive: number;
  readonly negative: number;
  /** γ. */
  readonly gamma: number;
}

// The outcome "positive" has p = σ(t) at t = z, the outcome "negative" p = σ(t) at t = −z. With E = e^(−|t|),
//
//   t ≥ 0:   c = softplus(−t) = log1p(E),        p = 1/(1+E),   u = σ(−t) = E/(1+E),   h = c·p/u = c/E,
//   t < 0:   c = softplus(−t) = −t + log1p(E),   p = E/(1+E),   u = 1/(1+E),           h = c·p/u = c·E.

function outcome(t: number): Outcome {
  const E = Math.exp(-Math.abs(t));
  const L = Math.log1p(E);
  if (t < 0) {
    const c = L - t;
    return {c, p: E / (1 + E), u: 1 / (1 + E), h: E === 0 ? 0 : c * E};
  }
  return {c: L, p: 1 / (1 + E), u: E / (1 + E), h: E === 0 ? 1 : L / E};
}

/** ℓ of one element, 0·∞ = 0. */
export function elementLoss(z: number, {positive, negative, gamma}: SigmoidElement): number {
  return weigh(positive, modulated(outcome(z), gamma)) + weigh(negative, modulated(outcome(-z), gamma));
}

// Let G(t) = g(softplus(−t)). dc/dt = −σ(−t) = −u and du/dt = −p·u, so
//
//   G′(t) = −u·φ(c),
//   G″(t) = u²·φ′(c) + p·u·φ(c),
//
//   ∂ℓ/∂z = w₊·G′(z) − w₋·G′(−z),   ∂²ℓ/∂z² = w₊·G″(z) + w₋·G″(−z).

function firstDerivative(t: number, gamma: number): number {
  const o = outcome(t);
  return -o.u * modulatedSlope(o, gamma);
}

function secondDerivative(t: number, gamma: number): number {
  const o = outcome(t);
  return modulatedCurvature(o, gamma) + o.p * o.u * modulatedSlope(o, gamma);
}

/** ∂ℓ/∂z of one element. */
export function elementLogitGradient(z: number, {positive, negative, gamma}: SigmoidElement): number {
  return positive * firstDerivative(z, gamma) - negative * firstDerivative(-z, gamma);
}

/** ∂²ℓ/∂z² of one element. */
export function elementLogitHessian(z: number, {positive, negative, gamma}: SigmoidElement): number {
  return positive * secondDerivative(z, gamma) + negative * secondDerivative(-z, gamma);
}

// The label moves weight from one side to the other: w₊ = v₊·y′ and w₋ = v₋·(1−y′) with y′ of slope 1−ε, so
//
//   ∂ℓ/∂y = (1−ε)·(v₊·G(z) − v₋·G(−z)).
//
// With v₊ = v₋ this is odd in z and cancels near 0. For x = |z| and c = softplus(−x), softplus(x) = x + c and
// G(−x) = e^(−γ·c)·(x + c), G(x) = e^(−γ·(x+c))·c, so
//
//   G(x) − G(−x) = −e^(−γ·c)·(x + c − c·e^(−γ·x)) = −p^γ·(x − c·expm1(−γ·x)),   p = e^(−c) = σ(x),
//
// a sum of positive terms; for γ = 0 just −x.

/** v₊·G(z) − v₋·G(−z), in which `positive` and `negative` are v₊ and v₋. */
export function elementLabelGradient(z: number, {positive, negative, gamma}: SigmoidElement): number {
  if (positive === negative) {
    const x = Math.abs(z);
    const {c, p} = outcome(x);
    return weigh(positive, -Math.sign(z) * p ** gamma * (x - c * Math.expm1(-weigh(gamma, x))));
  }
  return weigh(positive, modulated(outcome(z), gamma)) - weigh(negative, modulated(outcome(-z), gamma));
}

// ∂²ℓ/∂y∂z = (1−ε)·(v₊·G′(z) + v₋·G′(−z)).

/** v₊·G′(z) + v₋·G′(−z), in which `positive` and `negative` are v₊ and v₋. */
export function elementLabelLogitHessian(z: number, {positive, negative, gamma}: SigmoidElement): number {
  return positive * firstDerivative(z, gamma) + negative * firstDerivative(-z, gamma);
}
