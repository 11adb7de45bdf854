/** tfjs-node's backend with the native ops, for tests. */
import * as tf from '@tensorflow/tfjs-core';
import type {TensorFlowBackend} from '../../kernels/node/_kernel';

export async function startTensorFlow(): Promise<TensorFlowBackend> {
  await import('@tensorflow/tfjs-node');
  await tf.setBackend('tensorflow');
  return tf.backend() as TensorFlowBackend;
}

/** The names of the TensorFlow ops that `work` runs. */
export function opsOf(backend: TensorFlowBackend, work: () => void): string[] {
  const spy = jest.spyOn(backend, 'executeMultipleOutputs');
  try {
    work();
    return spy.mock.calls.map(([name]) => name);
  } finally {
    spy.mockRestore();
  }
}
