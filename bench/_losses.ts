/** What is compared: a loss with its options, in words that tfjs, PyTorch and JAX all understand (peers.py reads them too). */
export type OpName =
  | 'softmaxCrossEntropy'
  | 'sparseSoftmaxCrossEntropy'
  | 'sigmoidCrossEntropy'
  | 'softmaxFocalCrossEntropy'
  | 'sparseSoftmaxFocalCrossEntropy'
  | 'sigmoidFocalCrossEntropy';

/**
 * Labels: 'oneHot' rows of 0 and 1 in float32, 'index' class indices in int32, 'binary' 0 or 1 per element in float32,
 * 'soft' distributions (or, in the sigmoid family, numbers in [0, 1]) in float32.
 */
export type LabelKind = 'oneHot' | 'index' | 'binary' | 'soft';

export interface LossOptions {
  readonly labelSmoothing?: number;
  /** Whether class k weighs `classWeight(k)`. */
  readonly classWeighted?: boolean;
  readonly posWeight?: number;
}

export interface LossCase {
  readonly title: string;
  readonly op: OpName;
  readonly labels: LabelKind;
  readonly options: LossOptions;
}

/** Focal's exponent γ, everywhere. */
export const GAMMA = 2;
/** Sigmoid focal's balance α, everywhere. */
export const ALPHA = 0.25;

export function isSigmoid({op}: Pick<LossCase, 'op'>): boolean {
  return op === 'sigmoidCrossEntropy' || op === 'sigmoidFocalCrossEntropy';
}

/** w_k: quarters between 0.5 and 2, so that float32 and float64 hold the same number. */
export function classWeight(k: number): number {
  return 0.5 + (k % 7) / 4;
}

export function classWeights(classes: number): number[] {
  return Array.from({length: classes}, (_, k) => classWeight(k));
}

const ONE_HOT = {labels: 'oneHot', options: {}} as const;
const INDEX = {labels: 'index', options: {}} as const;
const BINARY = {labels: 'binary', options: {}} as const;
const SMOOTHED = {labelSmoothing: 0.1} as const;

const SOFTMAX: LossCase = {title: 'softmaxCrossEntropy', op: 'softmaxCrossEntropy', ...ONE_HOT};
const SMOOTHED_SOFTMAX: LossCase = {...SOFTMAX, title: 'softmaxCrossEntropy, smoothing 0.1', options: SMOOTHED};
const SPARSE: LossCase = {title: 'sparseSoftmaxCrossEntropy', op: 'sparseSoftmaxCrossEntropy', ...INDEX};
const SIGMOID: LossCase = {title: 'sigmoidCrossEntropy', op: 'sigmoidCrossEntropy', ...BINARY};
const SIGMOID_FOCAL: LossCase = {title: 'sigmoidFocalCrossEntropy', op: 'sigmoidFocalCrossEntropy', ...BINARY};
const SOFTMAX_FOCAL: LossCase = {title: 'softmaxFocalCrossEntropy', op: 'softmaxFocalCrossEntropy', ...ONE_HOT};
const SPARSE_FOCAL: LossCase = {
  title: 'sparseSoftmaxFocalCrossEntropy',
  op: 'sparseSoftmaxFocalCrossEntropy',
  ...INDEX,
};

export const SPEED_CASES: readonly LossCase[] = [
  SOFTMAX,
  SPARSE,
  SIGMOID,
  SIGMOID_FOCAL,
  SOFTMAX_FOCAL,
  SMOOTHED_SOFTMAX,
];

const CLASS_WEIGHTED = {classWeighted: true} as const;
const POS_WEIGHTED = {posWeight: 3} as const;

export const ACCURACY_CASES: readonly LossCase[] = [
  SOFTMAX,
  SMOOTHED_SOFTMAX,
  {...SOFTMAX, title: 'softmaxCrossEntropy, soft labels', labels: 'soft'},
  {...SOFTMAX, title: 'softmaxCrossEntropy, class weights', options: CLASS_WEIGHTED},
  SPARSE,
  {...SPARSE, title: 'sparseSoftmaxCrossEntropy, smoothing 0.1', options: SMOOTHED},
  {...SPARSE, title: 'sparseSoftmaxCrossEntropy, class weights', options: CLASS_WEIGHTED},
  SIGMOID,
  {...SIGMOID, title: 'sigmoidCrossEntropy, smoothing 0.1', options: SMOOTHED},
  {...SIGMOID, title: 'sigmoidCrossEntropy, soft labels', labels: 'soft'},
  {...SIGMOID, title: 'sigmoidCrossEntropy, posWeight 3', options: POS_WEIGHTED},
  SOFTMAX_FOCAL,
  {...SOFTMAX_FOCAL, title: 'softmaxFocalCrossEntropy, smoothing 0.1', options: SMOOTHED},
  {...SOFTMAX_FOCAL, title: 'softmaxFocalCrossEntropy, soft labels', labels: 'soft'},
  SPARSE_FOCAL,
  {...SPARSE_FOCAL, title: 'sparseSoftmaxFocalCrossEntropy, class weights', options: CLASS_WEIGHTED},
  SIGMOID_FOCAL,
  {...SIGMOID_FOCAL, title: 'sigmoidFocalCrossEntropy, smoothing 0.1', options: SMOOTHED},
  {...SIGMOID_FOCAL, title: 'sigmoidFocalCrossEntropy, soft labels', labels: 'soft'},
  {...SIGMOID_FOCAL, title: 'sigmoidFocalCrossEntropy, posWeight 3', options: POS_WEIGHTED},
];
