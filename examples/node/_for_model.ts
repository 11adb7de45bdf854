import type * as tf from '@tensorflow/tfjs-node';

/** What fitDataset and evaluateDataset take. */
export type ModelDataset = Parameters<tf.LayersModel['evaluateDataset']>[0];

/** tfjs-layers declares a class Dataset of its own, for the very objects that tf.data makes. */
export function forModel(dataset: tf.data.Dataset<tf.TensorContainer>): ModelDataset {
  return dataset as unknown as ModelDataset;
}
