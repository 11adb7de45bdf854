/** Checks of arguments that need no tensor's values. Every message names the op, the argument, what came and what was expected. */
import {Tensor, type DataType} from '@tensorflow/tfjs-core';
import {didYouMean} from '../nearest';

export function describe(value: unknown): string {
  if (value instanceof Tensor) return describeTensor(value as Tensor);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return `an array of length ${(value as Float32Array).length} (${value.constructor.name})`;
  }
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'no prototype'})`;
  return String(value);
}

function describeTensor({dtype, shape}: Tensor): string {
  return `a ${dtype} tensor of shape ${shapeText(shape)}`;
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** fit makes [N,1] of labels [N], datasets don't: axes of length 1 at the end say nothing. The first axis always stays. */
export function fits(a: readonly number[], b: readonly number[]): boolean {
  return sameShape(withoutTrailingOnes(a), withoutTrailingOnes(b));
}

function withoutTrailingOnes(shape: readonly number[]): readonly number[] {
  let rank = shape.length;
  while (rank > 1 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank);
}

/** What to write for a tensor that has the right number of entries in the wrong shape; '' for another number. */
export function reshapeAdvice(argument: string, actual: readonly number[], expected: readonly number[]): string {
  const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
  return size(actual) === size(expected) ? ` Write tf.reshape(${argument}, ${shapeText(expected)}).` : '';
}

export function assertDtype(
  op: string,
  argument: string,
  value: Tensor,
  allowed: readonly DataType[],
  advice: string,
): void {
  if (!allowed.includes(value.dtype)) {
    throw new Error(`${op}: '${argument}' must be of dtype ${allowed.join(' or ')}, but is ${value.dtype}. ${advice}`);
  }
}

export function assertKnownOptions(op: string, options: unknown, known: readonly string[]): void {
  if (options instanceof Tensor || Array.isArray(options) || typeof options !== 'object' || options === null) {
    throw new Error(
      `${op}: 'options' must be an object like {reduction: 'sum'}, but is ${describe(options)}. ` +
        `Sample weights are {weights: …}, and no options are {}.`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name) && value !== undefined) {
      throw new Error(
        `${op}: unknown option '${name}'. ${didYouMean(name, known, 1)} The options are ${known.join(', ')}.`,
      );
    }
  }
}

/** A finite number in [min, max]. */
export function assertNumber(
  op: string,
  argument: string,
  value: unknown,
  min: number,
  max = Infinity,
): asserts value is number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min || value > max) {
    const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new Error(`${op}: '${argument}' must be a finite number ${range}, but is ${describe(value)}.`);
  }
}

export function assertPositive(op: string, argument: string, value: unknown): asserts value is number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw new Error(`${op}: '${argument}' must be a finite number above 0, but is ${describe(value)}.`);
  }
}

export function assertInteger(op: string, argument: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value)) throw new Error(`${op}: '${argument}' must be an integer, but is ${describe(value)}.`);
}

/** For an option that says which probabilities logits stand for. */
export function assertActivation(op: string, value: unknown): asserts value is 'softmax' | 'sigmoid' | undefined {
  if (value !== undefined && value !== 'softmax' && value !== 'sigmoid') {
    throw new Error(`${op}: 'activation' must be 'softmax' or 'sigmoid', but is ${describe(value)}.`);
  }
}
