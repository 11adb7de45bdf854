import * as tf from '@tensorflow/tfjs';
import {install, listLosses, loss, registerLoss} from '../../src';
import {
  FEATURES,
  METHODS,
  type CompileLoss,
  build,
  expectClose,
  inputs,
  kernel,
  logitsOf,
  numbers,
  one,
  run,
  saved,
  sigmoidRow,
  sparseRow,
  sumOf,
} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const N = 4;
const K = 3;

/** Two outputs over the same inputs: classes [N,3] and flag [N,1]. */
function twoOutputs(): tf.LayersModel {
  const input = tf.input({shape: [FEATURES]});
  const classes = tf.layers.dense({units: K, useBias: false, name: 'classes'});
  const flag = tf.layers.dense({units: 1, useBias: false, name: 'flag'});
  const model = tf.model({inputs: input, outputs: [one(classes.apply(input)), one(flag.apply(input))]});
  tf.tidy(() => model.setWeights([tf.tensor2d(kernel(K)), tf.tensor2d(kernel(1))]));
  return model;
}

describe('a model with two outputs', () => {
  const x = inputs(N);
  const classes = [2, 0, 1, 1];
  const flags = [1, 0, 0, 1];
  const classLogits = logitsOf(x, kernel(K));
  const flagLogits = logitsOf(x, kernel(1));
  const mean = (f: (row: number) => number): number => sumOf(classes, (_label, row) => f(row)) / N;
  const sparse = mean(
    (row) => sparseRow('sparseSoftmaxCrossEntropy', classes[row] ?? NaN, classLogits[row] ?? []).loss,
  );
  const smooth = mean(
    (row) =>
      sparseRow('sparseSoftmaxCrossEntropy', classes[row] ?? NaN, classLogits[row] ?? [], {labelSmoothing: 0.5}).loss,
  );
  const focal = mean(
    (row) => sigmoidRow('sigmoidFocalCrossEntropy', [flags[row] ?? NaN], flagLogits[row] ?? [], {gamma: 3}).loss,
  );
  const squares = mean((row) => ((flags[row] ?? NaN) - (flagLogits[row]?.[0] ?? NaN)) ** 2);
  const absolute: (yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor = (yTrue, yPred) =>
    tf.tidy(() => tf.mean(tf.abs(tf.sub(yTrue, yPred)), -1));
  const absolutes = mean((row) => Math.abs((flags[row] ?? NaN) - (flagLogits[row]?.[0] ?? NaN)));

  const cases: [string, CompileLoss, [number, number], unknown][] = [
    [
      'a list of texts',
      ['sparseSoftmaxCrossEntropy', 'sigmoidFocalCrossEntropy(gamma=3)'],
      [sparse, focal],
      ['sparseSoftmaxCrossEntropy', 'sigmoidFocalCrossEntropy(gamma=3)'],
    ],
    [
      'a list of configured losses',
      [loss('sparseSoftmaxCrossEntropy', {labelSmoothing: 0.5}), loss('sigmoidFocalCrossEntropy', {gamma: 3})],
      [smooth, focal],
      ['sparseSoftmaxCrossEntropy(labelSmoothing=0.5)', 'sigmoidFocalCrossEntropy(gamma=3)'],
    ],
    [
      'a list with one of tfjs',
      ['sparseSoftmaxCrossEntropy', 'meanSquaredError'],
      [sparse, squares],
      ['sparseSoftmaxCrossEntropy', 'meanSquaredError'],
    ],
    [
      "a list with a user's function",
      [loss('sparseSoftmaxCrossEntropy'), absolute],
      [sparse, absolutes],
      ['sparseSoftmaxCrossEntropy', absolute],
    ],
    [
      'a dict, in another order',
      {flag: 'sigmoidFocalCrossEntropy(gamma=3)', classes: 'sparseSoftmaxCrossEntropy'},
      [sparse, focal],
      {flag: 'sigmoidFocalCrossEntropy(gamma=3)', classes: 'sparseSoftmaxCrossEntropy'},
    ],
    [
      'a dict of functions',
      {flag: absolute, classes: loss('sparseSoftmaxCrossEntropy', {labelSmoothing: 0.5})},
      [smooth, absolutes],
      {flag: absolute, classes: 'sparseSoftmaxCrossEntropy(labelSmoothing=0.5)'},
    ],
    [
      'a dict with one of tfjs',
      {flag: 'meanSquaredError', classes: 'sparseSoftmaxCrossEntropy'},
      [sparse, squares],
      {flag: 'meanSquaredError', classes: 'sparseSoftmaxCrossEntropy'},
    ],
  ];

  describe.each(cases)('%s', (_form, used, [classLoss, flagLoss], saved) => {
    test.each(METHODS)('%s', async (method) => {
      const model = twoOutputs();
      const optimizer = tf.train.sgd(0);
      model.compile({optimizer, loss: used});
      expect(model.loss).toEqual(saved);
      const xs = tf.tensor2d(x, [N, FEATURES]);
      const ys = {classes: tf.tensor1d(classes, 'int32'), flag: tf.tensor2d(flags, [N, 1])};
      // By itself evaluate (tfjs 4.22) puts the first output's loss before the total, where the names begin.
      expect(model.metricsNames).toEqual(['loss', 'classes_loss', 'flag_loss']);
      expectClose(await run(model, method, xs, ys), [classLoss + flagLoss, classLoss, flagLoss]);
      const before = tf.memory().numTensors;
      await run(model, method, xs, ys);
      expect(tf.memory().numTensors).toBe(before);
      model.dispose();
      tf.dispose([xs, ys]);
    });
  });

  test('one loss for both outputs', async () => {
    const model = twoOutputs();
    model.compile({optimizer: tf.train.sgd(0), loss: 'sigmoidCrossEntropy'});
    expect(model.loss).toBe('sigmoidCrossEntropy');
    const y = [1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0];
    const first = mean((row) => sigmoidRow('sigmoidCrossEntropy', y.slice(row * K), classLogits[row] ?? []).loss / K);
    const second = mean((row) => sigmoidRow('sigmoidCrossEntropy', [flags[row] ?? NaN], flagLogits[row] ?? []).loss);
    const values = await model.trainOnBatch(tf.tensor2d(x, [N, FEATURES]), [
      tf.tensor2d(y, [N, K]),
      tf.tensor2d(flags, [N, 1]),
    ]);
    expectClose(Array.isArray(values) ? values : [], [first + second, first, second]);
  });
});

describe('means', () => {
  const x = inputs(N);
  const xs = (): tf.Tensor => tf.tensor2d(x, [N, FEATURES]);

  test('over batches of different divisors', async () => {
    // Two batches, with one and two rows that count: the mean of each, then tfjs's mean over the batches by their sizes.
    const labels = [2, -1, 1, 1];
    const rows = logitsOf(x, kernel(K)).map(
      (z, row) => sparseRow('sparseSoftmaxCrossEntropy', labels[row] ?? NaN, z, {ignoreIndex: -1}).loss,
    );
    const [a = NaN, , c = NaN, d = NaN] = rows;
    const model = build('sequential', [], K);
    model.compile({optimizer: tf.train.sgd(0), loss: 'sparseSoftmaxCrossEntropy(ignoreIndex=-1)'});
    const values = numbers(model.evaluate(xs(), tf.tensor1d(labels, 'int32'), {batchSize: 2}));
    expectClose(values, [(a + (c + d) / 2) / 2]);
  });

  test('nothing counts: 0, and the model stays as it is', async () => {
    for (const used of [
      'sparseSoftmaxCrossEntropy(ignoreIndex=1)',
      'sparseSoftmaxCrossEntropy(classWeights=[1,0,1])',
      'sparseSoftmaxFocalCrossEntropy(classWeights=[1,0,1],ignoreIndex=7)',
    ]) {
      const model = build('sequential', [], K);
      model.compile({optimizer: tf.train.sgd(1), loss: used});
      expect(await model.trainOnBatch(xs(), tf.fill([N], 1, 'int32'))).toBe(0);
      expect(Array.from(model.getWeights()[0]?.dataSync() ?? [])).toEqual(kernel(K).flat());
    }
  });

  test('labels ignored by a number that is no class', async () => {
    const labels = [2, -100, 1, -100];
    const options = {ignoreIndex: -100, classWeights: [1, 3, 2]};
    const rows = logitsOf(x, kernel(K)).map(
      (z, row) => sparseRow('sparseSoftmaxCrossEntropy', labels[row] ?? NaN, z, options).loss,
    );
    const model = build('sequential', [], K);
    model.compile({optimizer: tf.train.sgd(0), loss: loss('sparseSoftmaxCrossEntropy', options)});
    const value = await model.trainOnBatch(xs(), tf.tensor1d(labels, 'int32'));
    expectClose([Number(value)], [sumOf(rows, (row) => row) / (3 + 2)]);
  });
});

describe('the arguments of compile', () => {
  test('are not changed', () => {
    const losses = Object.freeze({classes: 'sparseSoftmaxCrossEntropy', flag: 'sigmoidCrossEntropy'});
    const args = Object.freeze({optimizer: 'sgd', loss: losses, metrics: Object.freeze({})});
    twoOutputs().compile(args);
    expect(args).toEqual({
      optimizer: 'sgd',
      loss: {classes: 'sparseSoftmaxCrossEntropy', flag: 'sigmoidCrossEntropy'},
      metrics: {},
    });
  });

  test('compiling again replaces the loss', async () => {
    const model = build('functional', [], K);
    model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy'});
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    expect(model.loss).toBe('meanSquaredError');
    await expect(model.fit(tf.ones([N, FEATURES]), tf.ones([N]), {verbose: 0})).rejects.toThrow('shape');
    model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy'});
    await model.fit(tf.ones([N, FEATURES]), tf.ones([N]), {verbose: 0});
  });

  test.each(['sequential', 'functional'] as const)(
    'the loss of a %s model is text, and survives saving',
    async (kind) => {
      const used = loss('sparseSoftmaxFocalCrossEntropy', {alpha: tf.tensor1d([0.2, 0.3, 0.5]), ignoreIndex: -1});
      const text = 'sparseSoftmaxFocalCrossEntropy(alpha=[0.2,0.3,0.5],ignoreIndex=-1)';
      const model = build(kind, [], K);
      model.compile({optimizer: 'sgd', loss: used});
      expect(model.loss).toBe(text);
      const copy = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
      expect(copy.loss).toBe(text);
      const data: [tf.Tensor, tf.Tensor] = [tf.tensor2d(inputs(N), [N, FEATURES]), tf.tensor1d([2, -1, 0, 1])];
      expect(numbers(copy.evaluate(...data))).toEqual(numbers(model.evaluate(...data)));
    },
  );

  test.each<[CompileLoss, string]>([
    ['softmaxCrossEntropi', "Unknown loss 'softmaxCrossEntropi'. Did you mean 'softmaxCrossEntropy', "],
    [
      'softmaxCrosEntropy(labelSmoothing=0.1)',
      "Unknown loss 'softmaxCrosEntropy'. Did you mean 'softmaxCrossEntropy', ",
    ],
    ['SigmoidCrossEntropy', "Did you mean 'sigmoidCrossEntropy', "],
    ['meanSquareError', "Did you mean 'meanSquaredError', "],
    ['toString', "Unknown loss 'toString'"],
    [['softmaxCrossEntropi'], "Unknown loss 'softmaxCrossEntropi'"],
    [{logits: 'softmaxCrossEntropi'}, "Unknown loss 'softmaxCrossEntropi'"],
    ['meanSquaredError(a=1)', "'meanSquaredError' is tfjs's own and takes no options"],
    [
      'softmaxCrossEntropy(labelSmothing=0.1)',
      "loss('softmaxCrossEntropy'): unknown option 'labelSmothing'. Did you mean 'labelSmoothing'? " +
        'The options are axis, classWeights, fromLogits, labelSmoothing, logitAdjustment, lossWeight, sampleWeights, zLoss.',
    ],
    [
      'softmaxCrossEntropy(labelSmoothing=high)',
      "loss('softmaxCrossEntropy'): option 'labelSmoothing' must be a number in [0, 1], got 'high'.",
    ],
    ['softmaxCrossEntropy(labelSmoothing=0.1', "cannot be read at position 38: expected ',' or ')', got the end"],
    [['sigmoidCrossEntropy', 'sigmoidCrossEntropy'], 'it should have one entry per model output'],
    [{other: 'sigmoidCrossEntropy'}, 'Unknown entry in loss dictionary: "other"'],
  ])('%j is refused', (used, message) => {
    const model = build('functional', [], K);
    expect(() => model.compile({optimizer: 'sgd', loss: used})).toThrow(message);
  });

  test('what is registered later is known', () => {
    const model = build('functional', [], K);
    expect(() => model.compile({optimizer: 'sgd', loss: 'sumOfLogits'})).toThrow('Unknown loss');
    registerLoss('sumOfLogits', () => (_yTrue, yPred) => tf.sum(yPred, 1));
    model.compile({optimizer: 'sgd', loss: 'sumOfLogits'});
    expect(listLosses()).toContain('sumOfLogits');
    const value = numbers(model.evaluate(tf.tensor2d(inputs(N), [N, FEATURES]), tf.zeros([N, K])));
    expectClose(value, [sumOf(logitsOf(inputs(N), kernel(K)).flat(), (z) => z) / N]);
  });
});
