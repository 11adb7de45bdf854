/** Random shapes, labels and options through the native ops, against the cpu backend: nothing crashes, and all agrees. */
import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import * as fc from 'fast-check';
import * as losses from '../../src';
import '../../kernels/node/register';
import {random} from '../support/random';
import {startTensorFlow} from './_tensorflow';
import {withTfjsNode} from './_tfjs_node';

const OPS = [
  'softmaxCrossEntropy',
  'softmaxFocalCrossEntropy',
  'sparseSoftmaxCrossEntropy',
  'sparseSoftmaxFocalCrossEntropy',
  'sigmoidCrossEntropy',
  'sigmoidFocalCrossEntropy',
] as const;

interface Sample {
  readonly op: (typeof OPS)[number];
  readonly rows: number;
  readonly classes: number;
  readonly seed: number;
  /** Of the logits. */
  readonly size: number;
  readonly labelKind: 'hard' | 'soft';
  readonly special: number;
  readonly reduction: 'none' | 'sum' | 'mean';
  readonly labelSmoothing: number;
  readonly gamma: number;
  readonly perClass: boolean;
  readonly zLoss: number;
  readonly ignores: boolean;
}

const SAMPLES: fc.Arbitrary<Sample> = fc.record({
  op: fc.constantFrom(...OPS),
  rows: fc.integer({min: 0, max: 9}),
  // Around vectors of 4, 8 and 16, and blocks of four of them.
  classes: fc.oneof(fc.integer({min: 1, max: 70}), fc.integer({min: 120, max: 300})),
  seed: fc.integer(),
  size: fc.constantFrom(0.01, 1, 30, 1e4, 3e38),
  labelKind: fc.constantFrom('hard', 'soft'),
  special: fc.constantFrom(NaN, Infinity, -Infinity, 0, 0, 0, 0),
  reduction: fc.constantFrom('none', 'sum', 'mean'),
  labelSmoothing: fc.constantFrom(0, 0, 0.1, 1),
  gamma: fc.constantFrom(0, 0.5, 1, 2, 5),
  perClass: fc.boolean(),
  zLoss: fc.constantFrom(0, 0, 1e-3),
  ignores: fc.boolean(),
});

function isSparse({op}: Sample): boolean {
  return op.startsWith('sparse');
}

function inputsOf(sample: Sample): {logits: Float32Array; labels: Float32Array; perClass: Float32Array} {
  const {rows, classes, seed, size, special, labelKind, ignores} = sample;
  const next = random(`${seed}`);
  const logits = Float32Array.from({length: rows * classes}, () => size * (2 * next() - 1));
  if (special !== 0 && logits.length > 0) logits[Math.floor(next() * logits.length)] = special;
  const class_ = () => (ignores && next() < 0.2 ? -100 : Math.floor(next() * classes));
  const target = () => (labelKind === 'hard' ? Number(next() < 0.3) : next());
  const labels = isSparse(sample)
    ? Float32Array.from({length: rows}, class_)
    : Float32Array.from({length: rows * classes}, target);
  return {logits, labels, perClass: Float32Array.from({length: classes}, () => Math.floor(next() * 4) / 2)};
}

function run(sample: Sample): Float32Array[] {
  const {op, rows, classes, reduction, labelSmoothing, gamma, zLoss, ignores, perClass} = sample;
  const values = inputsOf(sample);
  return tf.tidy(() => {
    const logits = tf.tensor2d(values.logits, [rows, classes]);
    const labels = tf.tensor(values.labels, isSparse(sample) ? [rows] : [rows, classes]);
    const own = tf.tensor1d(values.perClass);
    const softmax = {reduction, labelSmoothing, zLoss, ...(perClass ? {classWeights: own} : {})};
    const sigmoid = {reduction, labelSmoothing, ...(perClass ? {posWeight: own} : {})};
    const ignore = ignores ? {ignoreIndex: -100} : {};
    const loss = (z: Tensor): Tensor => {
      switch (op) {
        case 'softmaxCrossEntropy':
          return losses.softmaxCrossEntropy(labels, z, softmax);
        case 'softmaxFocalCrossEntropy':
          return losses.softmaxFocalCrossEntropy(labels, z, {...softmax, gamma});
        case 'sparseSoftmaxCrossEntropy':
          return losses.sparseSoftmaxCrossEntropy(labels, z, {...softmax, ...ignore});
        case 'sparseSoftmaxFocalCrossEntropy':
          return losses.sparseSoftmaxFocalCrossEntropy(labels, z, {...softmax, ...ignore, gamma});
        case 'sigmoidCrossEntropy':
          return losses.sigmoidCrossEntropy(labels, z, sigmoid);
        case 'sigmoidFocalCrossEntropy':
          return losses.sigmoidFocalCrossEntropy(labels, z, {...sigmoid, gamma});
      }
    };
    return [loss(logits), tf.grad(loss)(logits)].map((tensor) => tensor.dataSync<'float32'>());
  });
}

