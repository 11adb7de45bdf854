/** The softmax of a row in loops that allocate nothing: validation sets have millions of logits. */

// With M the (first) position of the maximum m, and β = 1 or an inverse temperature,
//
//   d_k = z_k − m ≤ 0,   e_k = e^(β·d_k),   rest = Σ_{k≠M} e_k,   s = 1 + rest,   p_k = e_k/s,   p_M = 1/s,
//
// as in src/reference/_softmax_row.ts: without the maximal term, log s = log1p(rest) and 1 − p_M = rest/s stay exact.
// A masked class (z_k = −∞) has e_k = 0 at every β, 0 as well.

/** Writes d of the logits z and returns M. */
export function writeDifferences(z: Float64Array, d: Float64Array): number {
  let argMax = 0;
  for (let k = 1; k < z.length; k++) if (z[k]! > z[argMax]!) argMax = k;
  const m = z[argMax]!;
  for (let k = 0; k < z.length; k++) d[k] = z[k]! - m;
  return argMax;
}

/** Writes e and returns its rest. */
export function writeExponentials(d: Float64Array, argMax: number, beta: number, e: Float64Array): number {
  let rest = 0;
  for (let k = 0; k < d.length; k++) {
    const ek = d[k] === -Infinity ? 0 : Math.exp(beta * d[k]!);
    e[k] = ek;
    if (k !== argMax) rest += ek;
  }
  return rest;
}
