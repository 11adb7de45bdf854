/** What tfjs offers itself: tf.losses, and where it has no such loss, what its users write. */
import * as tf from '@tensorflow/tfjs';
import type {Tensor} from '@tensorflow/tfjs';
import {ALPHA, GAMMA, classWeights, type LossCase} from './_losses';
import type {LossFunction} from './_ours';

/** undefined where tfjs has no such option. */
export function tfjsLoss({op, labels, options}: LossCase, classes: number): LossFunction | undefined {
  const {labelSmoothing = 0, classWeighted = false, posWeight} = options;
  if (posWeight !== undefined) return undefined;
  // tf.oneHot refuses a single class.
  if (labels === 'index' && classes < 2) return undefined;
  switch (op) {
    case 'softmaxCrossEntropy':
      if (classWeighted && (labels !== 'oneHot' || labelSmoothing > 0)) return undefined;
      return (y, z, reduction) =>
        softmax(y, z, classWeighted ? labelWeights(y, classes) : undefined, labelSmoothing, reduction);
    case 'sparseSoftmaxCrossEntropy':
      if (classWeighted && labelSmoothing > 0) return undefined;
      return (y, z, reduction) => {
        const q = tf.oneHot(y.as1D().toInt(), classes).toFloat();
        return softmax(q, z, classWeighted ? labelWeights(q, classes) : undefined, labelSmoothing, reduction);
      };
    case 'sigmoidCrossEntropy':
      return (y, z, reduction) =>
        tf.losses.sigmoidCrossEntropy(y, z, undefined, labelSmoothing, tfjsReduction(reduction));
    case 'softmaxFocalCrossEntropy':
      if (classWeighted) return undefined;
      return (y, z, reduction) => reduced(softmaxFocal(smooth(y, labelSmoothing, classes), z), reduction);
    case 'sparseSoftmaxFocalCrossEntropy':
      if (classWeighted) return undefined;
      return (y, z, reduction) => {
        const q = tf.oneHot(y.as1D().toInt(), classes).toFloat();
        return reduced(softmaxFocal(smooth(q, labelSmoothing, classes), z), reduction);
      };
    case 'sigmoidFocalCrossEntropy':
      return (y, z, reduction) => reduced(sigmoidFocal(smooth(y, labelSmoothing, 2), z), reduction);
  }
}

function tfjsReduction(reduction: 'none' | 'mean'): number {
  return reduction === 'none' ? tf.Reduction.NONE : tf.Reduction.SUM_BY_NONZERO_WEIGHTS;
}

function softmax(
  q: Tensor,
  z: Tensor,
  weights: Tensor | undefined,
  labelSmoothing: number,
  reduction: 'none' | 'mean',
): Tensor {
  return tf.losses.softmaxCrossEntropy(q, z, weights, labelSmoothing, tfjsReduction(reduction));
}

/** w_y of one-hot rows: tf.losses takes weights per sample only. */
function labelWeights(oneHot: Tensor, classes: number): Tensor {
  return tf.sum(tf.mul(oneHot, tf.tensor1d(classWeights(classes))), -1);
}

function smooth(labels: Tensor, epsilon: number, sides: number): Tensor {
  return epsilon === 0 ? labels : tf.add(tf.mul(labels, 1 - epsilon), epsilon / sides);
}

function reduced(losses: Tensor, reduction: 'none' | 'mean'): Tensor {
  return reduction === 'none' ? losses : tf.mean(losses);
}

/** −Σ_k q_k·(1−p_k)^γ·log p_k, as Keras writes it but from logits. */
function softmaxFocal(q: Tensor, z: Tensor): Tensor {
  const logP = tf.logSoftmax(z);
  const modulation = tf.pow(tf.sub(1, tf.exp(logP)), GAMMA);
  return tf.neg(tf.sum(tf.mul(tf.mul(q, modulation), logP), -1));
}

/** α_t·(1−p_t)^γ·BCE, as torchvision's sigmoid_focal_loss. */
function sigmoidFocal(y: Tensor, z: Tensor): Tensor {
  const p = tf.sigmoid(z);
  const crossEntropy = tf.losses.sigmoidCrossEntropy(y, z, undefined, 0, tf.Reduction.NONE);
  const notY = tf.sub(1, y);
  const pT = tf.add(tf.mul(p, y), tf.mul(tf.sub(1, p), notY));
  const alphaT = tf.add(tf.mul(y, ALPHA), tf.mul(notY, 1 - ALPHA));
  return tf.mul(tf.mul(crossEntropy, tf.pow(tf.sub(1, pT), GAMMA)), alphaT);
}
