/** Loads, stores and sums of lanes. */

/** The two lower, or the two upper, of four float32 as float64. */
// @ts-ignore: decorator
@inline
export function low2(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
export function high2(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i64>(x, x, 1, 1));
}

/** Two pairs of float64 as four float32. */
// @ts-ignore: decorator
@inline
export function demote4(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

/** `lanes` (1 to 3) floats, the other lanes `fill`. Reads nothing behind them. */
export function loadTail(from: usize, lanes: i32, fill: f32): v128 {
  let x = v128.load32_lane(from, f32x4.splat(fill), 0);
  if (lanes > 1) x = v128.load32_lane(from, x, 1, 4);
  if (lanes > 2) x = v128.load32_lane(from, x, 2, 8);
  return x;
}

/** Writes the first `lanes` (1 to 3) floats and nothing behind them. */
export function storeTail(to: usize, x: v128, lanes: i32): void {
  v128.store32_lane(to, x, 0);
  if (lanes > 1) v128.store32_lane(to, x, 1, 4);
  if (lanes > 2) v128.store32_lane(to, x, 2, 8);
}

/** Ones in the first `lanes` (1 to 3) lanes, which weigh out the others. */
export function firstOnes(lanes: i32): v128 {
  return lanes == 1 ? f32x4(1, 0, 0, 0) : lanes == 2 ? f32x4(1, 1, 0, 0) : f32x4(1, 1, 1, 0);
}

// @ts-ignore: decorator
@inline
export function sum2(x: v128): f64 {
  return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
}

/** The largest lane; a NaN counts only if all lanes before it are NaN. */
export function max4(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<i64>(x, x, 1, 0));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<i32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** max_k z_k, with −∞ for NaN: NaN comes back through the sums. */
export function maximum(z: usize, classes: i32): f32 {
  const end = z + (<usize>(classes & ~15) << 2);
  const last = z + (<usize>(classes & ~3) << 2);
  let a = f32x4.splat(-Infinity);
  let b = a;
  let c = a;
  let d = a;
  let p = z;
  for (; p < end; p += 64) {
    a = f32x4.pmax(a, v128.load(p));
    b = f32x4.pmax(b, v128.load(p, 16));
    c = f32x4.pmax(c, v128.load(p, 32));
    d = f32x4.pmax(d, v128.load(p, 48));
  }
  for (; p < last; p += 16) a = f32x4.pmax(a, v128.load(p));
  if (classes & 3) b = f32x4.pmax(b, loadTail(p, classes & 3, -Infinity));
  return max4(f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
}

/** How many of the values are equal to `value`. */
export function countOf(values: usize, count: i32, value: f32): i32 {
  const wanted = f32x4.splat(value);
  let negative = i32x4.splat(0);
  let k = 0;
  for (; k + 4 <= count; k += 4) negative = i32x4.add(negative, f32x4.eq(v128.load(values + (<usize>k << 2)), wanted));
  const pairs = i32x4.add(negative, v128.shuffle<i64>(negative, negative, 1, 0));
  let found = -(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1));
  for (; k < count; k++) found += i32(load<f32>(values + (<usize>k << 2)) == value);
  return found;
}

/** The first index of `value`, or −1. */
export function indexOf(values: usize, count: i32, value: f32): i32 {
  const wanted = f32x4.splat(value);
  let k = 0;
  while (k + 4 <= count && !v128.any_true(f32x4.eq(v128.load(values + (<usize>k << 2)), wanted))) k += 4;
  for (; k < count; k++) {
    if (load<f32>(values + (<usize>k << 2)) == value) return k;
  }
  return -1;
}

/** All ones in the lanes whose label is 0 or 1. */
// @ts-ignore: decorator
@inline
export function hard4(y: v128): v128 {
  return f32x4.eq(f32x4.mul(y, y), y);
}
