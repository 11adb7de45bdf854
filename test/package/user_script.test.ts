/**
 * A script as a user writes it, unchanged, once beside the script tags of tfjs and this package (tf.min.js and
 * tfjs-losses.min.js, both minified) and once with tfjs-node and the packed package.
 */
import {withTfjsNode} from '../node/_tfjs_node';
import {type Packed, pack} from './_packed';

let packed: Packed;
beforeAll(() => {
  packed = pack();
}, 180_000);
afterAll(() => packed.remove());

const SCRIPT = `
async function script(tf, {install, loss, withProbabilities, precision, checkLogits}) {
  install(tf);
  const x = tf.randomNormal([120, 2], 0, 1, 'float32', 3);
  // Three sectors of the plane.
  const y = tf.tidy(() => tf.argMax(tf.matMul(x, tf.tensor2d([[2, -1, -1], [0, 2, -2]])), 1));
  const kernel = tf.initializers.glorotUniform({seed: 5});
  const model = tf.sequential({layers: [
    tf.layers.dense({units: 8, activation: 'tanh', inputShape: [2], kernelInitializer: kernel}),
    tf.layers.dense({units: 3, kernelInitializer: kernel}),
  ]});
  model.compile({
    optimizer: tf.train.momentum(0.2, 0.9),
    loss: loss('sparseSoftmaxCrossEntropy', {labelSmoothing: 0.05}),
    metrics: ['accuracy', 'crossentropy', precision],
  });
  const {history} = await model.fit(x, y, {
    epochs: 8, batchSize: 30, shuffle: false, verbose: 0, validationSplit: 0.25, classWeight: {0: 1, 1: 2, 2: 1},
  });
  let artifacts;
  await model.save(tf.io.withSaveHandler(async (saved) => {
    artifacts = saved;
    return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
  }), {includeOptimizer: true});
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const [next, loadedNext] = [await model.trainOnBatch(x, y), await loaded.trainOnBatch(x, y)];
  const probabilities = withProbabilities(model).predict(x);
  const report = await checkLogits(model.predict(x));
  return {
    keys: Object.keys(history).sort(), history, loss: loaded.loss, metrics: loaded.metrics, next, loadedNext,
    sum: (await probabilities.sum(1).data())[0], messages: report.messages, backend: tf.getBackend(),
  };
}`;

interface Result {
  readonly keys: string[];
  readonly history: Record<string, number[]>;
  readonly loss: string;
  readonly metrics: string[];
  readonly next: number[];
  readonly loadedNext: number[];
  readonly sum: number;
  readonly messages: string[];
  readonly backend: string;
}

function run(name: string, setUp: string): Result {
  const text = `${setUp}\n${SCRIPT}\nscript(tf, tfjsLosses).then((result) => console.log(JSON.stringify(result)));`;
  const printed = packed.node([packed.write(name, text)]);
  return JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as Result;
}

function expectResult(result: Result): void {
  expect(result.keys).toEqual(['acc', 'ce', 'loss', 'precision', 'val_acc', 'val_ce', 'val_loss', 'val_precision']);
  expect(result.loss).toBe('sparseSoftmaxCrossEntropy(labelSmoothing=0.05)');
  expect(result.metrics).toEqual(['accuracy', 'crossentropy', 'precision']);
  expect(result.history['val_acc']?.at(-1)).toBeGreaterThan(0.9);
  expect(result.loadedNext).toEqual(result.next);
  expect(result.sum).toBeCloseTo(1, 5);
  expect(result.messages).toEqual([]);
}

const scriptTags = `
  const {readFileSync} = require('node:fs');
  const vm = require('node:vm');
  // tf.min.js sees that this is Node and asks for its modules.
  globalThis.require = require;
  for (const file of ['@tensorflow/tfjs/dist/tf.min.js', 'tfjs-losses/dist/tfjs-losses.min.js']) {
    vm.runInThisContext(readFileSync(require('node:path').join(__dirname, 'node_modules', file), 'utf8'), file);
  }
  const {tf, tfjsLosses} = globalThis;`;

test('beside script tags', () => {
  const result = run('tags.cjs', scriptTags);
  expect(result.backend).toBe('cpu');
  expectResult(result);
});

withTfjsNode(() => {
  test('with tfjs-node, the same numbers', () => {
    const result = run(
      'node.cjs',
      `const tf = require('@tensorflow/tfjs-node');
       const tfjsLosses = require('tfjs-losses');
       require('tfjs-losses/node');`,
    );
    expect(result.backend).toBe('tensorflow');
    expectResult(result);
    const tags = run('tags.cjs', scriptTags);
    for (const [key, values] of Object.entries(tags.history)) {
      values.forEach((value, epoch) => expect(result.history[key]?.[epoch]).toBeCloseTo(value, 3));
    }
  });
});
