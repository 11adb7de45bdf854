import * as tf from '@tensorflow/tfjs-core';
import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import {isTapeOn, sameBuffer} from '../tape';
import {HOST_BACKENDS} from './_backend';
import {type LinearCall, divides, divisorWeights, rowFactors, sampleWeights, weightGradient} from './_linear_call';
import {OP, assertChunkSize, assertClassIndices, checkLabels, checkLayer} from './_linear_checks';
import {type LinearGradients, chunkRows, equalChunks, inChunks} from './_linear_chunks';
import {Saving} from './_linear_saving';
import type {LinearSoftmaxCrossEntropyOptions, NumericLike} from './options';
import {perClassTensor} from './_per_class';
import {REDUCTION_OPTIONS, assertBroadcasts, checkReduction, reduceLosses} from './_reduce';
import {sumOfAll} from './_sum_of_all';
import {toTensor} from './_to_tensor';
import {assertInteger, assertKnownOptions, assertNumber} from './_validate';

/** The option names, for messages and the README's test. */
export const LINEAR_OPTIONS = [
  ...REDUCTION_OPTIONS,
  'labelSmoothing',
  'classWeights',
  'zLoss',
  'ignoreIndex',
  'chunkSize',
] as const;

/**
 * Computes the cross-entropy of softmax(hidden·kernel + bias) with class indices: `sparseSoftmaxCrossEntropy` of a last dense
 * layer whose logits never exist as a whole.
 *
 *     z_n = h_n·W + b      ℓ_n = log Σ_k e^(z_nk) − z_ny      (and what the options say, as in sparseSoftmaxCrossEntropy)
 *
 * The logits are made a chunk of rows at a time. Where a gradient is asked for, each chunk makes its part of it at once, unless
 * `reduction` is `'none'`, which makes the logits a second time. Meant for large vocabularies: of N rows, D features and K
 * classes it holds, beside the gradients, D·K to 1.5·D·K numbers, or 32 MB where that is more, in place of 4·N·K.
 *
 * @param labels y, whole numbers 0 … K−1 (int32 or float32), of the shape of `hidden` without its last axis, or with 1 there.
 * @param hidden h, float32, of shape [..., D]: what the layer gets.
 * @param kernel W, float32, of shape [D, K].
 * @param bias b, float32, of shape [K], or null for none.
 * @param options See {@link LinearSoftmaxCrossEntropyOptions}.
 * @returns A scalar, or with `reduction: 'none'` the shape of `hidden` without its last axis, in nats. Differentiable once with
 *   respect to `hidden`, `kernel`, `bias` and float32 `weights`.
 * @throws Error for a wrong shape, dtype or option, and for a second derivative; RangeError for a label that is no class, with its
 *   index and value, on cpu, wasm and node (NaN in its row on webgl and webgpu).
 *
 * @example
 * ```ts
 * const hidden = tf.tensor2d([[1, 0], [0, 2]]);
 * const kernel = tf.tensor2d([[1, 3, -1], [0, 0, 1]]);
 * linearSoftmaxCrossEntropy([1, -100], hidden, kernel, null, {ignoreIndex: -100}).print(); // 0.1429
 * ```
 *
 * Wijmans et al., Cut Your Losses in Large-Vocabulary Language Models (2024); the gradient beside the loss: Hsu et al.,
 * Liger Kernel: Efficient Triton Kernels for LLM Training (2024).
 */
export function linearSoftmaxCrossEntropy(
  labels: Tensor | NumericLike,
  hidden: Tensor | NumericLike,
  kernel: Tensor | NumericLike,
  bias: Tensor | NumericLike | null,
  options: LinearSoftmaxCrossEntropyOptions = {},
): Tensor {
  assertKnownOptions(OP, options, LINEAR_OPTIONS);
  const {labelSmoothing = 0, zLoss = 0, classWeights, ignoreIndex, chunkSize} = options;
  assertNumber(OP, 'labelSmoothing', labelSmoothing, 0, 1);
  assertNumber(OP, 'zLoss', zLoss, 0);
  if (ignoreIndex !== undefined) assertInteger(OP, 'ignoreIndex', ignoreIndex);
  if (chunkSize !== undefined) assertChunkSize(chunkSize);

  return tf.tidy(() => {
    const reduction = checkReduction(OP, options);
    const h = toTensor(OP, 'hidden', hidden);
    const w = toTensor(OP, 'kernel', kernel);
    const b = bias === null ? null : toTensor(OP, 'bias', bias);
    checkLayer(h, w, b);
    const y = toTensor(OP, 'labels', labels);
    const shape = h.shape.slice(0, -1);
    checkLabels(y, shape);
    if (reduction.weights !== undefined) assertBroadcasts(OP, reduction.weights, shape);
    const classes = w.shape[1] ?? 1;
    if (HOST_BACKENDS.includes(tf.getBackend())) assertClassIndices(y, classes, ignoreIndex);
    const perClass = classWeights === undefined ? undefined : perClassTensor(OP, 'classWeights', classWeights, classes);
    return linearLoss({
      labels: y,
      hidden: h,
      kernel: w as Tensor2D,
      bias: b as Tensor1D | null,
      classWeights: perClass,
      reduction,
      shape,
      attrs: {labelSmoothing, gamma: 0, zLoss, ...(ignoreIndex === undefined ? {} : {ignoreIndex})},
      chunkSize,
    });
  });
}

