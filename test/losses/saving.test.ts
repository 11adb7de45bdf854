/** Saving with the optimizer and loading again: the loss, its options and the metrics come back, and training goes on. */
import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {install, listLosses, logitAdjustment, loss, metric, registerLoss} from '../../src';
import {FEATURES, FORMS, build, inForm, inputs, one, saved} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const [N, K] = [4, 3];
const x = (): tf.Tensor => tf.tensor2d(inputs(N), [N, FEATURES]);
const oneHot = (): tf.Tensor => tf.tensor2d([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0], [N, K]);
const classes = (): tf.Tensor => tf.tensor1d([2, 0, 1, 1], 'int32');

/** The losses of a few more steps. */
async function steps(model: tf.LayersModel, y: tf.Tensor | tf.Tensor[], count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < count; step++) {
    const value = await model.trainOnBatch(x(), y);
    losses.push(Array.isArray(value) ? (value[0] ?? NaN) : value);
  }
  return losses;
}

const OPTIONS: Record<string, object> = {
  softmaxCrossEntropy: {
    labelSmoothing: 0.1,
    classWeights: [1, 2, 0.5],
    zLoss: 1e-4,
    logitAdjustment: logitAdjustment([7, 2, 1]),
  },
  sparseSoftmaxCrossEntropy: {ignoreIndex: -100, classWeights: new Float32Array([0.2, 0.3, 0.5]), lossWeight: 0.5},
  sigmoidCrossEntropy: {labelSmoothing: 0.05, posWeight: [3, 1, 2], labelReduction: 'sum'},
  softmaxFocalCrossEntropy: {gamma: 1.5, alpha: [0.25, 0.5, 1]},
  sparseSoftmaxFocalCrossEntropy: {gamma: 3, alpha: 0.25, labelSmoothing: 1e-7},
  sigmoidFocalCrossEntropy: {gamma: 0, alpha: null},
};

describe.each(listLosses())('%s', (name) => {
  const y = (): tf.Tensor => (name.startsWith('sparse') ? classes() : oneHot());

  test.each(FORMS)('as %s: the same losses to the last bit, with every optimizer', async (form) => {
    // Not adamax, whose state tfjs cannot save.
    for (const optimizer of ['sgd', 'adam', 'rmsprop', 'adagrad', 'adadelta', 'momentum'] as const) {
      for (const kind of ['sequential', 'functional'] as const) {
        const model = build(kind, [], K);
        const [output = ''] = model.outputNames;
        const made = optimizer === 'momentum' ? tf.train.momentum(0.1, 0.9) : optimizer;
        model.compile({
          optimizer: made,
          loss: inForm(form, output, loss<string>(name, OPTIONS[name] as never)),
          metrics: ['accuracy'],
        });
        await steps(model, y(), 3);
        const copy = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
        expect(copy.loss).toEqual(model.loss);
        expect(copy.metrics).toEqual(['accuracy']);
        const [first, ...later] = await steps(model, y(), 3);
        const [copyFirst, ...copyLater] = await steps(copy, y(), 3);
        expect(copyFirst).toBe(first);
        // tfjs computes powers of β anew for a loaded adam, which may differ in the last bit from its products.
        copyLater.forEach((value, i) => expect(Math.abs(value / (later[i] ?? NaN) - 1)).toBeLessThan(1e-6));
      }
    }
  });
});

test('a list and a dict for two outputs, with metrics', async () => {
  const input = tf.input({shape: [FEATURES]});
  const outputs = [
    one(tf.layers.dense({units: K, name: 'classes'}).apply(input)),
    one(tf.layers.dense({units: K, name: 'labels'}).apply(input)),
  ];
  for (const losses of [
    [loss('sparseSoftmaxCrossEntropy', {labelSmoothing: 0.1}), loss('sigmoidFocalCrossEntropy', {gamma: 3})],
    {labels: 'sigmoidFocalCrossEntropy(gamma=3)', classes: loss('sparseSoftmaxCrossEntropy', {labelSmoothing: 0.1})},
  ]) {
    const model = tf.model({inputs: input, outputs});
    model.compile({
      optimizer: tf.train.momentum(0.1, 0.9),
      loss: losses,
      metrics: ['accuracy', metric('f1', {average: 'macro', name: 'macro'})],
    });
    await steps(model, [classes(), oneHot()], 2);
    const copy = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
    expect(copy.loss).toEqual(model.loss);
    expect(copy.metrics).toEqual(['accuracy', 'f1(average=macro,name=macro)']);
    expect(copy.metricsNames).toEqual(model.metricsNames);
    expect(await copy.trainOnBatch(x(), [classes(), oneHot()])).toEqual(
      await model.trainOnBatch(x(), [classes(), oneHot()]),
    );
  }
});

