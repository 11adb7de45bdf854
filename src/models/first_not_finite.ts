import {type Tensor, dispose} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {modelTo, outputsIn} from './_graph';

/** Where NaN or ∞ comes into a model. */
export interface NotFinite {
  /** The layer's name; for inputs `'input'`. */
  readonly layer: string;
  readonly what: 'input' | 'weights' | 'output';
}

/**
 * Finds the first layer, in the order of the model, that holds NaN or ∞ in its weights or makes it of finite inputs. −∞ from
 * a layer without weights is no finding: that is how classes are masked.
 *
 * @param model Any model of tfjs-layers, a Sequential too.
 * @param x A batch of its inputs, a tensor or one per input.
 * @returns undefined if all is finite.
 *
 * @example
 * ```ts
 * const model = tf.sequential({layers: [tf.layers.dense({units: 1, inputShape: [1], name: 'broken'})]});
 * model.layers[0].setWeights([tf.tensor2d([[NaN]]), tf.zeros([1])]);
 * (await firstNotFinite(model, tf.ones([2, 1]))).layer; // 'broken'
 * ```
 */
export async function firstNotFinite(model: LayersModel, x: Tensor | Tensor[]): Promise<NotFinite | undefined> {
  for (const input of Array.isArray(x) ? x : [x]) {
    if (!(await allFinite(input))) return {layer: 'input', what: 'input'};
  }
  for (const layer of model.layers) {
    for (const weight of layer.getWeights()) {
      if (!(await allFinite(weight))) return {layer: layer.name, what: 'weights'};
    }
    for (const output of outputsIn(model, layer)) {
      const value = modelTo(model, [output], `${model.name}_to_${layer.name}`).predict(x);
      const mayMask = layer.weights.length === 0;
      const finite = await Promise.all((Array.isArray(value) ? value : [value]).map((one) => allFinite(one, mayMask)));
      dispose(value);
      if (finite.includes(false)) return {layer: layer.name, what: 'output'};
    }
  }
  return undefined;
}

async function allFinite(tensor: Tensor, mayMask = false): Promise<boolean> {
  return (await tensor.data()).every((value) => Number.isFinite(value) || (mayMask && value === -Infinity));
}
