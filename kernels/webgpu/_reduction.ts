/** WGSL text of a reduction over the threads that share a row. */
import type {Sharing} from './_program';

/** A value that each thread has: a struct declared before, and how two of them become one. */
export interface Reduction {
  readonly struct: string;
  /** Statements that merge `b` into `var a`. */
  readonly merge: string;
}

/**
 * Declares `fn reduce<Struct>(own) -> Struct`, which every thread of the workgroup calls, once, and after which
 * every thread has the result of its row.
 *
 * Two rounds: each of the first √T threads merges √T of the T values, then all merge those. A tree would take log₂ T
 * barriers, and barriers cost more than reads of workgroup memory.
 */
export function reductionCode({struct, merge}: Reduction, {threadsPerRow, threads}: Sharing): string {
  const head = `fn merge${struct}(a0 : ${struct}, b : ${struct}) -> ${struct} {
  var a = a0;
  ${merge}
  return a;
}`;
  if (threadsPerRow === 1) return `${head}\nfn reduce${struct}(own : ${struct}) -> ${struct} { return own; }\n`;
  const bits = Math.log2(threadsPerRow);
  const first = threadsPerRow <= 8 ? 1 : 2 ** Math.ceil(bits / 2);
  const second = threadsPerRow / first;
  return `${head}
var<workgroup> shared${struct} : array<${struct}, ${threads}>;
fn reduce${struct}(own : ${struct}) -> ${struct} {
  let thread = i32(localIndex);
  let lane = thread % ${threadsPerRow};
  let start = thread - lane;
  shared${struct}[thread] = own;
  workgroupBarrier();
  ${
    first === 1
      ? ''
      : `if (lane < ${second}) {
    var a = shared${struct}[start + lane];
    for (var i = 1; i < ${first}; i++) { a = merge${struct}(a, shared${struct}[start + lane + i * ${second}]); }
    shared${struct}[start + lane] = a;
  }
  workgroupBarrier();`
  }
  var total = shared${struct}[start];
  for (var i = 1; i < ${second}; i++) { total = merge${struct}(total, shared${struct}[start + i]); }
  return total;
}
`;
}
