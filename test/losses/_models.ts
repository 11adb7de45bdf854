import * as tf from '@tensorflow/tfjs';
import type {ModelLoss} from '../../src/losses';
import * as reference from '../../src/reference';

/**
 * Small models with known logits, and what their losses and one step of gradient descent should be, in float64.
 *
 * A model is one dense layer without bias: logits = x·W, along the last axis. All numbers are multiples of 1/8, so the
 * logits are exact in float32 as well.
 */

export type LossName = 'softmaxCrossEntropy' | 'sparseSoftmaxCrossEntropy' | 'sigmoidCrossEntropy';
export type FocalName = 'softmaxFocalCrossEntropy' | 'sparseSoftmaxFocalCrossEntropy' | 'sigmoidFocalCrossEntropy';
export type Name = LossName | FocalName;

export const FEATURES = 2;

/** N samples of [FEATURES] or [T, FEATURES], flat. */
export function inputs(rows: number): number[] {
  return Array.from({length: rows * FEATURES}, (_, i) => (((i * 7) % 11) - 5) / 4);
}

/** W, [FEATURES][units]. */
export function kernel(units: number): number[][] {
  return Array.from({length: FEATURES}, (_f, f) =>
    Array.from({length: units}, (_u, u) => (((f * 5 + u * 3 + 1) % 7) - 3) / 2),
  );
}

/** x·W, one array per row. */
export function logitsOf(x: readonly number[], w: readonly (readonly number[])[]): number[][] {
  return Array.from({length: x.length / FEATURES}, (_, row) =>
    (w[0] ?? []).map((_w, unit) => sumOf(w, (line, f) => (x[row * FEATURES + f] ?? NaN) * (line[unit] ?? NaN))),
  );
}

/** A model for inputs [N, FEATURES] or [N, T, FEATURES]. */
export function build(kind: 'sequential' | 'functional', inner: readonly number[], units: number): tf.LayersModel {
  const layer = tf.layers.dense({units, useBias: false, name: 'logits', inputShape: [...inner, FEATURES]});
  const input = tf.input({shape: [...inner, FEATURES]});
  const model =
    kind === 'sequential'
      ? tf.sequential({layers: [layer]})
      : tf.model({inputs: input, outputs: one(layer.apply(input))});
  setKernel(model, units);
  return model;
}

export function setKernel(model: tf.LayersModel, units: number): void {
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel(units))]));
}

