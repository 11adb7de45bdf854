/** Arguments of the row kernels, in plain TypeScript and in WebAssembly SIMD. */
interface Rows<Labels> {
  /** N. */
  readonly count: number;
  /** K. */
  readonly classes: number;
  /** [N, K]. */
  readonly logits: Float32Array;
  readonly labels: Labels;
  readonly labelSmoothing: number;
}

/** The softmax family with targets of shape [N, K]; its gradient takes none where `stats` knows all rows to be one-hot. */
export interface SoftmaxRows<Labels = Float32Array> extends Rows<Labels> {
  /** [K], or empty. */
  readonly weights: Float32Array;
  /** [N, 4], written by the loss and read by its gradient: see STATS_COLUMNS. */
  readonly stats: Float32Array;
  readonly gamma: number;
  readonly zLoss: number;
}

/** The softmax family with class indices of shape [N]; a negative one is ignored. */
export type SparseSoftmaxRows = SoftmaxRows<Int32Array>;

/** The sigmoid family. */
export interface SigmoidRows extends Rows<Float32Array> {
  /** [K], or empty. */
  readonly posWeight: Float32Array;
  readonly positiveWeight: number;
  readonly negativeWeight: number;
  readonly gamma: number;
  /** Whether the loss (and the upstream gradient) is one number per element instead of one per row. */
  readonly perElement: boolean;
}

/** The upstream gradient scale·dy. */
export interface Upstream {
  readonly scale: number;
  /** One number for each row (for each element where the loss is per element), or one for all. */
  readonly dy: Float32Array;
}

/** The gradient that a loss makes along with its values, for upstream gradients that are known before. */
export interface Ahead {
  readonly upstream: Upstream;
  readonly gradient: Float32Array;
}

export interface RowKernels extends RowLoops {
  /** Whether the losses take an `ahead`. */
  readonly areAhead: boolean;
}

/** The loops over rows, the same in plain TypeScript and in WebAssembly SIMD. */
export interface RowLoops {
  softmaxCrossEntropyWithLogits(rows: SoftmaxRows, loss: Float32Array, ahead?: Ahead): void;
  softmaxCrossEntropyWithLogitsGrad(rows: SoftmaxRows, upstream: Upstream, gradient: Float32Array): void;
  sparseSoftmaxCrossEntropyWithLogits(rows: SparseSoftmaxRows, loss: Float32Array, ahead?: Ahead): void;
  sparseSoftmaxCrossEntropyWithLogitsGrad(rows: SparseSoftmaxRows, upstream: Upstream, gradient: Float32Array): void;
  sigmoidCrossEntropyWithLogits(rows: SigmoidRows, loss: Float32Array, ahead?: Ahead): void;
  sigmoidCrossEntropyWithLogitsGrad(rows: SigmoidRows, upstream: Upstream, gradient: Float32Array): void;
  sigmoidFocalCrossEntropyWithLogits(rows: SigmoidRows, loss: Float32Array, ahead?: Ahead): void;
  sigmoidFocalCrossEntropyWithLogitsGrad(rows: SigmoidRows, upstream: Upstream, gradient: Float32Array): void;
}
