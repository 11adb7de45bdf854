/** What a loss and its gradient are exactly, by src/reference in float64, and the units that errors are measured in. */
import * as reference from '../src/reference';
import type {Batch} from './_families';
import {ALPHA, GAMMA, classWeights, isSigmoid, type LossCase} from './_losses';

export interface Truth {
  /** One per row; sigmoid family: one per element. */
  readonly loss: Float64Array;
  readonly gradient: Float64Array;
  /**
   * Per entry of the gradient, the number whose ULP is the unit of its error: the larger of the two terms whose difference
   * the entry is,
   *
   *     softmax:  (Σ_{j≠k} r_j)·p_k  and  r_k·(1 − p_k)      sigmoid:  (1−y′)·…  and  w₊·y′·…
   *
   * With hard labels one of them is 0 and this is the entry itself. With soft or smoothed ones the entry passes through 0,
   * where p_k = q_k up to rounding of the logits: its own ULP says nothing there.
   */
  readonly unit: Float64Array;
  /** Whether an entry of the gradient is one at the label. With soft labels, softmax has none. */
  readonly atLabel: Uint8Array;
}

export function truthOf(lossCase: LossCase, batch: Batch): Truth {
  return isSigmoid(lossCase) ? sigmoidTruth(lossCase, batch) : softmaxTruth(lossCase, batch);
}

function sigmoidTruth({op, options}: LossCase, {logits, labels}: Batch): Truth {
  const {labelSmoothing = 0, posWeight = 1} = options;
  const focal = op === 'sigmoidFocalCrossEntropy';
  const value = (kind: 'loss' | 'logitGradient', y: number, z: number, epsilon: number): number =>
    focal
      ? reference.sigmoidFocalCrossEntropy[kind](y, z, {labelSmoothing: epsilon, posWeight, gamma: GAMMA, alpha: ALPHA})
      : reference.sigmoidCrossEntropy[kind](y, z, {labelSmoothing: epsilon, posWeight});

  const truth = emptyTruth(logits.length, logits.length);
  logits.forEach((z, i) => {
    const y = at(labels, i);
    truth.loss[i] = value('loss', y, z, labelSmoothing);
    truth.gradient[i] = value('logitGradient', y, z, labelSmoothing);
    const smoothed = (1 - labelSmoothing) * y + labelSmoothing / 2;
    const positive = smoothed * value('logitGradient', 1, z, 0);
    const negative = (1 - smoothed) * value('logitGradient', 0, z, 0);
    truth.unit[i] = Math.max(Math.abs(positive), Math.abs(negative));
    truth.atLabel[i] = 1;
  });
  return truth;
}

function softmaxTruth(lossCase: LossCase, {rows, classes, logits, labels}: Batch): Truth {
  const {labelSmoothing = 0, classWeighted = false} = lossCase.options;
  const weights = classWeighted ? classWeights(classes) : undefined;
  const truth = emptyTruth(rows, rows * classes);
  const hard = lossCase.labels !== 'soft' && labelSmoothing === 0;
  for (let row = 0; row < rows; row++) {
    const from = row * classes;
    const z = logits.subarray(from, from + classes);
    const q = new Float64Array(classes);
    if (lossCase.labels === 'index') q[at(labels, row)] = 1;
    else q.set(labels.subarray(from, from + classes));
    const {loss, gradient} = softmaxRow(lossCase, q, z, weights);
    truth.loss[row] = loss;
    truth.gradient.set(gradient, from);
    truth.unit.set(hard ? gradient : units(lossCase, q, z, gradient), from);
    if (lossCase.labels !== 'soft') truth.atLabel[from + q.indexOf(1)] = 1;
  }
  return truth;
}

function softmaxRow(
  {op, options}: LossCase,
  q: Float64Array,
  z: Float32Array,
  weights: number[] | undefined,
): {loss: number; gradient: Float64Array} {
  const {labelSmoothing = 0} = options;
  const common = weights === undefined ? {labelSmoothing} : {labelSmoothing, classWeights: weights};
  if (op === 'softmaxFocalCrossEntropy' || op === 'sparseSoftmaxFocalCrossEntropy') {
    const focal = {...common, gamma: GAMMA};
    const {loss, logitGradient} = reference.softmaxFocalCrossEntropy;
    return {loss: loss(q, z, focal), gradient: logitGradient(q, z, focal)};
  }
  const {loss, logitGradient} = reference.softmaxCrossEntropy;
  return {loss: loss(q, z, common), gradient: logitGradient(q, z, common)};
}

/**
 * The larger term per entry. With M the largest logit, the plain cross-entropy of class M has the gradient p_k for k ≠ M
 * and −(1 − p_M) at M: that gives each p and 1 − p without cancellation. r_k = q′_k·(1−p)^γ·(1 + γ·p·(−log p)/(1−p)).
 */
function units({op, options}: LossCase, q: Float64Array, z: Float32Array, gradient: Float64Array): Float64Array {
  const {labelSmoothing = 0} = options;
  const gamma = op === 'softmaxFocalCrossEntropy' || op === 'sparseSoftmaxFocalCrossEntropy' ? GAMMA : 0;
  const largest = z.indexOf(z.reduce((a, b) => Math.max(a, b), -Infinity));
  const onLargest = new Float64Array(z.length);
  onLargest[largest] = 1;
  const ofLargest = reference.softmaxCrossEntropy.logitGradient(onLargest, z);
  return gradient.map((entry, k) => {
    const p = k === largest ? 1 + at(ofLargest, k) : at(ofLargest, k);
    const rest = k === largest ? -at(ofLargest, k) : 1 - p;
    const c = p < 0.5 ? -Math.log(p) : -Math.log1p(-rest);
    const h = p === 0 ? 0 : rest === 0 ? 1 : (c * p) / rest;
    const r = ((1 - labelSmoothing) * at(q, k) + labelSmoothing / z.length) * rest ** gamma * (1 + gamma * h);
    const own = r * rest;
    return Math.max(own, entry + own);
  });
}

function emptyTruth(losses: number, entries: number): Truth {
  return {
    loss: new Float64Array(losses),
    gradient: new Float64Array(entries),
    unit: new Float64Array(entries),
    atLabel: new Uint8Array(entries),
  };
}

function at(values: ArrayLike<number>, i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`No value ${i} of ${values.length}.`);
  return value;
}
