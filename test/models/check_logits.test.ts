/** checkLogits, firstNotFinite, deadGradients and the callback that runs them. */
import * as tf from '@tensorflow/tfjs';
import {checkLogits, deadGradients, firstNotFinite, install, loss, watchLogits} from '../../src';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const L = tf.layers;

describe('checkLogits', () => {
  test('of ordinary logits says nothing', async () => {
    const report = await checkLogits(tf.randomNormal([50, 4], 0, 3, 'float32', 1));
    expect(report).toEqual({rows: 50, notFinite: 0, exploding: 0, saturated: 0, likeProbabilities: 0, messages: []});
  });

  test.each<[string, () => tf.Tensor, Partial<Record<string, number>>, string | undefined]>([
    [
      'probabilities',
      () => tf.softmax(tf.randomNormal([8, 4])),
      {likeProbabilities: 8},
      'All 8 rows look like probabilities',
    ],
    ['a few probabilities, by chance', () => tf.softmax(tf.randomNormal([3, 4])), {likeProbabilities: 3}, undefined],
    [
      'one row that is none',
      () => tf.concat([tf.softmax(tf.randomNormal([8, 4])), tf.tensor2d([[2, 1, 0, 0]])]),
      {likeProbabilities: 8},
      undefined,
    ],
    [
      'NaN',
      () =>
        tf.tensor2d([
          [0, 1],
          [NaN, 1],
          [Infinity, 0],
        ]),
      {notFinite: 2},
      '2 of 3 rows hold NaN or ∞',
    ],
    [
      'a row with every class masked',
      () =>
        tf.tensor2d([
          [-Infinity, -Infinity],
          [0, 1],
        ]),
      {notFinite: 1},
      '1 of 2 rows hold NaN',
    ],
    [
      'a masked class is fine',
      () =>
        tf.tensor2d([
          [-Infinity, 3],
          [0, 1],
        ]),
      {notFinite: 0, saturated: 0, exploding: 0},
      undefined,
    ],
    [
      'explosion',
      () =>
        tf.tensor2d([
          [0, 1],
          [-2e4, 1],
        ]),
      {exploding: 1},
      'have logits beyond ±10000',
    ],
    [
      'saturation',
      () =>
        tf.tensor2d([
          [0, 20],
          [-18, 1],
          [0, 1],
        ]),
      {saturated: 2},
      '2 of 3 rows are saturated, with a gap beyond 16.6',
    ],
    [
      'a saturated row in four',
      () =>
        tf.tensor2d([
          [0, 20],
          [0, 1],
          [1, 0],
          [3, 1],
        ]),
      {saturated: 1},
      undefined,
    ],
    ['no rows', () => tf.zeros([0, 3]), {rows: 0}, undefined],
  ])('%s', async (_what, logits, counts, message) => {
    const before = tf.memory().numTensors;
    const z = logits();
    const report = await checkLogits(z);
    expect(report).toMatchObject(counts);
    if (message === undefined) expect(report.messages).toEqual([]);
    else expect(report.messages.join()).toContain(message);
    expect(tf.memory().numTensors).toBeGreaterThanOrEqual(before);
  });

  test('of a sigmoid', async () => {
    expect(
      (await checkLogits(tf.sigmoid(tf.randomNormal([16, 2])), {activation: 'sigmoid'})).messages.join(),
    ).toContain('All 32 outputs look like probabilities, not logits: a sigmoid seems to come before the loss.');
    const few = await checkLogits(tf.fill([31], 0.5), {activation: 'sigmoid'});
    expect(few).toMatchObject({likeProbabilities: 31, messages: []});
    const report = await checkLogits(tf.tensor1d([-30, 30, 0.5, 20]), {activation: 'sigmoid'});
    expect(report).toMatchObject({rows: 4, saturated: 3, likeProbabilities: 1});
  });

  test('by thresholds of the user’s', async () => {
    const report = await checkLogits(tf.tensor2d([[0, 3]]), {saturation: 2, explosion: 2.5});
    expect(report).toMatchObject({saturated: 1, exploding: 1});
  });

  test('arguments are checked', async () => {
    const z = tf.zeros([2, 2]);
    await expect(checkLogits(z, {activation: 'relu' as never})).rejects.toThrow(
      "checkLogits: 'activation' must be 'softmax' or 'sigmoid', but is 'relu'.",
    );
    const misspelt: object = {saturaton: 1};
    await expect(checkLogits(z, misspelt)).rejects.toThrow(
      "checkLogits: unknown option 'saturaton'. Did you mean 'saturation'?",
    );
    await expect(checkLogits(z, {explosion: NaN})).rejects.toThrow(
      "checkLogits: 'explosion' must be a number above 0 (Infinity for none), but is NaN.",
    );
    await expect(checkLogits([z] as never)).rejects.toThrow(
      "checkLogits: 'logits' must be a tensor, but is an array of length 1. Write tf.tensor(…)",
    );
    expect((await checkLogits(z, {saturation: Infinity, explosion: Infinity})).messages).toEqual([]);
  });

  test('a scalar has no classes', async () => {
    await expect(checkLogits(tf.scalar(1))).rejects.toThrow("checkLogits: 'logits' must have an axis of classes");
  });
});

