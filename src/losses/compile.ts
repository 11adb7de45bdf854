import type {Tensor} from '@tensorflow/tfjs-core';
import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {forOutputs, isObject, mapEntries} from './_forms';
import {freeOnThrow} from './_free_on_throw';
import {checkOutput} from './check_outputs';
import {splitClassWeight} from './class_weight';
import {metricsAsText, metricsForOutputs} from './metrics_for_outputs';
import type {ModelLoss} from './model_loss';
import {type LossConfig, configOf, isConfiguredLoss, lossFromText} from './registry';

/**
 * The integration with tfjs-layers: everything that relies on its insides is in this file.
 *
 * tfjs-layers looks the names of losses up in a private map, so other names have to be resolved before its
 * `LayersModel.prototype.compile` runs. `Sequential` holds a LayersModel inside, calls its methods, and copies its `loss`
 * and `metrics`, so one patch of this prototype is enough. Beside public methods and fields it needs
 *  - `feedOutputShapes`, the shape that fit, evaluate and trainOnBatch demand of each output's labels. Only the built-in
 *    sparseCategoricalCrossentropy is an exception there; a null skips the check. (The datasets' variants check nothing.)
 *  - `loss` and `metrics`, read by saving alone, which can write strings only: a function is saved as nothing, without an
 *    error, and a list or dict of functions throws.
 *  - `makeTrainFunction`, whose result runs a training step: class weights count there and not in validation, and
 *    nothing else tells a loss which of the two it is in.
 *  - `makeTestFunction`, which leaves a function in `testFunction`. For n outputs its values are the losses added up output
 *    by output, then the losses, then the metrics, while their names start at the total: the first n − 1 are too many.
 */

/** tfjs or tfjs-layers, as far as `install` needs it. */
export interface LayersNamespace {
  readonly LayersModel: {readonly prototype: object};
}

/** A LayersModel after its compile. */
interface CompiledModel {
  loss: unknown;
  metrics: unknown;
  readonly outputs: readonly SymbolicTensor[];
  readonly outputNames: readonly string[];
  readonly metricsNames: readonly string[];
  readonly feedOutputShapes: unknown[];
}

/** What a compiled model's losses depend on beside labels and outputs. */
interface Training {
  readonly configs: readonly (LossConfig | undefined)[];
  /** Whether a training step is running. */
  stepping: boolean;
  /** Whether fit or fitDataset is running. */
  fitting: boolean;
  /** The losses under class weights, during a fit that was given them. */
  weighted: readonly (ModelLoss | undefined)[];
}

const trainings = new WeakMap<object, Training>();

// Symbol.for, because a program can hold this package twice; on the prototype and not on the function, because somebody
// else may have wrapped the function since.
const INSTALLED = Symbol.for('tfjs-losses.installed');

/**
 * Teaches `model.compile` the losses of this package and those of `registerLoss`: by name, by text with options
 * (`'softmaxCrossEntropy(labelSmoothing=0.1)'`) and as made by `loss`; for one loss, a list, or a dict by output name.
 * With them `metrics: ['accuracy', 'crossentropy']` are those of logits, `classWeight` in fit weighs each label, and a
 * saved model keeps its losses with their options. tfjs's own losses and functions work as before.
 *
 * Calling it again changes nothing. Where tfjs-layers is loaded more than once, each copy needs its call.
 *
 * @param tf `@tensorflow/tfjs`, `@tensorflow/tfjs-node` or `@tensorflow/tfjs-layers`.
 * @throws Error if there is no `LayersModel` in it.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 *
 * install(tf);
 * const model = tf.sequential({layers: [tf.layers.dense({units: 3, inputShape: [4]})]});
 * model.compile({optimizer: 'adam', loss: 'sparseSoftmaxCrossEntropy', metrics: ['accuracy']});
 * model.loss; // 'sparseSoftmaxCrossEntropy'
 * ```
 */
