import type {DataId, TensorInfo} from '@tensorflow/tfjs-core';
import type {AheadTensors} from './_workspace';

/**
 * For backends whose clones share a counted buffer: the gradient itself, but of shape [0], because tfjs makes zeros of the shape of
 * every output that has no upstream gradient.
 */
export function sharedAhead(backend: {incRef(dataId: DataId): void}): AheadTensors {
  return {
    hold: ({dataId, dtype}) => ({dataId, dtype, shape: [0]}),
    take: ({dataId, dtype}, shape): TensorInfo => {
      backend.incRef(dataId);
      return {dataId, dtype, shape: [...shape]};
    },
    drop: () => undefined,
  };
}
