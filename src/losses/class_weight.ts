import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {describe, isNumber} from './canonical';
import {forOutputs, isObject} from './_forms';
import {type ModelLoss, activationOf, isOwnLoss, weighByClass} from './model_loss';
import {type LossConfig, checkPerSample} from './registry';

/**
 * `classWeight` in fit and fitDataset. tfjs looks up one weight for each sample: of the class that the labels' last axis has
 * its maximum in, which is wrong for labels of several classes and for sequences [N, T], and throws for [N, T, K]. The
 * losses of this package weigh each label themselves instead, in training and not in validation, as Keras does.
 */

/** An output and its loss. */
export interface WeighedOutput {
  readonly name: string;
  readonly tensor: SymbolicTensor;
  /** Undefined where the loss is not made by `loss`. */
  readonly config: LossConfig | undefined;
}

export interface SplitClassWeight {
  /** The weighted loss of each output that has one. */
  readonly losses: readonly (ModelLoss | undefined)[];
  /** What is left for tfjs: the class weights of outputs with other losses. */
  readonly rest: unknown;
}

/**
 * Takes the class weights of this package's losses out of what fit was given.
 *
 * @param given As tfjs takes it: `{[class]: weight}` for one output, and for more a list or dict of these.
 * @throws Error if a class has no weight, or a weight no class.
 */
export function splitClassWeight(given: unknown, outputs: readonly WeighedOutput[]): SplitClassWeight {
  const perOutput = classWeightPerOutput(given, outputs);
  const losses = outputs.map(({name, tensor, config}, i) => {
    const weights = perOutput[i];
    if (weights === undefined || weights === null || config === undefined || !isOwnLoss(config.name)) {
      return undefined;
    }
    const weighted = weighByClass(config.name, config.options, weightsOf(weights, name, classesOf(tensor, config)));
    return checkPerSample(config.name, weighted);
  });
  const rest = perOutput.map((weights, i) => (losses[i] === undefined ? (weights ?? null) : null));
  return {losses, rest: rest.every((weights) => weights === null) ? undefined : rest};
}

function classWeightPerOutput(given: unknown, outputs: readonly WeighedOutput[]): unknown[] {
  const names = outputs.map(({name}) => name);
  const [only] = names;
  if (names.length === 1 && only !== undefined && isObject(given) && !Array.isArray(given)) {
    return Object.hasOwn(given, only) ? [Reflect.get(given, only)] : [given];
  }
  if (isObject(given) && !Array.isArray(given) && !Object.values(given).some(isObject)) {
    throw new Error(
      `fit: the model has the outputs ${names.join(', ')}, so classWeight must be a list, or a dict by their names.`,
    );
  }
  return forOutputs(given, names);
}

/** The number of classes that weights are for: a single sigmoid output has two, 0 and 1. */
function classesOf(tensor: SymbolicTensor, {name, options}: LossConfig): number {
  const axis = typeof options['axis'] === 'number' ? options['axis'] : -1;
  const size = tensor.shape[axis < 0 ? axis + tensor.rank : axis] ?? NaN;
  return isOwnLoss(name) && activationOf(name) === 'sigmoid' && size === 1 ? 2 : size;
}

function weightsOf(given: unknown, output: string, classes: number): number[] {
  if (!isObject(given)) {
    throw new Error(`fit: classWeight of output '${output}' must be like {0: 1, 1: 2.5}, got ${describe(given)}.`);
  }
  const unknown = Object.keys(given).find(
    (key) => !(Number.isInteger(Number(key)) && Number(key) in Array(classes).fill(0)),
  );
  if (unknown !== undefined) {
    throw new Error(
      `fit: classWeight of output '${output}' has a weight for '${unknown}', which is no class; there are 0 to ${classes - 1}.`,
    );
  }
  return Array.from({length: classes}, (_, k) => {
    const weight: unknown = Reflect.get(given, String(k));
    if (!isNumber(weight) || weight < 0) {
      throw new Error(
        `fit: classWeight of output '${output}' must have a number of at least 0 for each of the classes 0 to ` +
          `${classes - 1}, but class ${k} has ${describe(weight)}. Write ${k}: 1 to leave a class as it is.`,
      );
    }
    return weight;
  });
}
