/** logitsOf and withProbabilities: the same weights with and without the last activation. */
import * as tf from '@tensorflow/tfjs';
import {install, logitsOf, loss, withProbabilities} from '../../src';
import {expectClose, saved} from '../losses/_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

const L = tf.layers;
const one = (value: unknown): tf.SymbolicTensor => value as tf.SymbolicTensor;

/** Models that end in probabilities, and the shape of their inputs. */
const MODELS: [string, number[], () => tf.LayersModel][] = [
  [
    'dense softmax',
    [4],
    () =>
      tf.sequential({
        layers: [L.dense({units: 5, activation: 'relu', inputShape: [4]}), L.dense({units: 3, activation: 'softmax'})],
      }),
  ],
  [
    'dense sigmoid without bias',
    [4],
    () => tf.sequential({layers: [L.dense({units: 2, useBias: false, activation: 'sigmoid', inputShape: [4]})]}),
  ],
  ['softmax layer', [4], () => tf.sequential({layers: [L.dense({units: 3, inputShape: [4]}), L.softmax()]})],
  [
    'activation layer',
    [4],
    () => tf.sequential({layers: [L.dense({units: 3, inputShape: [4]}), L.activation({activation: 'sigmoid'})]}),
  ],
  [
    'conv2d',
    [4, 4, 1],
    () =>
      tf.sequential({layers: [L.conv2d({filters: 3, kernelSize: 2, activation: 'softmax', inputShape: [4, 4, 1]})]}),
  ],
  [
    'depthwise and separable',
    [4, 4, 2],
    () =>
      tf.sequential({
        layers: [
          L.depthwiseConv2d({kernelSize: 2, inputShape: [4, 4, 2]}),
          L.separableConv2d({filters: 3, kernelSize: 2, activation: 'sigmoid'}),
        ],
      }),
  ],
  [
    'moved about after the softmax',
    [4],
    () =>
      tf.sequential({
        layers: [
          L.dense({units: 6, activation: 'softmax', inputShape: [4]}),
          L.reshape({targetShape: [2, 3]}),
          L.permute({dims: [2, 1]}),
          L.flatten(),
        ],
      }),
  ],
  [
    'a layer for each step',
    [2, 4],
    () =>
      tf.sequential({
        layers: [L.timeDistributed({layer: L.dense({units: 3, activation: 'softmax'}), inputShape: [2, 4]})],
      }),
  ],
  [
    'a softmax for each step',
    [2, 4],
    () =>
      tf.sequential({
        layers: [L.dense({units: 3, inputShape: [2, 4]}), L.timeDistributed({layer: L.softmax()})],
      }),
  ],
  [
    'a model inside',
    [4],
    () => {
      const inner = tf.sequential({layers: [L.dense({units: 3, activation: 'softmax', inputShape: [5]})]});
      const input = tf.input({shape: [4]});
      return tf.model({inputs: input, outputs: one(inner.apply(L.dense({units: 5}).apply(input)))});
    },
  ],
];

describe.each(MODELS)('%s', (what, inputShape, make) => {
  const x = (): tf.Tensor => tf.randomNormal([3, ...inputShape], 0, 1, 'float32', 7);
  const predict = (model: tf.LayersModel): Float32Array =>
    tf.tidy(() => (model.predict(x()) as tf.Tensor).dataSync()) as Float32Array;

  test('logits give the same probabilities, and training moves both', async () => {
    const model = make();
    const before = tf.memory().numTensors;
    const logits = logitsOf(model);
    // Not a weight more.
    expect(tf.memory().numTensors).toBe(before);
    expect(logits.weights.length).toBe(model.weights.length);
    const activation = JSON.stringify(model.getConfig()).includes('sigmoid') ? tf.sigmoid : tf.softmax;
    const same = (): void => {
      const z = tf.tidy(() => logits.predict(x()) as tf.Tensor);
      const moved = what.startsWith('moved');
      if (moved) expectClose([...predict(model)].slice(0, 1), [...softmaxOfMoved(z)].slice(0, 1), 1e-5);
      else expectClose(predict(model), activation(z).dataSync(), 1e-5);
    };
    same();
    const first = Array.from(predict(model));
    logits.compile({optimizer: tf.train.sgd(0.5), loss: loss('sigmoidCrossEntropy')});
    const shape = (logits.outputs[0]?.shape ?? []).slice(1).map((size) => size ?? 1);
    await logits.trainOnBatch(x(), tf.ones([3, ...shape]));
    expect(Array.from(predict(model))).not.toEqual(first);
    same();
    const again = withProbabilities(logits, activation === tf.sigmoid ? 'sigmoid' : 'softmax');
    if (!what.startsWith('moved')) expectClose(predict(again), predict(model), 1e-5);
  });

  test('withProbabilities consists of layers of tfjs: it loads from what it saved', async () => {
    const logits = logitsOf(make());
    const whole = withProbabilities(logits, 'softmax');
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(await saved(whole)));
    expect(Array.from(predict(loaded))).toEqual(Array.from(predict(whole)));
  });
});

