import type {SigmoidRows} from './rows';
import {exp} from './_exp';
import {rowLosses} from './_sigmoid_rows';

/** Factors (1 + e) ≤ 2 that a product takes before it could overflow. */
const FACTORS = 512;

/**
 * ℓ of each element, or summed over each row.
 *
 * With one weight a for both sides, ℓ = a·(y'·max(−z, 0) + (1−y')·max(z, 0) + log1p(e^−|z|)), and a row needs one
 * logarithm: Σ_k log1p(e_k) = log1p(S) with S = Π_k (1 + e_k) − 1, built up without cancellation by S ← S + e·(1 + S).
 */
export function sigmoidCrossEntropyWithLogits(rows: SigmoidRows, loss: Float32Array): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing} = rows;
  if (rows.perElement || posWeight.length > 0 || positiveWeight !== negativeWeight) {
    rowLosses(rows, loss);
    return;
  }
  const keep = 1 - labelSmoothing;
  const uniform = labelSmoothing / 2;
  for (let row = 0; row < count; row++) {
    let linear = 0;
    let logarithms = 0;
    const end = (row + 1) * classes;
    for (let start = row * classes; start < end; start += FACTORS) {
      const stop = Math.min(start + FACTORS, end);
      let s = 0;
      for (let i = start; i < stop; i++) {
        const z = logits[i]!;
        const y = keep * labels[i]! + uniform;
        const e = exp(-Math.abs(z));
        const cost = (Number(z > 0) - y) * z;
        // 0·∞ = 0: an infinite logit on the side of its label costs nothing.
        linear += cost === cost || e !== e ? cost : 0;
        s += e * (1 + s);
      }
      logarithms += Math.log1p(s);
    }
    loss[row] = positiveWeight * (linear + logarithms);
  }
}
