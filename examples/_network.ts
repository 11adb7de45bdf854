import * as tf from '@tensorflow/tfjs';
import type {Part} from './_data';

/** features → hidden, ReLU → logits; equal seeds give equal first weights. */
export function buildNetwork(features: number, hidden: number, logits: number, seed: number): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: hidden,
        activation: 'relu',
        inputShape: [features],
        kernelInitializer: tf.initializers.heNormal({seed: 2 * seed}),
      }),
      tf.layers.dense({units: logits, kernelInitializer: tf.initializers.heNormal({seed: 2 * seed + 1})}),
    ],
  });
}

export function featureTensor({features}: Pick<Part, 'features'>): tf.Tensor2D {
  return tf.tensor2d(features.map((row) => [...row]));
}

/** The logits of all samples. */
export function predict(model: tf.LayersModel, xs: tf.Tensor): number[][] {
  return tf.tidy(() => {
    const logits = model.predict(xs, {batchSize: xs.shape[0] ?? 1});
    if (Array.isArray(logits)) throw new Error('A network of the examples has one output.');
    return (logits as tf.Tensor2D).arraySync();
  });
}

/** Momentum's own dispose leaves the learning rate of its parent class behind. */
export function disposeTrained(model: tf.LayersModel, optimizer: tf.MomentumOptimizer): void {
  model.dispose();
  optimizer.dispose();
  tf.SGDOptimizer.prototype.dispose.call(optimizer);
}
