/** What only the webgl backend has: textures, shaders, half floats, a context that may be lost. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import * as losses from '../../../src';
import {randomNormal} from '../../support/random';

export interface Counts {
  readonly tensors: number;
  readonly buffers: number;
  readonly bytes: number;
  readonly textures: number;
  readonly programs: number;
}

let programs = 0;
let draws = 0;

/** Counts what WebGL is asked to link and to draw from now on. */
function countCalls(): void {
  const prototype = WebGL2RenderingContext.prototype;
  const {linkProgram, drawElements} = prototype;
  prototype.linkProgram = function (this: WebGL2RenderingContext, program) {
    programs++;
    linkProgram.call(this, program);
  };
  prototype.drawElements = function (this: WebGL2RenderingContext, ...args) {
    draws++;
    drawElements.apply(this, args);
  };
}

function backend(): MathBackendWebGL {
  return tf.backend() as MathBackendWebGL;
}

export async function setUp(flags: Readonly<Record<string, boolean>>): Promise<void> {
  countCalls();
  tf.env().setFlags({WEBGL_CPU_FORWARD: false, ...flags});
  await tf.setBackend('webgl');
  await tf.ready();
}

function counts(): Counts {
  const {numTensors, numDataBuffers, numBytes} = tf.memory();
  const textures = backend().getTextureManager();
  return {
    tensors: numTensors,
    buffers: numDataBuffers,
    bytes: numBytes,
    textures: textures.getNumUsedTextures() + textures.getNumFreeTextures(),
    programs,
  };
}

function matrix(seed: string, shape: readonly [number, number], scale = 1): tf.Tensor2D {
  const next = randomNormal(seed);
  return tf.tensor2d(
    Float32Array.from({length: shape[0] * shape[1]}, () => next() * scale),
    [...shape],
  );
}

// ---- training

/** Losses whose hyper-parameters are another in every step. */
const STEPS: readonly ((
  labels: {readonly indices: Tensor; readonly oneHot: Tensor},
  logits: Tensor,
  x: number,
) => Tensor)[] = [
  ({indices}, z, x) => losses.sparseSoftmaxCrossEntropy(indices, z, {zLoss: x}),
  ({indices}, z, x) => losses.sparseSoftmaxCrossEntropy(indices, z, {labelSmoothing: x}),
  ({oneHot}, z, x) => losses.softmaxCrossEntropy(oneHot, z, {labelSmoothing: x}),
  ({indices}, z, x) => losses.sparseSoftmaxFocalCrossEntropy(indices, z, {gamma: 1 + x}),
  ({oneHot}, z, x) => losses.softmaxFocalCrossEntropy(oneHot, z, {gamma: 1 + x}),
  ({oneHot}, z, x) => losses.sigmoidCrossEntropy(oneHot, z, {posWeight: 1 + x}),
  ({oneHot}, z, x) => losses.sigmoidFocalCrossEntropy(oneHot, z, {gamma: 1 + x, alpha: x}),
];

/** Trains a layer and counts what is there after `warmUp` steps, and after all; with the loss at both times. */
export async function train(warmUp: number, steps: number): Promise<{before: Counts; after: Counts; loss: number[]}> {
  const inputs = matrix('inputs', [32, 8]);
  const indices = tf.tensor1d(Int32Array.from({length: 32}, (_, i) => (i * 7) % 10));
  const oneHot = tf.cast(tf.oneHot(indices.toInt(), 10), 'float32');
  const weights = tf.variable(matrix('weights', [8, 10], 0.1));
  const optimizer = tf.train.sgd(0.05);
  const step = async (i: number): Promise<number> => {
    const loss = STEPS[i % STEPS.length];
    if (loss === undefined) throw new RangeError(`no loss ${i}`);
    const x = 0.1 + 0.8 * ((i * 0.6180339887) % 1);
    const cost = optimizer.minimize(
      () => tf.tidy(() => loss({indices, oneHot}, tf.matMul(inputs, weights), x).asScalar()),
      true,
    );
    const value = i % 50 === 0 ? ((await cost?.data())?.[0] ?? NaN) : NaN;
    cost?.dispose();
    return value;
  };
  const mean = (): Promise<Float32Array> => {
    const loss = tf.tidy(() => losses.softmaxCrossEntropy(oneHot, tf.matMul(inputs, weights)));
    return loss.data<'float32'>().finally(() => loss.dispose());
  };
  const first = await mean();
  for (let i = 0; i < warmUp; i++) await step(i);
  await mean();
  const before = counts();
  for (let i = warmUp; i < warmUp + steps; i++) await step(i);
  const last = await mean();
  return {before, after: counts(), loss: [...first, ...last]};
}

// ---- dispatches

const OPS: readonly [string, (labels: {indices: Tensor; oneHot: Tensor}, logits: Tensor) => Tensor][] = [
  ['softmaxCrossEntropy', ({oneHot}, z) => losses.softmaxCrossEntropy(oneHot, z)],
  ['sparseSoftmaxCrossEntropy', ({indices}, z) => losses.sparseSoftmaxCrossEntropy(indices, z)],
  ['softmaxFocalCrossEntropy', ({oneHot}, z) => losses.softmaxFocalCrossEntropy(oneHot, z)],
  ['sparseSoftmaxFocalCrossEntropy', ({indices}, z) => losses.sparseSoftmaxFocalCrossEntropy(indices, z)],
  ['sigmoidCrossEntropy', ({oneHot}, z) => losses.sigmoidCrossEntropy(oneHot, z)],
  ['sigmoidFocalCrossEntropy', ({oneHot}, z) => losses.sigmoidFocalCrossEntropy(oneHot, z)],
];

