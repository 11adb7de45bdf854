/** The sigmoid family in tfjs ops: the functions that src/gradients/ differentiates with, as whole kernels. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {elementLosses, logitGradient, withFocalDefaults} from '../../src/gradients/sigmoid';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs, SigmoidInputs} from '../../src/kernel_names';

export function sigmoidLoss(inputs: SigmoidInputs<Tensor>, attrs: SigmoidAttrs | SigmoidFocalAttrs): Tensor {
  const losses = elementLosses(inputs, withFocalDefaults(attrs));
  if (attrs.reduction === 'none') return losses;
  return tf.mul(attrs.reduction === 'rows' ? tf.sum(losses, -1) : tf.sum(losses), attrs.scale);
}

export function sigmoidGradient(inputs: SigmoidGradInputs<Tensor>, attrs: SigmoidAttrs | SigmoidFocalAttrs): Tensor {
  return logitGradient(inputs.dy, inputs, withFocalDefaults(attrs));
}
