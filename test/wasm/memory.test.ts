/** A thousand steps leave nothing behind: no tensor, and no page of the module's memory. */
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import * as losses from '../../src';
import {memoryOf} from '../../kernels/wasm/_memory';
import {wasmBackend} from './_backend';

const ROWS = 8;
const CLASSES = 11;
const STEPS = 1000;

const STEP_OPS = {
  softmaxCrossEntropy: (q: tf.Tensor, _y: tf.Tensor, z: tf.Tensor) => losses.softmaxCrossEntropy(q, z),
  smoothed: (q: tf.Tensor, _y: tf.Tensor, z: tf.Tensor) => losses.softmaxCrossEntropy(q, z, {labelSmoothing: 0.1}),
  sparse: (_q: tf.Tensor, y: tf.Tensor, z: tf.Tensor) => losses.sparseSoftmaxCrossEntropy(y, z),
  'sparse, float32 labels, smoothed': (_q: tf.Tensor, y: tf.Tensor, z: tf.Tensor) =>
    losses.sparseSoftmaxCrossEntropy(tf.cast(y, 'float32'), z, {labelSmoothing: 0.1}),
  sigmoidCrossEntropy: (q: tf.Tensor, _y: tf.Tensor, z: tf.Tensor) => losses.sigmoidCrossEntropy(q, z),
  sigmoidFocalCrossEntropy: (q: tf.Tensor, _y: tf.Tensor, z: tf.Tensor) => losses.sigmoidFocalCrossEntropy(q, z),
};

describe.each([true, false])('SIMD: %s', (simd) => {
  test.each(Object.entries(STEP_OPS))('%s', async (_name, loss) => {
    const memory = memoryOf(await wasmBackend());
    tf.env().set('LOSSES_WASM_SIMD', simd);
    const z = tf.randomNormal([ROWS, CLASSES], 0, 1, 'float32', 1);
    const y = tf.tidy(() => tf.cast(tf.mod(tf.range(0, ROWS), CLASSES), 'int32'));
    const q = tf.tidy(() => tf.cast(tf.oneHot(y, CLASSES), 'float32'));
    const valueAndGrad = tf.valueAndGrad((logits: tf.Tensor) => loss(q, y, logits));
    const step = () => tf.tidy(() => void valueAndGrad(z));
    step();
    const {numTensors, numDataBuffers} = tf.memory();
    const bytes = memory.buffer.byteLength;
    for (let i = 0; i < STEPS; i++) step();
    expect(tf.memory()).toMatchObject({numTensors, numDataBuffers});
    expect(memory.buffer.byteLength).toBe(bytes);
    tf.dispose([z, y, q]);
  });
});

test('labels that are no classes leave nothing behind either', async () => {
  const backend = await wasmBackend();
  const z = tf.zeros([4, 3]);
  const before = {tensors: tf.memory().numTensors, data: backend.numDataIds()};
  for (const labels of [Float32Array.of(0, 1.5, 2, 0), Int32Array.of(0, 3, 2, 0)]) {
    expect(() => losses.sparseSoftmaxCrossEntropy(labels, z)).toThrow(RangeError);
  }
  expect({tensors: tf.memory().numTensors, data: backend.numDataIds()}).toEqual(before);
  z.dispose();
});

test('memory that grows while a kernel runs', async () => {
  const memory = memoryOf(await wasmBackend());
  tf.env().set('LOSSES_WASM_SIMD', true);
  const rows = Math.ceil(memory.buffer.byteLength / 4000);
  const z = tf.zeros([rows, 1000]);
  const y = tf.zeros([rows], 'int32');
  const bytes = memory.buffer.byteLength;
  const {value, grad} = tf.valueAndGrad((logits: tf.Tensor) =>
    losses.sparseSoftmaxCrossEntropy(y, logits, {reduction: 'sum'}),
  )(z);
  expect(memory.buffer.byteLength).toBeGreaterThan(bytes);
  expect((await value.data())[0]).toBe(Math.fround(rows * Math.fround(Math.log(1000))));
  const entries = await grad.data();
  const last = entries.length - 1000;
  expect(entries[last]).toBeCloseTo(-0.999, 6);
  expect(entries[last + 999]).toBeCloseTo(0.001, 9);
  tf.dispose([z, y, value, grad]);
});

test('gradients made ahead that nobody asks for are freed, and any number may wait', async () => {
  const backend = await wasmBackend();
  tf.env().set('LOSSES_WASM_SIMD', true);
  const z = tf.zeros([4, 3]);
  const q = tf.ones([4, 3]);
  const before = {tensors: tf.memory().numTensors, data: backend.numDataIds()};
  const byLabels = tf.grad((labels: tf.Tensor) => losses.softmaxCrossEntropy(labels, z));
  for (let i = 0; i < 20; i++) byLabels(q).dispose();
  expect({tensors: tf.memory().numTensors, data: backend.numDataIds()}).toEqual(before);
  const many = tf.grad((logits: tf.Tensor) =>
    [1, 2, 3, 4, 5, 6]
      .map((factor) => losses.softmaxCrossEntropy(q, tf.mul(logits, factor)))
      .reduce((sum, loss) => tf.add(sum, loss)),
  );
  const x = tf.tile(tf.tensor2d([[1, 2, 4]]), [4, 1]);
  const onWasm = many(x).dataSync();
  tf.env().set('LOSSES_WASM_SIMD', false);
  const plain = many(x).dataSync();
  onWasm.forEach((value, i) => expect(value).toBeCloseTo(plain[i] ?? NaN, 5));
  tf.dispose([z, q, x]);
});

test('logits and labels are saved for the gradient without a copy', async () => {
  const backend = await wasmBackend();
  tf.env().set('LOSSES_WASM_SIMD', true);
  const z = tf.zeros([4, 3]);
  const q = tf.ones([4, 3]);
  let data = NaN;
  tf.grad((logits: tf.Tensor) => {
    const before = backend.numDataIds();
    const loss = losses.softmaxCrossEntropy(q, logits);
    data = backend.numDataIds() - before;
    return loss;
  })(z);
  // The loss, its statistics, the gradient made ahead, and the weights that there are none of.
  expect(data).toBe(4);
  tf.dispose([z, q]);
});
