import type {RNN, SymbolicTensor, layers} from '@tensorflow/tfjs-layers';

/** The activation that turns logits into probabilities. */
export type Activation = 'softmax' | 'sigmoid';

type Layer = layers.Layer;

/** The activation that a model's output ends in. */
export interface FinalActivation {
  /** Its name in a layer's config, `'linear'` for none. */
  readonly name: string;
  readonly layer: Layer;
  /** What the layer returns, a tensor of the model's graph. */
  readonly output: SymbolicTensor;
  /** The layers between it and the model's output, which change no value: the last one first. */
  readonly after: readonly Layer[];
}

/** Layers that hand on the values they get, in inference. */
const PASSES_ON: ReadonlySet<string> = new Set([
  'Reshape',
  'Flatten',
  'Permute',
  'Dropout',
  'SpatialDropout1D',
  'Masking',
]);

/**
 * Finds the activation that a model's output ends in, through layers that only move values.
 *
 * @returns undefined where the last layer has none that can be known: a custom layer, a merge, an input.
 */
export function finalActivation(output: SymbolicTensor): FinalActivation | undefined {
  const after: Layer[] = [];
  let tensor = output;
  while (PASSES_ON.has(tensor.sourceLayer.getClassName())) {
    const [previous] = tensor.inputs;
    if (previous === undefined || tensor.inputs.length !== 1) {
      return undefined;
    }
    after.push(tensor.sourceLayer);
    tensor = previous;
  }
  const name = activationName(tensor.sourceLayer, tensor.outputTensorIndex ?? 0);
  return name === undefined ? undefined : {name, layer: tensor.sourceLayer, output: tensor, after};
}

/** Whether outputs of this activation are probabilities. */
export function isProbability(name: string | undefined): name is Activation {
  return name === 'softmax' || name === 'sigmoid';
}

function activationName(layer: Layer, outputIndex: number): string | undefined {
  if (layer.getClassName() === 'Softmax') {
    return 'softmax';
  }
  if (isModel(layer)) {
    const output = layer.outputs[outputIndex];
    return output === undefined ? undefined : finalActivation(output)?.name;
  }
  if (isTimeDistributed(layer)) {
    return activationName(layer.layer, outputIndex);
  }
  const {activation} = layer.getConfig();
  return typeof activation === 'string' ? activation : undefined;
}

/** A model inside of a model is a layer. */
export function isModel(layer: Layer): layer is Layer & {readonly outputs: SymbolicTensor[]; readonly layers: Layer[]} {
  return 'outputs' in layer && Array.isArray(layer.outputs);
}

/** A layer whose activation is part of what it hands from step to step: without it, it would compute something else. */
export function isRecurrent(layer: Layer): layer is RNN {
  return 'cell' in layer;
}

/** A layer applied to each step of a sequence. */
export function isTimeDistributed(layer: Layer): layer is Layer & {readonly layer: Layer} {
  return layer.getClassName() === 'TimeDistributed' && 'layer' in layer;
}
