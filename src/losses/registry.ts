import {type Tensor, tidy} from '@tensorflow/tfjs-core';
import {didYouMean} from '../nearest';
import {type OptionValue, checkName, describe, formatLoss, parseLoss} from './canonical';
import {type LossFactory, MODEL_LOSSES, type ModelLoss, isOwnLoss, takesClassIndices} from './model_loss';
import {
  type LossOptionValue,
  type LossOptions,
  OPTION_SPECS,
  type OptionSpecs,
  plainOptions,
  withoutDefaults,
} from './model_options';

/** The losses of tfjs-layers itself, which keep their names and their meaning. */
export const TFJS_LOSSES = [
  'meanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'meanSquaredLogarithmicError',
  'squaredHinge',
  'hinge',
  'categoricalHinge',
  'logcosh',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
  'binaryCrossentropy',
  'kullbackLeiblerDivergence',
  'poisson',
  'cosineProximity',
] as const;

/** The name of a loss of tfjs-layers itself. */
export type TfjsLossName = (typeof TFJS_LOSSES)[number];

/** The options of the loss with this name; any plain values for a registered one. */
export type OptionsOf<Name extends string> = Name extends keyof LossOptions
  ? LossOptions[Name]
  : Readonly<Record<string, LossOptionValue>>;

/** What a loss made by `loss` knows about itself. */
export interface LossConfig {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
  /** The loss as text, which is how a model saves it: `softmaxCrossEntropy(labelSmoothing=0.1)`. */
  readonly text: string;
  /** Whether its labels are class indices, without the axis of the classes. */
  readonly takesClassIndices: boolean;
  /** Whether its labels have another shape than the outputs: class indices, or a column of weights. */
  readonly takesOtherShape: boolean;
}

/** What `registerLoss` needs to know besides the factory. */
export interface RegisterOptions {
  /**
   * Whether the labels are class indices ([N] or [N,1] for outputs [N,K]). fit and evaluate then leave the labels'
   * shape to the loss; otherwise tfjs demands the outputs' shape. Default false.
   */
  readonly takesClassIndices?: boolean;
}

interface Entry {
  readonly factory: LossFactory;
  readonly takesClassIndices: boolean;
  /** Known for this package's losses only; a factory checks its own options. */
  readonly specs: OptionSpecs;
}

// The registry's state, in the order of registration. A program can hold this package twice (as ESM and as CommonJS), and
// the compile of one copy has to know what was registered through the other: so it is on globalThis, like tfjs's own
// registries, and its key comes from Symbol.for.
const REGISTRY = Symbol.for('tfjs-losses.registry');
const entries = sharedEntries();

function sharedEntries(): Map<string, Entry> {
  const shared = globalThis as {[REGISTRY]?: Map<string, Entry>};
  return (shared[REGISTRY] ??= new Map<string, Entry>(
    Array.from(MODEL_LOSSES, ([name, factory]) => [
      name,
      {factory, takesClassIndices: takesClassIndices(name), specs: isOwnLoss(name) ? OPTION_SPECS[name] : {}},
    ]),
  ));
}

const CONFIG = Symbol.for('tfjs-losses.config');

/** A loss made by `loss`. */
export type ConfiguredLoss = ModelLoss & {readonly [CONFIG]: LossConfig};

/**
 * Makes a loss for `model.compile`: with y the labels and z the model's outputs, (y, z) ↦ [N], the loss of each sample.
 * The values are scaled so that their mean, which the model takes, is the mean of the op of the same name:
 * Σ_rows ℓ / D, with D the number of rows, or the sum of what they count under `classWeights` and `ignoreIndex`.
 *
 * Labels, int32 or float32, for outputs [N,K]: [N,K] (softmax and sigmoid), or class indices [N] or [N,1] (sparse); for
 * outputs [N,T,K] with one axis more: [N,T,K], or [N,T] or [N,T,1]; for sigmoid outputs [N,1] also [N].
 *
 * `compile` takes the result with or without `install`; without it, fit and evaluate accept labels of the outputs'
 * shape only, and the model cannot be saved with its loss.
 *
 * @param name One of `listLosses()`.
 * @param options The op's options but `weights`, `reduction` and `normalizer`; for the sigmoid family also
 *   `labelReduction`. One number per class can be an array or a tensor, which is read at once and not kept.
 * @throws Error for an unknown name (with the nearest known ones) or option (with the known ones), or a value that
 *   doesn't fit. The loss itself throws if labels and outputs don't fit each other.
 *
 * @example
 * ```ts
 * const focal = loss('sigmoidFocalCrossEntropy', {gamma: 3, alpha: null}); // for model.compile({optimizer, loss: focal})
 * focal(tf.tensor2d([[1], [0]]), tf.tensor2d([[2], [-1]])).print(); // [0.0002, 0.0061]
 * ```
 */
