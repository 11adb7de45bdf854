import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {type ClassRows, predictedClasses} from './_inputs';
import {weightedMean} from './_ratio';

/** The share of the rows whose predicted class is the label. */
export function classAccuracy({logits, labels, counts}: ClassRows): Tensor {
  return weightedMean(tf.cast(tf.equal(predictedClasses(logits), labels), 'float32'), counts);
}