export function install(tf: LayersNamespace): void {
  // JavaScript gets no help from the type, and what it passes wrong is mostly the namespace of tfjs-core.
  const layersModel: unknown = isObject(tf) ? Reflect.get(tf, 'LayersModel') : undefined;
  const prototype: unknown = typeof layersModel === 'function' ? layersModel.prototype : undefined;
  if (!isObject(prototype)) {
    throw new Error(
      'install(tf) needs a namespace with LayersModel: import * as tf from @tensorflow/tfjs, @tensorflow/tfjs-node or ' +
        '@tensorflow/tfjs-layers. @tensorflow/tfjs-core alone has no models.',
    );
  }
  if (INSTALLED in prototype) {
    return;
  }
  wrapMethod(prototype, 'compile', (model, [args], original) => compile(model, args, original));
  wrapMethod(prototype, 'fit', (model, [x, y, args], original) => fit(model, args, (rest) => original(x, y, rest)));
  wrapMethod(prototype, 'fitDataset', (model, [dataset, args], original) =>
    fit(model, args, (rest) => original(dataset, rest)),
  );
  wrapMethod(prototype, 'makeTrainFunction', (model, _args, original) => trainFunction(model, original()));
  wrapMethod(prototype, 'makeTestFunction', (model, _args, original) => {
    original();
    dropPartialSums(model);
  });
  Object.defineProperty(prototype, INSTALLED, {value: true});
}

/** The configs of a model's losses, for each output; undefined where the loss is not one made by `loss`. */
export function lossConfigsOf(model: object): readonly (LossConfig | undefined)[] {
  const names: unknown = Reflect.get(model, 'outputNames');
  return forOutputs(Reflect.get(model, 'loss'), Array.isArray(names) ? names.map(String) : []).map((one) => {
    const configured = typeof one === 'string' ? lossFromText(one) : one;
    return isConfiguredLoss(configured) ? configOf(configured) : undefined;
  });
}

type Original = (...args: unknown[]) => unknown;

function wrapMethod(
  prototype: object,
  name: string,
  wrapper: (model: unknown, args: readonly unknown[], original: Original) => unknown,
): void {
  const method: unknown = Reflect.get(prototype, name);
  if (typeof method !== 'function') {
    throw new Error(
      `install(tf): tfjs-losses does not know this version of tfjs-layers: LayersModel.prototype.${name} is not a function.`,
    );
  }
  Object.defineProperty(prototype, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...args: unknown[]): unknown {
      return wrapper(this, args, (...passed) => Reflect.apply(method, this, passed) as unknown);
    },
  });
}

/** compile, by way of the original. What has no loss of ours in it goes through untouched. */
function compile(model: unknown, args: unknown, original: Original): void {
  const losses = isObject(args)
    ? mapEntries(Reflect.get(args, 'loss'), (one) => (typeof one === 'string' ? (lossFromText(one) ?? one) : one))
    : undefined;
  if (!isObject(model) || !isObject(args) || !someConfigured(losses)) {
    if (isObject(model)) trainings.delete(model);
    original(args);
    return;
  }
  const names: unknown = Reflect.get(model, 'outputNames');
  const outputs: unknown = Reflect.get(model, 'outputs');
  if (!Array.isArray(names) || !Array.isArray(outputs)) {
    throw unknownVersion();
  }
  const outputNames = names.map(String);
  const perOutput = forOutputs(losses, outputNames);
  const configs = perOutput.map((one) => (isConfiguredLoss(one) ? configOf(one) : undefined));
  configs.forEach((config, i) => {
    if (config !== undefined) checkOutput(outputNames[i] ?? '', outputs[i] as SymbolicTensor, config);
  });
  const training: Training = {configs, stepping: false, fitting: false, weighted: []};
  const metrics: unknown = Reflect.get(args, 'metrics');
  original({
    ...args,
    loss: inForm(losses, outputNames, (i) => lossInTraining(perOutput[i], i, training)),
    metrics: metricsForOutputs(metrics, outputNames, configs),
  });
  if (!isCompiledModel(model)) {
    throw unknownVersion();
  }
  trainings.set(model, training);
  configs.forEach((config, i) => {
    if (config?.takesOtherShape === true) model.feedOutputShapes[i] = null;
  });
  model.loss = mapEntries(losses, (one) => (isConfiguredLoss(one) ? configOf(one).text : one));
  model.metrics = metricsAsText(metrics);
}

function someConfigured(losses: unknown): boolean {
  return Array.isArray(losses)
    ? losses.some(isConfiguredLoss)
    : isObject(losses)
      ? Object.values(losses).some(isConfiguredLoss)
      : isConfiguredLoss(losses);
}

