import {serialization} from '@tensorflow/tfjs-core';
import type {LayersModel, SymbolicTensor, layers} from '@tensorflow/tfjs-layers';
import {lossConfigsOf} from '../losses/compile';
import {activationOf, isOwnLoss} from '../losses/model_loss';
import {assertActivation} from '../ops/_validate';
import {applied, modelTo} from './_graph';
import {describeEnd} from './logits_of';
import {type Activation, finalActivation, isProbability} from './output_activation';

/**
 * Returns a model that computes probabilities from a model that returns logits, for deployment: the same layers and
 * weights, with a softmax or sigmoid after each output. It consists of layers of tfjs alone, so what it saves
 * loads without this package. Only one of the two models may be disposed of.
 *
 * @param model A model that returns logits.
 * @param activation Which activation; by default the one that belongs to each output's loss.
 * @throws Error if an output returns probabilities already, by its last activation or by a loss with `fromLogits: false`, or if no
 *   activation is given and the model is not compiled with a loss of this package for each output.
 *
 * @example
 * ```ts
 * const model = tf.sequential({layers: [tf.layers.dense({units: 2, kernelInitializer: 'zeros', inputShape: [3]})]});
 * withProbabilities(model, 'softmax').predict(tf.ones([1, 3])).print(); // [[0.5, 0.5]]
 * ```
 */
export function withProbabilities(model: LayersModel, activation?: Activation): LayersModel {
  assertActivation('withProbabilities', activation);
  const configs = lossConfigsOf(model);
  const outputs = model.outputs.map((output, i) => {
    const end = finalActivation(output);
    // A Sequential has no names of outputs before its compile.
    const name = model.outputNames[i] ?? output.sourceLayer.name;
    const config = configs[i];
    const why = isProbability(end?.name)
      ? describeEnd(output, end)
      : config?.options['fromLogits'] === false
        ? `its loss is ${config.text}`
        : undefined;
    if (why !== undefined) {
      throw new Error(
        `withProbabilities: output '${name}' returns probabilities as it is: ${why}. Use the model as it is.`,
      );
    }
    const own = config !== undefined && isOwnLoss(config.name) ? activationOf(config.name) : undefined;
    const chosen = activation ?? own;
    if (chosen === undefined) {
      throw new Error(
        `withProbabilities: the activation of output '${name}' is not known, since the model is not ` +
          `compiled with a loss of this package for it. Write withProbabilities(model, 'softmax') or 'sigmoid'.`,
      );
    }
    if (chosen === 'sigmoid') {
      return applied(layerOf('Activation', {activation: 'sigmoid'}), output);
    }
    const axis = own === 'softmax' ? config?.options['axis'] : undefined;
    return softmaxAlong(output, typeof axis === 'number' ? axis : -1);
  });
  return modelTo(model, outputs, `${model.name}_probabilities`);
}

/** The softmax layer of tfjs computes along the last axis alone, whatever its config says. */
function softmaxAlong(output: SymbolicTensor, axis: number): SymbolicTensor {
  const softmax = layerOf('Softmax', {axis: -1});
  const at = axis < 0 ? axis + output.rank : axis;
  if (at === output.rank - 1) {
    return applied(softmax, output);
  }
  // Permute counts the axes from 1, without the batch's.
  const axes = Array.from({length: output.rank - 1}, (_, i) => i + 1);
  const moved = [...axes.filter((i) => i !== at), at];
  const back = axes.map((i) => moved.indexOf(i) + 1);
  const permuted = applied(softmax, applied(layerOf('Permute', {dims: moved}), output));
  return applied(layerOf('Permute', {dims: back}), permuted);
}

/** tfjs-layers is not imported; its layers are in tfjs-core's map of classes. */
function layerOf(className: string, config: serialization.ConfigDict): layers.Layer {
  const [type] = serialization.SerializationMap.getMap().classNameMap[className] ?? [];
  if (type === undefined) {
    throw new Error(`withProbabilities: tfjs-layers has registered no layer '${className}'.`);
  }
  const layer: object = type.fromConfig(type, config);
  if (!isLayer(layer)) {
    throw new Error(`withProbabilities: '${className}' is registered, but as no layer.`);
  }
  return layer;
}

function isLayer(value: object): value is layers.Layer {
  return 'apply' in value && 'getWeights' in value;
}
