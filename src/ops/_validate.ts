/** Checks of arguments that need no tensor's values. Every message names the op, the argument, what came and what was expected. */
import {Tensor, tensor, type DataType, type TensorLike} from '@tensorflow/tfjs-core';
import type {NumericLike} from './options';

export function describe(value: unknown): string {
  if (value instanceof Tensor) return describeTensor(value as Tensor);
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return `an array of length ${(value as ArrayLike<unknown>).length}`;
  if (typeof value === 'string') return `'${value}'`;
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

/** A tensor as it is; anything else becomes one of dtype float32. */
export function toTensor(op: string, argument: string, value: Tensor | NumericLike): Tensor {
  if (value instanceof Tensor) return value;
  // Tensors of a second copy of tfjs-core are no instances of this one's class.
  if (typeof value === 'object' && value !== null && 'dataId' in value && 'dtype' in value)
    return value as object as Tensor;
  if (typeof value !== 'number' && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
    throw new Error(
      `${op}: '${argument}' must be a tensor, a number or a (nested) array of numbers, but is ${describe(value)}.`,
    );
  }
  return tensor(value as TensorLike, undefined, 'float32');
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

export function assertKnownOptions(op: string, options: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name) && value !== undefined) {
      throw new Error(`${op}: unknown option '${name}'. Its options are ${known.join(', ')}.`);
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
    const range = max === Infinity ? `at least ${min}` : `from ${min} to ${max}`;
    throw new Error(`${op}: '${argument}' must be a finite number ${range}, but is ${describe(value)}.`);
  }
}

export function assertInteger(op: string, argument: string, value: unknown): asserts value is number {
  if (!Number.isInteger(value)) throw new Error(`${op}: '${argument}' must be an integer, but is ${describe(value)}.`);
}
