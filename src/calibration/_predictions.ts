/** Labels and logits of whatever form as pairs of one row of each, checked. */
import {
  assertActivation,
  assertInteger,
  assertKnownOptions,
  assertPositive,
  reshapeAdvice,
  sameShape,
  shapeText,
} from '../ops/_validate';
import type {Activation, CalibrationInput, CalibrationOptions} from './options';
import {readNumbers, type NumbersOfShape} from './_read';

/** Rows of K logits z with target distributions q. */
export interface SoftmaxPredictions {
  readonly activation: 'softmax';
  readonly count: number;
  readonly classes: number;
  /** z of a row: a view. */
  readonly logits: (row: number) => Float64Array;
  /** q of a row: valid until the next call. */
  readonly target: (row: number) => Float64Array;
}

/** Logits z with labels y in [0, 1]. */
export interface SigmoidPredictions {
  readonly activation: 'sigmoid';
  readonly count: number;
  readonly logits: Float64Array;
  readonly labels: Float64Array;
}

export type Predictions = SoftmaxPredictions | SigmoidPredictions;

export const PREDICTION_OPTIONS = ['activation', 'ignoreIndex', 'temperature'] as const;

/** How far from 1 the probabilities of a row may sum: float32 softmaxes of many classes miss it by some of this. */
const SUM_TOLERANCE = 1e-3;

/** Reads, checks and pairs what counts. At least one pair does. */
export async function readPredictions(
  op: string,
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: CalibrationOptions,
  known: readonly string[] = PREDICTION_OPTIONS,
): Promise<Predictions> {
  assertKnownOptions(op, options, known);
  const {activation, ignoreIndex, temperature = 1} = options;
  assertActivation(op, activation);
  if (ignoreIndex !== undefined) assertInteger(op, 'ignoreIndex', ignoreIndex);
  assertPositive(op, 'temperature', temperature);

  const [y, z] = await Promise.all([readNumbers(op, 'labels', labels), readNumbers(op, 'logits', logits)]);
  const scaled = temperature === 1 ? z : {values: z.values.map((x) => x / temperature), shape: z.shape};
  const predictions =
    (activation ?? usualActivation(op, z)) === 'softmax'
      ? softmaxPredictions(op, y, scaled, ignoreIndex)
      : sigmoidPredictions(op, y, scaled, ignoreIndex);
  if (predictions.count === 0) {
    throw new Error(
      `${op}: there is nothing to measure: 'logits' of shape ${shapeText(z.shape)}` +
        (ignoreIndex === undefined ? '.' : ` with labels that are all 'ignoreIndex', ${ignoreIndex}.`),
    );
  }
  return predictions;
}

function usualActivation(op: string, {shape}: NumbersOfShape): Activation {
  if (shape.length === 0) {
    throw new Error(`${op}: 'logits' must be of shape [N], [N, K] or [N, T, K], but is a scalar. Write [logit].`);
  }
  return shape.length > 1 && shape.at(-1) !== 1 ? 'softmax' : 'sigmoid';
}

// Softmax

function softmaxPredictions(
  op: string,
  labels: NumbersOfShape,
  logits: NumbersOfShape,
  ignoreIndex: number | undefined,
): SoftmaxPredictions {
  const classes = logits.shape.at(-1) ?? 0;
  if (logits.shape.length < 2 || classes < 2) {
    throw new Error(
      `${op}: 'logits' of a softmax must be of shape [..., K] with two classes or more, but have shape ` +
        `${shapeText(logits.shape)}. For one logit a sample use activation: 'sigmoid'.`,
    );
  }
  const batchShape = logits.shape.slice(0, -1);
  const rows = logits.values.length / classes;
  const row = (values: Float64Array, n: number): Float64Array => values.subarray(n * classes, (n + 1) * classes);

  if (sameShape(labels.shape, logits.shape)) {
    if (ignoreIndex !== undefined) {
      throw new Error(
        `${op}: 'ignoreIndex' goes with class indices, but 'labels' of shape ${shapeText(labels.shape)} are probabilities. ` +
          `Leave the rows out, or give class indices of shape ${shapeText(batchShape)}.`,
      );
    }
    for (let n = 0; n < rows; n++) checkProbabilities(op, row(labels.values, n), n);
    for (let n = 0; n < rows; n++) checkLogits(op, row(logits.values, n), n);
    return {
      activation: 'softmax',
      count: rows,
      classes,
      logits: (n) => row(logits.values, n),
      target: (n) => row(labels.values, n),
    };
  }

  if (!sameShape(labels.shape, batchShape) && !sameShape(labels.shape, [...batchShape, 1])) {
    throw new Error(
      `${op}: 'labels' of shape ${shapeText(labels.shape)} must be class indices of shape ${shapeText(batchShape)} or ` +
        `${shapeText([...batchShape, 1])}, or probabilities of shape ${shapeText(logits.shape)}, for 'logits' of shape ` +
        `${shapeText(logits.shape)}.${reshapeAdvice('labels', labels.shape, batchShape)}`,
    );
  }
  const counted = placesThatCount(labels.values, ignoreIndex);
  for (const n of counted) {
    checkIndex(op, labels.values[n]!, n, classes);
    checkLogits(op, row(logits.values, n), n);
  }
  const target = new Float64Array(classes);
  return {
    activation: 'softmax',
    count: counted.length,
    classes,
    logits: (n) => row(logits.values, counted[n]!),
    target: (n) => {
      target.fill(0);
      target[labels.values[counted[n]!]!] = 1;
      return target;
    },
  };
}

