import {configOf, isConfiguredLoss, lossFromText} from './registry';

/**
 * The integration with tfjs-layers: everything that relies on its insides is in this file.
 *
 * tfjs-layers looks the names of losses up in a private map, so other names have to be resolved before its
 * `LayersModel.prototype.compile` runs, and three of its fields have to be known:
 *  - `outputNames`, the order of the outputs, public but not documented;
 *  - `feedOutputShapes`, the shape that fit, evaluate and trainOnBatch demand of each output's labels. Only the built-in
 *    sparseCategoricalCrossentropy is an exception there; a null skips the check. (The datasets' variants check nothing.)
 *  - `loss`, read by saving alone, which can write strings only: a function is saved as nothing, without an error, and a
 *    list or dict of functions throws.
 * `Sequential.compile` calls the compile of a LayersModel that it holds inside, and copies its `loss`.
 */

/** tfjs or tfjs-layers, as far as `install` needs it. */
export interface LayersNamespace {
  readonly LayersModel: {readonly prototype: object};
}

/** A LayersModel after its compile. */
interface CompiledModel {
  loss: unknown;
  readonly outputNames: readonly string[];
  readonly feedOutputShapes: unknown[];
}

// Symbol.for, because a program can hold this package twice; on the prototype and not on the function, because somebody
// else may have wrapped the function since.
const INSTALLED = Symbol.for('tfjs-losses.installed');

/**
 * Teaches `model.compile` the losses of this package and those of `registerLoss`: by name, by text with options
 * (`'softmaxCrossEntropy(labelSmoothing=0.1)'`) and as made by `loss`; for one loss, a list, or a dict by output name.
 * tfjs's own losses and functions work as before.
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
 * model.compile({optimizer: 'adam', loss: 'sparseSoftmaxCrossEntropy'});
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
  const original: unknown = Reflect.get(prototype, 'compile');
  if (typeof original !== 'function') {
    throw new Error('install(tf): LayersModel.prototype.compile is not a function.');
  }
  Object.defineProperty(prototype, 'compile', {
    configurable: true,
    writable: true,
    value(this: unknown, args: unknown): void {
      compile(this, args, (replaced) => void Reflect.apply(original, this, [replaced]));
    },
  });
  Object.defineProperty(prototype, INSTALLED, {value: true});
}

/** compile, by way of the original. What has no loss of ours in it goes through untouched. */
function compile(model: unknown, args: unknown, original: (args: unknown) => void): void {
  const losses = isObject(args)
    ? mapLosses(Reflect.get(args, 'loss'), (one) => (typeof one === 'string' ? (lossFromText(one) ?? one) : one))
    : undefined;
  if (!isObject(args) || !lossesIn(losses).some(isConfiguredLoss)) {
    original(args);
    return;
  }
  // Metrics by name ('accuracy', 'crossentropy') depend on the loss of their output. They would be replaced here, where
  // `losses` is known, and given back to `model.metrics` below, where `model.loss` is.
  original({...args, loss: losses});
  if (!isCompiledModel(model)) {
    throw new Error(
      'tfjs-losses does not know this version of tfjs-layers: a compiled model has no loss, outputNames or ' +
        'feedOutputShapes.',
    );
  }
  model.outputNames.forEach((name, i) => {
    const one = lossOfOutput(losses, i, name);
    if (isConfiguredLoss(one) && configOf(one).takesClassIndices) {
      model.feedOutputShapes[i] = null;
    }
  });
  model.loss = mapLosses(losses, (one) => (isConfiguredLoss(one) ? configOf(one).text : one));
}

/** The same form (one, a list or a dict by output name) with each loss replaced. */
function mapLosses(losses: unknown, replace: (one: unknown) => unknown): unknown {
  if (Array.isArray(losses)) {
    return losses.map(replace);
  }
  return isObject(losses)
    ? Object.fromEntries(Object.entries(losses).map(([name, one]) => [name, replace(one)]))
    : replace(losses);
}

function lossesIn(losses: unknown): unknown[] {
  return Array.isArray(losses) ? losses : isObject(losses) ? Object.values(losses) : [losses];
}

function lossOfOutput(losses: unknown, index: number, name: string): unknown {
  return Array.isArray(losses) ? losses[index] : isObject(losses) ? Reflect.get(losses, name) : losses;
}

/** An object, functions not counted: the loss of a model may be one. */
function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isCompiledModel(model: unknown): model is CompiledModel {
  return (
    isObject(model) &&
    'loss' in model &&
    'outputNames' in model &&
    Array.isArray(model.outputNames) &&
    'feedOutputShapes' in model &&
    Array.isArray(model.feedOutputShapes) &&
    model.feedOutputShapes.length === model.outputNames.length
  );
}
