import type {Tensor} from '@tensorflow/tfjs';
import * as losses from '../src';
import {ALPHA, GAMMA, classWeights, type LossCase} from './_losses';

/** A loss of given options; 'none' leaves one per row (sigmoid family: per element). */
export type LossFunction = (labels: Tensor, logits: Tensor, reduction: 'none' | 'mean') => Tensor;

/** The loss as this package has it. `classes` is for the class weights. */
export function ourLoss({op, options}: LossCase, classes: number): LossFunction {
  const {labelSmoothing, posWeight} = options;
  const smoothing = labelSmoothing === undefined ? {} : {labelSmoothing};
  const positive = posWeight === undefined ? {} : {posWeight};
  const weights = options.classWeighted ? {classWeights: classWeights(classes)} : {};
  switch (op) {
    case 'softmaxCrossEntropy':
    case 'sparseSoftmaxCrossEntropy':
      return (y, z, reduction) => losses[op](y, z, {...smoothing, ...weights, reduction});
    case 'softmaxFocalCrossEntropy':
    case 'sparseSoftmaxFocalCrossEntropy':
      return (y, z, reduction) => losses[op](y, z, {...smoothing, ...weights, gamma: GAMMA, reduction});
    case 'sigmoidCrossEntropy':
      return (y, z, reduction) => losses[op](y, z, {...smoothing, ...positive, reduction});
    case 'sigmoidFocalCrossEntropy':
      return (y, z, reduction) => losses[op](y, z, {...smoothing, ...positive, gamma: GAMMA, alpha: ALPHA, reduction});
  }
}
