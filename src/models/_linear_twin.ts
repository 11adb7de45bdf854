/**
 * A layer's twin without the activation. tfjs-layers has no way to make one that shares its weights: a layer makes its own
 * when it is first applied, and keeps them in properties of its own class (`kernel`, `bias`) beside the lists of all
 * weights. So the twin's variables are found by identity among its properties and exchanged for the original's. This is the
 * only file that relies on it; test/models/logits_of.test.ts fails where a layer keeps its weights elsewhere.
 */
import type {LayerVariable, SymbolicTensor, layers} from '@tensorflow/tfjs-layers';
import type {serialization} from '@tensorflow/tfjs-core';
import {isTimeDistributed} from './output_activation';
import {applied} from './_graph';

type Layer = layers.Layer;

/** Applies a layer without its activation, with the same weights. */
export function applyWithoutActivation(layer: Layer, input: SymbolicTensor): SymbolicTensor {
  const twin = linearCopy(layer);
  // Zeros instead of an orthogonal or random matrix: they are thrown away at once.
  twin.setFastWeightInitDuringBuild(true);
  const output = applied(twin, input);
  shareWeights(layer, twin);
  return output;
}

function linearCopy(layer: Layer): Layer {
  const type = layer.constructor as serialization.SerializableConstructor<Layer>;
  return type.fromConfig(type, linearConfig(layer));
}

function linearConfig(layer: Layer): serialization.ConfigDict {
  const config = layer.getConfig();
  if (!isTimeDistributed(layer)) {
    return {...config, activation: 'linear'};
  }
  return {...config, layer: {className: layer.layer.getClassName(), config: linearConfig(layer.layer)}};
}

function shareWeights(original: Layer, twin: Layer): void {
  const originals = new Map<unknown, LayerVariable>();
  original.weights.forEach((weight, i) => originals.set(twin.weights[i], weight));
  const replaced = twin.weights;
  exchange(twin, originals);
  dispose(replaced);
  if (twin.weights.some((weight, i) => weight !== original.weights[i])) {
    throw new Error(
      `logitsOf: the weights of layer '${original.name}' (${original.getClassName()}) cannot be shared. ` +
        `Make it without activation, and an activation layer after it.`,
    );
  }
}

function dispose(weights: readonly LayerVariable[]): void {
  for (const weight of weights) weight.dispose();
}

function exchange(layer: Layer, originals: ReadonlyMap<unknown, LayerVariable>): void {
  for (const [key, value] of Object.entries(layer) as [string, unknown][]) {
    if (originals.has(value)) {
      Reflect.set(layer, key, originals.get(value));
    } else if (Array.isArray(value) && value.some((entry) => originals.has(entry))) {
      Reflect.set(
        layer,
        key,
        value.map((entry: unknown) => originals.get(entry) ?? entry),
      );
    }
  }
  if (isTimeDistributed(layer)) {
    exchange(layer.layer, originals);
  }
}
