/** What a case's results are, from src/reference: loss by loss, in the order and layout of the tensors. */
import * as reference from '../../src/reference';
import {
  isDense,
  isSigmoid,
  isSparse,
  sizeOf,
  type Case,
  type Labels,
  type SigmoidCase,
  type SigmoidOptions,
  type SoftmaxOptions,
} from './case';

/** Inputs of a case; its logits may be float64, to differentiate the truth by differences. */
export interface TruthInputs {
  readonly logits: {readonly shape: readonly number[]; readonly values: ArrayLike<number>};
  readonly labels: Labels;
}

/** One loss (a row of the softmax family, an element of the sigmoid family) and what it depends on. */
export interface Unit {
  /** Where its logits (and labels of their shape) are in the tensor. */
  readonly entries: readonly number[];
  /** What it adds to the divisor of a mean. */
  readonly divisorWeight: number;
  loss(): number;
  /** ∂ℓ/∂z, an entry each. */
  gradient(): ArrayLike<number>;
  /**
   * How large the terms are that ∂ℓ/∂z_k is the sum of. An entry far below them is near a root of the gradient: there
   * its rounding error is the terms' own.
   */
  terms(): ArrayLike<number>;
  /** Whether the label of an entry is not 0; always in the sigmoid family. */
  atLabel(entry: number): boolean;
  /** ∂²ℓ/∂z_i∂z_j, [i][j]. */
  hessian(): readonly ArrayLike<number>[];
  /** How large the terms are that ∂²ℓ/∂z_i∂z_j is the sum of: those of the targets of each class, and the z-loss. */
  hessianTerms(): readonly ArrayLike<number>[];
  /** By the labels, where they are a quantity. */
  readonly byLabel: UnitByLabel | undefined;
}

export interface UnitByLabel {
  /** ∂ℓ/∂q. */
  gradient(): ArrayLike<number>;
  /** How large the terms are: lse and z_k times their weight. */
  terms(): ArrayLike<number>;
  /** ∂²ℓ/∂q_i∂z_j, [i][j]. */
  mixed(): readonly ArrayLike<number>[];
}

function at(values: ArrayLike<number>, i: number): number {
  const value = values[i];
  if (value === undefined) throw new RangeError(`no entry ${i} among ${values.length}`);
  return value;
}

export function truthOf(c: Case, inputs: TruthInputs): Unit[] {
  return isSigmoid(c) ? sigmoidUnits(c, inputs) : softmaxUnits(c, inputs);
}

/** The entries of each row of classes on `axis`: row n = outer·inner + i has entries (outer·K + k)·inner + i. */
export function rowEntries(shape: readonly number[], axis: number): number[][] {
  const position = axis < 0 ? axis + shape.length : axis;
  const classes = shape[position] ?? 0;
  const inner = sizeOf(shape.slice(position + 1));
  const outer = sizeOf(shape.slice(0, position));
  return Array.from({length: outer * inner}, (_, n) => {
    const start = Math.floor(n / inner) * classes * inner + (n % inner);
    return Array.from({length: classes}, (_, k) => start + k * inner);
  });
}

function softmaxUnits(c: Exclude<Case, SigmoidCase>, {logits, labels}: TruthInputs): Unit[] {
  const {options} = c;
  const focal = c.op.endsWith('FocalCrossEntropy');
  return rowEntries(logits.shape, options.axis ?? -1).map((entries, n): Unit => {
    const z = entries.map((i) => at(logits.values, i));
    if (isSparse(c)) {
      const y = at(labels.values, n);
      const row = focal ? reference.sparseSoftmaxFocalCrossEntropy : reference.sparseSoftmaxCrossEntropy;
      const ignored = y === options.ignoreIndex;
      const q = z.map((_, k) => (k === y ? 1 : 0));
      return {
        entries,
        divisorWeight: reference.rowDivisorWeight(y, options),
        loss: () => row.loss(y, z, options),
        gradient: () => row.logitGradient(y, z, options),
        terms: () => (ignored ? z.map(() => 0) : softmaxTerms(q, z, options, focal)),
        atLabel: (k) => k === y,
        hessian: () => row.logitHessian(y, z, options),
        hessianTerms: () => (ignored ? z.map(() => z.map(() => 0)) : softmaxHessianTerms(q, z, options, focal)),
        byLabel: undefined,
      };
    }
    const q = entries.map((i) => at(labels.values, i));
    const row = focal ? reference.softmaxFocalCrossEntropy : reference.softmaxCrossEntropy;
    return {
      entries,
      divisorWeight: 1,
      loss: () => row.loss(q, z, options),
      gradient: () => row.logitGradient(q, z, options),
      terms: () => softmaxTerms(q, z, options, focal),
      atLabel: (k) => q[k] !== 0,
      hessian: () => row.logitHessian(q, z, options),
      hessianTerms: () => softmaxHessianTerms(q, z, options, focal),
      byLabel: {
        gradient: () => row.labelGradient(q, z, options),
        terms: () => softmaxLabelTerms(z, options),
        mixed: () => row.labelLogitHessian(q, z, options),
      },
    };
  });
}

