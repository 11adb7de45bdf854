import {at} from './_numbers';

/**
 * A running sum that carries its rounding errors along, so that 100,000 terms of one sign cost no accuracy
 * (Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974).
 */
class CompensatedSum {
  private sum = 0;
  private error = 0;

  add(term: number): void {
    const sum = this.sum + term;
    this.error += Math.abs(this.sum) >= Math.abs(term) ? this.sum - sum + term : term - sum + this.sum;
    this.sum = sum;
  }

  get value(): number {
    // Once the sum is ∞, its "rounding error" is ∞ − ∞.
    return Number.isFinite(this.sum) ? this.sum + this.error : this.sum;
  }
}

/** Σ_k x_k. */
export function sum(terms: ArrayLike<number>): number {
  const total = new CompensatedSum();
  for (let k = 0; k < terms.length; k++) total.add(at(terms, k));
  return total.value;
}

/**
 * Σ_{j≠k} x_j for every k, from sums on either side of k. The total minus x_k would lose all that is
 * smaller than x_k·2⁻⁵³.
 */
export function sumsWithoutEach(terms: ArrayLike<number>): Float64Array {
  const result = new Float64Array(terms.length);
  const before = new CompensatedSum();
  for (let k = 0; k < terms.length; k++) {
    result[k] = before.value;
    before.add(at(terms, k));
  }
  const after = new CompensatedSum();
  for (let k = terms.length - 1; k >= 0; k--) {
    result[k] = at(result, k) + after.value;
    after.add(at(terms, k));
  }
  return result;
}