/** The losses as a list, or as a dict where one came: tfjs has something to say about names that are missing or unknown. */
function inForm(losses: unknown, outputNames: readonly string[], lossOf: (output: number) => unknown): unknown {
  if (!isObject(losses) || Array.isArray(losses)) {
    // A list of another length than the outputs is for tfjs to refuse.
    const length = Array.isArray(losses) ? losses.length : outputNames.length;
    return Array.from({length}, (_, i) => lossOf(i));
  }
  return Object.fromEntries(
    Object.entries(losses).map(([name, one]: [string, unknown]) => {
      const output = outputNames.indexOf(name);
      return [name, output === -1 ? one : lossOf(output)];
    }),
  );
}

/** A loss that becomes the weighted one in the training steps of a fit with class weights. */
function lossInTraining(used: unknown, output: number, training: Training): unknown {
  if (!isConfiguredLoss(used)) {
    return used;
  }
  const current: ModelLoss = (yTrue, yPred) => {
    const weighted = training.stepping ? training.weighted[output] : undefined;
    return (weighted ?? used)(yTrue, yPred);
  };
  return current;
}

/** fit and fitDataset, with the class weights of this package's losses taken out of their arguments. */
function fit(model: unknown, args: unknown, original: (args: unknown) => unknown): unknown {
  const training = isObject(model) ? trainings.get(model) : undefined;
  // A second fit at the same time is for tfjs to refuse.
  if (training === undefined || training.fitting || !isObject(args)) {
    return original(args);
  }
  return fitWeighted(model as CompiledModel, training, args, original);
}

async function fitWeighted(
  model: CompiledModel,
  training: Training,
  args: object,
  original: (args: unknown) => unknown,
): Promise<unknown> {
  if (Reflect.get(args, 'sampleWeight') != null) {
    throw new Error(
      'fit: tfjs has no sample weights. Put them beside the labels, y = packSampleWeights(labels, weights), and tell the ' +
        "loss: loss('…', {sampleWeights: true}).",
    );
  }
  const classWeight: unknown = Reflect.get(args, 'classWeight');
  if (classWeight == null) {
    return original(args);
  }
  const outputs = model.outputs.map((tensor, i) => ({
    name: model.outputNames[i] ?? '',
    tensor,
    config: training.configs[i],
  }));
  const {losses, rest} = splitClassWeight(classWeight, outputs);
  training.fitting = true;
  training.weighted = losses;
  try {
    return await original({...args, classWeight: rest});
  } finally {
    training.fitting = false;
    training.weighted = [];
  }
}

function trainFunction(model: unknown, step: unknown): unknown {
  const training = isObject(model) ? trainings.get(model) : undefined;
  if (training === undefined) {
    return step;
  }
  if (typeof step !== 'function') {
    throw unknownVersion();
  }
  return (data: unknown): Tensor[] => {
    training.stepping = true;
    try {
      return freeOnThrow(() => Reflect.apply(step, undefined, [data]) as Tensor[]);
    } finally {
      training.stepping = false;
    }
  };
}

function dropPartialSums(model: unknown): void {
  if (!isObject(model) || !trainings.has(model) || !isCompiledModel(model) || model.outputNames.length === 1) {
    return;
  }
  const test: unknown = Reflect.get(model, 'testFunction');
  if (typeof test !== 'function') {
    throw unknownVersion();
  }
  Reflect.set(model, 'testFunction', (data: unknown): unknown => {
    const values: unknown = Reflect.apply(test, undefined, [data]);
    const surplus = model.outputNames.length - 1;
    // A tfjs that returns as many values as it has names has mended this.
    return Array.isArray(values) && values.length === model.metricsNames.length + surplus
      ? values.slice(surplus)
      : values;
  });
}

function unknownVersion(): Error {
  return new Error(
    'tfjs-losses does not know this version of tfjs-layers: a compiled model lacks loss, metrics, outputNames, ' +
      'feedOutputShapes, testFunction or a train function.',
  );
}

function isCompiledModel(model: object): model is CompiledModel {
  return (
    'loss' in model &&
    'outputs' in model &&
    'outputNames' in model &&
    Array.isArray(model.outputNames) &&
    'metricsNames' in model &&
    Array.isArray(model.metricsNames) &&
    'feedOutputShapes' in model &&
    Array.isArray(model.feedOutputShapes) &&
    model.feedOutputShapes.length === model.outputNames.length
  );
}
