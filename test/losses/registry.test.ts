import * as tf from '@tensorflow/tfjs';
import {install, listLosses, loss, registerLoss} from '../../src';
import {configOf, lossFromText} from '../../src/losses/registry';
import {nearest, editDistance} from '../../src/nearest';

beforeAll(() => tf.setBackend('cpu'));

const OWN = [
  'softmaxCrossEntropy',
  'sparseSoftmaxCrossEntropy',
  'sigmoidCrossEntropy',
  'softmaxFocalCrossEntropy',
  'sparseSoftmaxFocalCrossEntropy',
  'sigmoidFocalCrossEntropy',
];

describe('loss', () => {
  test('knows itself: name, options, text', () => {
    const used = loss('sparseSoftmaxFocalCrossEntropy', {
      gamma: 2,
      alpha: [0.2, 0.3, 0.5],
      labelSmoothing: 0,
      ignoreIndex: -1,
    });
    expect(used.name).toBe('sparseSoftmaxFocalCrossEntropy');
    expect(configOf(used)).toEqual({
      name: 'sparseSoftmaxFocalCrossEntropy',
      options: {gamma: 2, alpha: [0.2, 0.3, 0.5], labelSmoothing: 0, ignoreIndex: -1},
      text: 'sparseSoftmaxFocalCrossEntropy(alpha=[0.2,0.3,0.5],ignoreIndex=-1)',
      takesClassIndices: true,
      takesOtherShape: true,
    });
  });

  test('its config is not enumerable: an enumerable property would make saving a model throw', () => {
    expect(Object.keys(loss('softmaxCrossEntropy'))).toEqual([]);
    expect(Object.assign({}, loss('softmaxCrossEntropy'))).toEqual({});
  });

  test.each<[string, string]>([
    ['softmaxCrossEntropy(axis=-1,fromLogits=true,labelSmoothing=0,zLoss=0)', 'softmaxCrossEntropy'],
    ['softmaxFocalCrossEntropy(alpha=null,gamma=2)', 'softmaxFocalCrossEntropy'],
    ['softmaxFocalCrossEntropy(alpha=0.25,gamma=0)', 'softmaxFocalCrossEntropy(alpha=0.25,gamma=0)'],
    ['sigmoidFocalCrossEntropy(alpha=0.25,labelReduction=mean,posWeight=1)', 'sigmoidFocalCrossEntropy'],
    [
      'sigmoidFocalCrossEntropy( posWeight = [1, 1], alpha = null )',
      'sigmoidFocalCrossEntropy(alpha=null,posWeight=[1,1])',
    ],
    ['sparseSoftmaxCrossEntropy(ignoreIndex=0,axis=1)', 'sparseSoftmaxCrossEntropy(axis=1,ignoreIndex=0)'],
  ])('%s is %s', (text, canonical) => {
    const used = lossFromText(text);
    expect(used && configOf(used).text).toBe(canonical);
  });

  test('the text of a tensor or typed array has the numbers that were meant', () => {
    const text = 'softmaxCrossEntropy(classWeights=[0.1,0.7,123456.79,16777215])';
    const numbers = [0.1, 0.7, 123456.79, 16777215];
    expect(configOf(loss('softmaxCrossEntropy', {classWeights: tf.tensor1d(numbers)})).text).toBe(text);
    expect(configOf(loss('softmaxCrossEntropy', {classWeights: Float32Array.from(numbers)})).text).toBe(text);
    expect(configOf(loss('softmaxCrossEntropy', {classWeights: numbers})).text).toBe(text);
    // Whatever the number, reading the text back gives the same float32.
    const odd = Float32Array.from({length: 1000}, (_, i) => Math.exp(Math.sin(i) * 40));
    const read = lossFromText(configOf(loss('softmaxCrossEntropy', {classWeights: odd})).text);
    expect(read && Float32Array.from(Object(configOf(read).options['classWeights']))).toEqual(odd);
  });

  test('a tensor that cannot be read at once asks for an array', () => {
    const weights = tf.tensor1d([1, 2]);
    const read = jest.spyOn(weights, 'dataSync').mockImplementation(() => {
      throw new Error('WebGPU readSync is only available for CPU-resident tensors.');
    });
    expect(() => loss('softmaxCrossEntropy', {classWeights: weights})).toThrow(
      "loss('softmaxCrossEntropy'): the numbers of option 'classWeights' could not be read from its tensor on this " +
        'backend; pass an array instead, for example Array.from(await tensor.data()).',
    );
    read.mockRestore();
  });

  test('tensors of other shapes, and what is no value', () => {
    // @ts-expect-error a tensor of two axes
    expect(() => loss('softmaxCrossEntropy', {classWeights: tf.ones([2, 2])})).toThrow(
      "option 'classWeights' must have one axis, got a tensor of shape [2,2]",
    );
    // @ts-expect-error no plain value
    expect(() => loss('softmaxCrossEntropy', {classWeights: new Map()})).toThrow(
      "loss('softmaxCrossEntropy'): option 'classWeights' must be a finite number, a boolean, null, a string or an " +
        'array of finite numbers, got an object (Map).',
    );
  });

  test('an unknown name', () => {
    expect(() => loss('focal')).toThrow("Unknown loss 'focal'. Did you mean ");
    expect(() => loss('meanSquaredError')).toThrow('Unknown loss');
    expect(() => loss('softmaxCrossEntropy(labelSmoothing=0.1)')).toThrow("Did you mean 'softmaxCrossEntropy'");
  });
});

