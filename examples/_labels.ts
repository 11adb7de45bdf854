import * as tf from '@tensorflow/tfjs';
import type {Run} from './_runs';

/** Class indices in the form that a run's loss takes. */
export function labelTensor(labels: readonly number[], run: Run, classes: number): tf.Tensor {
  switch (run.labels) {
    case 'indices':
      return tf.tensor1d([...labels], 'int32');
    case 'one-hot':
      return tf.tidy(() => tf.oneHot([...labels], classes).toFloat());
    case 'binary':
      return tf.tensor2d([...labels], [labels.length, 1]);
  }
}
