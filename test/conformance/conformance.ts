/**
 * The conformance suite: every case over one target (a backend, or one of its implementations) against the float64
 * reference, in ULP, with NaN and ±∞ compared exactly, and with the kernels that ran.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {reduce, type ReduceOptions} from '../../src/reference';
import type {ReductionOptions} from '../../src';
import {random} from '../support/random';
import {MIN_NORMAL, ulp32, ulpError} from '../support/ulp';
import {
  isSigmoid,
  isSparse,
  sizeOf,
  type Case,
  type Inputs,
  type ReductionName,
  type SparseOp,
  type Values,
} from './case';
import {CASES} from './cases';
import {ALL_KERNELS, KERNELS_OF, applyOp} from './_ops';
import {hasLabelGradient, rowEntries, truthOf, type Unit} from './_truth';

export interface Tolerance {
  /** Of a loss, alone or in a sum or mean of the kernel's. */
  readonly lossUlp: number;
  /** Of a sum or mean with sample or class weights, which tfjs ops make of the losses. */
  readonly weightedLossUlp: number;
  /** Of an entry of the gradient with respect to the logits. */
  readonly gradientUlp: number;
  /**
   * An entry of the gradient that is smaller than this part of its terms (p − q near its root) is measured in ULP of
   * this part of the terms: what cancels further than this is not the kernel's to keep.
   */
  readonly cancellation: number;
  /** Of an entry of the gradient with respect to the labels, in ULP of its larger term: it is composed of tfjs ops. */
  readonly labelGradientUlp: number;
  /** Of second derivatives, relative to the sum of the absolute terms of a row's largest entry: composed as well. */
  readonly secondOrder: number;
  /** Whether results below 2⁻¹²⁶ may be anything below. On the others a loss and the gradient at the label keep them. */
  readonly flushesDenormals: boolean;
}

/** The numerical contract of cpu, wasm and node. */
export const CPU_CONTRACT: Tolerance = {
  lossUlp: 2,
  // Product, sum, sum of the weights and quotient add half an ULP each.
  weightedLossUlp: 4,
  gradientUlp: 4,
  cancellation: 2 ** -20,
  labelGradientUlp: 64,
  secondOrder: 1e-5,
  flushesDenormals: false,
};

export interface Target {
  readonly name: string;
  readonly setUp: () => Promise<void>;
  readonly tearDown: () => Promise<void>;
  readonly tolerance: Tolerance;
  /** Whether kernels of ours must run; without, any composition of ops will do. */
  readonly expectKernels: boolean;
  /** What a class index out of range does: throw, or make its row NaN. */
  readonly badLabels: 'RangeError' | 'NaN';
  /** Cases left out, and why. */
  readonly leftOut?: (c: Case) => string | undefined;
}

/** Defines the tests of a target. */
export function runConformance(target: Target): void {
  describe(target.name, () => {
    beforeAll(async () => {
      await target.setUp();
      // tf.profile warns of every NaN, and NaN is what some cases are about.
      tf.env().set('CHECK_COMPUTATION_FOR_ERRORS', false);
    });
    afterAll(() => target.tearDown());

    const byOp = new Map<string, Case[]>();
    for (const c of CASES) byOp.set(c.op, [...(byOp.get(c.op) ?? []), c]);
    for (const [op, cases] of byOp) {
      describe(op, () => {
        for (const c of cases) {
          const reason = target.leftOut?.(c);
          if (reason !== undefined) {
            test.skip(`${c.name} (left out: ${reason})`, () => undefined);
            continue;
          }
          test(c.name, () => withoutLeaks(() => checkCase(target, c)));
          if (c.secondOrder === true)
            test(`second order: ${c.name}`, () => withoutLeaks(() => checkSecondOrder(target, c)));
        }
      });
    }
    for (const op of ['sparseSoftmaxCrossEntropy', 'sparseSoftmaxFocalCrossEntropy'] as const) {
      describe(`${op}, labels out of range`, () => badLabelTests(target, op));
    }
  });
}

async function withoutLeaks(body: () => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  const leaked = tf.memory().numTensors - before;
  if (leaked !== 0) throw new Error(`${leaked} tensors are left over`);
}

function tensorOf({values, shape}: Values, dtype: tf.DataType = 'float32'): Tensor {
  const typed = dtype === 'int32' ? Int32Array.from(values) : dtype === 'bool' ? Uint8Array.from(values) : values;
  return tf.tensor(typed, [...shape], dtype);
}

/** The values of tensors, which are disposed of. */
async function take(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((t) => t.data<'float32'>()));
  tf.dispose([...tensors]);
  return values;
}

function at(values: ArrayLike<number>, i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`no entry ${i} among ${values.length}`);
  return value;
}