/** The probabilities of [N, 6] logits that went through reshape [2, 3], permute and flatten: back, softmax, and again. */
function softmaxOfMoved(z: tf.Tensor): Float32Array {
  return tf.tidy(() => {
    const back = tf.reshape(tf.transpose(tf.reshape(z, [-1, 3, 2]), [0, 2, 1]), [-1, 6]);
    const p = tf.reshape(tf.softmax(back), [-1, 2, 3]);
    return tf.reshape(tf.transpose(p, [0, 2, 1]), [-1, 6]).dataSync<'float32'>();
  });
}

test('a layer that is used twice is refused', () => {
  const shared = L.dense({units: 4, activation: 'softmax', name: 'shared'});
  const input = tf.input({shape: [4]});
  const model = tf.model({inputs: input, outputs: one(shared.apply(one(shared.apply(input))))});
  expect(() => logitsOf(model)).toThrow("logitsOf: layer 'shared' is used more than once in the model");
});

test('a recurrent layer hands its probabilities on, and is refused', () => {
  const model = tf.sequential({
    layers: [L.simpleRNN({units: 3, activation: 'softmax', inputShape: [2, 4], name: 'steps'})],
  });
  const before = tf.memory().numTensors;
  expect(() => logitsOf(model)).toThrow(
    "logitsOf: the activation of the recurrent layer 'steps' cannot be left out at the end alone",
  );
  expect(() => model.compile({optimizer: 'sgd', loss: 'softmaxCrossEntropy'})).toThrow(
    /ends in the softmax of layer 'steps'\. Put a dense layer without activation after it; to compute/,
  );
  expect(tf.memory().numTensors).toBe(before);
});

