/**
 * e^x in float64 without a call into the engine's library: the row loops spend their time here.
 *
 * With n = round(64·x·log₂e) and r = x − n·ln 2/64, |r| ≤ ln 2/128, e^x = 2^(n/64)·e^r: 2^(n/64) is a whole power of 2 and one of
 * 64 roots (Tang, Table-Driven Implementation of the Exponential Function in IEEE Floating-Point Arithmetic, 1989), and e^r is
 * its Taylor polynomial of degree 5, whose rest is below |r|⁶/720 < 2^-54. ln 2/64 and its product with n are rounded: with all
 * roundings the relative error is 2^-51 + |x|·2^-52, for results that are rounded to float32.
 */
const STEPS = 64;
const STEPS_PER_NAT = STEPS * Math.LOG2E;
const NATS_PER_STEP = Math.LN2 / STEPS;
/** Adding and subtracting 1.5·2⁵² rounds a float64 to the nearest whole number. */
const ROUND = 6755399441055744;

/** From where on e^x is 0, and ∞: a clamp instead of a branch, which would make a loop take twice as long. */
const LEAST = -800;
const LARGEST = 740;
/** 2^-1200 is 0, and 2^1099 is ∞. */
const LEAST_POWER = 1200;
const POWERS_OF_2 = Float64Array.from({length: LEAST_POWER + 1100}, (_, i) => 2 ** (i - LEAST_POWER));
const ROOTS_OF_2 = Float64Array.from({length: STEPS}, (_, i) => 2 ** (i / STEPS));

/** e^x, of any x. */
export function exp(x: number): number {
  const bounded = Math.min(Math.max(x, LEAST), LARGEST);
  const n = bounded * STEPS_PER_NAT + ROUND - ROUND;
  const r = bounded - n * NATS_PER_STEP;
  const r2 = r * r;
  const e = 1 + (r + r2 * (1 / 2 + (1 / 6) * r + r2 * (1 / 24 + (1 / 120) * r)));
  const i = n | 0;
  return e * ROOTS_OF_2[i & (STEPS - 1)]! * POWERS_OF_2[(i >> 6) + LEAST_POWER]!;
}
