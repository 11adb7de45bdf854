/**
 * Cross-entropy of a linear layer, a chunk of rows at a time, so that the logits of all rows never exist. With
 * g_n = r_n·∂ℓ_n/∂z_n, the gradients of Σ_n r_n·ℓ_n are
 *
 *     z_n = h_n·W + b      ∂/∂h_n = g_n·Wᵀ      ∂/∂W = Σ_n h_nᵀ·g_n      ∂/∂b = Σ_n g_n
 *
 * where ℓ_n and g_n come of the kernels of sparseSoftmaxCrossEntropy, as exact as there.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import {
  SparseSoftmaxCrossEntropyWithLogits,
  SparseSoftmaxCrossEntropyWithLogitsGrad,
  type SparseSoftmaxAttrs,
} from '../kernel_names';
import {addToRows, canAddToRows} from '../add_to_rows';
import {outputsOnBackend, runOnBackend} from './_backend';
import {expectKnown} from './_expected_upstream';

export interface LinearRows {
  /** Class indices [N]. */
  readonly labels: Tensor1D;
  /** [N, D]. */
  readonly hidden: Tensor2D;
  /** [D, K]. */
  readonly kernel: Tensor2D;
  /** [K]. */
  readonly bias: Tensor1D | null;
  /** [K], or [0] for none. */
  readonly classWeights: Tensor1D;
}

/** Not an interface, which tf.tidy would not take as a container of tensors. */
export type LinearGradients = {
  readonly hidden: Tensor;
  readonly kernel: Tensor;
  readonly bias: Tensor;
};

export interface LinearResult {
  /** ℓ, [N]. */
  readonly losses: Tensor;
  /** Left out without row factors. */
  readonly gradients?: LinearGradients;
}

/** Logits of a chunk that are worth saving no memory: 16 MB. */
const FEW_LOGITS = 2 ** 22;
const LEAST_CHUNK = 8;

/**
 * The rows of each chunk. The gradient of W, D·K numbers, is put together of blocks at the end, so D·K numbers beside it are the
 * least there is; 1.5·D·K are allowed where they are no more than a fifth of the 4·N·K of all logits at once, because few and
 * large chunks are fast. The first chunk, a tensor of logits and one of their gradient, has the room of W's gradient too,
 * of which there is no sum yet.
 */
export function chunkRows(count: number, features: number, classes: number, withGradients: boolean): number[] {
  const few = Math.max(LEAST_CHUNK, Math.floor(FEW_LOGITS / classes));
  // tfjs-wasm multiplies 320 rows in a third more time than as many in chunks.
  if (tf.getBackend() === 'wasm') return equalChunks(count, few);
  const room = Math.max(features, Math.min(0.75 * count, 1.5 * features));
  const later = Math.max(few, Math.ceil(room / 2));
  const first = withGradients ? Math.max(few, Math.ceil((room + features) / 2)) : later;
  return [...equalChunks(Math.min(first, count), first), ...equalChunks(Math.max(0, count - first), later)];
}

/** Chunks of `chunkSize` rows, the last one of what is left. */
export function equalChunks(count: number, chunkSize: number): number[] {
  return Array.from({length: Math.ceil(count / chunkSize)}, (_, i) => Math.min(chunkSize, count - i * chunkSize));
}

/**
 * The losses, and with row factors r, [N], the gradients of Σ_n r_n·ℓ_n.
 *
 * @param chunks The rows of each chunk.
 */
export function inChunks(
  rows: LinearRows,
  attrs: Omit<SparseSoftmaxAttrs, 'reduction' | 'scale'>,
  chunks: readonly number[],
  factors: Tensor1D | null,
): LinearResult {
  const {labels, hidden, kernel, bias, classWeights} = rows;
  const [count, features] = hidden.shape;
  const [, classes] = kernel.shape;
  if (count === 0) {
    const gradients = {hidden: tf.zerosLike(hidden), kernel: tf.zerosLike(kernel), bias: tf.zeros([classes])};
    return {losses: tf.zeros([0]), ...(factors === null ? {} : {gradients})};
  }
  return tf.tidy(() => {
    const kernelAttrs = {
      ...attrs,
      ...(factors === null ? {} : expectKnown(factors)),
      reduction: 'none',
      scale: 1,
    } as const;
    const losses: Tensor[] = [];
    const hiddenParts: Tensor[] = [];
    // A block's product and its sum exist beside the chunk's gradient, in the place of its logits.
    const blockRows = chunks.length > 1 ? Math.ceil(Math.max(...chunks.slice(1)) / 2) : features;
    let kernelSum: KernelSum | undefined;
    let biasSum: Tensor | undefined;
    let start = 0;
    for (const length of chunks) {
      const h = tf.slice(hidden, [start, 0], [length, features]);
      const [loss, g] = tf.tidy((): [Tensor, Tensor2D?] => {
        const inputs = {labels: tf.slice(labels, [start], [length]), logits: logitsOf(h, kernel, bias), classWeights};
        const [value, stats, ahead] = outputsOnBackend(SparseSoftmaxCrossEntropyWithLogits, inputs, kernelAttrs);
        if (factors === null || stats === undefined) return [value];
        const dy = tf.slice(factors, [start], [length]);
        const gradientInputs = {...inputs, stats, dy, ...(ahead === undefined ? {} : {ahead})};
        return [value, runOnBackend(SparseSoftmaxCrossEntropyWithLogitsGrad, gradientInputs, kernelAttrs) as Tensor2D];
      });
      losses.push(loss);
      if (g !== undefined) {
        hiddenParts.push(timesTransposed(g, kernel));
        biasSum = addTo(biasSum, columnSums(g));
        // What adds in place may come with the kernels of the first chunk.
        kernelSum ??= canAddToRows() ? new InPlaceSum(blockRows) : new BlockedSum(features, blockRows);
        kernelSum.addProduct(h, g);
        g.dispose();
      }
      h.dispose();
      start += length;
    }
    if (biasSum === undefined || kernelSum === undefined) return {losses: tf.concat(losses)};
    const gradients = {hidden: tf.concat(hiddenParts), kernel: kernelSum.value(), bias: biasSum};
    return {losses: tf.concat(losses), gradients};
  });
}