test('a layer that keeps its weights where nobody finds them is refused, and its copy leaves nothing', () => {
  class Hidden extends L.Layer {
    static className = 'HiddenWeights';
    readonly #own = L.dense({units: 3, activation: 'softmax'});
    override build(shape: tf.Shape): void {
      this.#own.build(shape);
      this.trainableWeights = this.#own.trainableWeights;
      this.built = true;
    }
    override get trainableWeights(): tf.LayerVariable[] {
      return [...this.#own.trainableWeights];
    }
    override set trainableWeights(_weights: tf.LayerVariable[]) {}
    override computeOutputShape([count]: tf.Shape): tf.Shape {
      return [count ?? null, 3];
    }
    override call(x: tf.Tensor): tf.Tensor {
      return this.#own.call(x, {}) as tf.Tensor;
    }
    override getConfig(): tf.serialization.ConfigDict {
      return {...super.getConfig(), activation: 'softmax'};
    }
  }
  tf.serialization.registerClass(Hidden);
  const model = tf.sequential({layers: [L.dense({units: 4, inputShape: [2]}), new Hidden({name: 'hidden'})]});
  const before = tf.memory().numTensors;
  expect(() => logitsOf(model)).toThrow("logitsOf: the weights of layer 'hidden' (HiddenWeights) cannot be shared");
  expect(tf.memory().numTensors).toBe(before);
});

test('of several outputs, those that end in probabilities', () => {
  const input = tf.input({shape: [4]});
  const model = tf.model({
    inputs: input,
    outputs: [
      one(L.dense({units: 3, activation: 'softmax', name: 'classes'}).apply(input)),
      one(L.dense({units: 1, name: 'value'}).apply(input)),
    ],
  });
  const logits = logitsOf(model);
  const x = tf.ones([2, 4]);
  const [p, value] = model.predict(x) as [tf.Tensor, tf.Tensor];
  const [z, same] = logits.predict(x) as [tf.Tensor, tf.Tensor];
  expectClose(tf.softmax(z).dataSync(), p.dataSync());
  expect(Array.from(same.dataSync())).toEqual(Array.from(value.dataSync()));
});

test('withProbabilities takes each output’s activation from its loss', () => {
  const input = tf.input({shape: [4]});
  const model = tf.model({
    inputs: input,
    outputs: [
      one(L.dense({units: 3, name: 'classes'}).apply(input)),
      one(L.dense({units: 2, name: 'labels'}).apply(input)),
    ],
  });
  expect(() => withProbabilities(model)).toThrow(
    "withProbabilities: the activation of output 'classes' is not known, since the model is not compiled with a loss of this package",
  );
  model.compile({optimizer: 'sgd', loss: ['sparseSoftmaxCrossEntropy', 'sigmoidFocalCrossEntropy']});
  const x = tf.randomNormal([2, 4]);
  const [z, t] = model.predict(x) as [tf.Tensor, tf.Tensor];
  const [p, q] = withProbabilities(model).predict(x) as [tf.Tensor, tf.Tensor];
  expectClose(p.dataSync(), tf.softmax(z).dataSync());
  expectClose(q.dataSync(), tf.sigmoid(t).dataSync());
});

test('the softmax is on the loss’s axis', () => {
  const model = tf.sequential({layers: [L.conv1d({filters: 4, kernelSize: 1, inputShape: [3, 2]})]});
  model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy(axis=1)'});
  const p = withProbabilities(model).predict(tf.randomNormal([2, 3, 2])) as tf.Tensor;
  expectClose(tf.sum(p, 1).dataSync(), Array(8).fill(1));
});

test('what is there already, and what is not, is said', () => {
  const logits = tf.sequential({layers: [L.dense({units: 3, inputShape: [4], name: 'plain'})], name: 'net'});
  expect(() => logitsOf(logits)).toThrow(
    "logitsOf: no output of the model 'net' ends in softmax or sigmoid: 'plain' ends in linear. It returns logits as it is.",
  );
  expect(() => withProbabilities(logits)).toThrow("withProbabilities: the activation of output 'plain' is not known");
  expect(() => withProbabilities(logits, 'relu' as never)).toThrow(
    "withProbabilities: 'activation' must be 'softmax' or 'sigmoid', but is 'relu'.",
  );
  const whole = withProbabilities(logits, 'sigmoid');
  expect(() => withProbabilities(whole, 'sigmoid')).toThrow('returns probabilities as it is');
});

test('probabilities that the loss alone knows of get no second softmax', () => {
  const input = tf.input({shape: [4]});
  const halves = [1, 2].map(() => one(L.dense({units: 3, activation: 'softmax'}).apply(input)));
  const model = tf.model({inputs: input, outputs: one(L.average({name: 'mean'}).apply(halves))});
  model.compile({optimizer: 'sgd', loss: loss('softmaxCrossEntropy', {fromLogits: false})});
  expect(() => withProbabilities(model)).toThrow(
    "withProbabilities: output 'mean' returns probabilities as it is: its loss is softmaxCrossEntropy(fromLogits=false). " +
      'Use the model as it is.',
  );
});

test('a model of tfjs’s built-in loss trains on as logits where its gradient had vanished', async () => {
  const layer = L.dense({units: 2, useBias: false, activation: 'softmax', inputShape: [1]});
  const model = tf.sequential({layers: [layer]});
  model.setWeights([tf.tensor2d([[40, 0]])]);
  const [x, y] = [tf.ones([1, 1]), tf.tensor1d([1])];
  model.compile({optimizer: tf.train.sgd(1), loss: 'sparseCategoricalCrossentropy'});
  await model.fit(x, y, {verbose: 0});
  expect(Array.from(model.getWeights()[0]?.dataSync() ?? [])).toEqual([40, 0]);
  const logits = logitsOf(model);
  logits.compile({optimizer: tf.train.sgd(1), loss: 'sparseSoftmaxCrossEntropy'});
  await logits.fit(x, y, {verbose: 0});
  expect(Array.from(model.getWeights()[0]?.dataSync() ?? [])).toEqual([39, 1]);
});