/** Three layers and an output. */
function deep(): tf.Sequential {
  return tf.sequential({
    layers: [
      L.dense({units: 3, activation: 'relu', inputShape: [2], name: 'first'}),
      L.dense({units: 3, activation: 'relu', name: 'second'}),
      L.dense({units: 2, name: 'last'}),
    ],
  });
}

/** Masks the last class, as a layer of the user's own does. */
class MaskLast extends L.Layer {
  static readonly className = 'MaskLast';
  override computeOutputShape(shape: tf.Shape): tf.Shape {
    return shape;
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.add(Array.isArray(inputs) ? inputs[0]! : inputs, [0, 0, -Infinity]));
  }
}

function breakLayer(model: tf.LayersModel, name: string, value: number): void {
  const layer = model.getLayer(name);
  tf.tidy(() => layer.setWeights(layer.getWeights().map((w) => tf.fill(w.shape, value))));
}

describe('firstNotFinite', () => {
  test('names the layer', async () => {
    const model = deep();
    const x = tf.ones([2, 2]);
    const before = tf.memory().numTensors;
    expect(await firstNotFinite(model, x)).toBeUndefined();
    breakLayer(model, 'second', NaN);
    expect(await firstNotFinite(model, x)).toEqual({layer: 'second', what: 'weights'});
    breakLayer(model, 'second', 1);
    // 3e38 + 3e38 of finite weights.
    breakLayer(model, 'first', 3e38);
    expect(await firstNotFinite(model, x)).toEqual({layer: 'first', what: 'output'});
    expect(
      await firstNotFinite(
        model,
        tf.tidy(() => tf.mul(x, NaN)),
      ),
    ).toEqual({layer: 'input', what: 'input'});
    expect(tf.memory().numTensors).toBe(before + 1);
  });
});

test('a class masked by −∞ is no finding, an overflow to −∞ is', async () => {
  const model = tf.sequential({layers: [L.dense({units: 3, inputShape: [2], name: 'plain'}), new MaskLast({})]});
  model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy'});
  const [x, y] = [tf.ones([4, 2]), tf.tensor1d([0, 1, 1, 1])];
  const told: string[] = [];
  breakLayer(model, 'plain', 0);
  const callbacks = watchLogits(model, x, {y, report: (message) => told.push(message)});
  await model.fit(x, y, {epochs: 1, verbose: 0, callbacks});
  expect(told).toEqual([]);
  breakLayer(model, 'plain', -3e38);
  expect(await firstNotFinite(model, x)).toEqual({layer: 'plain', what: 'output'});
});

