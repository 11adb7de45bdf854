/** The states that recurrent layers with `stateful: true` carry from batch to batch. */
import {type Tensor, clone, dispose} from '@tensorflow/tfjs-core';
import type {LayersModel, RNN, layers} from '@tensorflow/tfjs-layers';
import {isModel, isRecurrent} from './output_activation';

/** Runs `look`, which may run the model, and puts the states back that it began with. */
export async function withStatesKept<T>(model: LayersModel, look: () => Promise<T>): Promise<T> {
  const kept = statefulLayers(model.layers).map((layer) => ({layer, states: layer.states.map(copyOf)}));
  try {
    return await look();
  } finally {
    for (const {layer, states} of kept) {
      const known = states.filter((state) => state !== null);
      // Before the first batch there are none, which is what zeros are to a layer.
      if (known.length === states.length) layer.resetStates(known);
      else layer.resetStates();
      dispose(known);
    }
  }
}

/** tfjs says "Tensor", and has null before the first batch. */
function copyOf(state: Tensor | null): Tensor | null {
  return state === null ? null : clone(state);
}

function statefulLayers(all: readonly layers.Layer[]): RNN[] {
  return all.flatMap((layer) => {
    if (isModel(layer)) return statefulLayers(layer.layers);
    return isRecurrent(layer) && layer.stateful ? [layer] : [];
  });
}
