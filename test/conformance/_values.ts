/** Value and first derivatives of a case against the float64 reference. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {reduce} from '../../src/reference';
import {MIN_NORMAL, ulp32, ulpError} from '../support/ulp';
import {isSigmoid, isSparse, sizeOf, type Case, type Inputs, type Values} from './case';
import {assertAhead, assertKernels, rowBudget} from './_kernels';
import {applyOp} from './_ops';
import {lossShape, reducing, slopes, type Reducing} from './_reductions';
import type {Rules} from './rules';
import {at, take, tensorOf, uneven} from './_tensors';
import {hasLabelGradient, truthOf, type Unit} from './_truth';
import type {Tolerance} from './tolerance';

export async function checkCase(rules: Rules, c: Case): Promise<void> {
  const inputs = c.inputs();
  const units = truthOf(c, inputs);
  const losses = Float64Array.from(units, (unit) => unit.loss());
  const gradients = units.map((unit) => unit.gradient());
  const shape = lossShape(c, inputs);
  for (const name of c.reductions ?? ['none']) {
    const how = reducing(name, shape, units);
    const reduced = reduce(losses, how.reference);
    const expected = typeof reduced === 'number' ? Float64Array.of(reduced) : reduced;
    const upstreamShape = how.options.reduction === 'none' ? shape : [];
    const upstreams = [uneven(`${c.name} ${name}`, upstreamShape)];
    const isExpected = rules.ahead === true && how.weights === undefined;
    if (isExpected) upstreams.push(even(upstreamShape));
    for (const upstream of upstreams) {
      const slope = slopes(how, units.length, upstream.values);
      const isEven = upstream !== upstreams[0];
      const result = await valueAndGradients(rules, c, inputs, how, upstream, isEven);
      const report = reporter(c, name);
      checkLoss(rules.tolerance, report, result.value, expected, isComposed(c, how));
      checkGradient(rules.tolerance, report, result.logitGradient, {units, gradients, slope});
      if (result.labelGradient !== undefined) {
        checkLabelGradient(rules.tolerance, report, result.labelGradient, {units, slope});
      }
    }
  }
}

/** What training hands back to a loss: 1 to a sum or mean, 1/N to each of N losses. */
function even(shape: readonly number[]): Values {
  const count = sizeOf(shape);
  return {shape, values: new Float32Array(count).fill(1 / count)};
}

interface Results {
  readonly value: Float32Array;
  readonly logitGradient: Float32Array;
  readonly labelGradient: Float32Array | undefined;
}

async function valueAndGradients(
  rules: Rules,
  c: Case,
  inputs: Inputs,
  {options, weights}: Reducing,
  upstream: Values,
  isAhead: boolean,
): Promise<Results> {
  const logits = tensorOf(inputs.logits);
  const labels = tensorOf(inputs.labels, inputs.labels.dtype);
  const dy = tensorOf(upstream);
  const weightTensor = weights === undefined ? undefined : tensorOf(weights);
  const reduction = weightTensor === undefined ? options : {...options, weights: weightTensor};

  const run = (): [Tensor, Tensor] => {
    const {value, grad} = tf.valueAndGrad((z: Tensor) => applyOp(c, labels, z, reduction))(logits, dy);
    return [value, grad];
  };
  const outputs = run();
  assertShape(c, 'value', outputs[0], upstream.shape);
  assertShape(c, 'gradient', outputs[1], inputs.logits.shape);
  // A weight per element makes products of the size of the logits.
  const budget =
    isSigmoid(c) && (weights !== undefined || options.reduction === 'none') ? Infinity : rowBudget(c, inputs);
  // Not the run above: a kernel that throws under tf.profile leaves it on, and ends the process by a rejection of its own.
  if (rules.expectKernels) {
    const profile = await tf.profile(() => tf.tidy(() => void run()));
    assertKernels(c, inputs, profile, budget);
    if (isAhead) assertAhead(c, profile);
  }

  let labelGradient: Tensor | undefined;
  // Made by other ops, whatever is ahead.
  if (hasLabelGradient(c, inputs) && !isAhead) {
    labelGradient = tf.grad((q: Tensor) => applyOp(c, q, logits, reduction))(labels, dy);
    assertShape(c, 'label gradient', labelGradient, inputs.labels.shape);
  }
  const [value, logitGradient, byLabel] = await take(
    labelGradient === undefined ? outputs : [...outputs, labelGradient],
  );
  tf.dispose([logits, labels, dy]);
  weightTensor?.dispose();
  if (value === undefined || logitGradient === undefined) throw new Error(`${c.op}: no results`);
  return {value, logitGradient, labelGradient: byLabel};
}

