/** linearLossOf: the steps of model.fit, without the logits. */
import * as tf from '@tensorflow/tfjs';
import {install, linearLossOf, logitsOf, loss, type LinearLossOptions} from '../../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const L = tf.layers;
const K = 11;

interface Case {
  readonly model: () => tf.LayersModel;
  readonly x: () => tf.Tensor | tf.Tensor[];
  readonly labels: () => tf.Tensor;
  readonly options?: LinearLossOptions;
  /** Of those above which model.compile knows. */
  readonly plain?: {ignoreIndex?: number; labelSmoothing?: number};
}

const normal = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const init = (seed: number): ReturnType<typeof tf.initializers.glorotUniform> => tf.initializers.glorotUniform({seed});

const mlp = (useBias = true) =>
  tf.sequential({
    layers: [
      L.dense({units: 6, activation: 'tanh', inputShape: [4], kernelInitializer: init(1)}),
      L.dense({units: K, useBias, kernelInitializer: init(2)}),
    ],
  });

const ids = (shape: number[], dtype: 'int32' | 'float32' = 'int32'): tf.Tensor =>
  tf.tensor(
    Array.from({length: shape.reduce((a, b) => a * b, 1)}, (_, i) => (i * 7 + 3) % K),
    shape,
    dtype,
  );

const recurrent = (last: () => tf.layers.Layer) => () =>
  tf.sequential({
    layers: [
      L.embedding({inputDim: K, outputDim: 5, inputLength: 3, embeddingsInitializer: init(3)}),
      L.simpleRNN({units: 4, returnSequences: true, kernelInitializer: init(4), recurrentInitializer: init(5)}),
      last(),
    ],
  });

const CASES: [string, Case][] = [
  ['labels [N]', {model: mlp, x: () => normal([8, 4], 1), labels: () => ids([8])}],
  ['labels [N, 1], float32', {model: mlp, x: () => normal([8, 4], 1), labels: () => ids([8, 1], 'float32')}],
  ['without bias', {model: () => mlp(false), x: () => normal([8, 4], 1), labels: () => ids([8])}],
  [
    'labels [N, T]',
    {
      model: recurrent(() => L.dense({units: K, kernelInitializer: init(6)})),
      x: () => ids([5, 3]),
      labels: () => ids([5, 3]),
    },
  ],
  [
    'labels [N, T, 1] of a time-distributed layer, padding and smoothing',
    {
      model: recurrent(() => L.timeDistributed({layer: L.dense({units: K, kernelInitializer: init(6)})})),
      x: () => ids([5, 3]),
      labels: () => tf.tidy(() => tf.expandDims(tf.sub(ids([5, 3]), 1), -1)),
      options: {ignoreIndex: -1, labelSmoothing: 0.1, chunkSize: 4},
      plain: {ignoreIndex: -1, labelSmoothing: 0.1},
    },
  ],
  [
    'two inputs and regularizers',
    {
      model: () => {
        const inputs = [tf.input({shape: [4]}), tf.input({shape: [4]})];
        const sum = L.add().apply(inputs) as tf.SymbolicTensor;
        const dense = L.dense({
          units: K,
          kernelInitializer: init(7),
          kernelRegularizer: 'l1l2',
          biasRegularizer: 'l1l2',
        });
        return tf.model({inputs, outputs: dense.apply(sum) as tf.SymbolicTensor});
      },
      x: () => [normal([8, 4], 1), normal([8, 4], 2)],
      labels: () => ids([8]),
    },
  ],
  [
    'one layer alone',
    {
      model: () => tf.sequential({layers: [L.dense({units: K, inputShape: [4], kernelInitializer: init(8)})]}),
      x: () => normal([8, 4], 1),
      labels: () => ids([8]),
    },
  ],
  [
    'a frozen layer',
    {
      model: () => {
        const model = mlp();
        model.layers[0]!.trainable = false;
        return model;
      },
      x: () => normal([8, 4], 1),
      labels: () => ids([8]),
    },
  ],
];

