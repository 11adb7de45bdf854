/** What the four ops of the softmax family share: the dense and the sparse one differ in their labels, the focal ones in γ and α. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {
  SoftmaxCrossEntropyWithLogits,
  SparseSoftmaxCrossEntropyWithLogits,
  type ExpectedUpstream,
  type SoftmaxAttrs,
  type SparseSoftmaxAttrs,
} from '../kernel_names';
import {runOnBackend} from './_backend';
import {classesLast} from './_classes_last';
import type {
  NumericLike,
  PerClass,
  SoftmaxCrossEntropyOptions,
  SoftmaxFocalOptions,
  SparseSoftmaxCrossEntropyOptions,
} from './options';
import {perClassTensor} from './_per_class';
import {rowDivisorWeights} from './row_divisor_weights';
import {REDUCTION_OPTIONS, checkReduction, reduceLosses} from './_reduce';
import {toTensor} from './_to_tensor';
import {
  assertDtype,
  assertInteger,
  assertKnownOptions,
  assertNumber,
  reshapeAdvice,
  sameShape,
  shapeText,
} from './_validate';

export interface SoftmaxOp {
  readonly name: string;
  readonly sparse: boolean;
  readonly focal: boolean;
}

type AnySoftmaxOptions = SoftmaxCrossEntropyOptions & SparseSoftmaxCrossEntropyOptions & SoftmaxFocalOptions;

/** The option names of an op, for messages. */
export function softmaxOptionNames({sparse, focal}: SoftmaxOp): string[] {
  return [
    ...REDUCTION_OPTIONS,
    'labelSmoothing',
    'classWeights',
    'axis',
    'zLoss',
    ...(sparse ? ['ignoreIndex'] : []),
    ...(focal ? ['gamma', 'alpha'] : []),
  ];
}

/** `known`: what a caller knows of the upstream gradient of reduction 'none'. */
export function softmaxLoss(
  op: SoftmaxOp,
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: AnySoftmaxOptions,
  known?: ExpectedUpstream,
): Tensor {
  const {name, sparse, focal} = op;
  assertKnownOptions(name, options, softmaxOptionNames(op));
  const {labelSmoothing = 0, zLoss = 0, axis = -1, classWeights, ignoreIndex} = options;
  const gamma = focal ? (options.gamma === undefined ? 2 : options.gamma) : 0;
  assertNumber(name, 'labelSmoothing', labelSmoothing, 0, 1);
  assertNumber(name, 'zLoss', zLoss, 0);
  assertNumber(name, 'gamma', gamma, 0);
  assertInteger(name, 'axis', axis);
  if (ignoreIndex !== undefined) assertInteger(name, 'ignoreIndex', ignoreIndex);

  return tf.tidy(() => {
    const reduction = checkReduction(name, options);
    const z = toTensor(name, 'logits', logits);
    assertDtype(name, 'logits', z, ['float32'], `Write tf.cast(logits, 'float32').`);
    const {batchShape, classAxis, classes} = splitShape(name, z, axis);
    const q = toTensor(name, 'labels', labels);
    const rowLabels = sparse
      ? checkIndices(name, q, z, batchShape, classAxis)
      : classesLast(checkProbabilities(name, q, z), classAxis);

    const divisorClassWeights =
      classWeights === undefined ? undefined : perClassTensor(name, 'classWeights', classWeights, classes);
    const inputs = {
      labels: rowLabels,
      logits: classesLast(z, classAxis),
      classWeights: withAlpha(name, divisorClassWeights, options.alpha ?? null, classes),
    };
    const attrs: Omit<SoftmaxAttrs, 'reduction' | 'scale'> = {labelSmoothing, gamma, zLoss};
    const ignore: Pick<SparseSoftmaxAttrs, 'ignoreIndex'> = ignoreIndex === undefined ? {} : {ignoreIndex};
    const divides = sparse && (divisorClassWeights !== undefined || ignoreIndex !== undefined);
    return reduceLosses(
      name,
      {
        shape: batchShape,
        run: (kernelReduction, scale, expected) =>
          sparse
            ? runOnBackend(SparseSoftmaxCrossEntropyWithLogits, inputs, {
                ...attrs,
                ...ignore,
                ...(known ?? expected),
                reduction: kernelReduction,
                scale,
              })
            : runOnBackend(SoftmaxCrossEntropyWithLogits, inputs, {
                ...attrs,
                ...(known ?? expected),
                reduction: kernelReduction,
                scale,
              }),
        divisorWeights: divides ? () => rowDivisorWeights(rowLabels, divisorClassWeights, ignoreIndex) : undefined,
      },
      reduction,
    );
  });
}