describe('deadGradients', () => {
  test('leaves the averages of batch normalisation alone, after an error too', async () => {
    const model = tf.sequential({
      layers: [L.dense({units: 3, inputShape: [2]}), L.batchNormalization(), L.dense({units: 2})],
    });
    model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy'});
    const x = tf.randomNormal([6, 2], 3, 2, 'float32', 1);
    const values = (): number[][] => model.getWeights().map((weight) => Array.from(weight.dataSync()));
    const [before, tensors] = [values(), tf.memory().numTensors];
    expect(await deadGradients(model, x, tf.tensor1d([0, 1, 0, 1, 0, 1]))).toEqual([]);
    expect(values()).toEqual(before);
    expect(tf.memory().numTensors).toBe(tensors + 1);
    await expect(deadGradients(model, x, tf.tensor1d([7, 7, 7, 7, 7, 7]))).rejects.toThrow('whole numbers from 0 to 1');
    expect(values()).toEqual(before);
    // Training still moves them.
    await model.trainOnBatch(x, tf.tensor1d([0, 1, 0, 1, 0, 1]));
    expect(values().at(-4)).not.toEqual(before.at(-4));
  });

  test('names the weights that learn nothing', async () => {
    const model = deep();
    model.compile({optimizer: 'sgd', loss: loss('sparseSoftmaxCrossEntropy')});
    breakLayer(model, 'first', 1);
    breakLayer(model, 'second', -1);
    const [x, y] = [tf.ones([2, 2]), tf.tensor1d([0, 0])];
    const before = tf.memory().numTensors;
    // A rectifier that is off: nothing before it learns, and of the last layer the bias alone.
    expect((await deadGradients(model, x, y)).map((name) => name.replace(/_\d+$/, ''))).toEqual(
      ['first/kernel', 'first/bias', 'second/kernel', 'second/bias', 'last/kernel'].map(
        (name) => expect.stringContaining(name) as unknown,
      ),
    );
    breakLayer(model, 'second', 0.5);
    breakLayer(model, 'last', 0.5);
    const layer = model.getLayer('last');
    tf.tidy(() =>
      layer.setWeights([
        tf.tensor2d([
          [1, 0],
          [0, 1],
          [2, 0],
        ]),
        tf.zeros([2]),
      ]),
    );
    expect(await deadGradients(model, x, y)).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('needs a loss that it can compute', async () => {
    const model = deep();
    model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    await expect(deadGradients(model, tf.ones([1, 2]), tf.ones([1, 2]))).rejects.toThrow(
      "deadGradients: the loss of output 'last' is not one of listLosses()",
    );
  });
});

describe('watchLogits', () => {
  test('tells each finding once, and leaks nothing', async () => {
    const model = deep();
    model.compile({optimizer: tf.train.sgd(0), loss: 'sparseSoftmaxCrossEntropy'});
    breakLayer(model, 'last', 2e4);
    const [x, y] = [tf.ones([4, 2]), tf.tensor1d([0, 1, 0, 1])];
    breakLayer(model, 'first', 1);
    breakLayer(model, 'second', 1);
    const told: string[] = [];
    const callbacks = watchLogits(model, x, {y, everyBatches: 1, report: (message) => told.push(message)});
    await model.fit(x, y, {epochs: 3, batchSize: 2, verbose: 0, callbacks});
    expect(told.filter((message) => message.includes('have logits beyond ±10000'))).toHaveLength(1);
    expect(told[0]).toMatch(/^watchLogits, batch 1: output 'last': 4 of 4 rows have logits beyond/);
    const before = tf.memory().numTensors;
    await model.fit(x, y, {epochs: 3, batchSize: 2, verbose: 0, callbacks});
    expect(tf.memory().numTensors).toBe(before);
  });

  test('names the layer where NaN comes from', async () => {
    const model = deep();
    // A step with NaN in it would reach its weights as well.
    model.getLayer('first').trainable = false;
    model.compile({optimizer: tf.train.sgd(0), loss: 'sparseSoftmaxCrossEntropy'});
    breakLayer(model, 'second', NaN);
    const told: string[] = [];
    const x = tf.ones([2, 2]);
    const callbacks = watchLogits(model, x, {report: (message) => told.push(message)});
    await model.fit(x, tf.tensor1d([0, 1]), {verbose: 0, callbacks});
    expect(told).toEqual([
      expect.stringContaining("output 'last': 2 of 2 rows hold NaN"),
      "watchLogits, epoch 1: NaN or ∞ first appears in the weights of 'second'.",
    ]);
  });

  test('looks at logits only: not at probabilities of a loss that takes them', async () => {
    const model = tf.sequential({layers: [L.dense({units: 3, activation: 'softmax', inputShape: [2]})]});
    model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy(fromLogits=false)'});
    const told: string[] = [];
    const x = tf.ones([8, 2]);
    await model.fit(x, tf.zeros([8]), {verbose: 0, callbacks: watchLogits(model, x, {report: (m) => told.push(m)})});
    expect(told).toEqual([]);
  });

  test('leaves the states of stateful layers where they were', async () => {
    const rnn = L.simpleRNN({units: 3, stateful: true, batchInputShape: [2, 4, 1]});
    const model = tf.sequential({layers: [rnn, L.dense({units: 2})]});
    model.compile({optimizer: tf.train.sgd(0), loss: 'sparseSoftmaxCrossEntropy'});
    const [x, y] = [tf.ones([2, 4, 1]), tf.tensor1d([0, 1])];
    const watch = watchLogits(model, x, {y, report: () => undefined});
    const predicted = (): number[] => Array.from(tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync()));
    const look = async (): Promise<void> => void (await watch.onEpochEnd?.(0));

    await look();
    const first = predicted();
    await look();
    const second = predicted();
    model.resetStates();
    expect(predicted()).toEqual(first);
    expect(predicted()).toEqual(second);
    expect(second).not.toEqual(first);

    // Until then tfjs keeps the states of every pass in training.
    model.resetStates();
    const before = tf.memory().numTensors;
    await look();
    model.resetStates();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('options are checked before the training', () => {
    const misspelt: object = {explosions: 1};
    expect(() => watchLogits(deep(), tf.ones([1, 2]), misspelt)).toThrow(
      "watchLogits: unknown option 'explosions'. Did you mean 'explosion'?",
    );
    const activation: object = {activation: 'sigmoid'};
    expect(() => watchLogits(deep(), tf.ones([1, 2]), activation)).toThrow(
      "watchLogits: there is no option 'activation'",
    );
  });

  test('everyBatches is a number of batches', () => {
    expect(() => watchLogits(deep(), tf.ones([1, 2]), {everyBatches: 0.5})).toThrow(
      "'everyBatches' must be a whole number",
    );
  });
});
