import type {Tensor} from '@tensorflow/tfjs-core';
import {type OptionValue, afterSaving, formatLoss, isNumbers, isOptionValue, parseLoss} from '../losses/canonical';
import type {NumericLike} from '../ops/options';
import {didYouMean} from '../nearest';
import {describe} from '../ops/_validate';
import {checkOptions} from './_check_options';
import {binaryAccuracyFromLogits} from './binary_accuracy';
import {categoricalAccuracyFromLogits} from './categorical_accuracy';
import {f1} from './f1';
import type {MetricOptions} from './options';
import {precision} from './precision';
import {recall} from './recall';
import {rocAuc} from './roc_auc';
import {sparseCategoricalAccuracyFromLogits} from './sparse_categorical_accuracy';
import {topKCategoricalAccuracy} from './top_k_categorical_accuracy';

/** A metric as tfjs-layers calls it, once a batch. */
export type ModelMetric = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** A metric that may get options with its call. */
export type MetricFunction = (yTrue: Tensor | NumericLike, yPred: Tensor | NumericLike, options?: object) => Tensor;

/** A metric's options in a model. */
export type ModelMetricOptions<Name extends keyof MetricOptions> = Omit<MetricOptions[Name], 'weights'> & {
  /** Its key in the logs (and with `val_` before it). Default: the metric as text, `precision(average=macro)`. */
  readonly name?: string;
};

const METRICS: {readonly [Name in keyof MetricOptions]: MetricFunction} = {
  binaryAccuracyFromLogits,
  categoricalAccuracyFromLogits,
  sparseCategoricalAccuracyFromLogits,
  topKCategoricalAccuracy,
  precision,
  recall,
  f1,
  rocAuc,
};

/** What a metric of this package knows about itself. */
export interface MetricConfig {
  readonly name: keyof MetricOptions;
  /** But `name`, the key in the logs. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The metric as text, which `metricFromText` turns back: `precision(average=macro,name=macroPrecision)`. */
  readonly text: string;
}

// Symbol.for, because a program can hold this package twice.
const CONFIG = Symbol.for('tfjs-losses.metricConfig');

/** A metric made by `metric`. */
export type ConfiguredMetric = ModelMetric & {readonly [CONFIG]: MetricConfig};

/**
 * Makes a metric with options for `model.compile`. Without options the functions themselves will do:
 * `metrics: [precision, metric('precision', {average: 'macro'})]`.
 *
 * @param name `'binaryAccuracyFromLogits'`, `'categoricalAccuracyFromLogits'`, `'sparseCategoricalAccuracyFromLogits'`,
 *   `'topKCategoricalAccuracy'`, `'precision'`, `'recall'`, `'f1'` or `'rocAuc'`.
 * @param options Those of the function of that name but `weights`, and `name`, the key in the logs, in camel case.
 * @throws Error for an unknown name or option (with the known ones), or a value that doesn't fit.
 *
 * @example
 * ```ts
 * metric('topKCategoricalAccuracy', {k: 3}).name; // 'topKCategoricalAccuracy(k=3)'
 * const top2 = metric('topKCategoricalAccuracy', {k: 2, name: 'topTwo'}); // for model.compile({metrics: [top2]})
 * top2.name; // 'topTwo'
 * top2(tf.tensor1d([2, 0]), tf.tensor2d([[1, 4, 3], [-1, 0, 2]])).print(); // 0.5
 * ```
 */
export function metric<Name extends keyof MetricOptions>(
  name: Name,
  options?: ModelMetricOptions<Name>,
): ConfiguredMetric {
  return configure(name, options ?? {});
}

/**
 * The metric that a text means, as `MetricConfig.text` writes it; undefined if its name is none of this package's.
 *
 * @throws Error as `metric`, and if the text cannot be read.
 */
export function metricFromText(text: string): ConfiguredMetric | undefined {
  const name = text.split('(', 1)[0]?.trim() ?? '';
  return isMetricName(name) ? configure(name, parseLoss(text).options) : undefined;
}

/** The config of a metric of this package, made by `metric` or plain; undefined for any other value. */
export function metricConfigOf(value: unknown): MetricConfig | undefined {
  if (isConfiguredMetric(value)) return value[CONFIG];
  const plain = names().find((name) => METRICS[name] === value);
  return plain === undefined ? undefined : {name: plain, options: {}, text: plain};
}

/** The function of a metric of this package. */
export function metricFunction(name: keyof MetricOptions): MetricFunction {
  return METRICS[name];
}

/** Gives the functions the names that the logs show, which minifying a bundle would replace. */
export function keepMetricNames(): void {
  for (const name of names()) withName(METRICS[name], name);
}

/** The same function with another name: its key in the logs. */
export function withName<F extends (...args: never[]) => Tensor>(f: F, name: string): F {
  return Object.defineProperty(f, 'name', {value: name, configurable: true});
}

function configure(name: string, given: object): ConfiguredMetric {
  if (!isMetricName(name)) {
    throw new Error(
      `metric: unknown metric '${name}'. ${didYouMean(name, names())} The metrics are ${names().join(', ')}.`,
    );
  }
  const {name: logName, ...options}: {name?: unknown} = {...given};
  if ('weights' in options) {
    throw new Error(
      `metric('${name}'): option 'weights' has no place in a model; call ${name} itself with the weights of its rows.`,
    );
  }
  checkOptions(name, options, 'name');
  const known = plainOptions(options);
  if (logName !== undefined) assertLogName(name, logName);
  const config: MetricConfig = Object.freeze({
    name,
    options: known,
    text: formatLoss(name, logName === undefined ? known : {...known, name: logName}),
  });
  const compute = METRICS[name];
  const configured = withName<ModelMetric>(
    (yTrue, yPred) => compute(yTrue, yPred, known),
    logName ?? formatLoss(name, known),
  );
  // Not enumerable, as a function that tfjs might take for a dict by output name should have no properties.
  Object.defineProperty(configured, CONFIG, {value: config});
  if (!isConfiguredMetric(configured)) throw new Error('A property just defined is missing.');
  return configured;
}

/** Copied, so that what the caller changes later does not reach the metric; options that are undefined go. */
function plainOptions(options: object): Readonly<Record<string, OptionValue>> {
  const plain: Record<string, OptionValue> = {};
  const entries: [string, unknown][] = Object.entries(options);
  for (const [option, value] of entries) {
    if (isOptionValue(value)) plain[option] = isNumbers(value) ? [...value] : value;
  }
  return Object.freeze(plain);
}

function assertLogName(metricName: string, name: unknown): asserts name is string {
  if (typeof name !== 'string' || !/^[A-Za-z][A-Za-z0-9]*$/.test(name) || afterSaving(name) !== name) {
    throw new Error(
      `metric('${metricName}'): 'name' must be in camel case (letters and digits, a small letter first, no two capitals in ` +
        `a row), as a saved model changes the case of other names, but is ${describe(name)}.`,
    );
  }
}

function isConfiguredMetric(value: unknown): value is ConfiguredMetric {
  return typeof value === 'function' && CONFIG in value;
}

function names(): (keyof MetricOptions)[] {
  return Object.keys(METRICS).filter(isMetricName);
}

function isMetricName(name: string): name is keyof MetricOptions {
  return Object.hasOwn(METRICS, name);
}
