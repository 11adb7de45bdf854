/** Counts of samples, one per class or label, checked. */
import {describe} from './_validate';

export function checkCounts(op: string, argument: string, counts: ArrayLike<number>, least: number): number[] {
  if (
    !(Array.isArray(counts) || (ArrayBuffer.isView(counts) && !(counts instanceof DataView))) ||
    counts.length === 0
  ) {
    throw new Error(
      `${op}: '${argument}' must be an array with a number per class, but is ${describe(counts)}. ` +
        `Of a tensor, pass await ${argument}.data().`,
    );
  }
  return Array.from(counts, (n, k) => {
    if (typeof n !== 'number' || !Number.isFinite(n) || n < least) {
      throw new Error(
        `${op}: '${argument}' must be at least ${least} per class, but is ${describe(n)} for class ${k}. ` +
          `Leave classes without samples out.`,
      );
    }
    return n;
  });
}
