import {
  type LossOfMetric,
  type Preparation,
  isLossMetricName,
  metricForLoss,
  ownMetricForLoss,
} from '../metrics/by_loss';
import {metricConfigOf, metricFromText} from '../metrics/metric';
import {forOutputs, isObject} from './_forms';
import {activationOf, isOwnLoss, takesClassIndices} from './model_loss';
import {logitsFromProbabilities} from './probabilities';
import type {LossOptions} from './model_options';
import type {LossConfig} from './registry';
import {unpackSampleWeights} from './sample_weights';

/**
 * The metrics of a model's outputs. tfjs chooses what 'accuracy' and 'crossentropy' mean by the identity of its own losses,
 * and takes the outputs for probabilities; a loss of this package says what its outputs and labels are. Its metrics are also
 * known by their names here, because a saved model has nothing else.
 *
 * @param metrics As compile takes them: one, a list for all outputs, or a dict by output name.
 * @returns What the original compile is to be given: `metrics` itself where no loss of this package is.
 */
export function metricsForOutputs(
  metrics: unknown,
  outputNames: readonly string[],
  configs: readonly (LossConfig | undefined)[],
): unknown {
  if (metrics === undefined || metrics === null || !configs.some((config) => config !== undefined)) {
    return metrics;
  }
  // A list is for every output.
  const perOutput = Array.isArray(metrics) ? outputNames.map((): unknown => metrics) : forOutputs(metrics, outputNames);
  return Object.fromEntries(
    outputNames.map((name, i) => {
      const list = listOf(perOutput[i]);
      const config = configs[i];
      return [name, config === undefined ? list : list.map((one) => metricOf(one, config))];
    }),
  );
}

/**
 * The metrics as a saved model can hold them: the configured ones as text, which compile reads when the model is loaded. Tfjs
 * itself would write down a function's name in the logs, and cannot save a dict that has a list for an output: there a list
 * becomes one text.
 */
export function metricsAsText(metrics: unknown): unknown {
  if (Array.isArray(metrics)) {
    return metrics.map(metricAsText);
  }
  if (!isObject(metrics)) {
    return metricAsText(metrics);
  }
  return Object.fromEntries(
    Object.entries(metrics)
      .filter(([, given]) => !(Array.isArray(given) && given.length === 0))
      .map(([output, given]) => [output, Array.isArray(given) ? joined(given) : metricAsText(given)]),
  );
}

// No name and no option of a metric holds it.
const SEPARATOR = ';';

/** A list of metrics as one text: by name, as a single metric is saved by tfjs. */
function joined(list: readonly unknown[]): string {
  return list
    .map(metricAsText)
    .map((one) => (typeof one === 'function' ? one.name : String(one)))
    .join(SEPARATOR);
}

/** The metrics of one output, as compile takes them or as one text of a saved model. */
function listOf(given: unknown): unknown[] {
  if (typeof given === 'string') {
    return given.split(SEPARATOR);
  }
  return given === undefined ? [] : Array.isArray(given) ? given : [given];
}

function metricAsText(one: unknown): unknown {
  return metricConfigOf(one)?.text ?? one;
}

function metricOf(given: unknown, config: LossConfig): unknown {
  const {name} = config;
  if (!isOwnLoss(name)) {
    return typeof given === 'string' ? (metricFromText(given) ?? given) : given;
  }
  const loss = lossOfMetric(name, config);
  const preparation = preparationOf(name, config);
  if (isLossMetricName(given)) {
    return metricForLoss(given, loss, preparation);
  }
  const known = typeof given === 'string' ? metricFromText(given) : given;
  return ownMetricForLoss(known, loss, preparation) ?? given;
}

function lossOfMetric(name: keyof LossOptions, {options}: LossConfig): LossOfMetric {
  const {axis, ignoreIndex} = options;
  return {
    name,
    family: activationOf(name),
    takesClassIndices: takesClassIndices(name),
    ...(typeof axis === 'number' ? {axis} : {}),
    ...(typeof ignoreIndex === 'number' ? {ignoreIndex} : {}),
  };
}

/** Outputs and labels as the loss reads them. Adjusted logits are for the loss alone. */
function preparationOf(name: keyof LossOptions, {options}: LossConfig): Preparation {
  return {
    ...(options['fromLogits'] === false
      ? {toLogits: (outputs) => logitsFromProbabilities(outputs, activationOf(name))}
      : {}),
    ...(options['sampleWeights'] === true
      ? {
          splitLabels: (packed, outputs) =>
            unpackSampleWeights(name, packed, takesClassIndices(name) ? 1 : (outputs.shape[outputs.rank - 1] ?? 0)),
        }
      : {}),
  };
}
