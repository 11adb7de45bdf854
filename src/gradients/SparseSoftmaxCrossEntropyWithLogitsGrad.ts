import * as tf from '@tensorflow/tfjs-core';
import {SparseSoftmaxCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {gradWrtDy, gradWrtLogits} from './_softmax';

export const sparseSoftmaxCrossEntropyWithLogitsGrad: LossGradient<typeof SparseSoftmaxCrossEntropyWithLogitsGrad> = {
  kernelName: SparseSoftmaxCrossEntropyWithLogitsGrad,
  inputsToSave: ['labels', 'logits', 'classWeights', 'stats', 'dy'],
  savesStats: false,
  gradient: (v, saved, attrs) => ({
    logits: () => {
      // tf.oneHot refuses a single class.
      const classes = tf.range(0, saved.logits.shape[1] ?? 1, 1, 'float32');
      const labels = tf.cast(tf.equal(tf.expandDims(tf.cast(saved.labels, 'float32'), 1), classes), 'float32');
      const result = gradWrtLogits({...saved, labels, v, attrs});
      if (attrs.ignoreIndex === undefined) return result;
      const ignored = tf.expandDims(tf.equal(saved.labels, attrs.ignoreIndex), 1);
      return tf.where(tf.broadcastTo(ignored, result.shape as [number, number]), tf.zerosLike(result), result);
    },
    labels: () => tf.zerosLike(saved.labels),
    stats: () => tf.zerosLike(saved.stats),
    dy: () => {
      const [unit] = runLossKernel(
        SparseSoftmaxCrossEntropyWithLogitsGrad,
        {...saved, dy: tf.onesLike(saved.dy)},
        attrs,
      );
      return gradWrtDy(unit, v, attrs);
    },
  }),
};
