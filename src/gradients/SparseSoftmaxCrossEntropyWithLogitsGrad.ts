import {onesLike, zerosLike} from '@tensorflow/tfjs-core';
import {SparseSoftmaxCrossEntropyWithLogitsGrad} from '../kernel_names';
import {runLossKernel, type LossGradient} from '../kernel_registry';
import {gradWrtDy, gradWrtLogits, oneHotRows, withoutIgnored} from './softmax';

export const sparseSoftmaxCrossEntropyWithLogitsGrad: LossGradient<typeof SparseSoftmaxCrossEntropyWithLogitsGrad> = {
  kernelName: SparseSoftmaxCrossEntropyWithLogitsGrad,
  gradient: (v, saved, attrs) => ({
    logits: () => {
      const {labels, logits} = saved;
      const dense = gradWrtLogits({...saved, labels: oneHotRows(labels, logits), v, attrs});
      return withoutIgnored(dense, labels, attrs.ignoreIndex);
    },
    labels: () => zerosLike(saved.labels),
    stats: () => zerosLike(saved.stats),
    dy: () => {
      const ones = onesLike(saved.dy);
      const [unit] = runLossKernel(SparseSoftmaxCrossEntropyWithLogitsGrad, {...saved, dy: ones}, attrs);
      return gradWrtDy(unit, v, attrs);
    },
  }),
};
