/** `values[i]`, which must exist. */
export function at(values: ArrayLike<number>, i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`index ${i} is not in [0, ${values.length})`);
  return value;
}

/** Throws unless `values` has `length` entries. */
export function checkLength(name: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length) {
    throw new RangeError(`${name} has ${values.length} entries, expected ${length}`);
  }
}

/** weight·value with 0·∞ = 0: what carries no weight does not count, however large it is. NaN stays NaN. */
export function weigh(weight: number, value: number): number {
  return weight === 0 && Math.abs(value) === Infinity ? 0 : weight * value;
}