interface SplitShape {
  readonly batchShape: number[];
  readonly classAxis: number;
  readonly classes: number;
}

function splitShape(op: string, logits: Tensor, axis: number): SplitShape {
  if (logits.rank === 0) {
    throw new Error(`${op}: 'logits' must have an axis of classes, but is a scalar. Expected shape [..., K].`);
  }
  const classAxis = axis < 0 ? axis + logits.rank : axis;
  const classes = logits.shape[classAxis];
  if (classes === undefined) {
    throw new Error(
      `${op}: 'axis' is ${axis}, but 'logits' has shape ${shapeText(logits.shape)}. Expected ${-logits.rank} to ${logits.rank - 1}.`,
    );
  }
  if (classes === 0) {
    throw new Error(
      `${op}: 'logits' of shape ${shapeText(logits.shape)} has no classes: axis ${classAxis} has length 0. Expected at least 1.`,
    );
  }
  return {batchShape: logits.shape.filter((_, i) => i !== classAxis), classAxis, classes};
}

function checkProbabilities(op: string, labels: Tensor, logits: Tensor): Tensor {
  assertDtype(op, 'labels', labels, ['float32', 'int32', 'bool'], `Expected probabilities of the logits' shape.`);
  if (!sameShape(labels.shape, logits.shape)) {
    const sparseName = `sparse${op.charAt(0).toUpperCase()}${op.slice(1)}`;
    throw new Error(
      `${op}: 'labels' of shape ${shapeText(labels.shape)} must have the shape of 'logits', ${shapeText(logits.shape)}. ` +
        `For class indices use ${sparseName}.`,
    );
  }
  return labels.dtype === 'float32' ? labels : tf.cast(labels, 'float32');
}

function checkIndices(op: string, labels: Tensor, logits: Tensor, batchShape: number[], classAxis: number): Tensor {
  assertDtype(op, 'labels', labels, ['int32', 'float32'], `Expected class indices: write tf.cast(labels, 'int32').`);
  const withUnitAxis = logits.shape.map((n, i) => (i === classAxis ? 1 : n));
  if (!sameShape(labels.shape, batchShape) && !sameShape(labels.shape, withUnitAxis)) {
    const dense = sameShape(labels.shape, logits.shape);
    const denseName = op.charAt(6).toLowerCase() + op.slice(7);
    throw new Error(
      `${op}: 'labels' of shape ${shapeText(labels.shape)} must be class indices of shape ${shapeText(batchShape)} ` +
        `or ${shapeText(withUnitAxis)} for 'logits' of shape ${shapeText(logits.shape)}.` +
        (dense
          ? ` For probabilities or one-hot labels use ${denseName}.`
          : reshapeAdvice('labels', labels.shape, batchShape)),
    );
  }
  return labels;
}

/** The kernel's class weights w_k·α_k; an empty tensor where both are left out. */
function withAlpha(
  op: string,
  classWeights: Tensor | undefined,
  alpha: number | PerClass | null,
  classes: number,
): Tensor {
  if (alpha === null) return classWeights ?? tf.tensor1d([]);
  if (typeof alpha === 'number') {
    assertNumber(op, 'alpha', alpha, 0);
    return classWeights === undefined ? tf.fill([classes], alpha) : tf.mul(classWeights, alpha);
  }
  const perClass = perClassTensor(op, 'alpha', alpha, classes, `null, a number, or ${classes} numbers, one per class`);
  return classWeights === undefined ? perClass : tf.mul(classWeights, perClass);
}
