import * as tf from '@tensorflow/tfjs';
import {type ConfiguredLoss, type ModelLoss, install, loss} from '../../src';

/**
 * What compiles and what doesn't: `tsc` fails where a line marked @ts-expect-error has no error (jest strips the
 * types without checking them). The functions are never called.
 */
const lines: (() => ConfiguredLoss | void)[] = [
  // Options by name.
  () => loss('softmaxCrossEntropy'),
  () =>
    loss('softmaxCrossEntropy', {labelSmoothing: 0.1, classWeights: [1, 2], axis: 1, zLoss: 1e-4, fromLogits: true}),
  () => loss('softmaxCrossEntropy', {classWeights: tf.tensor1d([1, 2])}),
  () => loss('sparseSoftmaxCrossEntropy', {ignoreIndex: -1, classWeights: new Float32Array(2)}),
  () => loss('sigmoidCrossEntropy', {posWeight: [1, 2], labelReduction: 'sum'}),
  () => loss('sigmoidFocalCrossEntropy', {gamma: 2, alpha: null, labelReduction: 'mean'}),
  () => loss('softmaxFocalCrossEntropy', {gamma: 2, alpha: [0.2, 0.8]}),
  () => loss('sparseSoftmaxFocalCrossEntropy', {gamma: 2, alpha: 0.5, ignoreIndex: 0}),
  // @ts-expect-error misspelled
  () => loss('softmaxCrossEntropy', {labelSmothing: 0.1}),
  // @ts-expect-error of the sparse losses only
  () => loss('softmaxCrossEntropy', {ignoreIndex: 1}),
  // @ts-expect-error of the focal losses only
  () => loss('sparseSoftmaxCrossEntropy', {gamma: 2}),
  // @ts-expect-error of the sigmoid family only
  () => loss('softmaxCrossEntropy', {labelReduction: 'sum'}),
  // @ts-expect-error of the softmax family only
  () => loss('sigmoidCrossEntropy', {classWeights: [1, 2]}),
  // @ts-expect-error no such reduction
  () => loss('sigmoidCrossEntropy', {labelReduction: 'none'}),
  // @ts-expect-error takes a number
  () => loss('softmaxCrossEntropy', {labelSmoothing: '0.1'}),
  // @ts-expect-error takes one alpha
  () => loss('sigmoidFocalCrossEntropy', {alpha: [0.2, 0.8]}),
  // @ts-expect-error the model reduces
  () => loss('softmaxCrossEntropy', {reduction: 'sum'}),
  // @ts-expect-error the model weighs
  () => loss('sigmoidCrossEntropy', {weights: [1, 2]}),
  // @ts-expect-error the model divides
  () => loss('sparseSoftmaxCrossEntropy', {normalizer: 2}),

  // Registered losses: any plain values.
  () => loss('mine', {margin: 1, names: 'a', on: true, off: null, weights: [1, 2]}),
  // @ts-expect-error functions cannot be saved
  () => loss('mine', {margin: () => 1}),

  // Every form of compile, and of install.
  () => {
    const model = tf.sequential();
    const one: ModelLoss = loss('softmaxCrossEntropy');
    model.compile({optimizer: 'sgd', loss: loss('softmaxCrossEntropy')});
    model.compile({optimizer: 'sgd', loss: one});
    model.compile({optimizer: 'sgd', loss: [loss('softmaxCrossEntropy'), one]});
    model.compile({optimizer: 'sgd', loss: {a: loss('softmaxCrossEntropy')}});
    install(tf);
    install({LayersModel: tf.LayersModel});
    // @ts-expect-error no models in it
    install({});
  },
];

test('the lines above are checked by tsc', () => {
  expect(lines.length).toBeGreaterThan(0);
});
