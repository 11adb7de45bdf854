/** The native ops: that they run, wherever and however often they are loaded, and that they refuse what they cannot do. */
import {Worker} from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import {loadAddon} from '../../kernels/node/_addon';
import type {TensorFlowBackend} from '../../kernels/node/_kernel';
import '../../kernels/node/register';
import {sigmoidFocalCrossEntropy, softmaxCrossEntropy, sparseSoftmaxCrossEntropy} from '../../src';
import * as reference from '../../src/reference';
import {worstUlp} from '../support/ulp';
import {opsOf, startTensorFlow} from './_tensorflow';
import {withTfjsNode} from './_tfjs_node';

/** log(1 + e^−1 + e^−2): the loss of class 2 among logits 0, 1, 2. */
const LOSS = Math.log1p(Math.exp(-1) + Math.exp(-2));

withTfjsNode(() => {
  let backend: TensorFlowBackend;
  beforeAll(async () => {
    backend = await startTensorFlow();
  });

  test.each([
    ['a loss with the gradient that training asks for is one native op', 1, ['']],
    ['with another upstream gradient it is one each', 2, ['', 'Grad']],
  ])('%s', (_what, upstream, suffixes) => {
    const z = tf.tensor2d([[0, 1, 2]]);
    const loss = (x: tf.Tensor): tf.Tensor => sparseSoftmaxCrossEntropy([2], x);
    const ops = opsOf(backend, () => void tf.grad(loss)(z, tf.scalar(upstream)));
    expect(ops.filter((name) => name.startsWith('TfjsLosses'))).toEqual(
      suffixes.map((suffix) => `TfjsLosses2SparseSoftmaxCrossEntropyWithLogits${suffix}`),
    );
  });

  test('it runs on a TensorFlow of major version 2, on several threads', () => {
    const addon = loadAddon();
    expect(addon.register()).toMatch(/^2\./);
    expect(addon.threads()).toBeGreaterThanOrEqual(1);
    expect(() => addon.useInstructionSet('abacus')).toThrow("there is no instruction set 'abacus' here");
    expect(addon.instructionSets()).toContain('baseline');
  });

  test('what measures the memory reads all of it and writes all of it', () => {
    const addon = loadAddon();
    for (const length of [0, 1, 16_384, 100_003]) {
      const from = Float32Array.from({length}, (_, i) => i + 0.5);
      const to = new Float32Array(length);
      addon.readTwiceWriteOnce(from, to);
      expect(to).toEqual(from);
    }
    expect(() => addon.readTwiceWriteOnce(new Float32Array(4), new Float32Array(3))).toThrow('of one length');
    expect(() => addon.readTwiceWriteOnce(new Float64Array(4) as never, new Float32Array(4))).toThrow('Float32Arrays');
    expect(() => addon.readTwiceWriteOnce(undefined as never, new Float32Array(4))).toThrow('Float32Arrays');
  });

  test('another copy of the package in the same process uses the ops that are there', async () => {
    await jest.isolateModulesAsync(async () => {
      const other = await import('../../kernels/node/_addon');
      expect(other.loadAddon).not.toBe(loadAddon);
      expect(other.loadAddon().register()).toBe(loadAddon().register());
    });
    expect(sparseSoftmaxCrossEntropy([2], [[0, 1, 2]]).dataSync()[0]).toBeCloseTo(LOSS, 6);
  });

  test('smoothed one-hot rows are their class indices, to the bit', () => {
    const [rows, classes] = [40, 37];
    const z = tf.randomNormal([rows, classes], 0, 3, 'float32', 3);
    // Every place beside the maximal class: in its vector, in another one, and the maximal class itself.
    const y = tf.concat([tf.argMax(z.slice(0, 20), -1), tf.range(0, 20, 1, 'int32')]);
    const q = tf.cast(tf.oneHot(tf.cast(y, 'int32'), classes), 'float32');
    const classWeights = Array.from({length: classes}, (_, k) => 0.5 + (k % 4));
    for (const options of [{}, {classWeights}, {zLoss: 0.01}]) {
      const smoothed = {...options, labelSmoothing: 0.1, reduction: 'sum'} as const;
      const dense = tf.valueAndGrad((x) => softmaxCrossEntropy(q, x, smoothed))(z);
      const sparse = tf.valueAndGrad((x) => sparseSoftmaxCrossEntropy(y, x, smoothed))(z);
      expect(dense.value.dataSync()).toEqual(sparse.value.dataSync());
      expect(dense.grad.dataSync()).toEqual(sparse.grad.dataSync());
    }
  });

  test('a row with one label that is not 1 is none of them', () => {
    const options = {labelSmoothing: 0.1};
    for (const q of [
      [0, 0, 0.5, 0, 0],
      [0, 0, 0, 0, 0],
      [1, 0, 0, 0, 2 ** -30],
    ]) {
      const z = [0.5, -1, 2, 0.25, -3];
      const {value, grad} = tf.valueAndGrad((x) => softmaxCrossEntropy([q], x, options))(tf.tensor2d([z]));
      const exact = reference.softmaxCrossEntropy;
      expect(worstUlp(value.dataSync(), [exact.loss(q, z, options)]).ulp).toBeLessThanOrEqual(2);
      expect(worstUlp(grad.dataSync(), exact.logitGradient(q, z, options)).ulp).toBeLessThanOrEqual(4);
    }
  });

  test('rows are the same on one thread and on several', () => {
    const rows = 700;
    const classes = 301;
    const z = tf.randomNormal([rows, classes], 0, 4, 'float32', 7);
    const q = tf.softmax(tf.randomNormal([rows, classes], 0, 1, 'float32', 8));
    const y = tf.cast(tf.less(tf.randomUniform([rows, classes], 0, 1, 'float32', 9), 0.5), 'float32');
    const losses: ((z: tf.Tensor, from: number, size: number) => tf.Tensor)[] = [
      (x, from, size) => softmaxCrossEntropy(tf.slice(q, [from, 0], [size, classes]), x, {reduction: 'sum'}),
      (x, from, size) => sigmoidFocalCrossEntropy(tf.slice(y, [from, 0], [size, classes]), x, {reduction: 'sum'}),
    ];
    for (const loss of losses) {
      const whole = tf
        .grad((x) => loss(x, 0, rows))(z)
        .dataSync();
      // Too few to wake threads.
      for (let from = 0; from < rows; from += 100) {
        const part = tf
          .grad((x) => loss(x, from, 100))(tf.slice(z, [from, 0], [100, classes]))
          .dataSync();
        expect(whole.subarray(from * classes, (from + 100) * classes)).toEqual(part);
      }
    }
  });

  test('threads of JavaScript run them side by side', async () => {
    const script = `
      const {parentPort} = require('node:worker_threads');
      const tf = require('@tensorflow/tfjs-node');
      const loaded = {exports: {}};
      process.dlopen(loaded, ${JSON.stringify(process.env.TFJS_LOSSES_ADDON ?? addonFile())});
      loaded.exports.register();
      const options = tf.tensor1d(new Int32Array(Float64Array.of(0, 0, 1, 2, 0, NaN, 1, 1, 1).buffer), 'int32');
      let sum = 0;
      for (let i = 0; i < 20; i++) {
        const [loss] = tf.backend().executeMultipleOutputs('TfjsLosses2SparseSoftmaxCrossEntropyWithLogits', [],
          [tf.zeros([512], 'int32'), tf.zeros([512, 1024]), tf.tensor1d([]), options], 3);
        sum += loss.dataSync()[0];
      }
      parentPort.postMessage(sum / 20 / 512);`;
    const means = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve, reject) => {
            const worker = new Worker(script, {eval: true});
            worker.on('message', (mean) => void worker.terminate().then(() => resolve(mean))).on('error', reject);
          }),
      ),
    );
    for (const mean of means) expect(mean).toBeCloseTo(Math.log(1024), 5);
  }, 120_000);

  describe('what TypeScript has not checked is an error, not a crash', () => {
    const run = (
      name: string,
      shapes: readonly number[][],
      {fill = 1, options = [0, 0, 1, 2, 0, NaN, 1, 1, 1]}: {fill?: number; options?: number[]} = {},
    ) => {
      const inputs = shapes.map((shape) => tf.fill(shape, fill));
      const bits = tf.tensor1d(new Int32Array(Float64Array.from(options).buffer), 'int32');
      return backend.executeMultipleOutputs(`TfjsLosses2${name}`, [], [...inputs, bits], 3);
    };
    test.each<[string, () => unknown]>([
      ['a label that is no class', () => run('SparseSoftmaxCrossEntropyWithLogits', [[2], [2, 3], [0]], {fill: 3})],
      ['a label that is no number', () => run('SparseSoftmaxCrossEntropyWithLogits', [[2], [2, 3], [0]], {fill: NaN})],
      ['a label between classes', () => run('SparseSoftmaxCrossEntropyWithLogits', [[2], [2, 3], [0]], {fill: 0.5})],
      ['too few labels', () => run('SparseSoftmaxCrossEntropyWithLogits', [[1], [2, 3], [0]])],
      ['labels of another shape', () => run('SoftmaxCrossEntropyWithLogits', [[2], [2, 3], [0]])],
      ['too few class weights', () => run('SoftmaxCrossEntropyWithLogits', [[2, 3], [2, 3], [2]])],
      ['no classes', () => run('SoftmaxCrossEntropyWithLogits', [[2, 0], [2, 0], [0]])],
      ['stats of other rows', () => run('SoftmaxCrossEntropyWithLogitsGrad', [[2, 3], [2, 3], [0], [1, 4], []])],
      ['dy of other rows', () => run('SoftmaxCrossEntropyWithLogitsGrad', [[2, 3], [2, 3], [0], [2, 4], [3]])],
      ['too few weights', () => run('SigmoidCrossEntropyWithLogits', [[2, 3], [2, 3], [2]])],
      ['dy of the rows for a sum', () => run('SigmoidCrossEntropyWithLogitsGrad', [[2, 3], [2, 3], [0], [2]])],
      ['too few options', () => run('SigmoidCrossEntropyWithLogits', [[2, 3], [2, 3], [0]], {options: [0]})],
      [
        'an unknown reduction',
        () => run('SigmoidCrossEntropyWithLogits', [[2], [2], [0]], {options: [0, 0, 1, 9, 0, 0, 1, 1]}),
      ],
    ])('%s', (_, refused) => {
      expect(refused).toThrow(/TF_Status: 3/);
    });
  });
});

function addonFile(): string {
  const libc = process.platform === 'linux' ? '.glibc' : '';
  return `${__dirname}/../../kernels/node/native/prebuilds/${process.platform}-${process.arch}/tfjs-losses${libc}.node`;
}
