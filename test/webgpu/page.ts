/** What only the webgpu backend has: pipelines, dispatches, buffers. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import type {WebGPUBackend} from '@tensorflow/tfjs-backend-webgpu';
import * as losses from '../../src';
import {random, randomNormal} from '../support/random';

let pipelines = 0;
let dispatches = 0;

/** Counts the pipelines that are compiled and the dispatches that are recorded from now on. */
export async function setUp(): Promise<void> {
  const {createComputePipeline} = GPUDevice.prototype;
  GPUDevice.prototype.createComputePipeline = function (this: GPUDevice, descriptor) {
    pipelines++;
    return createComputePipeline.call(this, descriptor);
  };
  const {dispatchWorkgroups} = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (this: GPUComputePassEncoder, ...counts) {
    dispatches++;
    dispatchWorkgroups.apply(this, counts);
  };
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  await tf.setBackend('webgpu');
  await tf.ready();
}

type Labels = Record<'indices' | 'probabilities', Tensor>;

/** Every op, with hyper-parameters that depend on x in (0, 1). */
const OPS: readonly ((labels: Labels, logits: Tensor, x: number) => Tensor)[] = [
  ({probabilities}, z, x) => losses.softmaxCrossEntropy(probabilities, z, {labelSmoothing: x, zLoss: x}),
  ({indices}, z, x) => losses.sparseSoftmaxCrossEntropy(indices, z, {zLoss: x}),
  ({probabilities}, z, x) => losses.softmaxFocalCrossEntropy(probabilities, z, {gamma: 1 + x}),
  ({indices}, z, x) => losses.sparseSoftmaxFocalCrossEntropy(indices, z, {gamma: 2 * x}),
  ({probabilities}, z, x) => losses.sigmoidCrossEntropy(probabilities, z, {labelSmoothing: x, posWeight: 1 + x}),
  ({probabilities}, z, x) => losses.sigmoidFocalCrossEntropy(probabilities, z, {gamma: 4 * x, alpha: x}),
];

function labelsFor(rows: number, classes: number): Labels {
  const next = random(`labels ${rows} ${classes}`);
  const indices = Int32Array.from({length: rows}, () => Math.floor(next() * classes));
  return {
    indices: tf.tensor1d(indices, 'int32'),
    probabilities: tf.cast(tf.oneHot(tf.tensor1d(indices, 'int32'), classes), 'float32'),
  };
}

function normal(seed: string, shape: [number, number]): tf.Tensor2D {
  const next = randomNormal(seed);
  return tf.tensor2d(
    Float32Array.from({length: shape[0] * shape[1]}, () => next()),
    shape,
  );
}

export interface Counts {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
  readonly bytesOnDevice: number;
  /** Bytes on the device with those of free buffers. */
  readonly pooled: number;
  readonly pipelines: number;
}

/** Trains a layer; what there is after `warmUp` steps and after `steps` more, and the losses then. */
export async function train(warmUp: number, steps: number): Promise<{counts: Counts[]; losses: number[]}> {
  const inputs = normal('inputs', [32, 8]);
  const labels = tf.tidy(() => labelsFor(32, 10));
  const weights = tf.variable(tf.tidy(() => tf.mul(normal('weights', [8, 10]), 0.1)));
  const optimizer = tf.train.sgd(0.05);
  const logits = (): Tensor => tf.matMul(inputs, weights);
  const step = (i: number): void => {
    const op = OPS[i % OPS.length];
    if (op === undefined) throw new RangeError(`no op ${i}`);
    optimizer.minimize(() => op(labels, logits(), 0.1 + 0.8 * ((i * 0.6180339887) % 1)).asScalar());
  };
  const result = {counts: [] as Counts[], losses: [] as number[]};
  const look = async (): Promise<void> => {
    const mean = tf.tidy(() => losses.sparseSoftmaxCrossEntropy(labels.indices, logits()));
    // Reading sends all work to the device, after which tfjs lets go of the buffers of disposed tensors.
    result.losses.push(...(await mean.data<'float32'>()));
    mean.dispose();
    const {numTensors, numDataBuffers, numBytes} = tf.memory();
    const {numBytesInGPU, numBytesAllocatedInGPU} = (tf.backend() as WebGPUBackend).memory();
    result.counts.push({
      tensors: numTensors,
      buffers: numDataBuffers,
      bytes: numBytes,
      bytesOnDevice: numBytesInGPU,
      pooled: numBytesAllocatedInGPU,
      pipelines,
    });
  };
  for (let i = 0; i < warmUp; i++) step(i);
  await look();
  for (let i = warmUp; i < warmUp + steps; i++) {
    step(i);
    // As a program that looks at its loss now and then.
    if (i % 100 === 0) await weights.data();
  }
  await look();
  return result;
}

/** Dispatches of a loss with its gradient, by op, for inputs that are on the device. */
export function dispatchesOf(rows: number, classes: number): number[] {
  return tf.tidy(() => {
    const logits = normal('dispatches', [rows, classes]);
    const labels = labelsFor(rows, classes);
    return OPS.map((op) => {
      const loss = tf.valueAndGrad((z: Tensor) => op(labels, z, 0.3));
      loss(logits);
      const before = dispatches;
      loss(logits);
      return dispatches - before;
    });
  });
}

/** Loss and gradient of the last of so many rows with logits [0, 1, 0, 1, …] and the label 0. */
export async function lastOf(rows: number, classes: number): Promise<{loss: number; gradient: number[]}> {
  const logits = tf.tensor2d(
    Float32Array.from({length: rows * classes}, (_, i) => (i % classes) % 2),
    [rows, classes],
  );
  const labels = tf.zeros([rows], 'int32');
  const {value, grad} = tf.tidy(() => {
    const loss = (z: Tensor): Tensor => losses.sparseSoftmaxCrossEntropy(labels, z, {reduction: 'none'});
    const all = tf.valueAndGrad(loss)(logits, tf.ones([rows]));
    return {value: tf.slice(all.value, rows - 1, 1), grad: tf.slice(all.grad, [rows - 1, 0], [1, classes])};
  });
  const [loss = NaN] = await value.data();
  const gradient = [...(await grad.data())];
  tf.dispose([logits, labels, value, grad]);
  return {loss, gradient};
}
