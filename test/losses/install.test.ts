import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs';
import {install, loss} from '../../src';
import {TFJS_LOSSES} from '../../src/losses/registry';
import {FEATURES, build, inputs, numbers} from './_models';

const N = 4;
const K = 3;

/** Everything here starts on a tfjs that install has not touched: tests run in the order of this file. */
const original = tf.LayersModel.prototype.compile;

beforeAll(() => tf.setBackend('cpu'));

describe('what src/losses/compile.ts relies on in tfjs-layers', () => {
  test('the fields of a compiled model', () => {
    for (const kind of ['sequential', 'functional'] as const) {
      const model = build(kind, [], K);
      model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
      // A Sequential compiles the LayersModel inside it, and copies its loss.
      const inner: unknown = kind === 'sequential' ? Reflect.get(model, 'model') : model;
      expect(inner).toBeInstanceOf(tf.LayersModel);
      expect(inner).toMatchObject({
        loss: 'meanSquaredError',
        outputNames: model.outputNames,
        feedOutputShapes: [[null, K]],
      });
      expect(model.loss).toBe('meanSquaredError');
    }
  });

  test('Sequential has a compile of its own, which calls the one of LayersModel', () => {
    expect(Object.getPrototypeOf(tf.Sequential)).toBe(tf.LayersModel);
    const compile = jest.spyOn(tf.LayersModel.prototype, 'compile');
    build('sequential', [], K).compile({optimizer: 'sgd', loss: 'meanSquaredError'});
    expect(compile).toHaveBeenCalledTimes(1);
    compile.mockRestore();
  });

  test('fit and evaluate demand labels of the outputs’ shape, and a null lifts that', async () => {
    const model = build('functional', [], K);
    model.compile({optimizer: 'sgd', loss: loss('sparseSoftmaxCrossEntropy')});
    const xs = tf.tensor2d(inputs(N), [N, FEATURES]);
    const ys = tf.tensor1d([2, 0, 1, 1], 'int32');
    await expect(model.fit(xs, ys, {verbose: 0})).rejects.toThrow('shape');
    expect(() => model.evaluate(xs, ys)).toThrow('shape');
    Reflect.set(model, 'feedOutputShapes', [null]);
    await model.fit(xs, ys, {verbose: 0});
    expect(numbers(model.evaluate(xs, ys))).toHaveLength(1);
  });

  test('TFJS_LOSSES are the names tfjs-layers has', () => {
    const source = readFileSync(join(dirname(require.resolve('@tensorflow/tfjs-layers')), 'losses.js'), 'utf8');
    const names = /export const lossesMap = \{([^}]*)\}/.exec(source)?.[1]?.match(/\w+/g);
    expect(names).toEqual([...TFJS_LOSSES]);
    for (const name of TFJS_LOSSES) {
      expect(() => build('functional', [], K).compile({optimizer: 'sgd', loss: name})).not.toThrow();
    }
    expect(() => build('functional', [], K).compile({optimizer: 'sgd', loss: 'other'})).toThrow('Unknown loss');
  });
});

describe('without install', () => {
  test('a configured loss works as a function', async () => {
    const model = build('sequential', [], K);
    model.compile({optimizer: 'sgd', loss: loss('softmaxCrossEntropy', {labelSmoothing: 0.1})});
    await model.fit(tf.tensor2d(inputs(N), [N, FEATURES]), tf.fill([N, K], 1 / K), {verbose: 0});
  });

  test('a name is unknown to tfjs', () => {
    const model = build('sequential', [], K);
    expect(() => model.compile({optimizer: 'sgd', loss: 'softmaxCrossEntropy'})).toThrow('Unknown loss');
  });
});

/** The methods that install wraps beside compile. */
class Model {
  fit(): void {}
  fitDataset(): void {}
  makeTrainFunction(): void {}
  makeTestFunction(): void {}
}

