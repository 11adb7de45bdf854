/** Probabilities where logits are due: refused by compile, and computed with fromLogits: false. */
import * as tf from '@tensorflow/tfjs';
import {install, listLosses, logitsFromProbabilities, loss} from '../../src';
import {
  FEATURES,
  METHODS,
  expectClose,
  inputs,
  kernel,
  logitsOf,
  one,
  run,
  sigmoidRow,
  softmaxRow,
  sparseRow,
  sumOf,
  trains,
} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const [N, K] = [4, 3];
const dense = tf.layers.dense;

describe('compile refuses logits that are none', () => {
  const ends: [string, () => tf.layers.Layer[], string][] = [
    [
      'a dense layer',
      () => [dense({units: K, activation: 'softmax', inputShape: [FEATURES], name: 'last'})],
      "softmax of layer 'last'",
    ],
    [
      'a sigmoid',
      () => [dense({units: K, activation: 'sigmoid', inputShape: [FEATURES], name: 'last'})],
      "sigmoid of layer 'last'",
    ],
    [
      'a softmax layer',
      () => [dense({units: K, inputShape: [FEATURES]}), tf.layers.softmax({name: 'last'})],
      "softmax of layer 'last'",
    ],
    [
      'an activation layer',
      () => [dense({units: K, inputShape: [FEATURES]}), tf.layers.activation({activation: 'sigmoid', name: 'last'})],
      "sigmoid of layer 'last'",
    ],
    [
      'layers that only move values after it',
      () => [
        dense({units: 2 * K, activation: 'softmax', inputShape: [FEATURES], name: 'last'}),
        tf.layers.reshape({targetShape: [2, K]}),
        tf.layers.permute({dims: [2, 1]}),
        tf.layers.dropout({rate: 0.5}),
        tf.layers.flatten(),
      ],
      "softmax of layer 'last'",
    ],
    [
      'a layer for each step',
      () => [
        tf.layers.timeDistributed({
          layer: dense({units: K, activation: 'softmax'}),
          inputShape: [2, FEATURES],
          name: 'last',
        }),
      ],
      "softmax of layer 'last'",
    ],
  ];

  test.each(ends)('%s', (_what, layers, message) => {
    const model = tf.sequential({layers: layers()});
    for (const name of listLosses()) {
      expect(() => model.compile({optimizer: 'sgd', loss: name})).toThrow(message);
      expect(() => model.compile({optimizer: 'sgd', loss: [loss(name)]})).toThrow(
        `write loss('${name}', {fromLogits: false})`,
      );
      model.compile({optimizer: 'sgd', loss: `${name}(fromLogits=false)`});
    }
    // tfjs's own losses take probabilities.
    model.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    model.dispose();
  });

  test('a model inside of a model', () => {
    const inner = tf.sequential({
      layers: [dense({units: K, activation: 'softmax', inputShape: [FEATURES]})],
      name: 'last',
    });
    const input = tf.input({shape: [FEATURES]});
    const model = tf.model({inputs: input, outputs: one(inner.apply(input))});
    expect(() => model.compile({optimizer: 'sgd', loss: 'softmaxCrossEntropy'})).toThrow("softmax of layer 'last'");
  });

  test('of the output that ends in one', () => {
    const input = tf.input({shape: [FEATURES]});
    const first = one(dense({units: K, name: 'classes'}).apply(input));
    const second = one(dense({units: 1, activation: 'sigmoid', name: 'flag'}).apply(input));
    const model = tf.model({inputs: input, outputs: [first, second]});
    const losses = {classes: 'sparseSoftmaxCrossEntropy', flag: 'sigmoidCrossEntropy'};
    expect(() => model.compile({optimizer: 'sgd', loss: losses})).toThrow(
      "sigmoidCrossEntropy: the outputs must be logits, but output 'flag' ends in the sigmoid of layer 'flag'.",
    );
    model.compile({optimizer: 'sgd', loss: {...losses, flag: 'binaryCrossentropy'}});
  });

  test('other activations may be logits', () => {
    for (const activation of ['tanh', 'relu', 'linear'] as const) {
      tf.sequential({layers: [dense({units: K, activation, inputShape: [FEATURES]})]}).compile({
        optimizer: 'sgd',
        loss: 'softmaxCrossEntropy',
      });
    }
  });

  test('and probabilities that are logits', () => {
    const model = tf.sequential({layers: [dense({units: K, inputShape: [FEATURES], name: 'last'})]});
    expect(() => model.compile({optimizer: 'sgd', loss: 'softmaxCrossEntropy(fromLogits=false)'})).toThrow(
      "softmaxCrossEntropy: with fromLogits: false the outputs must be probabilities, but output 'last' ends in layer 'last' without activation. Leave fromLogits out, or write activation: 'softmax' there.",
    );
  });
});