function assertShape(c: Case, what: string, tensor: Tensor | undefined, shape: readonly number[]): void {
  const came = tensor === undefined ? 'missing' : `[${tensor.shape.join(', ')}]`;
  if (came !== `[${shape.join(', ')}]`)
    throw new Error(`${c.op}: the ${what} has shape ${came}, expected [${shape.join(', ')}]`);
}

type Report = (what: string, index: number, actual: number, exact: number, ulp: number, allowed: number) => never;

function reporter(c: Case, reduction: string): Report {
  return (what, index, actual, exact, ulp, allowed) => {
    throw new Error(
      `${c.op} ${JSON.stringify(c.options)}, '${c.name}', reduction '${reduction}': ${what}[${index}] is ${actual}, ` +
        `the truth is ${exact}: ${ulp} ULP off, allowed are ${allowed}. The case breaks: ${c.why}.`,
    );
  };
}

/** Whether tfjs ops and not the kernel make the result of its losses. */
function isComposed(c: Case, {weights, reference: {reduction, normalizer}}: Reducing): boolean {
  if (weights !== undefined) return true;
  const divides = isSparse(c) && (c.options.classWeights !== undefined || c.options.ignoreIndex !== undefined);
  return divides && reduction === 'mean' && normalizer === undefined;
}

function checkLoss(
  tolerance: Tolerance,
  report: Report,
  actual: Float32Array,
  expected: Float64Array,
  composed: boolean,
): void {
  const allowed = composed ? tolerance.weightedLossUlp : tolerance.lossUlp;
  const flushBelow = composed ? tolerance.composedFlushBelow : flushOfKernels(tolerance);
  expected.forEach((exact, n) => {
    const value = at(actual, n);
    const ulp = ulpError(value, exact);
    if (ulp <= allowed || isFlushed(value, exact, flushBelow)) return;
    report('loss', n, value, exact, ulp, allowed);
  });
}

function flushOfKernels({flushesDenormals}: Tolerance): number {
  return flushesDenormals ? MIN_NORMAL : 0;
}

function isFlushed(actual: number, exact: number, below: number): boolean {
  return Math.abs(actual) < below && Math.abs(exact) < below;
}

interface GradientTruth {
  readonly units: readonly Unit[];
  readonly gradients: readonly ArrayLike<number>[];
  readonly slope: Float64Array;
}

/**
 * At the label, and wherever the exact value is a normal float, `gradientUlp`; elsewhere below 2⁻¹²⁶ that many denormal
 * spacings, or 0 (a flushed entry adds nothing to a weight of any size that float32 can hold).
 */
function checkGradient(
  tolerance: Tolerance,
  report: Report,
  actual: Float32Array,
  {units, gradients, slope}: GradientTruth,
): void {
  units.forEach((unit, n) => {
    const factor = at(slope, n);
    let terms: ArrayLike<number> | undefined;
    unit.entries.forEach((index, k) => {
      const exact = factor * at(gradients[n] ?? [], k);
      const value = at(actual, index);
      if (value === Math.fround(exact)) return;
      const ulp = ulpError(value, exact);
      if (ulp <= tolerance.gradientUlp) return;
      if (isFlushed(value, exact, unit.atLabel(k) ? flushOfKernels(tolerance) : MIN_NORMAL)) return;
      terms ??= unit.terms();
      const floor = Math.abs(factor * at(terms, k)) * tolerance.cancellation;
      const near = Number.isFinite(exact) && Math.abs(exact) < floor;
      if (near && Math.abs(value - exact) <= tolerance.gradientUlp * ulp32(floor)) return;
      report('gradient', index, value, exact, ulp, tolerance.gradientUlp);
    });
  });
}

function checkLabelGradient(
  tolerance: Tolerance,
  report: Report,
  actual: Float32Array,
  {units, slope}: Pick<GradientTruth, 'units' | 'slope'>,
): void {
  units.forEach((unit, n) => {
    if (unit.byLabel === undefined) return;
    const gradient = unit.byLabel.gradient();
    const terms = unit.byLabel.terms();
    unit.entries.forEach((index, k) => {
      const exact = at(slope, n) * at(gradient, k);
      const value = at(actual, index);
      const ulp = ulpError(value, exact);
      if (ulp <= tolerance.labelGradientUlp || isFlushed(value, exact, tolerance.composedFlushBelow)) return;
      const unitInLast = ulp32(Math.abs(at(slope, n) * at(terms, k)));
      if (Math.abs(value - exact) <= tolerance.labelGradientUlp * unitInLast) return;
      report('label gradient', index, value, exact, ulp, tolerance.labelGradientUlp);
    });
  });
}
