/**
 * The metrics that fit a loss: what `metrics: ['accuracy', precision]` means in a model depends on what its outputs and
 * labels are, which the loss knows.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {sigmoidCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy} from '../ops';
import {fits, reshapeAdvice, sameShape, shapeText} from '../ops/_validate';
import {type ModelMetric, metricConfigOf, metricFunction, withName} from './metric';
import type {MetricOptions} from './options';

/** What `compile` takes for the metrics that depend on the loss. */
export type LossMetricName = 'accuracy' | 'acc' | 'crossentropy' | 'ce';

/** What a metric has to know about the loss of its output. */
export interface LossOfMetric {
  /** For messages. */
  readonly name: string;
  readonly family: 'softmax' | 'sigmoid';
  /** Whether the labels are class indices, for the softmax family. */
  readonly takesClassIndices: boolean;
  /** The axis of the classes, for the softmax family. Default −1. */
  readonly axis?: number | undefined;
  readonly ignoreIndex?: number | undefined;
}

/** What happens to labels and outputs before the metric sees them. */
export interface Preparation {
  /** Labels, and the weights of their rows: of the shape of the outputs without their last axis. Default: as they came. */
  readonly splitLabels?: ((yTrue: Tensor, yPred: Tensor) => SplitLabels) | undefined;
  /** Logits of the outputs, where these are probabilities. Default: the outputs. */
  readonly toLogits?: ((yPred: Tensor) => Tensor) | undefined;
}

export interface SplitLabels {
  readonly labels: Tensor;
  readonly weights?: Tensor | undefined;
}

/** Whether a metric's name is one of those that depend on the loss. */
export function isLossMetricName(name: unknown): name is LossMetricName {
  return name === 'accuracy' || name === 'acc' || name === 'crossentropy' || name === 'ce';
}

/**
 * Accuracy or cross-entropy for the outputs of a loss: threshold 0 on each label for the sigmoid family, the largest logit
 * for the softmax family; the cross-entropy without smoothing, focus and class weights. Rows with the `ignoreIndex` don't
 * count, others as much as their weight.
 *
 * @param logName The key in the logs. Default: tfjs's own, 'acc' or 'ce'.
 */
export function metricForLoss(
  name: LossMetricName,
  loss: LossOfMetric,
  preparation: Preparation = {},
  logName: string = defaultLogName(name),
): ModelMetric {
  const compute = defaultLogName(name) === 'acc' ? accuracyOf(loss) : crossEntropyOf(loss);
  return prepared(compute, preparation, logName);
}

/**
 * A metric of this package (plain or made by `metric`) for the outputs of a loss: the options that the loss decides on
 * (`axis`, `ignoreIndex`, `oneHot`) are set, unless they have been. Undefined for any other function.
 */
export function ownMetricForLoss(
  metric: unknown,
  loss: LossOfMetric,
  preparation: Preparation = {},
): ModelMetric | undefined {
  const config = metricConfigOf(metric);
  if (config === undefined || typeof metric !== 'function') return undefined;
  const compute = metricFunction(config.name);
  const options = {...optionsOfLoss(config.name, loss), ...config.options};
  const weighted: WeightedMetric = (labels, logits, weights) => compute(labels, logits, withWeights(options, weights));
  return prepared(weighted, preparation, metric.name);
}

type WeightedMetric = (labels: Tensor, logits: Tensor, weights: Tensor | undefined) => Tensor;

function prepared(compute: WeightedMetric, {splitLabels, toLogits}: Preparation, logName: string): ModelMetric {
  return withName<ModelMetric>(
    (yTrue, yPred) =>
      tf.tidy(() => {
        const {labels, weights} = splitLabels?.(yTrue, yPred) ?? {labels: yTrue, weights: undefined};
        return compute(labels, toLogits?.(yPred) ?? yPred, weights);
      }),
    logName,
  );
}

function defaultLogName(name: LossMetricName): 'acc' | 'ce' {
  return name === 'accuracy' || name === 'acc' ? 'acc' : 'ce';
}

function accuracyOf(loss: LossOfMetric): WeightedMetric {
  const name = accuracyName(loss);
  const compute = metricFunction(name);
  const options = optionsOfLoss(name, loss);
  return (labels, logits, weights) => compute(labels, logits, withWeights(options, weights));
}

function accuracyName({family, takesClassIndices}: LossOfMetric): keyof MetricOptions {
  if (family === 'sigmoid') return 'binaryAccuracyFromLogits';
  return takesClassIndices ? 'sparseCategoricalAccuracyFromLogits' : 'categoricalAccuracyFromLogits';
}

/** The options of a metric that follow from the loss. */
function optionsOfLoss(name: keyof MetricOptions, loss: LossOfMetric): object {
  if (loss.family === 'sigmoid' || name === 'binaryAccuracyFromLogits') return {};
  const axis = loss.axis === undefined ? {} : {axis: loss.axis};
  if (loss.takesClassIndices) {
    return name === 'categoricalAccuracyFromLogits' || loss.ignoreIndex === undefined
      ? axis
      : {...axis, ignoreIndex: loss.ignoreIndex};
  }
  const takesOneHot = name === 'precision' || name === 'recall' || name === 'f1' || name === 'rocAuc';
  return takesOneHot ? {...axis, oneHot: true} : axis;
}

function withWeights(options: object, weights: Tensor | undefined): object {
  return weights === undefined ? options : {...options, weights};
}

function crossEntropyOf(loss: LossOfMetric): WeightedMetric {
  return loss.family === 'sigmoid' ? sigmoidCrossEntropyOf(loss) : softmaxCrossEntropyOf(loss);
}

function sigmoidCrossEntropyOf({name}: LossOfMetric): WeightedMetric {
  return (labels, logits, weights) => {
    const perElement = weights === undefined ? undefined : elementWeights(weights, logits);
    return sigmoidCrossEntropy(inShape(name, labels, logits.shape), logits, withWeights({}, perElement));
  };
}

function softmaxCrossEntropyOf({name, takesClassIndices, axis = -1, ignoreIndex}: LossOfMetric): WeightedMetric {
  return (labels, logits, weights) => {
    const at = axis < 0 ? axis + logits.rank : axis;
    const rowShape = logits.shape.filter((_, i) => i !== at);
    const perRow = weights === undefined ? undefined : tf.reshape(weights, rowShape);
    if (!takesClassIndices) {
      return softmaxCrossEntropy(inShape(name, labels, logits.shape), logits, withWeights({axis}, perRow));
    }
    const column = logits.shape.map((n, i) => (i === at ? 1 : n));
    const indices = sameShape(labels.shape, column) ? labels : inShape(name, labels, rowShape);
    const options = ignoreIndex === undefined ? {axis} : {axis, ignoreIndex};
    return sparseSoftmaxCrossEntropy(indices, logits, withWeights(options, perRow));
  };
}

/** [N, ..., 1] for logits [N, ..., K]. */
function elementWeights(weights: Tensor, logits: Tensor): Tensor {
  return tf.reshape(weights, logits.rank === 1 ? logits.shape : [...logits.shape.slice(0, -1), 1]);
}

/** Labels in the op's shape: datasets give [N] where the outputs are [N, 1]. */
function inShape(loss: string, labels: Tensor, shape: number[]): Tensor {
  if (sameShape(labels.shape, shape)) return labels;
  if (!fits(labels.shape, shape)) {
    throw new Error(
      `crossentropy of ${loss}: labels of shape ${shapeText(labels.shape)} do not fit; expected ${shapeText(shape)}.` +
        reshapeAdvice('labels', labels.shape, shape),
    );
  }
  return tf.reshape(labels, shape);
}
