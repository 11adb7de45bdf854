/** Numbers, or the same nested in lists. */
export type Nested = number | ArrayLike<number> | readonly ArrayLike<number>[];

function flatten(values: Nested): number[] {
  if (typeof values === 'number') return [values];
  return Array.from(values as ArrayLike<number | ArrayLike<number>>).flatMap((value) => flatten(value));
}

/**
 * Fails, naming the entry, unless |actual − expected| ≤ relative·|expected| + absolute everywhere. NaN equals only NaN, and
 * ±∞ only itself.
 */
export function expectClose(
  what: string,
  actual: Nested,
  expected: Nested,
  {relative = 0, absolute = 0}: {readonly relative?: number; readonly absolute?: number},
): void {
  const a = flatten(actual);
  const b = flatten(expected);
  if (a.length !== b.length) throw new Error(`${what}: ${a.length} entries, expected ${b.length}`);
  a.forEach((x, i) => {
    const y = b[i] ?? NaN;
    if (Object.is(x, y)) return;
    const close = Number.isFinite(x) && Number.isFinite(y) && Math.abs(x - y) <= relative * Math.abs(y) + absolute;
    if (!close) throw new Error(`${what}, entry ${i}: ${x}, expected ${y}`);
  });
}
