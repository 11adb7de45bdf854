/**
 * What the sigmoid rows begin with. They work on a row in blocks, and on a block in stages that leave e = e^−|z| and
 * L = log1p(e) in `scratch`: each is a short chain of operations, of which the processor has many more in flight than of one
 * long one.
 */
import {high2, loadTail, low2} from './_lanes';
import {exp2, log1p2} from './_math';

/** Elements in a block. */
export const BLOCK: i32 = 128;
/** `scratch` has a block of e and, this many bytes behind it, one of L. */
export const LOGARITHMS: usize = 1024;

const SIGN_F32: f32 = -0.0;

/** e^−|z| of `lanes` elements. */
export function exponentials(z: usize, lanes: i32, e: usize): void {
  const sign = f32x4.splat(SIGN_F32);
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
export function logarithms(lanes: i32, e: usize): void {
  for (const end = e + (<usize>lanes << 3); e < end; e += 32) {
    const low = log1p2(v128.load(e));
    const high = log1p2(v128.load(e, 16));
    v128.store(e, low, LOGARITHMS);
    v128.store(e, high, LOGARITHMS + 16);
  }
}