/** Upstream gradients that differ in size and sign: what is lost in `sum` shows (Liger-Kernel #968). */
function uneven(seed: string, shape: readonly number[]): Values {
  const next = random(seed);
  const one = () => (next() < 0.5 ? -1 : 1) * (0.25 + 2 * next());
  return {shape, values: Float32Array.from({length: sizeOf(shape)}, one)};
}

// ---- reductions

/** A reduction of a case's losses: what the op is told, and the same for the reference. */
interface Reducing {
  readonly options: ReductionOptions;
  readonly reference: ReduceOptions;
  readonly weights: Values | undefined;
}

/** The shape of a case's losses with reduction 'none'. */
function lossShape(c: Case, {logits}: Inputs): number[] {
  if (isSigmoid(c)) return [...logits.shape];
  const axis = c.options.axis ?? -1;
  const position = axis < 0 ? axis + logits.shape.length : axis;
  return logits.shape.filter((_, i) => i !== position);
}

function reducing(name: ReductionName, shape: readonly number[], units: readonly Unit[]): Reducing {
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
function slopes({reference}: Reducing, losses: number, upstream: ArrayLike<number>): Float64Array {
  const {weights, reduction, divisorWeights = [], normalizer} = reference;
  const own = Float64Array.from({length: losses}, (_, n) => (weights === undefined ? 1 : at(weights, n)));
  if (reduction === 'none') return own.map((w, n) => w * at(upstream, n));
  if (reduction === 'sum') return own.map((w) => w * at(upstream, 0));
  const divisor = normalizer ?? own.reduce((sum, w, n) => sum + w * at(divisorWeights, n), 0);
  return own.map((w) => (divisor === 0 ? 0 : (w / divisor) * at(upstream, 0)));
}

// ---- value and first derivatives

async function checkCase(target: Target, c: Case): Promise<void> {
  const inputs = c.inputs();
  const units = truthOf(c, inputs);
  const losses = Float64Array.from(units, (unit) => unit.loss());
  const gradients = units.map((unit) => unit.gradient());
  const shape = lossShape(c, inputs);
  for (const name of c.reductions ?? ['none']) {
    const how = reducing(name, shape, units);
    const reduced = reduce(losses, how.reference);
    const expected = typeof reduced === 'number' ? Float64Array.of(reduced) : reduced;
    const upstream = uneven(`${c.name} ${name}`, how.options.reduction === 'none' ? shape : []);
    const slope = slopes(how, units.length, upstream.values);

    const result = await valueAndGradients(target, c, inputs, how, upstream);
    const report = reporter(c, name);
    checkLoss(target.tolerance, report, result.value, expected, isComposed(c, how));
    checkGradient(target.tolerance, report, result.logitGradient, {units, gradients, slope});
    if (result.labelGradient !== undefined) {
      checkLabelGradient(target.tolerance, report, result.labelGradient, {units, slope});
    }
  }
}

interface Results {
  readonly value: Float32Array;
  readonly logitGradient: Float32Array;
  readonly labelGradient: Float32Array | undefined;
}

async function valueAndGradients(
  target: Target,
  c: Case,
  inputs: Inputs,
  {options, weights}: Reducing,
  upstream: Values,
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
  if (target.expectKernels) checkKernels(c, inputs, await tf.profile(() => tf.tidy(() => void run())), budget);

  let labelGradient: Tensor | undefined;
  if (hasLabelGradient(c, inputs)) {
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
  expected.forEach((exact, n) => {
    const value = at(actual, n);
    const ulp = ulpError(value, exact);
    if (ulp <= allowed || isFlushed(value, exact, tolerance.flushesDenormals)) return;
    report('loss', n, value, exact, ulp, allowed);
  });
}

function isFlushed(actual: number, exact: number, allowed: boolean): boolean {
  return allowed && Math.abs(actual) < MIN_NORMAL && Math.abs(exact) < MIN_NORMAL;
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
      if (isFlushed(value, exact, tolerance.flushesDenormals || !unit.atLabel(k))) return;
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
      if (ulp <= tolerance.labelGradientUlp) return;
      const unitInLast = ulp32(Math.abs(at(slope, n) * at(terms, k)));
      if (Math.abs(value - exact) <= tolerance.labelGradientUlp * unitInLast) return;
      report('label gradient', index, value, exact, ulp, tolerance.labelGradientUlp);
    });
  });
}

// ---- kernels

