import type {LayersModel, SymbolicTensor, layers} from '@tensorflow/tfjs-layers';
import {applied, modelTo, onlyInput, outputsIn} from './_graph';
import {applyWithoutActivation} from './_linear_twin';
import {
  type FinalActivation,
  finalActivation,
  isModel,
  isProbability,
  isRecurrent,
  isTimeDistributed,
} from './output_activation';

/**
 * Returns a model that computes the logits of a model that ends in softmax or sigmoid. It shares all layers and weights:
 * training either changes both, and only one of the two may be disposed of.
 *
 * Its outputs are z where the model's are softmax(z) or σ(z): what the losses of this package take. Outputs without such an
 * activation stay as they are. `withProbabilities` is the way back.
 *
 * @throws Error if no output ends in softmax or sigmoid, or if a layer that ends in one is recurrent or used elsewhere in the
 *   model too.
 *
 * @example
 * ```ts
 * const model = tf.sequential({layers: [tf.layers.dense({units: 3, activation: 'softmax', inputShape: [2]})]});
 * const logits = logitsOf(model);
 * logits.compile({optimizer: 'adam', loss: loss('sparseSoftmaxCrossEntropy')});
 * tf.max(tf.abs(tf.sub(tf.softmax(logits.predict(tf.ones([1, 2]))), model.predict(tf.ones([1, 2]))))).print(); // 0.00
 * ```
 */
export function logitsOf(model: LayersModel): LayersModel {
  const ends = model.outputs.map(finalActivation);
  if (!ends.some(endsInProbabilities)) {
    throw new Error(
      `logitsOf: no output of the model '${model.name}' ends in softmax or sigmoid: ` +
        `${model.outputs.map((output, i) => describeEnd(output, ends[i])).join(', ')}. It returns logits as it is.`,
    );
  }
  const outputs = model.outputs.map((output, i) => {
    const end = ends[i];
    return endsInProbabilities(end) ? logitsBefore(end, model) : output;
  });
  return modelTo(model, outputs, `${model.name}_logits`);
}

function endsInProbabilities(end: FinalActivation | undefined): end is FinalActivation {
  return isProbability(end?.name);
}

/** How an output ends, for an error. */
export function describeEnd(output: SymbolicTensor, end: FinalActivation | undefined): string {
  return end === undefined
    ? `'${output.sourceLayer.name}' has no activation of its own`
    : `'${end.layer.name}' ends in ${end.name}`;
}

/** The output without its activation. */
function logitsBefore(end: FinalActivation, model: LayersModel): SymbolicTensor {
  return end.after.reduceRight((tensor, layer) => applied(layer, tensor), beforeActivation(end, model));
}

function beforeActivation({layer, output}: FinalActivation, model: LayersModel): SymbolicTensor {
  const input = onlyInput(output);
  if (isActivationAlone(layer)) {
    return input;
  }
  if (outputsIn(model, layer).length > 1) {
    throw new Error(
      `logitsOf: layer '${layer.name}' is used more than once in the model '${model.name}', so its activation cannot be ` +
        `left out at the end alone. Make the layer without activation, and activation layers after it.`,
    );
  }
  if (isRecurrent(layer)) {
    throw new Error(
      `logitsOf: the activation of the recurrent layer '${layer.name}' cannot be left out at the end alone: its steps hand on ` +
        `what it returns. Put a dense layer without activation after it.`,
    );
  }
  return isNestedModel(layer) ? applied(logitsOf(layer), input) : applyWithoutActivation(layer, input);
}

/** A layer that is nothing but an activation, by itself or for each step of a sequence. */
function isActivationAlone(layer: layers.Layer): boolean {
  if (isTimeDistributed(layer)) {
    return isActivationAlone(layer.layer);
  }
  return layer.getClassName() === 'Softmax' || layer.getClassName() === 'Activation';
}

function isNestedModel(layer: layers.Layer): layer is LayersModel {
  return isModel(layer);
}