function checkIndex(op: string, label: number, n: number, classes: number): void {
  if (!Number.isInteger(label) || label < 0 || label >= classes) {
    throw new RangeError(
      `${op}: 'labels' must be whole numbers from 0 to ${classes - 1}, but label ${n} is ${label}. ` +
        `Labels that do not count need ignoreIndex.`,
    );
  }
}

function checkProbabilities(op: string, q: Float64Array, n: number): void {
  const sum = q.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 1) <= SUM_TOLERANCE) || q.some((x) => x < 0)) {
    throw new RangeError(
      `${op}: 'labels' of the shape of 'logits' must be a distribution in each row, but those of row ${n} ` +
        (q.some((x) => x < 0) ? `hold ${q.find((x) => x < 0)}` : `sum to ${sum}`) +
        `. For several labels a sample use activation: 'sigmoid'.`,
    );
  }
}

function checkLogits(op: string, z: Float64Array, n: number): void {
  const max = z.reduce((a, b) => (Number.isNaN(b) ? NaN : Math.max(a, b)), -Infinity);
  if (!Number.isFinite(max)) {
    const what = max === -Infinity ? 'are all -Infinity' : `hold ${max}`;
    throw new RangeError(`${op}: 'logits' of row ${n} ${what}: such a row has no probabilities.`);
  }
}

// Sigmoid

function sigmoidPredictions(
  op: string,
  labels: NumbersOfShape,
  logits: NumbersOfShape,
  ignoreIndex: number | undefined,
): SigmoidPredictions {
  if (!sameShape(withoutUnitAxis(labels.shape), withoutUnitAxis(logits.shape))) {
    throw new Error(
      `${op}: 'labels' of shape ${shapeText(labels.shape)} must have the shape of 'logits' of a sigmoid, ` +
        `${shapeText(logits.shape)}.${reshapeAdvice('labels', labels.shape, logits.shape)}`,
    );
  }
  const counted = placesThatCount(labels.values, ignoreIndex);
  for (const n of counted) {
    const [y, z] = [labels.values[n]!, logits.values[n]!];
    if (!(y >= 0 && y <= 1)) {
      throw new RangeError(
        `${op}: 'labels' of a sigmoid must be numbers from 0 to 1, but label ${n} is ${y}. ` +
          `Labels that do not count need ignoreIndex.`,
      );
    }
    if (Number.isNaN(z)) throw new RangeError(`${op}: 'logits' hold NaN at ${n}: it has no probability.`);
  }
  const pick = (values: Float64Array): Float64Array => Float64Array.from(counted, (n) => values[n]!);
  return {activation: 'sigmoid', count: counted.length, logits: pick(logits.values), labels: pick(labels.values)};
}

/** [N, 1] as [N]. */
function withoutUnitAxis(shape: readonly number[]): readonly number[] {
  return shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
}

function placesThatCount(labels: Float64Array, ignoreIndex: number | undefined): number[] {
  const places = [...labels.keys()];
  return ignoreIndex === undefined ? places : places.filter((n) => labels[n] !== ignoreIndex);
}