/** tfjs-node has no fused product, but would make a tensor of W's size of W. */
function logitsOf(h: Tensor2D, kernel: Tensor2D, bias: Tensor1D | null): Tensor {
  if (bias === null) return tf.matMul(h, kernel);
  if (tf.getBackend() !== 'tensorflow') return tf.fused.matMul({a: h, b: kernel, bias});
  return tf.tidy(() => tf.add(tf.matMul(h, kernel), bias));
}

/** Σ hᵀ·g. */
interface KernelSum {
  addProduct(h: Tensor2D, g: Tensor2D): void;
  value(): Tensor;
}

/** The first product, to which those of later chunks are added in blocks of rows: they exist beside it. */
class InPlaceSum implements KernelSum {
  private sum: Tensor2D | undefined;

  constructor(private readonly blockRows: number) {}

  addProduct(h: Tensor2D, g: Tensor2D): void {
    const transposed = tf.transpose(h);
    if (this.sum === undefined) {
      this.sum = tf.matMul<Tensor2D>(transposed, g);
    } else {
      const [rows, count] = transposed.shape;
      for (let row = 0; row < rows; row += this.blockRows) {
        const block = tf.slice(transposed, [row, 0], [Math.min(this.blockRows, rows - row), count]);
        const product = tf.matMul<Tensor2D>(block, g);
        addToRows(this.sum, product, row);
        tf.dispose([block, product]);
      }
    }
    transposed.dispose();
  }

  value(): Tensor {
    if (this.sum === undefined) throw new Error('There is no sum of no products.');
    return this.sum;
  }
}

/** In blocks of rows: tf.add makes a new tensor, and a new one of all of W at each chunk would be what chunks avoid. */
class BlockedSum implements KernelSum {
  private readonly blocks: Tensor[] = [];

  constructor(
    private readonly rows: number,
    private readonly blockRows: number,
  ) {}

  addProduct(h: Tensor2D, g: Tensor2D): void {
    const transposed = tf.transpose(h);
    for (let start = 0, i = 0; start < this.rows; start += this.blockRows, i++) {
      const length = Math.min(this.blockRows, this.rows - start);
      const product = tf.tidy(() => tf.matMul(tf.slice(transposed, [start, 0], [length, h.shape[0]]), g));
      this.blocks[i] = addTo(this.blocks[i], product);
    }
    transposed.dispose();
  }

  value(): Tensor {
    const [block] = this.blocks;
    // tf.concat clones a single tensor, which tfjs-wasm does by a copy.
    return block !== undefined && this.blocks.length === 1 ? block : tf.concat(this.blocks);
  }
}

/** The sum, in place of its terms. */
function addTo(sum: Tensor | undefined, term: Tensor): Tensor {
  if (sum === undefined) return term;
  const result = tf.add(sum, term);
  tf.dispose([sum, term]);
  return result;
}

/** Σ_n g_n as a product: tfjs-wasm and tfjs-node sum columns by way of a transposed copy. */
function columnSums(g: Tensor2D): Tensor {
  return tf.tidy(() => tf.reshape(tf.matMul(tf.ones<tf.Rank.R2>([1, g.shape[0]]), g), [g.shape[1]]));
}

/** a·bᵀ. tfjs-wasm multiplies by a transposed matrix without SIMD, ten times slower than it transposes the other one. */
function timesTransposed(a: Tensor2D, b: Tensor2D): Tensor {
  if (tf.getBackend() !== 'wasm') return tf.matMul(a, b, false, true);
  return tf.tidy(() => tf.transpose(tf.matMul(b, tf.transpose(a))));
}