/** How often a loss with its gradient draws, once its inputs are textures. */
export function dispatches(rows: number, classes: number): Record<string, number> {
  return tf.tidy(() => {
    const logits = matrix('dispatches', [rows, classes], 2);
    const indices = tf.tensor1d(
      Int32Array.from({length: rows}, (_, i) => (i * 7) % classes),
      'int32',
    );
    const labels = {indices, oneHot: tf.tensor2d(new Float32Array(rows * classes).fill(1 / classes), [rows, classes])};
    return Object.fromEntries(
      OPS.map(([name, op]) => {
        const loss = tf.valueAndGrad((z: Tensor) => op(labels, z));
        loss(logits);
        const before = draws;
        loss(logits);
        return [name, draws - before];
      }),
    );
  });
}

// ---- layouts of textures

/** The largest difference between the gradients of the same logits and labels in other textures. */
export async function layoutDifferences(): Promise<Record<string, number>> {
  const rows = 6;
  const classes = 7;
  const direct = matrix('layout', [rows, classes], 2);
  const indices = tf.tensor1d([0, 3, 6, 1, 2, 5], 'int32');
  const oneHot = tf.tensor2d(
    new Float32Array(rows * classes).map((_, i) => (i % 11) / 11),
    [rows, classes],
  );
  const rowsInOrder = tf.tensor1d([0, 1, 2, 3, 4, 5], 'int32');
  const padded = tf.concat([direct, direct, direct], 0);
  // gather makes an unpacked texture, matMul a packed one; a slice of an unpacked one is a view into it.
  const unpacked = (x: Tensor): Tensor => tf.gather(x, rowsInOrder);
  const layouts: Record<string, (x: Tensor) => Tensor> = {
    unpacked,
    packed: (x) => tf.matMul(tf.eye(rows), x),
    'a view into a texture': (x) =>
      tf.slice(tf.gather(tf.concat([padded, x], 0), tf.range(0, 4 * rows, 1, 'int32')), [3 * rows, 0], [rows, classes]),
    'of another shape': (x) =>
      tf.reshape(
        tf.tidy(() => unpacked(tf.reshape(x, [rows, classes]))),
        [rows, classes],
      ),
    'of odd batches': (x) => tf.reshape(tf.add(tf.reshape(x, [2, 3, classes]), 0), [rows, classes]),
  };
  const result: Record<string, number> = {};
  for (const [name, op] of OPS) {
    const gradient = (z: Tensor, q: Tensor): Tensor => tf.grad((x: Tensor) => op({indices, oneHot: q}, x))(z);
    const expected = await gradient(direct, oneHot).data();
    for (const [layout, place] of Object.entries(layouts)) {
      const actual = await tf.tidy(() => gradient(place(direct), place(oneHot))).data();
      result[`${name}, ${layout}`] = Math.max(...actual.map((x, i) => Math.abs(x - (expected[i] ?? NaN))));
    }
  }
  return result;
}

// ---- half floats

export interface HalfFloats {
  readonly renders32: boolean;
  /** By op and gap: the loss, and the gradient of the first row. */
  readonly results: Record<string, {loss: number; gradient: number[]}>;
}

/** Loss and gradient with the label's logit `gap` above (or below) the others, which are 0. */
export async function halfFloats(gaps: readonly number[]): Promise<HalfFloats> {
  const results: HalfFloats['results'] = {};
  for (const [name, op] of OPS) {
    for (const gap of gaps) {
      const logits = tf.tensor2d([gap, 0, 0, 0, 0, 0], [2, 3]);
      const labels = {indices: tf.tensor1d([0, 1], 'int32'), oneHot: tf.tensor2d([1, 0, 0, 0, 1, 0], [2, 3])};
      const {value, grad} = tf.valueAndGrad((z: Tensor) => op(labels, z))(logits);
      const [loss = NaN] = await value.data();
      results[`${name} ${gap}`] = {loss, gradient: [...(await grad.data())].slice(0, 3)};
    }
  }
  return {renders32: tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED'), results};
}

/** Where the gradient of one row is negative: at its label. */
export async function negativeEntries(label: number, classes: number): Promise<number[]> {
  const gradient = tf.grad((z: Tensor) => losses.sparseSoftmaxCrossEntropy([label], z))(tf.zeros([1, classes]));
  return [...(await gradient.data())].flatMap((x, i) => (x < 0 ? [i] : []));
}

// ---- a lost context

/** The message of the error that running an op, or reading its result, ends with; 'no error' without one. */
function messageOf(run: () => Tensor): string {
  try {
    run().dataSync();
    return 'no error';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What an op of tfjs says when the context is lost, and what each of ours does. */
export async function afterLosingTheContext(): Promise<{isLost: boolean; tfjs: string; ours: Record<string, string>}> {
  const {gl} = backend().gpgpu;
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const logits = (): tf.Tensor2D => tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const labels = {indices: tf.tensor1d([0, 1], 'int32'), oneHot: tf.tensor2d([1, 0, 0, 1], [2, 2])};
  return {
    isLost: gl.isContextLost(),
    tfjs: messageOf(() => tf.softmax(logits())),
    ours: Object.fromEntries(OPS.map(([name, op]) => [name, messageOf(() => op(labels, logits()))])),
  };
}
