/**
 * The probability p of one outcome (a class, or one side of a sigmoid), held in four forms because none can be had
 * from another without cancellation somewhere:
 *
 *   c = −log p,   p = e^(−c),   u = 1 − p,   h = c/(e^c − 1) = c·p/u  (1 at c = 0, 0 at c = ∞).
 */
export interface Outcome {
  readonly c: number;
  readonly p: number;
  readonly u: number;
  readonly h: number;
}

// Every loss here is a weighted sum of g(c) over outcomes, with the modulating factor of Lin et al. (2017):
//
//   g(c) = u^γ·c,   u = 1 − e^(−c).                                 γ = 0 leaves g(c) = c, cross-entropy.
//
// First derivative. With du/dc = e^(−c) = p and γ·u^(γ−1)·p·c = γ·u^γ·h,
//
//   φ(c) = g′(c) = u^γ + γ·u^(γ−1)·p·c = u^γ·(1 + γ·h).
//
// Second derivative. 1/u = 1 + p/u gives c/u = c + h, so
//
//   h′(c) = d/dc (c·p/u) = p/u − c·p/u − c·p²/u² = (p/u)·(1 − c − h),
//   φ′(c) = γ·u^(γ−1)·p·(1 + γ·h) + u^γ·γ·h′ = γ·u^(γ−1)·p·(2 + (γ−1)·h − c).
//
// For γ < 1 this is ∞ at u = 0, and p·c is 0·∞ at c = ∞. Wherever it is used it stands next to a factor of order u², and
// p·c = h·u, so the function below is
//
//   u²·φ′(c) = γ·u^(γ+1)·(p·(2 + (γ−1)·h) − h·u),
//
// finite for every c in [0, ∞]. The power is taken of u itself: in float64 e^(γ·log u) would lose γ·|log u| units in
// the last place, and where u underflows so does every result, since each has a further factor u or c.

/** g(c) = u^γ·c. */
export function modulated({c, u}: Outcome, gamma: number): number {
  return u ** gamma * c;
}

/** φ(c) = g′(c) = u^γ·(1 + γ·h). */
export function modulatedSlope({u, h}: Outcome, gamma: number): number {
  return u ** gamma * (1 + gamma * h);
}

/** u²·φ′(c) = u²·g″(c) = γ·u^(γ+1)·(p·(2 + (γ−1)·h) − h·u). */
export function modulatedCurvature({p, u, h}: Outcome, gamma: number): number {
  return gamma * u ** (gamma + 1) * (p * (2 + (gamma - 1) * h) - h * u);
}