/** w_k·α_k. */
function classFactor(k: number, {classWeights, alpha = null}: SoftmaxOptions): number {
  const a = alpha === null ? 1 : typeof alpha === 'number' ? alpha : at(alpha, k);
  return a * (classWeights === undefined ? 1 : at(classWeights, k));
}

/** q'_k. */
function effectiveTarget(k: number, q: readonly number[], options: SoftmaxOptions): number {
  const {labelSmoothing = 0} = options;
  return classFactor(k, options) * ((1 - labelSmoothing) * at(q, k) + labelSmoothing / q.length);
}

/**
 * Σ_k q'_k·(φ_k·|H| + |H_k − φ_k·H|) + λ·|H_λ|: H_k the Hessian of the row whose only target is class k, of which the slope
 * φ_k = φ(c_k) gives φ_k·H, H = p_i·(δ_ij − p_j), and the curvature the rest; H_λ that of lse².
 */
function softmaxHessianTerms(
  q: readonly number[],
  z: readonly number[],
  options: SoftmaxOptions,
  focal: boolean,
): Float64Array[] {
  const gamma = focal ? (options.gamma ?? 2) : 0;
  const distances = reference.softmaxCrossEntropy.labelGradient(q, z);
  const spread = reference.sparseSoftmaxCrossEntropy.logitHessian(0, z);
  const ofZLoss = reference.softmaxCrossEntropy.logitHessian(
    z.map(() => 0),
    z,
    {zLoss: options.zLoss ?? 0},
  );
  const terms = ofZLoss.map((row) => row.map(Math.abs));
  z.forEach((_, k) => {
    const target = effectiveTarget(k, q, options);
    const slope = modulatedSlope(at(distances, k), gamma);
    const hessian = reference.sparseSoftmaxFocalCrossEntropy.logitHessian(k, z, {gamma});
    terms.forEach((row, i) =>
      row.forEach((sum, j) => {
        const ofSlope = slope * at(spread[i] ?? [], j);
        row[j] = sum + target * (Math.abs(ofSlope) + Math.abs(at(hessian[i] ?? [], j) - ofSlope));
      }),
    );
  });
  return terms;
}

/** φ(c) = u^γ·(1 + γ·c·p/u). */
function modulatedSlope(c: number, gamma: number): number {
  const p = Math.exp(-c);
  const u = -Math.expm1(-c);
  return u ** gamma * (1 + (u === 0 ? gamma : c === Infinity ? 0 : (gamma * c * p) / u));
}

/** The terms of ∂ℓ/∂z_k = (R−r_k)·p_k − r_k·u_k + 2λ·lse·p_k, by their common size: |∂ℓ/∂z_k| + 2·r_k·u_k + 4λ·|lse|·p_k. */
function softmaxTerms(
  q: readonly number[],
  z: readonly number[],
  options: SoftmaxOptions,
  focal: boolean,
): Float64Array {
  const {zLoss = 0} = options;
  const gamma = focal ? (options.gamma ?? 2) : 0;
  const distances = reference.softmaxCrossEntropy.labelGradient(q, z);
  const lse = reference.logSumExp(z);
  const row = focal ? reference.softmaxFocalCrossEntropy : reference.softmaxCrossEntropy;
  return row.logitGradient(q, z, options).map((gradient, k) => {
    const c = at(distances, k);
    const p = Math.exp(-c);
    const u = -Math.expm1(-c);
    const r = effectiveTarget(k, q, options) * modulatedSlope(c, gamma);
    return Math.abs(gradient) + 2 * r * u + 4 * zLoss * Math.abs(lse) * p;
  });
}