test.each(CASES)('five steps lead to the weights of model.fit: %s', async (_, {model, x, labels, options, plain}) => {
  const [ours, theirs] = [model(), model()];
  theirs.setWeights(ours.getWeights());
  const first = ours.getWeights().map((w) => w.dataSync().slice());
  const [batch, y] = [x(), labels()];
  theirs.compile({optimizer: tf.train.adam(0.05), loss: loss('sparseSoftmaxCrossEntropy', plain ?? {})});
  const batchSize = y.shape[0];
  const {history} = await theirs.fit(batch, y, {epochs: 5, batchSize, shuffle: false, verbose: 0});

  const lossOf = linearLossOf(ours, options);
  const optimizer = tf.train.adam(0.05);
  const values: number[] = [];
  const step = (): void =>
    tf.tidy(() => void values.push(optimizer.minimize(() => lossOf(batch, y), true)!.dataSync()[0]!));
  step();
  const {numTensors} = tf.memory();
  for (let i = 0; i < 4; i++) step();
  expect(tf.memory().numTensors).toBe(numTensors);

  values.forEach((value, i) => expect(value).toBeCloseTo(history['loss']![i] as number, 5));
  const wanted = theirs.getWeights().map((w) => w.dataSync());
  ours.getWeights().forEach((w, i) => {
    w.dataSync().forEach((entry, j) => expect(entry).toBeCloseTo(wanted[i]![j]!, 4));
  });
  const moved = ours.getWeights().filter((w, i) => w.dataSync().some((entry, j) => entry !== first[i]![j]));
  expect(moved).toHaveLength(ours.trainableWeights.length);
});

function variables(model: tf.LayersModel): tf.Variable[] {
  return model.trainableWeights.map((weight) => weight.read() as tf.Variable);
}

