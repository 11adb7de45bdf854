/** The linear loss on a backend of the browser, beside the cpu backend, which test/ops/ compares with float64. */
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import {linearSoftmaxCrossEntropy} from '../../../src';
import {randomNormal} from '../../support/random';

const ROWS = 13;
const FEATURES = 6;
const CLASSES = 37;

function numbers(seed: string, length: number): Float32Array {
  const next = randomNormal(seed);
  return Float32Array.from({length}, () => next());
}

export interface Results {
  /** The loss, and its gradients with respect to hidden, kernel and bias. */
  readonly values: readonly number[][];
  /** The loss's kernels that ran. */
  readonly kernels: readonly string[];
  /** Tensors that were left behind. */
  readonly left: number;
}

export async function run(backend: string, chunkSize: number): Promise<Results> {
  if (!(await tf.setBackend(backend))) throw new Error(`the backend '${backend}' does not start`);
  await tf.ready();
  const {numTensors} = tf.memory();
  const inputs = [
    tf.tensor(numbers('hidden', ROWS * FEATURES), [ROWS, FEATURES]),
    tf.tensor(numbers('kernel', FEATURES * CLASSES), [FEATURES, CLASSES]),
    tf.tensor(numbers('bias', CLASSES)),
  ];
  const labels = tf.tensor1d(
    Array.from({length: ROWS}, (_, row) => (row % 5 === 4 ? -1 : (7 * row) % CLASSES)),
    'int32',
  );
  const options = {ignoreIndex: -1, labelSmoothing: 0.1, chunkSize};
  const gradient = tf.valueAndGrads((...xs: tf.Tensor[]) =>
    linearSoftmaxCrossEntropy(labels, xs[0]!, xs[1]!, xs[2]!, options),
  );
  const results: tf.Tensor[] = [];
  const {kernels} = await tf.profile(() => {
    const {value, grads} = gradient(inputs);
    results.push(value, ...grads);
    return value;
  });
  const values = await Promise.all(results.map(async (tensor) => Array.from(await tensor.data())));
  tf.dispose([...inputs, labels, ...results]);
  const names = kernels.map(({name}) => name).filter((name) => name.includes('WithLogits'));
  return {values, kernels: [...new Set(names)].sort(), left: tf.memory().numTensors - numTensors};
}