/** The terms of ∂ℓ/∂q_k = w_k·(1−ε)·g(lse − z_k). */
function softmaxLabelTerms(z: readonly number[], options: SoftmaxOptions): number[] {
  const lse = Math.abs(reference.logSumExp(z));
  return z.map((x, k) => classFactor(k, options) * (1 - (options.labelSmoothing ?? 0)) * Math.max(lse, Math.abs(x)));
}

function sigmoidUnits(c: SigmoidCase, {logits, labels}: TruthInputs): Unit[] {
  const {posWeight, ...rest} = c.options;
  const element =
    c.op === 'sigmoidFocalCrossEntropy' ? reference.sigmoidFocalCrossEntropy : reference.sigmoidCrossEntropy;
  const columns = logits.shape[logits.shape.length - 1] ?? 1;
  return Array.from(logits.values, (z, i): Unit => {
    const y = at(labels.values, i);
    const weight = typeof posWeight === 'object' ? at(posWeight, i % columns) : (posWeight ?? 1);
    const options = {...rest, posWeight: weight};
    const eps = rest.labelSmoothing ?? 0;
    const hard = {...options, labelSmoothing: 0};
    // The plain op has neither; its γ and α are those of BCE.
    const focal = c.op === 'sigmoidFocalCrossEntropy' ? hard : {...hard, gamma: 0, alpha: null};
    return {
      entries: [i],
      divisorWeight: 1,
      loss: () => element.loss(y, z, options),
      gradient: () => [element.logitGradient(y, z, options)],
      terms: () => [
        Math.abs(((1 - eps) * y + eps / 2) * element.logitGradient(1, z, hard)) +
          Math.abs(((1 - eps) * (1 - y) + eps / 2) * element.logitGradient(0, z, hard)),
      ],
      atLabel: () => true,
      hessian: () => [[element.logitHessian(y, z, options)]],
      hessianTerms: () => [
        [
          ((1 - eps) * y + eps / 2) * sigmoidHessianTerms(1, z, focal) +
            ((1 - eps) * (1 - y) + eps / 2) * sigmoidHessianTerms(0, z, focal),
        ],
      ],
      byLabel: {
        gradient: () => [element.labelGradient(y, z, options)],
        terms: () => [(1 - eps) * (element.loss(1, z, hard) + element.loss(0, z, hard))],
        mixed: () => [[element.labelLogitHessian(y, z, options)]],
      },
    };
  });
}

/** The terms of one side of ∂²ℓ/∂z² as of `softmaxHessianTerms`: φ(c)·p·u of its slope, and the rest of its curvature. */
function sigmoidHessianTerms(y: 0 | 1, z: number, options: SigmoidOptions & {readonly posWeight: number}): number {
  const {posWeight, gamma = 2, alpha = 0.25} = options;
  const plain = {posWeight: 1, gamma: 0, alpha: null};
  const c = reference.sigmoidFocalCrossEntropy.loss(y, z, plain);
  const slope = modulatedSlope(c, gamma) * reference.sigmoidFocalCrossEntropy.logitHessian(y, z, plain);
  const whole = reference.sigmoidFocalCrossEntropy.logitHessian(y, z, {posWeight: 1, gamma, alpha: null});
  const weight = y === 1 ? posWeight * (alpha ?? 1) : 1 - (alpha ?? 0);
  return weight * (Math.abs(slope) + Math.abs(whole - slope));
}

/** Whether a case's labels are a quantity that it can be differentiated by: float32 and no class indices. */
export function hasLabelGradient(c: Case, {labels}: TruthInputs): boolean {
  return (isDense(c) || isSigmoid(c)) && labels.dtype === 'float32';
}