/** The largest tensor that anything but the kernels may read or write: the statistics of the rows, or one row. */
function rowBudget(c: Case, {logits}: Inputs): number {
  const {shape} = logits;
  const axis = isSigmoid(c) ? -1 : (c.options.axis ?? -1);
  const classes = shape[axis < 0 ? axis + shape.length : axis] ?? 1;
  return Math.max(classes, classes === 0 ? 0 : (3 * sizeOf(shape)) / classes, 1);
}

/** Ops that give another view of the same data. */
const VIEWS: ReadonlySet<string> = new Set(['Reshape', 'Identity', 'ExpandDims']);

type Profile = Awaited<ReturnType<typeof tf.profile>>;

function checkKernels(c: Case, inputs: Inputs, {kernels}: Profile, budget: number): void {
  const own = kernels.map((kernel) => kernel.name).filter((name) => ALL_KERNELS.has(name));
  expect(own).toEqual(KERNELS_OF[c.op]);

  const {shape} = inputs.logits;
  const allowed = new Set(VIEWS);
  const moved =
    !isSigmoid(c) && c.options.axis !== undefined && (c.options.axis + shape.length) % shape.length < shape.length - 1;
  if (moved) allowed.add('Transpose');
  if (inputs.labels.dtype !== 'float32' && inputs.labels.values.length > budget) allowed.add('Cast');
  const large = kernels
    .filter(({name}) => !ALL_KERNELS.has(name) && !allowed.has(name))
    .filter(({inputShapes, outputShapes}) => [...inputShapes, ...outputShapes].some((s) => sizeOf(s) > budget))
    .map(({name, inputShapes}) => `${name} of ${inputShapes.map((s) => `[${s.join(', ')}]`).join(', ')}`);
  // Nothing of the size of the logits beside the two kernels.
  expect(large).toEqual([]);
}

// ---- second derivatives

/**
 * For v random: ∂⟨v, ∂ℓ/∂z⟩/∂z = H·v under an uneven upstream gradient, the same of Σ ½·w_n·ℓ_n² (which reaches the
 * derivative with respect to the upstream gradient), of the mean, and ∂⟨v, ∂ℓ/∂z⟩/∂q.
 */
async function checkSecondOrder(target: Target, c: Case): Promise<void> {
  const inputs = c.inputs();
  const units = truthOf(c, inputs);
  const shape = lossShape(c, inputs);
  const direction = uneven(`direction ${c.name}`, inputs.logits.shape);
  const upstream = uneven(`upstream ${c.name}`, shape);

  const logits = tensorOf(inputs.logits);
  const labels = tensorOf(inputs.labels, inputs.labels.dtype);
  const v = tensorOf(direction);
  const dy = tensorOf(upstream);
  const half = tf.scalar(0.5);
  const none = (q: Tensor, z: Tensor): Tensor => applyOp(c, q, z, {reduction: 'none'});
  const alongV = (f: (z: Tensor) => Tensor, z: Tensor): Tensor => tf.sum(tf.mul(v, tf.grad(f)(z)));
  const weighted = (q: Tensor) => (z: Tensor) => tf.sum(tf.mul(none(q, z), dy));
  const squared = (z: Tensor): Tensor => {
    const loss = none(labels, z);
    return tf.sum(tf.mul(tf.mul(tf.mul(loss, loss), half), dy));
  };
  const mean = (z: Tensor): Tensor => applyOp(c, labels, z, {reduction: 'mean'});

  const outputs = tf.tidy(() => [
    tf.grad((z: Tensor) => alongV(weighted(labels), z))(logits),
    tf.grad((z: Tensor) => alongV(squared, z))(logits),
    tf.grad((z: Tensor) => alongV(mean, z))(logits),
    ...(hasLabelGradient(c, inputs) ? [tf.grad((q: Tensor) => alongV(weighted(q), logits))(labels)] : []),
  ]);
  const [ofWeighted = [], ofSquared = [], ofMean = [], ofLabels] = await take(outputs);
  tf.dispose([logits, labels, v, dy, half]);

  const meanSlope = slopes(reducing('mean', shape, units), units.length, [1]);
  units.forEach((unit, n) => {
    const direct = unit.entries.map((i) => at(direction.values, i));
    const hessian = unit.hessian();
    const curvature = product(hessian, unit.hessianTerms(), direct);
    const gradient = unit.gradient();
    const weight = at(upstream.values, n);
    const slopeAlong = direct.reduce((sum, x, k) => sum + x * at(gradient, k), 0);
    const slopeSize = direct.reduce((sum, x, k) => sum + Math.abs(x * at(gradient, k)), 0);
    const loss = unit.loss();
    const check = (what: string, actual: ArrayLike<number>, truth: readonly Product[]): void => {
      const size = Math.max(...truth.map((entry) => entry.size));
      truth.forEach(({value}, k) => {
        const index = unit.entries[k] ?? -1;
        const error = Math.abs(at(actual, index) - value);
        // Factors below the least normal float32 are flushed or lose their digits.
        if (error <= target.tolerance.secondOrder * size + MIN_NORMAL) return;
        throw new Error(
          `${c.op} ${JSON.stringify(c.options)}, '${c.name}': ${what}[${index}] is ${at(actual, index)}, the truth is ${value}: ` +
            `${error / size} of the row's largest entry ${size} off, allowed are ${target.tolerance.secondOrder}. The case breaks: ${c.why}.`,
        );
      });
    };
    check('second derivative', ofWeighted, scaled(curvature, weight));
    check(
      'second derivative of ½ℓ²',
      ofSquared,
      curvature.map(({value, size}, k) => ({
        value: weight * (at(gradient, k) * slopeAlong + loss * value),
        size: Math.abs(weight) * (Math.abs(at(gradient, k)) * slopeSize + loss * size),
      })),
    );
    check('second derivative of the mean', ofMean, scaled(curvature, at(meanSlope, n)));
    if (ofLabels !== undefined && unit.byLabel !== undefined) {
      check(
        'derivative by label and logit',
        ofLabels,
        scaled(product(unit.byLabel.mixed(), unit.byLabel.mixed(), direct), weight),
      );
    }
  });
}