test('metrics as a dict with lists, which tfjs alone cannot save', async () => {
  const input = tf.input({shape: [FEATURES]});
  const model = tf.model({
    inputs: input,
    outputs: ['classes', 'labels', 'values', 'rest'].map((name) => one(tf.layers.dense({units: K, name}).apply(input))),
  });
  model.compile({
    optimizer: tf.train.momentum(0.1, 0.9),
    loss: {
      classes: 'sparseSoftmaxCrossEntropy',
      labels: 'sigmoidCrossEntropy',
      values: 'meanSquaredError',
      rest: 'sigmoidCrossEntropy',
    },
    metrics: {
      classes: ['accuracy', 'ce', metric('topKCategoricalAccuracy', {k: 2, name: 'topTwo'})],
      labels: [metric('f1', {average: 'macro', classes: [0, 2]})],
      values: ['mae', 'mse'],
      rest: [],
    },
  });
  const y = [classes(), oneHot(), oneHot(), oneHot()];
  await steps(model, y, 2);
  const copy = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
  expect(copy.metricsNames).toEqual(model.metricsNames);
  expect(copy.metricsNames).toContain('classes_topTwo');
  expect(await copy.trainOnBatch(x(), y)).toEqual(await model.trainOnBatch(x(), y));
  // And once more: what was loaded can be saved.
  const again = await tf.loadLayersModel(tf.io.fromMemory(await saved(copy)));
  expect(again.metricsNames).toEqual(model.metricsNames);
});

test('a registered loss', async () => {
  registerLoss('scaledLogits', (options) => {
    const {by = 1} = options as {by?: number};
    return (_yTrue, yPred) => tf.mul(tf.mean(tf.square(yPred), 1), by);
  });
  const model = build('functional', [], K);
  model.compile({optimizer: tf.train.sgd(0.1), loss: loss('scaledLogits', {by: 1e-7})});
  const copy = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
  expect(copy.loss).toBe('scaledLogits(by=1e-7)');
  expect(await steps(copy, oneHot(), 2)).toEqual(await steps(model, oneHot(), 2));
});

describe('without the plugin', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saved-'));
  afterAll(() => rmSync(folder, {recursive: true}));

  test('loading fails for training and works for inference', async () => {
    const model = build('functional', [], K);
    model.compile({optimizer: 'adam', loss: 'sparseSoftmaxCrossEntropy(labelSmoothing=0.1)'});
    const artifacts = await saved(model);
    const {weightData, ...rest} = artifacts;
    writeFileSync(
      path.join(folder, 'model.json'),
      JSON.stringify({...rest, weights: Array.from(new Float32Array(weightData as ArrayBuffer))}),
    );
    // The second half is the README's.
    const script = `
      const tf = require(${JSON.stringify(require.resolve('@tensorflow/tfjs'))});
      const {weights, ...rest} = require(${JSON.stringify(path.join(folder, 'model.json'))});
      const handler = tf.io.fromMemory({...rest, weightData: Float32Array.from(weights).buffer});
      (async () => {
        await tf.setBackend('cpu');
        const error = await tf.loadLayersModel(handler).catch((e) => e.message);
        const {trainingConfig, ...artifacts} = await handler.load();
        const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
        const y = model.predict(tf.ones([1, ${FEATURES}]));
        console.log(JSON.stringify({error, y: Array.from(y.dataSync())}));
      })();`;
    const output = execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const {error, y} = JSON.parse(output.trim().split('\n').at(-1) ?? '') as {error: string; y: number[]};
    expect(error).toContain('Unknown loss sparseSoftmaxCrossEntropy(labelSmoothing=0.1)');
    const predicted = model.predict(tf.ones([1, FEATURES])) as tf.Tensor;
    expect(y).toEqual(Array.from(predicted.dataSync()));
  });
});