test('sample weights, dropout and disposal', () => {
  const {numTensors} = tf.memory();
  const model = tf.sequential({
    layers: [
      L.dropout({rate: 0.5, inputShape: [4]}),
      L.dense({units: K, kernelInitializer: 'ones', biasInitializer: init(1)}),
    ],
  });
  const lossOf = linearLossOf(model);
  tf.tidy(() => {
    const [x, y] = [tf.ones([64, 4]), ids([64])];
    // Without dropout equal rows have losses that depend on the label alone; the kernel's ones cancel in a softmax.
    const weights = tf.cast(tf.equal(y, 3), 'float32');
    const value = lossOf(x, y, weights).dataSync()[0]!;
    const logits = (model.predict(x) as tf.Tensor).slice([0, 0], [1, K]);
    expect(value).toBeCloseTo(-tf.logSoftmax(logits).dataSync()[3]!, 5);
    const gradients = tf.variableGrads(() => lossOf(x, y), variables(model)).grads;
    const kernel = gradients[variables(model)[0]!.name]!.arraySync() as number[][];
    // Dropped inputs have no gradient: the rows differ.
    expect(new Set(kernel.map((row) => row[0])).size).toBeGreaterThan(1);
  });
  model.dispose();
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('logitsOf makes a model for it of one that ends in a softmax', () => {
  const layer = L.dense({units: K, activation: 'softmax', kernelInitializer: init(2)});
  const model = tf.sequential({layers: [L.dense({units: 6, inputShape: [4]}), layer]});
  const value = tf.tidy(() => linearLossOf(logitsOf(model))(normal([8, 4], 1), ids([8])).dataSync()[0]!);
  const wanted = tf.tidy(() => {
    const p = model.predict(normal([8, 4], 1)) as tf.Tensor;
    return -tf.mean(tf.log(tf.gather(p, ids([8]) as tf.Tensor1D, 1, 1))).dataSync()[0]!;
  });
  expect(value).toBeCloseTo(wanted, 5);
});

describe('bad input', () => {
  const withEnd = (...end: tf.layers.Layer[]) =>
    tf.sequential({name: 'm', layers: [L.dense({units: 6, inputShape: [4]}), ...end]});
  const good = (): tf.LayersModel => withEnd(L.dense({units: K}));
  const call = linearLossOf as (...args: unknown[]) => (...args: unknown[]) => tf.Tensor;
  const cases: [string, () => unknown, ...string[]][] = [
    ['no model', () => call(null), "'model' must be a tf.LayersModel, but is null."],
    ['a layer', () => call(L.dense({units: 1})), "'model' must be a tf.LayersModel, but is an object (Dense)."],
    ['an empty model', () => call(tf.sequential({name: 'empty'})), "the model 'empty' has 0 outputs; expected one"],
    [
      'two outputs',
      () => {
        const input = tf.input({shape: [2]});
        const outputs = [1, 2].map((units) => L.dense({units}).apply(input) as tf.SymbolicTensor);
        return call(tf.model({inputs: input, outputs}));
      },
      'has 2 outputs; expected one',
      'Write linearLossOf(tf.model({inputs: model.inputs, outputs: model.outputs[0]})).',
    ],
    [
      'a softmax',
      () => call(withEnd(L.dense({units: K, activation: 'softmax', name: 'end'}))),
      "the model 'm' ends in the layer 'end' (Dense) with the activation softmax; expected a Dense layer without activation",
      'Write linearLossOf(logitsOf(model))',
    ],
    ['a softmax layer', () => call(withEnd(L.softmax({name: 'end'}))), "'end' (Softmax)", 'logitsOf(model)'],
    [
      'a relu',
      () => call(withEnd(L.dense({units: K, activation: 'relu', name: 'end'}))),
      'with the activation relu',
      'Make the layer without activation.',
    ],
    [
      'another layer',
      () => call(withEnd(L.dropout({rate: 0.1, name: 'end'}))),
      "ends in the layer 'end' (Dropout);",
      'Put tf.layers.dense({units: …}) at the end.',
    ],
    ['an unknown option', () => call(good(), {chunksize: 3}), "unknown option 'chunksize'", 'chunkSize'],
    ['reduction', () => call(good(), {reduction: 'sum'}), "unknown option 'reduction'"],
    ['numbers for x', () => call(good())([[1, 2, 3, 4]], [0]), "'x' must be a tensor", 'an array of length 4'],
    [
      'x of another shape',
      () => call(good())(tf.ones([2, 3]), [0, 1]),
      "'x' of shape [2, 3] does not fit the model 'm'. Expected a tensor of shape [N, 4].",
    ],
    ['two tensors', () => call(good())([tf.ones([2, 4]), tf.ones([2, 4])], [0, 1]), '[2, 4], [2, 4] does not fit'],
    [
      'one-hot labels',
      () => call(good())(tf.ones([2, 4]), tf.ones([2, K])),
      "'labels' of shape [2, 11] must be class indices of shape [2] or [2, 1], for the output of the model 'm' of shape [2, 11].",
      'Write tf.argMax(labels, -1).',
    ],
    ['a row of labels', () => call(good())(tf.ones([2, 4]), [[0, 1]]), 'Write tf.reshape(labels, [2]).'],
    ['text for labels', () => call(good())(tf.ones([2, 4]), 'a'), "'labels' must be a tensor"],
  ];
  test.each(cases)('%s', (_, run, ...parts) => {
    let message = '';
    tf.tidy(() => {
      try {
        run();
      } catch (error) {
        message = error instanceof Error ? error.message : String(error);
      }
    });
    expect(message).toMatch(/^linearLossOf: /);
    for (const part of parts) expect(message).toContain(part);
  });

  test('a label that is no class is a RangeError with its index', () => {
    const lossOf = linearLossOf(good());
    expect(() => tf.tidy(() => lossOf(tf.ones([2, 4]), [0, K]))).toThrow(RangeError);
    expect(() => tf.tidy(() => lossOf(tf.ones([2, 4]), [0, K]))).toThrow("'labels' holds 11 at index 1");
  });
});