/**
 * All of it, with its reduction, is one op on the tape: nothing before it has saved anything when a label is refused, and the
 * factors r_n of the rows are known before the first chunk, so that the gradient is made of the same logits as the loss.
 */
function linearLoss(call: LinearCall): Tensor {
  const {hidden, kernel, bias, reduction, shape} = call;
  const {weights} = reduction;
  // tfjs wants a float32 gradient for every input; weights of another type are constants.
  const weightsAreInput = weights?.dtype === 'float32';
  const inputs = [hidden, kernel, ...(bias === null ? [] : [bias]), ...(weightsAreInput ? [weights] : [])];

  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    // A scalar result has one upstream factor, which can come later; 'none' has one for each row.
    const withGradients = reduction.reduction !== 'none' && isTapeOn();
    const {losses, gradients} = run(call, withGradients ? rowFactors(call) : null);
    const value = reduceLosses(
      OP,
      {
        shape,
        run: (kernelReduction, scale) =>
          kernelReduction === 'none' ? tf.reshape(losses, shape) : tf.mul(sumOfAll(losses), scale),
        divisorWeights: divides(call) ? () => divisorWeights(call) : undefined,
      },
      reduction,
    );
    const saving = new Saving();
    // tfjs-wasm saves by a copy: nothing that is not needed, above all not W where its gradient is there.
    const restore =
      gradients === undefined ? saving.call(call) : weightsAreInput ? saving.divisor(call) : (): LinearCall => call;
    const restoreGradients = gradients === undefined ? undefined : saving.gradients(gradients);
    const restoreLosses = weightsAreInput ? saving.tensor(losses) : undefined;
    const restoreValue = weightsAreInput ? saving.tensor(value) : undefined;
    save(saving.tensors);

    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => {
      const then = restore(saved);
      const at = restoreGradients === undefined ? gradientsFor(then, dy) : scaledGradients(restoreGradients(saved), dy);
      const results = [tf.reshape(at.hidden, then.hidden.shape), at.kernel];
      if (then.bias !== null) results.push(at.bias);
      if (restoreLosses !== undefined && restoreValue !== undefined) {
        results.push(weightGradient(then, restoreLosses(saved), restoreValue(saved), dy));
      }
      return results.map((result) => differentiableOnce(result, [...inputs, dy]));
    };
    return {value, gradFunc};
  });
  return op(...inputs);
}

/** Losses [N] and, with row factors, gradients. */
function run(call: LinearCall, factors: Tensor1D | null): ReturnType<typeof inChunks> {
  const {labels, hidden, kernel, bias, classWeights, attrs, chunkSize} = call;
  const count = labels.size;
  const rows = {
    labels: tf.reshape<tf.Rank.R1>(labels, [count]),
    hidden: tf.reshape<tf.Rank.R2>(hidden, [count, kernel.shape[0]]),
    kernel,
    bias,
    classWeights: (classWeights ?? tf.tensor1d([])) as Tensor1D,
  };
  const chunks =
    chunkSize === undefined ? chunkRows(count, ...kernel.shape, factors !== null) : equalChunks(count, chunkSize);
  return inChunks(rows, attrs, chunks, factors);
}

/** The gradients for upstream gradients of the rows. */
function gradientsFor(call: LinearCall, dy: Tensor): LinearGradients {
  return tf.tidy(() => {
    const factors = tf.reshape<tf.Rank.R1>(tf.mul(dy, sampleWeights(call)), [call.labels.size]);
    const {gradients} = run(call, factors);
    if (gradients === undefined) throw new Error(`${OP}: no gradients came of row factors.`);
    return gradients;
  });
}

/** dy·G, without a second tensor of the kernel's size where dy is 1, as it is where the loss is what is minimized. */
function scaledGradients({hidden, kernel, bias}: LinearGradients, dy: Tensor): LinearGradients {
  const isOne = HOST_BACKENDS.includes(tf.getBackend()) && dy.dataSync()[0] === 1;
  const scaled = (x: Tensor): Tensor => (isOne ? x : tf.mul(x, dy));
  return {hidden: scaled(hidden), kernel: scaled(kernel), bias: scaled(bias)};
}

/**
 * The same tensor; its own gradient is an error instead of a silent 0: what it was made of is not on the tape.
 *
 * @param inputs What it depends on. Their place on the tape counts, not their values: they may be disposed of.
 */
function differentiableOnce(gradient: Tensor, inputs: readonly Tensor[]): Tensor {
  const op = tf.customGrad(() => ({
    value: sameBuffer(gradient),
    gradFunc: (): Tensor[] => {
      throw new Error(
        `${OP}: it has no second derivatives. Write sparseSoftmaxCrossEntropy(labels, logits) with logits = ` +
          `tf.add(tf.matMul(hidden, kernel), bias), which holds all logits.`,
      );
    },
  }));
  return op(...inputs);
}