/** Equal but for rounding; what cancels is as large as the largest entry lets it be. */
function disagreement(ours: Float32Array, theirs: Float32Array): string | undefined {
  const largest = theirs.reduce((m, x) => (Number.isFinite(x) ? Math.max(m, Math.abs(x)) : m), 0);
  for (const [i, x] of ours.entries()) {
    const y = theirs[i] ?? NaN;
    if (Object.is(x, y) || x === y || Math.abs(x - y) <= 1e-6 * Math.abs(y) + 1e-9 * largest) continue;
    return `[${i}] is ${x} in native code and ${y} on cpu`;
  }
  return ours.length === theirs.length ? undefined : `there are ${ours.length} numbers, on cpu ${theirs.length}`;
}

withTfjsNode(() => {
  jest.setTimeout(600_000);
  beforeAll(async () => void (await startTensorFlow()));

  test('the native ops agree with the cpu backend', async () => {
    await fc.assert(
      fc.asyncProperty(SAMPLES, async (sample) => {
        await tf.setBackend('tensorflow');
        const [loss = new Float32Array(), gradient = new Float32Array()] = run(sample);
        await tf.setBackend('cpu');
        const [cpuLoss = new Float32Array(), cpuGradient = new Float32Array()] = run(sample);
        expect(disagreement(loss, cpuLoss)).toBeUndefined();
        expect(disagreement(gradient, cpuGradient)).toBeUndefined();
      }),
      {numRuns: Number(process.env.FUZZ_RUNS ?? 300), seed: 1},
    );
  });

  test('inputs of any sizes are results or errors', async () => {
    const backend = await startTensorFlow();
    const kernels = ['Softmax', 'SparseSoftmax', 'Sigmoid', 'SigmoidFocal'].flatMap((family) =>
      ['', 'Grad'].map((suffix) => `TfjsLosses2${family}CrossEntropyWithLogits${suffix}`),
    );
    const shape = fc.oneof(
      {weight: 4, arbitrary: fc.constantFrom([2, 4], [2, 4], [2, 4], [2], [0], [])},
      {weight: 1, arbitrary: fc.array(fc.integer({min: 0, max: 5}), {maxLength: 3})},
    );
    let results = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...kernels),
        fc.array(fc.tuple(shape, fc.double({min: -3, max: 5, noDefaultInfinity: true})), {minLength: 5, maxLength: 5}),
        fc.array(fc.oneof(fc.constantFrom(0, 1, 2, NaN), fc.double()), {minLength: 9, maxLength: 9}),
        fc.constantFrom(0, 1, 2, 2, 2.5),
        (kernel, tensors, options, reduction) => {
          options[3] = reduction;
          const softmax = kernel.includes('Softmax');
          const count = 3 + (kernel.endsWith('Grad') ? (softmax ? 2 : 1) : 0);
          tf.tidy(() => {
            const bits = tf.tensor1d(new Int32Array(Float64Array.from(options).buffer), 'int32');
            const inputs = tensors.slice(0, count).map(([size, value]) => tf.fill(size as [number], Math.round(value)));
            const outputs = kernel.endsWith('Grad') ? 1 : softmax ? 3 : 2;
            try {
              for (const output of backend.executeMultipleOutputs(kernel, [], [...inputs, bits], outputs))
                output.dataSync();
              results++;
            } catch (error) {
              expect(String(error)).toMatch(/TF_Status: 3/);
            }
          });
        },
      ),
      {numRuns: 10 * Number(process.env.FUZZ_RUNS ?? 300), seed: 2},
    );
    // Nor is everything refused.
    expect(results).toBeGreaterThan(30);
  });

  test('a term is added to rows that it fits, or is an error', async () => {
    const backend = await startTensorFlow();
    const shape = fc.oneof(
      {weight: 4, arbitrary: fc.tuple(fc.integer({min: 0, max: 4}), fc.integer({min: 0, max: 2}))},
      {weight: 1, arbitrary: fc.array(fc.integer({min: 0, max: 5}), {maxLength: 3})},
    );
    let results = 0;
    fc.assert(
      fc.property(shape, shape, fc.integer({min: -2, max: 4}), (sumShape, termShape, row) => {
        tf.tidy(() => {
          const sum = tf.ones(sumShape);
          const term = tf.ones(termShape);
          const [rows = 0, columns = 0] = sumShape;
          const [count = 0] = termShape;
          const fits =
            sumShape.length === 2 &&
            termShape.length === 2 &&
            termShape[1] === columns &&
            row >= 0 &&
            row + count <= rows;
          const expected = Array.from({length: sum.size}, (_, i) => {
            const at = Math.floor(i / columns);
            return fits && at >= row && at < row + count ? 2 : 1;
          });
          const add = (): tf.Tensor[] =>
            backend.executeMultipleOutputs('TfjsLosses2AddToRows', [], [sum, term, tf.tensor1d([row], 'int32')], 1);
          if (fits) add();
          else expect(add).toThrow(/TF_Status: 3/);
          expect(Array.from(sum.dataSync())).toEqual(expected);
          results += Number(fits && term.size > 0);
        });
      }),
      {numRuns: 10 * Number(process.env.FUZZ_RUNS ?? 300), seed: 3},
    );
    expect(results).toBeGreaterThan(30);
  });
});
