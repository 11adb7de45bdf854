/** The reductions of a case: what the op is told, and the same for the reference. */
import type {ReduceOptions} from '../../src/reference';
import type {ReductionOptions} from '../../src';
import {random} from '../support/random';
import {isSigmoid, sizeOf, type Case, type Inputs, type ReductionName, type Values} from './case';
import {at} from './_tensors';
import type {Unit} from './_truth';

/** A reduction of a case's losses: what the op is told, and the same for the reference. */
export interface Reducing {
  readonly options: ReductionOptions;
  readonly reference: ReduceOptions;
  readonly weights: Values | undefined;
}

/** The shape of a case's losses with reduction 'none'. */
export function lossShape(c: Case, {logits}: Inputs): number[] {
  if (isSigmoid(c)) return [...logits.shape];
  const axis = c.options.axis ?? -1;
  const position = axis < 0 ? axis + logits.shape.length : axis;
  return logits.shape.filter((_, i) => i !== position);
}

export function reducing(name: ReductionName, shape: readonly number[], units: readonly Unit[]): Reducing {
  const reduction = name.startsWith('none') ? 'none' : name.startsWith('sum') ? 'sum' : 'mean';
  const next = random(`weights ${shape.join(' ')}`);
  const oneWeight = () => (next() < 0.2 ? 0 : Math.fround(0.1 + next()));
  let weights: Values | undefined;
  if (name.includes('weighted')) {
    weights = {shape, values: Float32Array.from({length: sizeOf(shape)}, oneWeight)};
  } else if (name.includes('broadcast')) {
    const first = shape[0] ?? 1;
    const spread = shape.map((n, i) => (i === 0 ? n : 1));
    weights = {shape: spread, values: Float32Array.from({length: first}, oneWeight)};
  }
  const normalizer = name.includes('normalized') ? {normalizer: 12.5} : {};
  const perWeight = weights === undefined || weights.values.length === 0 ? 1 : sizeOf(shape) / weights.values.length;
  return {
    options: {reduction, ...normalizer},
    weights,
    reference: {
      reduction,
      divisorWeights: units.map((unit) => unit.divisorWeight),
      ...normalizer,
      ...(weights === undefined ? {} : {weights: units.map((_, n) => at(weights.values, Math.floor(n / perWeight)))}),
    },
  };
}

/** ∂result/∂ℓ_n for an upstream gradient: what reduce() is linear with. */
export function slopes({reference}: Reducing, losses: number, upstream: ArrayLike<number>): Float64Array {
  const {weights, reduction, divisorWeights = [], normalizer} = reference;
  const own = Float64Array.from({length: losses}, (_, n) => (weights === undefined ? 1 : at(weights, n)));
  if (reduction === 'none') return own.map((w, n) => w * at(upstream, n));
  if (reduction === 'sum') return own.map((w) => w * at(upstream, 0));
  const divisor = normalizer ?? own.reduce((sum, w, n) => sum + w * at(divisorWeights, n), 0);
  return own.map((w) => (divisor === 0 ? 0 : (w / divisor) * at(upstream, 0)));
}
