/** The negative log-likelihood as a function of the inverse temperature, with two derivatives. */
import type {Predictions, SigmoidPredictions, SoftmaxPredictions} from './_predictions';
import {writeDifferences, writeExponentials} from './_softmax';

/** At one β: the mean NLL f, f′ and f″. */
export interface LikelihoodPoint {
  readonly value: number;
  readonly slope: number;
  readonly curvature: number;
}

export interface Likelihood {
  /** f, f′, f″ at β ≥ 0. */
  readonly at: (beta: number) => LikelihoodPoint;
  /** lim f′ for β → ∞, at least 0. */
  readonly limitSlope: number;
}

export function likelihoodOf(predictions: Predictions): Likelihood {
  return predictions.activation === 'softmax' ? softmaxLikelihood(predictions) : sigmoidLikelihood(predictions);
}

// Softmax, β = 1/T, in the letters of _softmax.ts and with Q = Σ_k q_k (about 1):
//
//   ℓ(β)  = Σ_k q_k·(log Σ_j e^(β·z_j) − β·z_k) = Q·log1p(rest) − β·Σ_k q_k·d_k,
//   ℓ′(β) = Q·d̄ − Σ_k q_k·d_k,   d̄ = Σ_k p_k·d_k,
//   ℓ″(β) = Q·Σ_k p_k·(d_k − d̄)² ≥ 0: ℓ is convex in β.
//
// For β → ∞, d̄ → 0 and ℓ′ → −Σ_k q_k·d_k, which is 0 if only classes of maximal logit have labels. A masked class drops out
// of every sum but that of q_k·d_k.

function softmaxLikelihood({count, classes, logits, target}: SoftmaxPredictions): Likelihood {
  const differences = new Float64Array(count * classes);
  const row = (n: number): Float64Array => differences.subarray(n * classes, (n + 1) * classes);
  const argMax = new Int32Array(count);
  // Q and −Σ q·d of each row.
  const total = new Float64Array(count);
  const shortfall = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    const [d, q] = [row(n), target(n)];
    argMax[n] = writeDifferences(logits(n), d);
    for (let k = 0; k < classes; k++) {
      total[n]! += q[k]!;
      if (q[k] !== 0) shortfall[n]! -= q[k]! * d[k]!;
    }
  }

  const e = new Float64Array(classes);
  const at = (beta: number): LikelihoodPoint => {
    let [value, slope, curvature] = [0, 0, 0];
    for (let n = 0; n < count; n++) {
      const d = row(n);
      const rest = writeExponentials(d, argMax[n]!, beta, e);
      const s = 1 + rest;
      let sum = 0;
      for (let k = 0; k < classes; k++) if (e[k] !== 0) sum += e[k]! * d[k]!;
      const mean = sum / s;
      let squares = 0;
      for (let k = 0; k < classes; k++) if (e[k] !== 0) squares += e[k]! * (d[k]! - mean) ** 2;
      const Q = total[n]!;
      value += Q * Math.log1p(rest) + beta * shortfall[n]!;
      slope += Q * mean + shortfall[n]!;
      curvature += (Q * squares) / s;
    }
    return {value: value / count, slope: slope / count, curvature: curvature / count};
  };
  return {at, limitSlope: shortfall.reduce((a, b) => a + b, 0) / count};
}

// Sigmoid. With x = |z|, E = e^(−β·x) and w the label's weight on the side that z is not on (1 − y for z > 0, else y),
//
//   ℓ(β)  = y·softplus(−β·z) + (1−y)·softplus(β·z) = log1p(E) + β·w·x,
//   ℓ′(β) = w·x − x·E/(1+E),
//   ℓ″(β) = x²·E/(1+E)².
//
// For β → ∞, ℓ′ → w·x, and an infinite z is certain at every β: ℓ = 0 if it is right (w = 0), ∞ if not.

function sigmoidLikelihood({count, logits, labels}: SigmoidPredictions): Likelihood {
  const x = logits.map(Math.abs);
  const excess = x.map((xn, n) => {
    const w = logits[n]! > 0 ? 1 - labels[n]! : labels[n]!;
    return w === 0 ? 0 : w * xn;
  });
  const at = (beta: number): LikelihoodPoint => {
    let [value, slope, curvature] = [0, 0, 0];
    for (let n = 0; n < count; n++) {
      const xn = x[n]!;
      const E = xn === Infinity ? 0 : Math.exp(-beta * xn);
      value += Math.log1p(E) + beta * excess[n]!;
      slope += excess[n]! - (E === 0 ? 0 : (xn * E) / (1 + E));
      curvature += E === 0 ? 0 : (xn / (1 + E)) ** 2 * E;
    }
    return {value: value / count, slope: slope / count, curvature: curvature / count};
  };
  return {at, limitSlope: excess.reduce((a, b) => a + b, 0) / count};
}