describe('install', () => {
  test('refuses a namespace without models', () => {
    // @ts-expect-error tfjs-core has no LayersModel
    expect(() => install(core)).toThrow('install(tf) needs a namespace with LayersModel');
    // @ts-expect-error nothing at all
    expect(() => install()).toThrow('install(tf) needs a namespace with LayersModel');
    // @ts-expect-error a LayersModel that is no class
    expect(() => install({LayersModel: {}})).toThrow('install(tf) needs a namespace with LayersModel');
    class Empty {}
    expect(() => install({LayersModel: Empty})).toThrow('compile is not a function');
  });

  test('patches compile, once', () => {
    expect(tf.LayersModel.prototype.compile).toBe(original);
    const keys = Object.keys(tf.LayersModel.prototype);
    install(tf);
    const patched = tf.LayersModel.prototype.compile;
    expect(patched).not.toBe(original);
    install(tf);
    expect(tf.LayersModel.prototype.compile).toBe(patched);
    // Nothing new for a loop over the prototype.
    expect(Object.keys(tf.LayersModel.prototype)).toEqual(keys);
  });

  test('stays out of a compile without our losses', () => {
    const seen: unknown[] = [];
    class Other extends Model {
      compile(args: unknown): void {
        seen.push(args);
      }
    }
    install({LayersModel: Other});
    for (const args of [{loss: 'meanSquaredError'}, {loss: [tf.losses.hingeLoss]}, {}, {loss: null}, undefined]) {
      new Other().compile(args);
      expect(seen.at(-1)).toBe(args);
    }
  });

  test('patches each prototype it is given, and says where it does not know the model', () => {
    class Other extends Model {
      loss: unknown;
      outputs = [tf.input({shape: [3]}), tf.input({shape: [3]})];
      outputNames = ['a', 'b'];
      metricsNames = ['loss'];
      feedOutputShapes: unknown[] = [];
      compile(args: {loss: unknown}): void {
        this.loss = args.loss;
        this.feedOutputShapes = [
          [null, 3],
          [null, 3],
        ];
      }
    }
    install({LayersModel: Other});
    install({LayersModel: Other});
    const model = new Other();
    model.compile({loss: {b: 'sparseSoftmaxCrossEntropy', a: 'softmaxCrossEntropy'}});
    expect(model.loss).toEqual({b: 'sparseSoftmaxCrossEntropy', a: 'softmaxCrossEntropy'});
    expect(model.feedOutputShapes).toEqual([[null, 3], null]);
    model.compile({loss: ['sparseSoftmaxCrossEntropy', 'meanSquaredError']});
    expect(model.feedOutputShapes).toEqual([null, [null, 3]]);

    class Changed extends Model {
      outputs: unknown[] = [];
      outputNames: unknown[] = [];
      compile(_args: {loss: string}): void {}
    }
    install({LayersModel: Changed});
    expect(() => new Changed().compile({loss: 'softmaxCrossEntropy'})).toThrow(
      'does not know this version of tfjs-layers',
    );
  });

  test('says at once which method is not there', () => {
    class NoTestFunction {
      compile(): void {}
      fit(): void {}
      fitDataset(): void {}
      makeTrainFunction(): void {}
    }
    expect(() => install({LayersModel: NoTestFunction})).toThrow(
      'does not know this version of tfjs-layers: LayersModel.prototype.makeTestFunction is not a function',
    );
  });

  test('a class that extends a patched one is patched through it', () => {
    class Mine extends tf.LayersModel {
      override compile(args: tf.ModelCompileArgs): void {
        super.compile(args);
      }
    }
    const {compile} = Mine.prototype;
    install({LayersModel: Mine});
    expect(Mine.prototype.compile).toBe(compile);
  });

  test('a second copy of tfjs-layers', async () => {
    let second: typeof layers = layers;
    jest.isolateModules(() => {
      // The same tfjs-core, whose kernels are global anyway, under another copy of tfjs-layers.
      jest.doMock('@tensorflow/tfjs-core', () => core);
      second = jest.requireActual<typeof layers>('@tensorflow/tfjs-layers');
    });
    expect(second.LayersModel).not.toBe(tf.LayersModel);
    const model = second.sequential({layers: [second.layers.dense({units: K, inputShape: [FEATURES]})]});
    const compile = (): void => model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy'});
    expect(compile).toThrow('Unknown loss');
    install(second);
    compile();
    expect(model.loss).toBe('sparseSoftmaxCrossEntropy');
    const {history} = await model.fit(tf.ones([N, FEATURES]), tf.tensor1d([2, 0, 1, 1], 'int32'), {verbose: 0});
    expect(history['loss']?.[0]).toBeGreaterThan(0);
  });
});