describe('registerLoss', () => {
  const factory = (): ((yTrue: tf.Tensor, yPred: tf.Tensor) => tf.Tensor) => (_yTrue, yPred) => tf.sum(yPred, 1);

  test('lists this package’s losses first', () => {
    expect(listLosses().slice(0, OWN.length)).toEqual(OWN);
    registerLoss('plainSum', factory);
    expect(listLosses()).toEqual([...OWN, 'plainSum']);
  });

  test('gives the factory its options, as plain values', () => {
    const seen: object[] = [];
    registerLoss('weightedSum', (options: {weights?: readonly number[]; scale?: number}) => {
      seen.push(options);
      return (_yTrue, yPred) => tf.mul(tf.sum(yPred, 1), options.scale ?? 1);
    });
    const used = loss('weightedSum', {weights: tf.tensor1d([0.1, 2]), scale: 3, other: undefined});
    expect(seen).toEqual([{weights: [0.1, 2], scale: 3}]);
    expect(Object.isFrozen(seen[0])).toBe(true);
    expect(configOf(used).text).toBe('weightedSum(scale=3,weights=[0.1,2])');
    expect(configOf(used).takesClassIndices).toBe(false);
    expect(
      used(
        tf.zeros([2]),
        tf.tensor2d([
          [1, 2],
          [3, 4],
        ]),
      ).arraySync(),
    ).toEqual([9, 21]);
  });

  test('class indices are the factory’s to ask for', async () => {
    install(tf);
    registerLoss('indexed', () => (yTrue, yPred) => tf.add(tf.sum(yPred, 1), tf.reshape(yTrue, [-1])), {
      takesClassIndices: true,
    });
    const model = tf.sequential({layers: [tf.layers.dense({units: 2, kernelInitializer: 'zeros', inputShape: [1]})]});
    model.compile({optimizer: 'sgd', loss: 'indexed'});
    const {history} = await model.fit(tf.ones([2, 1]), tf.tensor1d([3, 5]), {verbose: 0});
    expect(history['loss']).toEqual([4]);
  });

  test('the same again is fine, another of the name is not', () => {
    registerLoss('plainSum', factory);
    expect(() => registerLoss('plainSum', () => factory())).toThrow(
      "registerLoss('plainSum'): a loss of this name is registered already.",
    );
    expect(() => registerLoss('softmaxCrossEntropy', factory)).toThrow('a loss of this name is registered already');
    expect(() => registerLoss('meanSquaredError', factory)).toThrow(
      "registerLoss('meanSquaredError'): tfjs has a loss of this name.",
    );
  });

  test('names that a saved model would change', () => {
    expect(() => registerLoss('Sum', factory)).toThrow("it would come back as 'sum'");
    expect(() => registerLoss('my_sum', factory)).toThrow('a name consists of letters and digits');
    expect(() => registerLoss('sumXY', factory)).toThrow("it would come back as 'sumXy'");
    expect(listLosses()).not.toContain('sumXY');
  });

  test('a loss must return one value per sample: class weights would broadcast against anything else', () => {
    registerLoss('scalarLoss', () => (_yTrue, yPred) => tf.mean(yPred));
    registerLoss('columnLoss', () => (_yTrue, yPred) => tf.sum(yPred, 1, true));
    expect(() => loss('scalarLoss')(tf.zeros([2]), tf.zeros([2, 3]))).toThrow(
      'scalarLoss: a loss must return one value per sample, here [2], but it returned [].',
    );
    expect(() => loss('columnLoss')(tf.zeros([2]), tf.zeros([2, 3]))).toThrow('but it returned [2,1]');
  });

  test('what is no factory', () => {
    // @ts-expect-error no function
    expect(() => registerLoss('nothing', {})).toThrow('the factory must be a function, got an object (Object)');
    // @ts-expect-error the factory's result is no function
    registerLoss('noLoss', () => 3);
    expect(() => loss('noLoss')).toThrow("loss('noLoss'): its factory must return a function, got 3.");
  });
});

describe('nearest', () => {
  test('edit distances', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('abc', '')).toBe(3);
    expect(editDistance('abc', 'abc')).toBe(0);
    expect(editDistance('flaw', 'lawn')).toBe(2);
  });

  test('the nearest first, ties in order, case ignored', () => {
    expect(nearest('CAT', ['dog', 'bat', 'cart', 'cat'])).toEqual(['cat', 'bat', 'cart']);
    expect(nearest('x', [], 2)).toEqual([]);
  });
});
