/**
 * Distances in units in the last place (ULP) of float32.
 *
 * A ULP is the spacing of float32 at the exact value: 2^(e−23) for 2^e ≤ |x| < 2^(e+1), and 2⁻¹⁴⁹ below 2⁻¹²⁶, where the
 * denormals lie. Correct rounding is ≤ 0.5 ULP away.
 */

/** The smallest normal float32. */
export const MIN_NORMAL = 2 ** -126;

/** The spacing of float32 at a finite `x`. */
export function ulp32(x: number): number {
  if (Math.abs(x) < MIN_NORMAL) return 2 ** -149;
  // The bits of |x| without its mantissa are the power of 2 at or below it.
  bits.setFloat64(0, x);
  bits.setUint32(0, bits.getUint32(0) & 0x7ff00000);
  bits.setUint32(4, 0);
  return bits.getFloat64(0) * 2 ** -23;
}

const bits = new DataView(new ArrayBuffer(8));

/**
 * |actual − exact| in ULP of `exact`.
 *
 * NaN equals only NaN and ±∞ only itself: anything else is ∞ ULP away. An exact value that rounds to ±∞ in float32 counts
 * as ±∞; one that rounds to 0 is measured in denormal spacings like its neighbours.
 *
 * @param actual A float32 value.
 * @param exact A float64 value.
 */
export function ulpError(actual: number, exact: number): number {
  const rounded = Math.fround(exact);
  if (Number.isFinite(actual) && Number.isFinite(rounded)) return Math.abs(actual - exact) / ulp32(exact);
  return Object.is(actual, rounded) ? 0 : Infinity;
}

/** The entry that is furthest off. */
export interface WorstUlp {
  readonly ulp: number;
  /** −1 for no entries. */
  readonly index: number;
  readonly actual: number;
  readonly exact: number;
}

/**
 * The largest `ulpError` of two lists, and where it is.
 *
 * @throws RangeError if the lists differ in length.
 */
export function worstUlp(actual: ArrayLike<number>, exact: ArrayLike<number>): WorstUlp {
  if (actual.length !== exact.length) {
    throw new RangeError(`worstUlp: ${actual.length} values, but ${exact.length} exact ones`);
  }
  let worst: WorstUlp = {ulp: 0, index: -1, actual: NaN, exact: NaN};
  for (let index = 0; index < actual.length; index++) {
    const a = actual[index] ?? NaN;
    const e = exact[index] ?? NaN;
    const ulp = ulpError(a, e);
    if (ulp > worst.ulp || worst.index < 0) worst = {ulp, index, actual: a, exact: e};
  }
  return worst;
}
