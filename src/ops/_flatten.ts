/** A number, a typed array, or arrays of these, as one typed array. */
import {describe, shapeText} from './_validate';

/**
 * The numbers in order, and their shape. tf.tensor makes NaN of strings, and its errors don't say which argument is ragged.
 *
 * @throws Error that names the place of what is no number, or of an array whose length differs from its neighbours'.
 */
export function flattenNumbers<Values extends Float32Array | Float64Array>(
  op: string,
  argument: string,
  value: unknown,
  create: (length: number) => Values,
): {values: Values; shape: number[]} {
  if (typeof value !== 'number' && !isList(value)) {
    throw new Error(
      `${op}: '${argument}' must be a tensor, a number or a (nested) array of numbers, but is ${describe(value)}.`,
    );
  }
  const shape: number[] = [];
  for (let first: unknown = value; isList(first); first = first[0]) shape.push(first.length);
  const values = create(shape.reduce((a, b) => a * b, 1));
  const place: number[] = [];
  let next = 0;
  const visit = (entry: unknown): void => {
    const length = shape[place.length];
    if (length === undefined) {
      if (typeof entry !== 'number') {
        throw new Error(`${op}: '${argument}' must hold numbers, but holds ${describe(entry)} at ${shapeText(place)}.`);
      }
      values[next++] = entry;
      return;
    }
    if (!isList(entry) || entry.length !== length) {
      throw new Error(
        `${op}: '${argument}' must be a regular array, here of shape ${shapeText(shape)}, but holds ${describe(entry)} ` +
          `at ${shapeText(place)}.`,
      );
    }
    for (let i = 0; i < length; i++) {
      place.push(i);
      visit(entry[i]);
      place.pop();
    }
  };
  visit(value);
  return {values, shape};
}

/** An array, or a typed one that holds numbers. */
function isList(value: unknown): value is ArrayLike<unknown> {
  if (Array.isArray(value)) return true;
  return (
    ArrayBuffer.isView(value) &&
    !(value instanceof DataView || value instanceof BigInt64Array || value instanceof BigUint64Array)
  );
}
