// With G_n = ∂ℓ_n/∂z_n of sparse_softmax_cross_entropy.ts and z_nk = Σ_d h_nd·W_dk + b_k, for L = Σ_n r_n·ℓ_n
//
//   ∂L/∂h_nd = r_n·Σ_k G_nk·W_dk      ∂L/∂W_dk = Σ_n r_n·h_nd·G_nk      ∂L/∂b_k = Σ_n r_n·G_nk.
import {at, checkLength} from './_numbers';
import * as sparse from './sparse_softmax_cross_entropy';
import {sum} from './_sum';

/** A dense layer and the rows that it gets, each array row by row. */
export interface LinearRows {
  /** y, N class indices. */
  readonly labels: ArrayLike<number>;
  /** h, N·D numbers. */
  readonly hidden: ArrayLike<number>;
  /** W, D·K numbers. */
  readonly kernel: ArrayLike<number>;
  /** b, K numbers; K is their count. */
  readonly bias: ArrayLike<number>;
}

/** Gradients of Σ_n r_n·ℓ_n, in the order of what they are gradients of. */
export interface LinearGradients {
  readonly hidden: Float64Array;
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/** z_nk = Σ_d h_nd·W_dk + b_k, as N rows. Throws a RangeError unless the lengths fit each other. */
export function logits({labels, hidden, kernel, bias}: LinearRows): Float64Array[] {
  const classes = bias.length;
  const features = kernel.length / classes;
  checkLength('hidden', hidden, labels.length * features);
  return Array.from(labels, (_, n) =>
    Float64Array.from({length: classes}, (_, k) => {
      const terms = Array.from(
        {length: features},
        (_, d) => at(hidden, n * features + d) * at(kernel, d * classes + k),
      );
      return sum([...terms, at(bias, k)]);
    }),
  );
}

/** ℓ_n, N values. The options and errors of the sparse loss. */
export function losses(rows: LinearRows, options: sparse.SparseSoftmaxCrossEntropyOptions = {}): Float64Array {
  return Float64Array.from(logits(rows), (z, n) => sparse.loss(at(rows.labels, n), z, options));
}

/**
 * The gradients of Σ_n r_n·ℓ_n.
 *
 * @param factors r, N values. Throws a RangeError for another number of them.
 */
export function gradients(
  rows: LinearRows,
  factors: ArrayLike<number>,
  options: sparse.SparseSoftmaxCrossEntropyOptions = {},
): LinearGradients {
  const {labels, hidden, kernel, bias} = rows;
  checkLength('factors', factors, labels.length);
  const classes = bias.length;
  const features = kernel.length / classes;
  const g = logits(rows).map((z, n) =>
    sparse.logitGradient(at(labels, n), z, options).map((entry) => entry * at(factors, n)),
  );
  return {
    hidden: Float64Array.from({length: hidden.length}, (_, i) => {
      const [n, d] = [Math.floor(i / features), i % features];
      return sum(Array.from(g[n] ?? [], (entry, k) => entry * at(kernel, d * classes + k)));
    }),
    kernel: Float64Array.from({length: kernel.length}, (_, i) => {
      const [d, k] = [Math.floor(i / classes), i % classes];
      return sum(g.map((row, n) => at(hidden, n * features + d) * at(row, k)));
    }),
    bias: Float64Array.from({length: classes}, (_, k) => sum(g.map((row) => at(row, k)))),
  };
}
