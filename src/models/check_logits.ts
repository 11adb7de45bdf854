import {Tensor} from '@tensorflow/tfjs-core';
import {assertActivation, assertKnownOptions, describe} from '../ops/_validate';
import type {Activation} from './output_activation';

/** What `checkLogits` measures against. */
export interface CheckLogitsOptions {
  /** What the logits are of: the classes on the last axis (`'softmax'`, the default) or a label for each output. */
  readonly activation?: Activation;
  /**
   * The gap from which on a row (its largest logit above the next, or a sigmoid's |z|) counts as saturated, in nats. Default
   * ln 2^24 ≈ 16.6, where a probability rounds to 1 in float32.
   */
  readonly saturation?: number;
  /** The |z| from which on a finite logit counts as exploding. Default 1e4. */
  readonly explosion?: number;
}

/** Counts of rows (of elements, for a sigmoid), and what they mean in words. */
export interface LogitsReport {
  readonly rows: number;
  /** Rows that hold NaN or +∞, or nothing but −∞. */
  readonly notFinite: number;
  /** Rows with a finite logit beyond `explosion`. */
  readonly exploding: number;
  /** Rows whose gap is beyond `saturation`. */
  readonly saturated: number;
  /** Rows that look like probabilities: numbers in [0, 1] that sum to 1 (for a sigmoid: numbers in [0, 1]). */
  readonly likeProbabilities: number;
  /** A sentence for each finding that matters; empty where there is none. */
  readonly messages: readonly string[];
}

/**
 * Looks at a batch of logits for what goes wrong with them: probabilities in their place, saturation, explosion, NaN.
 *
 * A message is made of NaN and explosion in any row, of saturation from half of the rows on, and of probabilities if all
 * rows look like them (and are too many for chance: at least 4, and of a sigmoid's outputs 32).
 *
 * @param logits [..., K], or of any shape for a sigmoid.
 * @throws Error if there is no axis of classes, for an unknown option or a value that doesn't fit (the promise is rejected).
 *
 * @example
 * ```ts
 * const report = await checkLogits(tf.softmax(tf.randomNormal([8, 3])));
 * report.likeProbabilities; // 8
 * ```
 */
export async function checkLogits(logits: Tensor, options: CheckLogitsOptions = {}): Promise<LogitsReport> {
  checkLogitsOptions('checkLogits', options);
  const {activation = 'softmax', saturation = 24 * Math.LN2, explosion = 1e4} = options;
  const given: unknown = logits;
  if (!(given instanceof Tensor)) {
    throw new Error(
      `checkLogits: 'logits' must be a tensor, but is ${describe(given)}. Write tf.tensor(…), or model.predict(x) of one output.`,
    );
  }
  const classes = activation === 'softmax' ? logits.shape[logits.rank - 1] : 1;
  if (classes === undefined) {
    throw new Error(`checkLogits: 'logits' must have an axis of classes, but is a scalar.`);
  }
  const values = await logits.data<'float32'>();
  const rows = classes === 0 ? 0 : values.length / classes;
  const count = {notFinite: 0, exploding: 0, saturated: 0, likeProbabilities: 0};
  for (let row = 0; row < rows; row++) {
    const found = checkRow(values.subarray(row * classes, (row + 1) * classes), activation, saturation, explosion);
    for (const what of found) count[what]++;
  }
  return {rows, ...count, messages: messagesOf(rows, count, activation, saturation, explosion)};
}

/** Throws for options that would be passed over or make every finding false. */
export function checkLogitsOptions(op: string, options: CheckLogitsOptions, others: readonly string[] = []): void {
  assertKnownOptions(op, options, ['activation', 'saturation', 'explosion', ...others]);
  const {activation, saturation, explosion}: {[Option in keyof CheckLogitsOptions]: unknown} = options;
  assertActivation(op, activation);
  for (const [option, value] of Object.entries({saturation, explosion})) {
    if (value !== undefined && !(typeof value === 'number' && value > 0)) {
      throw new Error(`${op}: '${option}' must be a number above 0 (Infinity for none), but is ${describe(value)}.`);
    }
  }
}

/** Of so many it is hardly chance that all look like probabilities: a sum of 1 says more than a number between 0 and 1. */
const TOO_MANY_FOR_CHANCE = {softmax: 4, sigmoid: 32} as const;

type Counts = Omit<LogitsReport, 'rows' | 'messages'>;
type Finding = keyof Counts;

function checkRow(z: Float32Array, activation: Activation, saturation: number, explosion: number): Finding[] {
  let [first, second, least, sum, largest] = [-Infinity, -Infinity, Infinity, 0, 0];
  for (const value of z) {
    if (Number.isNaN(value) || value === Infinity) return ['notFinite'];
    if (value > first) [first, second] = [value, first];
    else if (value > second) second = value;
    least = Math.min(least, value);
    sum += value;
    // −∞ masks a class.
    if (value !== -Infinity) largest = Math.max(largest, Math.abs(value));
  }
  if (first === -Infinity) return ['notFinite'];
  const gap = activation === 'softmax' ? first - second : Math.abs(first);
  const inRange = least >= 0 && first <= 1;
  const sumsToOne = activation === 'sigmoid' || (z.length > 1 && Math.abs(sum - 1) < 1e-3);
  const findings: Finding[] = [];
  if (largest > explosion) findings.push('exploding');
  // A row with a single class left is not saturated but decided.
  if (gap > saturation && second !== -Infinity) findings.push('saturated');
  if (activation === 'sigmoid' && gap > saturation) findings.push('saturated');
  if (inRange && sumsToOne) findings.push('likeProbabilities');
  return findings;
}

function messagesOf(
  rows: number,
  {notFinite, exploding, saturated, likeProbabilities}: Counts,
  activation: Activation,
  saturation: number,
  explosion: number,
): string[] {
  const unit = activation === 'softmax' ? 'rows' : 'outputs';
  const messages: string[] = [];
  if (notFinite > 0) {
    messages.push(
      `${notFinite} of ${rows} ${unit} hold NaN or ∞: look at the inputs, the learning rate and the layer that ` +
        `firstNotFinite(model, x) names.`,
    );
  }
  if (exploding > 0) {
    messages.push(
      `${exploding} of ${rows} ${unit} have logits beyond ±${explosion}: lower the learning rate, clip gradients, or add ` +
        `zLoss or weight decay.`,
    );
  }
  if (saturated > 0 && saturated >= rows / 2) {
    messages.push(
      `${saturated} of ${rows} ${unit} are saturated, with a gap beyond ${saturation.toFixed(1)}: the model is certain ` +
        `beyond float32's probabilities. labelSmoothing bounds the gap; fitTemperature mends its calibration.`,
    );
  }
  if (likeProbabilities === rows && rows >= TOO_MANY_FOR_CHANCE[activation]) {
    messages.push(
      `All ${rows} ${unit} look like probabilities, not logits: a ${activation} seems to come before the loss. Leave it ` +
        `out, or use logitsOf(model) or fromLogits: false.`,
    );
  }
  return messages;
}
