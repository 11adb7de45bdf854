/** What tfjs-layers' functional API needs to be told in types, and a model's class without importing it. */
import type {LayersModel, SymbolicTensor, layers} from '@tensorflow/tfjs-layers';

type ModelClass = new (args: {inputs: SymbolicTensor[]; outputs: SymbolicTensor[]; name?: string}) => LayersModel;

/** The symbolic output of a layer that has one. */
export function applied(layer: layers.Layer, input: SymbolicTensor): SymbolicTensor {
  const output = layer.apply(input);
  const single = Array.isArray(output) && output.length === 1 ? output[0] : output;
  if (single === undefined || Array.isArray(single) || !('sourceLayer' in single)) {
    throw new Error(`Layer '${layer.name}' was expected to have one output.`);
  }
  return single;
}

/** The input of the layer that returned a tensor, which must have one. */
export function onlyInput(output: SymbolicTensor): SymbolicTensor {
  const [input] = output.inputs;
  if (input === undefined || output.inputs.length !== 1) {
    throw new Error(`Layer '${output.sourceLayer.name}' has ${output.inputs.length} inputs; expected one.`);
  }
  return input;
}

/**
 * A model from the same inputs to other outputs of the same graph. The class comes from the model, not from an import: the
 * package depends on tfjs-core alone, and a program may hold tfjs-layers twice.
 */
export function modelTo(model: LayersModel, outputs: readonly SymbolicTensor[], name: string): LayersModel {
  let prototype: object | null = model;
  // A Sequential, or a class of the user's own, is a LayersModel with other constructor arguments.
  while (prototype !== null && !isLayersModel(prototype.constructor)) {
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  if (prototype === null) {
    throw new Error(`'${model.name}' is not a LayersModel of tfjs-layers.`);
  }
  return new (prototype.constructor as ModelClass)({inputs: model.inputs, outputs: [...outputs], name});
}

function isLayersModel(type: {readonly className?: unknown; readonly prototype?: unknown}): boolean {
  return Object.hasOwn(type, 'className') && type.className === 'Model';
}

/** A layer's outputs that are part of a model: a shared layer has others as well. */
export function outputsIn(model: Pick<LayersModel, 'outputs'>, layer: layers.Layer): SymbolicTensor[] {
  const seen = new Set<SymbolicTensor>();
  const pending = [...model.outputs];
  for (let tensor = pending.pop(); tensor !== undefined; tensor = pending.pop()) {
    if (seen.has(tensor)) continue;
    seen.add(tensor);
    pending.push(...tensor.inputs);
  }
  return [...seen].filter((tensor) => tensor.sourceLayer === layer && tensor.inputs.length > 0);
}
