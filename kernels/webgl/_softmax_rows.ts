/**
 * Rows of the softmax family in fragment shaders. A texel holds four numbers, two columns of two rows, which are a pair.
 *
 * A row is "hard" where its target is a class index without smoothing: it is a function of its cross-entropy c = lse − z_y. Any
 * other row is "soft": q'_k = w_k·((1−ε)·q_k + ε/K). Letters as in the README; src/reference/ has the derivation.
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SoftmaxAttrs, SoftmaxInputs, SparseSoftmaxAttrs} from '../../src/kernel_names';
import {powerUniforms} from './_math';
import {gridShape, hasFloat32, reshaped, type MatrixShape, type Shader} from './_program';
import {rowsAndClasses} from './_shapes';

export interface SoftmaxRows {
  /** N and K. */
  readonly count: number;
  readonly classes: number;
  /** [N, K]. */
  readonly logits: TensorInfo;
  /** [N, K], or class indices as [N, 1]. */
  readonly labels: TensorInfo;
  /** [1, K], or nothing. */
  readonly weights: {readonly weights?: TensorInfo};
  readonly sparse: boolean;
  readonly soft: boolean;
  readonly labelSmoothing: number;
  readonly gamma: number;
  readonly zLoss: number;
  readonly ignoreIndex: number | undefined;
}

/** Whole numbers from 0 on that a half float holds. */
const HALF_FLOAT_INDICES = 2049;

export function softmaxRows(
  inputs: SoftmaxInputs<TensorInfo>,
  attrs: SoftmaxAttrs & Pick<SparseSoftmaxAttrs, 'ignoreIndex'>,
  sparse: boolean,
): SoftmaxRows {
  const {count, classes} = rowsAndClasses(inputs.logits);
  if (sparse && classes > HALF_FLOAT_INDICES && !hasFloat32()) {
    const op = attrs.gamma === 0 ? 'sparseSoftmaxCrossEntropy' : 'sparseSoftmaxFocalCrossEntropy';
    throw new Error(
      `${op}: 'labels' holds indices of ${classes} classes, but the textures of this device are float16, which holds whole ` +
        `numbers up to ${HALF_FLOAT_INDICES - 1} only. Write one-hot labels for the op without 'sparse', or use another backend.`,
    );
  }
  const {labelSmoothing, gamma, zLoss, ignoreIndex} = attrs;
  const [weightCount] = inputs.classWeights.shape;
  return {
    count,
    classes,
    logits: reshaped(inputs.logits, [count, classes]),
    labels: reshaped(inputs.labels, sparse ? [count, 1] : [count, classes]),
    weights: weightCount === 0 ? {} : {weights: reshaped(inputs.classWeights, [1, classes])},
    sparse,
    soft: !sparse || labelSmoothing !== 0,
    labelSmoothing,
    gamma,
    zLoss,
    ignoreIndex,
  };
}

/** Of the statistics: see `_softmax_stats.ts`. */
export function statsShape(rows: SoftmaxRows): MatrixShape {
  const texels = evenCount(rows);
  return gridShape(hasMaximaApart(rows) ? texels + Math.ceil(texels / 4) : texels);
}

/** Texels of the rows: a fragment of the gradient reads those of a pair. */
function evenCount({count}: SoftmaxRows): number {
  return 2 * Math.ceil(count / 2);
}

/** Whether the gradient needs m and s both. */
export function hasMaximaApart({soft, gamma}: SoftmaxRows): boolean {
  return soft && gamma !== 0;
}

/** Those whose texels are looked for. */
export function matrices({logits, labels, sparse}: SoftmaxRows): TensorInfo[] {
  return sparse ? [logits] : [logits, labels];
}

/** Those of one column. */
export function columnsOf({sparse}: SoftmaxRows): string[] {
  return sparse ? ['labels'] : [];
}

export function rowInts({count, classes}: SoftmaxRows): Readonly<Record<string, number>> {
  return {rows: count, columns: classes};
}

/** Of rows, targets and γ. */
export function rowUniforms(rows: SoftmaxRows): Required<Pick<Shader, 'floats' | 'ints'>> {
  const {labelSmoothing, classes, gamma, ignoreIndex} = rows;
  const power = powerUniforms(gamma);
  const targets = {keep: 1 - labelSmoothing, uniformPart: labelSmoothing / classes, ignoreIndex: ignoreIndex ?? 0};
  return {
    floats: {...targets, gamma, ...power.floats},
    ints: {...rowInts(rows), hasIgnored: Number(ignoreIndex !== undefined), ...power.ints},
  };
}

/** w of two columns, for each of two rows. */
const WEIGHTS = `
vec4 weightsOf(int column) { return texelFetch(weights, texel(column >> 1, textureWidth(weightsTexShape)), 0).xyxy; }
float weightOf(int column) { vec4 w = weightsOf(column); return (column & 1) == 0 ? w.x : w.y; }
`;
const NO_WEIGHTS = `
vec4 weightsOf(int column) { return vec4(1); }
float weightOf(int column) { return 1.; }
`;

/** The class index of a row: −1 where it is ignored, −2 where its label is no class. */
const INDEX = `
float checkedIndex(float y) {
  if (hasIgnored == 1 && y == ignoreIndex) return -1.;
  return y >= 0. && y < float(columns) && floor(y) == y ? y : -2.;
}
float indexOf(int row) {
  vec2 y = labelsOfPair(row >> 1);
  return checkedIndex((row & 1) == 0 ? y.x : y.y);
}
`;
/** Rows with targets of their own are never ignored. */
const NO_INDEX = `
float indexOf(int row) { return 0.; }
`;

/** `weightsOf`, `weightOf`. */
export function weightsText({weights}: SoftmaxRows): string {
  return weights.weights === undefined ? NO_WEIGHTS : WEIGHTS;
}

/** Those, and `indexOf`. */
export function labelsText(rows: SoftmaxRows): string {
  return (rows.sparse ? INDEX : NO_INDEX) + weightsText(rows);
}

/**
 * u^γ·c and the slope φ = u^γ·(1 + γ·c·p/u) of classes, with logSum = log1p(s) and total = 1 + s: c = (m−z) + logSum,
 * p = e^(z−m)/total, u = 1 − p, and s/total for a maximal class.
 */
export const FOCAL_TERMS = `
vec4 focalTerms(vec4 z, vec4 m, vec4 s, vec4 logSum, vec4 total, out vec4 slope) {
  vec4 lost;
  vec4 x = difference(z, m, lost);
  bvec4 isMaximal = equal(x, vec4(0));
  vec4 c = logSum - mix(x + lost, x, isinf(x));
  vec4 more;
  vec4 q = quotient(mix(expTimes(x, lost, vec4(1)), s * perUnit, isMaximal), s * perUnit, total, more);
  vec4 u = mix(1. - q, q, isMaximal);
  vec4 p = mix(q, 1. / total, isMaximal);
  // An error of u would be γ errors of u^γ.
  vec4 error = mix((((1. - opaque(u)) - q) - q * more) / u, more, isMaximal);
  vec4 modulation = power(u);
  modulation += mix(modulation * (gamma * error), vec4(0), equal(u, vec4(0)));
  vec4 ratio = (gamma * mix(c, vec4(0), equal(p, vec4(0)))) * p / mix(u, vec4(1), equal(u, vec4(0)));
  slope = modulation * (1. + ratio);
  return modulation * c;
}
`;