export function loss<Name extends keyof LossOptions | (string & {})>(
  name: Name,
  options?: OptionsOf<Name>,
): ConfiguredLoss {
  const entry = entries.get(name);
  if (entry === undefined) {
    throw unknownLoss(name);
  }
  const plain = plainOptions(name, options ?? {});
  // The factory comes before the text: it knows more about the options, so its errors say more.
  const compute: unknown = entry.factory(plain);
  if (!isFunction(compute)) {
    throw new Error(`loss('${name}'): its factory must return a function, got ${describe(compute)}.`);
  }
  const config: LossConfig = Object.freeze({
    name,
    options: plain,
    text: formatLoss(name, withoutDefaults(entry.specs, plain)),
    takesClassIndices: entry.takesClassIndices,
    takesOtherShape: entry.takesClassIndices || plain['sampleWeights'] === true,
  });
  const perSample = checkPerSample(name, compute);
  Object.defineProperty(perSample, 'name', {value: name});
  return withConfig(perSample, config);
}

/**
 * Adds a loss to the registry, for `loss(name, options)` and for `compile` by name.
 *
 * @param name Letters and digits in camel case that a saved model gives back unchanged.
 * @param factory Takes the options, as a frozen object of plain values, and returns (yTrue, yPred) ↦ [N], a value for
 *   each sample. It should throw for options it does not know.
 * @throws Error if the name is taken by another factory or by tfjs, or would not survive in a saved model.
 *
 * @example
 * ```ts
 * registerLoss('squaredLogits', () => (_yTrue, yPred) => tf.mean(tf.square(yPred), 1));
 * loss('squaredLogits')(tf.zeros([1, 2]), tf.tensor2d([[3, 1]])).print(); // [5]
 * ```
 */
export function registerLoss(name: string, factory: LossFactory, options: RegisterOptions = {}): void {
  checkName(name);
  if (!isFunction(factory)) {
    throw new Error(`registerLoss('${name}'): the factory must be a function, got ${describe(factory)}.`);
  }
  if (isTfjsLoss(name)) {
    throw new Error(`registerLoss('${name}'): tfjs has a loss of this name.`);
  }
  const present = entries.get(name);
  if (present !== undefined && present.factory !== factory) {
    throw new Error(`registerLoss('${name}'): a loss of this name is registered already.`);
  }
  if (present === undefined) {
    entries.set(name, {factory, takesClassIndices: options.takesClassIndices ?? false, specs: {}});
  }
}

/**
 * The names that `loss` and `compile` know, without tfjs's own: this package's first, then the registered ones.
 *
 * @example
 * ```ts
 * listLosses().includes('sparseSoftmaxCrossEntropy'); // true
 * ```
 */
export function listLosses(): string[] {
  return [...entries.keys()];
}

/**
 * The loss that a text given to `compile` means; undefined if it is one of tfjs's own.
 *
 * @throws Error as `loss`, and if the text cannot be read.
 */
export function lossFromText(text: string): ConfiguredLoss | undefined {
  if (isTfjsLoss(text)) {
    return undefined;
  }
  const name = text.split('(', 1)[0]?.trim() ?? '';
  if (isTfjsLoss(name)) {
    throw new Error(`The loss '${text}' cannot be used: '${name}' is tfjs's own and takes no options as text.`);
  }
  if (!entries.has(name)) {
    throw unknownLoss(name);
  }
  return loss(name, parseLoss(text).options);
}

/** Whether this is a loss made by `loss`. */
export function isConfiguredLoss(value: unknown): value is ConfiguredLoss {
  return typeof value === 'function' && CONFIG in value;
}

/** The config of a loss made by `loss`. */
export function configOf(configured: ConfiguredLoss): LossConfig {
  return configured[CONFIG];
}

/** A loss that is tidy and returns one value per sample, or throws. */
export function checkPerSample(name: string, compute: ModelLoss): ModelLoss {
  return (yTrue, yPred) =>
    tidy(() => {
      const values: Tensor = compute(yTrue, yPred);
      // A scalar or [N,1] would broadcast against class weights: silently wrong numbers.
      if (values.rank !== 1 || values.shape[0] !== yPred.shape[0]) {
        throw new Error(
          `${name}: a loss must return one value per sample, here [${yPred.shape[0]}], but it returned ` +
            `[${values.shape}].`,
        );
      }
      return values;
    });
}

function withConfig(perSample: ModelLoss, config: LossConfig): ConfiguredLoss {
  // Not enumerable: tfjs, saving a model, takes a function's own enumerable properties for losses by output name.
  Object.defineProperty(perSample, CONFIG, {value: config});
  if (!isConfiguredLoss(perSample)) {
    throw new Error('A property just defined is missing.');
  }
  return perSample;
}

function isTfjsLoss(name: string): boolean {
  return TFJS_LOSSES.some((known) => known === name);
}

function unknownLoss(name: string): Error {
  return new Error(
    `Unknown loss '${name}'. ${didYouMean(name, [...entries.keys(), ...TFJS_LOSSES])} ` +
      'listLosses() tells the registered names, registerLoss adds one.',
  );
}

function isFunction(value: unknown): value is ModelLoss {
  return typeof value === 'function';
}
