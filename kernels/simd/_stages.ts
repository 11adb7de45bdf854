/**
 * What the sigmoid rows begin with. They work on a row in blocks, and on a block in stages that leave e = e^−|z| and
 * L = log1p(e) in memory: each is a short chain of operations, of which the processor has many more in flight than of one
 * long one.
 */
import {high2, loadTail, low2} from './_lanes';
import {exp2, log1p2} from './_math';

/** Elements in a block. */
export const BLOCK: i32 = 128;
export const EXPONENTIALS: usize = memory.data(1024, 16);
export const LOGARITHMS: usize = memory.data(1024, 16);

const SIGN_F32: f32 = -0.0;

/** e^−|z| of `lanes` elements. */
export function exponentials(z: usize, lanes: i32): void {
  const sign = f32x4.splat(SIGN_F32);
  let e = EXPONENTIALS;
  for (const end = z + (<usize>(lanes & ~3) << 2); z < end; z += 16) {
    const x = v128.or(v128.load(z), sign);
    // Both before the stores, which engines keep in order: two chains of operations run side by side.
    const low = exp2(low2(x));
    const high = exp2(high2(x));
    v128.store(e, low);
    v128.store(e, high, 16);
    e += 32;
  }
  if (lanes & 3) {
    const x = v128.or(loadTail(z, lanes & 3, 0), sign);
    v128.store(e, exp2(low2(x)));
    v128.store(e, exp2(high2(x)), 16);
  }
}

/** log1p(e^−|z|) of `lanes` elements. */
export function logarithms(lanes: i32): void {
  for (let k: usize = 0; k < <usize>lanes << 3; k += 32) {
    const low = log1p2(v128.load(EXPONENTIALS + k));
    const high = log1p2(v128.load(EXPONENTIALS + k, 16));
    v128.store(LOGARITHMS + k, low);
    v128.store(LOGARITHMS + k, high, 16);
  }
}