describe('fromLogits: false', () => {
  const classes = [2, 0, 1, 1];
  const multi = [1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 0];
  const oneHot = classes.flatMap((label) => [0, 1, 2].map((k) => Number(k === label)));
  const z = logitsOf(inputs(N), kernel(K));
  const LR = 0.5;
  const cases: [
    string,
    object,
    'softmax' | 'sigmoid',
    () => tf.Tensor,
    (row: number) => {loss: number; gradient: ArrayLike<number>},
    number,
  ][] = [
    [
      'softmaxCrossEntropy',
      {labelSmoothing: 0.1},
      'softmax',
      () => tf.tensor2d(oneHot, [N, K]),
      (r) => softmaxRow('softmaxCrossEntropy', oneHot.slice(r * K, r * K + K), z[r] ?? [], {labelSmoothing: 0.1}),
      1,
    ],
    [
      'sparseSoftmaxCrossEntropy',
      {},
      'softmax',
      () => tf.tensor1d(classes),
      (r) => sparseRow('sparseSoftmaxCrossEntropy', classes[r] ?? NaN, z[r] ?? []),
      1,
    ],
    [
      'sparseSoftmaxFocalCrossEntropy',
      {gamma: 1},
      'softmax',
      () => tf.tensor1d(classes, 'int32'),
      (r) => sparseRow('sparseSoftmaxFocalCrossEntropy', classes[r] ?? NaN, z[r] ?? [], {gamma: 1}),
      1,
    ],
    [
      'sigmoidCrossEntropy',
      {posWeight: 2},
      'sigmoid',
      () => tf.tensor2d(multi, [N, K]),
      (r) => sigmoidRow('sigmoidCrossEntropy', multi.slice(r * K, r * K + K), z[r] ?? [], {posWeight: 2}),
      K,
    ],
    [
      'sigmoidFocalCrossEntropy',
      {},
      'sigmoid',
      () => tf.tensor2d(multi, [N, K]),
      (r) => sigmoidRow('sigmoidFocalCrossEntropy', multi.slice(r * K, r * K + K), z[r] ?? []),
      K,
    ],
  ];

  test.each(cases)(
    '%s %j: values and a step are those of the logits',
    async (name, options, activation, y, row, divisor) => {
      const model = tf.sequential({layers: [dense({units: K, useBias: false, activation, inputShape: [FEATURES]})]});
      const rows = Array.from({length: N}, (_, r) => row(r));
      const expected = sumOf(rows, ({loss: value}) => value) / N / divisor;
      const stepped = kernel(K).flatMap((line, f) =>
        line.map(
          (value, unit) =>
            value -
            (LR / N / divisor) *
              sumOf(rows, ({gradient}, r) => (gradient[unit] ?? NaN) * (inputs(N)[r * FEATURES + f] ?? NaN)),
        ),
      );
      for (const method of METHODS) {
        tf.tidy(() => model.setWeights([tf.tensor2d(kernel(K))]));
        model.compile({optimizer: tf.train.sgd(LR), loss: loss<string>(name, {...options, fromLogits: false})});
        expectClose(await run(model, method, tf.tensor2d(inputs(N), [N, FEATURES]), y()), [expected], 1e-5);
        if (trains(method)) expectClose(model.getWeights()[0]?.dataSync() ?? [], stepped, 1e-5);
      }
    },
  );

  test('a small loss comes from the other classes, where p_y is 1 in float32', () => {
    // Exact: log1p(2·e^−40) = 2e^−40.
    const p = tf.softmax(tf.tensor2d([[40, 0, 0]]));
    expect(p.dataSync()[0]).toBe(1);
    const value = loss('sparseSoftmaxCrossEntropy', {fromLogits: false})(tf.tensor1d([0]), p).dataSync()[0] ?? NaN;
    expect(value / (2 * Math.exp(-40))).toBeCloseTo(1, 4);
  });

  test('a large loss has a gradient, where the built-in one has none', () => {
    const z = tf.tensor2d([[30, 0, 0]]);
    const gradient = tf.grad((logits: tf.Tensor) =>
      tf.sum(loss('sparseSoftmaxCrossEntropy', {fromLogits: false})(tf.tensor1d([1]), tf.softmax(logits))),
    )(z);
    expectClose(gradient.dataSync(), [1, -1, Math.exp(-30)], 1e-5);
    const builtIn = tf.grad((logits: tf.Tensor) =>
      tf.sum(tf.metrics.categoricalCrossentropy(tf.tensor2d([[0, 1, 0]]), tf.softmax(logits))),
    )(z);
    expect(Array.from(builtIn.dataSync()).every((entry) => entry === 0)).toBe(true);
  });

  test('a label of probability 0 has a finite loss and a finite gradient', () => {
    for (const [name, p, y] of [
      ['softmaxCrossEntropy', [[1, 0]], [[0, 1]]],
      ['sigmoidCrossEntropy', [[1, 0]], [[0, 1]]],
    ] as const) {
      const {value, grad} = tf.valueAndGrad((outputs: tf.Tensor) =>
        tf.sum(loss<string>(name, {fromLogits: false})(tf.tensor2d(y.map((r) => [...r])), outputs)),
      )(tf.tensor2d(p.map((r) => [...r])));
      expect([...value.dataSync(), ...grad.dataSync()].every(Number.isFinite)).toBe(true);
      expect(value.dataSync()[0]).toBeGreaterThan(17);
      expect(grad.dataSync()[1]).toBeLessThan(-1);
    }
  });

  test('what is no probability is NaN', () => {
    const values = logitsFromProbabilities(tf.tensor1d([-0.5, 0, 0.5, 1, 1.5]), 'sigmoid').dataSync();
    expect(Array.from(values, Number.isFinite)).toEqual([false, true, true, true, false]);
  });
});