export function one(value: tf.Tensor | tf.Tensor[] | tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor {
  if (value instanceof tf.SymbolicTensor) {
    return value;
  }
  throw new Error('Expected one symbolic tensor.');
}

/** A row's loss and gradient with respect to its logits. */
export interface Row {
  readonly loss: number;
  readonly gradient: ArrayLike<number>;
}

export interface Result {
  readonly mean: number;
  /** The kernel after one step of gradient descent, flat. */
  readonly kernel: number[];
}

/** The mean of the rows' losses and the kernel after a step with it, for divisor weights d. */
export function afterStep(x: readonly number[], units: number, rows: readonly Row[], d: readonly number[]): Result {
  const divisor = sumOf(d, (weight) => weight);
  const scale = divisor === 0 ? 0 : 1 / divisor;
  const w = kernel(units);
  return {
    mean: scale * sumOf(rows, ({loss}) => loss),
    kernel: w.flatMap((line, f) =>
      line.map(
        (value, unit) =>
          value -
          LEARNING_RATE *
            scale *
            sumOf(rows, ({gradient}, row) => (gradient[unit] ?? NaN) * (x[row * FEATURES + f] ?? NaN)),
      ),
    ),
  };
}

export const LEARNING_RATE = 0.5;

type SoftmaxOptions = reference.softmaxFocalCrossEntropy.SoftmaxFocalCrossEntropyOptions;
type SparseOptions = reference.sparseSoftmaxFocalCrossEntropy.SparseSoftmaxFocalCrossEntropyOptions;
type SigmoidOptions = reference.sigmoidFocalCrossEntropy.SigmoidFocalCrossEntropyOptions;

export function softmaxRow(name: Name, q: readonly number[], z: readonly number[], options: SoftmaxOptions = {}): Row {
  const {loss, logitGradient} =
    name === 'softmaxCrossEntropy' ? reference.softmaxCrossEntropy : reference.softmaxFocalCrossEntropy;
  return {loss: loss(q, z, options), gradient: logitGradient(q, z, options)};
}

export function sparseRow(name: Name, y: number, z: readonly number[], options: SparseOptions = {}): Row {
  const {loss, logitGradient} =
    name === 'sparseSoftmaxCrossEntropy'
      ? reference.sparseSoftmaxCrossEntropy
      : reference.sparseSoftmaxFocalCrossEntropy;
  return {loss: loss(y, z, options), gradient: logitGradient(y, z, options)};
}

/** The sum over a row's labels. */
export function sigmoidRow(name: Name, y: readonly number[], z: readonly number[], options: SigmoidOptions = {}): Row {
  const {loss, logitGradient} =
    name === 'sigmoidCrossEntropy' ? reference.sigmoidCrossEntropy : reference.sigmoidFocalCrossEntropy;
  return {
    loss: sumOf(z, (zi, i) => loss(y[i] ?? NaN, zi, options)),
    gradient: z.map((zi, i) => logitGradient(y[i] ?? NaN, zi, options)),
  };
}

export function sumOf<T>(values: readonly T[], f: (value: T, i: number) => number): number {
  return values.reduce((total, value, i) => total + f(value, i), 0);
}

/** Fails unless |actual − expected| ≤ tolerance·|expected| (+ 1e-7 for numbers around 0), NaN and ∞ exactly. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 3e-6): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i] ?? NaN;
    const e = expected[i] ?? NaN;
    if (!(Object.is(a, e) || Math.abs(a - e) <= tolerance * Math.abs(e) + 1e-7)) {
      throw new Error(`At ${i}: got ${a}, expected ${e}.`);
    }
  }
}

/** The ways to run a model over one batch; each returns the loss before its step. */
export const METHODS = ['fit', 'fitDataset', 'evaluate', 'evaluateDataset', 'trainOnBatch'] as const;
export type Method = (typeof METHODS)[number];

export type Targets = tf.Tensor | {[name: string]: tf.Tensor};

/** Runs a compiled model over one batch, and returns all values that tfjs reports. */
export async function run(model: tf.LayersModel, method: Method, x: tf.Tensor, y: Targets): Promise<number[]> {
  const batchSize = x.shape[0] ?? 0;
  // A dataset's tensors are disposed by fitDataset.
  const dataset = tf.data.generator(function* () {
    yield {xs: x.clone(), ys: y instanceof tf.Tensor ? y.clone() : mapValues(y, (value) => value.clone())};
  });
  switch (method) {
    case 'fit':
      return historyOf(model, await model.fit(x, y, {batchSize, epochs: 1, shuffle: false, verbose: 0}));
    case 'fitDataset':
      return historyOf(model, await model.fitDataset(dataset, {epochs: 1, verbose: 0}));
    case 'evaluate':
      return numbers(model.evaluate(x, y instanceof tf.Tensor ? y : Object.values(y), {batchSize}));
    case 'evaluateDataset':
      return numbers(await model.evaluateDataset(dataset, {}));
    case 'trainOnBatch': {
      const values = await model.trainOnBatch(x, y);
      return Array.isArray(values) ? values : [values];
    }
  }
}

export function trains(method: Method): boolean {
  return method === 'fit' || method === 'fitDataset' || method === 'trainOnBatch';
}

function historyOf(model: tf.LayersModel, {history}: tf.History): number[] {
  return model.metricsNames.map((name) => {
    const value = history[name]?.[0];
    return typeof value === 'number' ? value : NaN;
  });
}

export function numbers(scalars: tf.Scalar | tf.Scalar[]): number[] {
  const list = Array.isArray(scalars) ? scalars : [scalars];
  return list.map((value) => {
    const [number] = value.dataSync();
    value.dispose();
    return number ?? NaN;
  });
}

function mapValues<T, U>(record: {[name: string]: T}, f: (value: T) => U): {[name: string]: U} {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}

export type CompileLoss = tf.ModelCompileArgs['loss'];

export const FORMS = ['single', 'list', 'dict'] as const;

/** A loss in one of the forms that compile takes; `outputs` are the model's output names. */
export function inForm(form: (typeof FORMS)[number], output: string, loss: string | ModelLoss): CompileLoss {
  switch (form) {
    case 'single':
      return loss;
    case 'list':
      return typeof loss === 'string' ? [loss] : [loss];
    case 'dict':
      return typeof loss === 'string' ? {[output]: loss} : {[output]: loss};
  }
}

/** What a model saves, with its optimizer, as a file would hold it: the training config is text. */
export async function saved(model: tf.LayersModel): Promise<tf.io.ModelArtifacts> {
  let result: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      const text = JSON.stringify({trainingConfig: artifacts.trainingConfig});
      result = {...artifacts, ...(JSON.parse(text) as object)};
      return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});
    }),
    {includeOptimizer: true},
  );
  return result;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((total, size) => total * size, 1);
}