/** A sum, and the sum of its terms' absolute values. */
interface Product {
  readonly value: number;
  readonly size: number;
}

function product(
  rows: readonly ArrayLike<number>[],
  terms: readonly ArrayLike<number>[],
  v: readonly number[],
): Product[] {
  return rows.map((row, i) => ({
    value: v.reduce((sum, x, j) => sum + at(row, j) * x, 0),
    size: v.reduce((sum, x, j) => sum + Math.abs(at(terms[i] ?? [], j) * x), 0),
  }));
}

function scaled(products: readonly Product[], factor: number): Product[] {
  return products.map(({value, size}) => ({value: value * factor, size: size * Math.abs(factor)}));
}

// ---- labels out of range

function badLabelTests(target: Target, op: SparseOp): void {
  const classes = 4;
  const logits: Values = {shape: [3, classes], values: Float32Array.of(1, 2, 3, 4, 0, -1, 2, 5, 1, 1, 0, 3)};
  const bad = [
    {label: -1, dtype: 'int32'},
    {label: classes, dtype: 'int32'},
    {label: 1e9, dtype: 'int32'},
    {label: -(2 ** 31), dtype: 'int32'},
    {label: 1.9, dtype: 'float32'},
    {label: -0.5, dtype: 'float32'},
    {label: NaN, dtype: 'float32'},
    {label: Infinity, dtype: 'float32'},
  ] as const;
  const optionsList = [{}, {ignoreIndex: -100}, {classWeights: [1, 2, 0.5, 1]}, {labelSmoothing: 0.1}];
  for (const {label, dtype} of bad) {
    for (const options of optionsList) {
      for (const reduction of ['none', 'mean'] as const) {
        const name = `${dtype} ${label} ${JSON.stringify(options)} ${reduction}`;
        const c: Case = {
          op,
          name,
          why: 'an index outside of the classes read from memory, or a label clamped or floored without a word',
          options,
          inputs: () => ({logits, labels: {shape: [3], values: Float32Array.of(3, label, 0), dtype}}),
        };
        test(name, () => withoutLeaks(() => checkBadLabel(target, c, label, reduction)));
      }
    }
  }
}

async function checkBadLabel(target: Target, c: Case, label: number, reduction: 'none' | 'mean'): Promise<void> {
  const inputs = c.inputs();
  const logits = tensorOf(inputs.logits);
  const labels = tensorOf(inputs.labels, inputs.labels.dtype);
  const run = () => tf.tidy(() => tf.grad((z: Tensor) => applyOp(c, labels, z, {reduction}))(logits));
  try {
    if (target.badLabels === 'RangeError') {
      expect(run).toThrow(RangeError);
      expect(run).toThrow(new RegExp(`^${c.op}: 'labels' holds ${Math.fround(label)} at index 1\\. Expected .*0 to 3`));
      return;
    }
    const [gradient = new Float32Array(0)] = await take([run()]);
    const values = rowEntries(inputs.logits.shape, -1).map((entries) => entries.map((i) => at(gradient, i)));
    expect(values[1]).toEqual([NaN, NaN, NaN, NaN]);
    // A mean with a NaN in it is NaN for all; without, the other rows are untouched.
    if (reduction === 'none') expect([...(values[0] ?? []), ...(values[2] ?? [])].every(Number.isFinite)).toBe(true);
  } finally {
    tf.dispose([logits, labels]);
  }
}
