import * as tf from '@tensorflow/tfjs';
import {ALL, LOGITS, type Op, labelsOf} from './_ops';

beforeAll(() => tf.setBackend('cpu'));

describe('a thousand steps of training leave no tensor and no byte', () => {
  test.each(ALL)('$name', (op) => {
    const z = tf.variable(tf.tensor2d(LOGITS));
    const labels = tf.tensor(labelsOf(op));
    const optimizer = tf.train.sgd(0.1);
    const weighted =
      op.family === 'sigmoid' ? {posWeight: [1, 2, 3], labelSmoothing: 0.1} : {classWeights: [1, 2, 3], zLoss: 1e-3};
    // Both ways of reducing: in the kernel, and by tfjs where there are weights.
    const step = (i: number): void => {
      const options = i % 2 === 0 ? {} : {...weighted, weights: op.family === 'sigmoid' ? [1, 2, 3] : [1, 2, 3, 4]};
      optimizer.minimize(() => op.apply(labels, z, options) as tf.Scalar);
    };
    step(0);
    step(1);
    const {numTensors, numBytes, numDataBuffers} = tf.memory();
    for (let i = 0; i < 1000; i++) step(i);
    expect(tf.memory()).toMatchObject({numTensors, numBytes, numDataBuffers});
    // It did train.
    expect(op.apply(labels, z).dataSync()[0]).toBeLessThan(op.apply(labels, LOGITS).dataSync()[0] ?? NaN);
    optimizer.dispose();
    tf.dispose([z, labels]);
  });
});

describe('nothing of the logits’ size but their gradient', () => {
  const [N, K] = [64, 512];

  const options: [string, (op: Op) => object][] = [
    ['mean', () => ({})],
    ['sum', () => ({reduction: 'sum'})],
    ['normalizer', () => ({normalizer: 3})],
    ['smoothing', () => ({labelSmoothing: 0.1})],
    [
      'every option',
      (op) =>
        op.family === 'sigmoid'
          ? {posWeight: new Float32Array(K).fill(2), labelSmoothing: 0.1}
          : {classWeights: new Float32Array(K).fill(2), zLoss: 1e-3, labelSmoothing: 0.1},
    ],
    ['ignored rows', (op) => (op.family === 'sparse' ? {ignoreIndex: 3} : {})],
    // The losses of the sigmoid family are as many as the logits.
    ['none', (op) => (op.family === 'sigmoid' ? {} : {reduction: 'none'})],
    ['weights', (op) => (op.family === 'sigmoid' ? {} : {weights: new Float32Array(N).fill(2)})],
  ];
  const rows = ALL.flatMap((op) => options.map(([what, make]) => [op.name, what, op, make] as const));

  /** The kernels that write a tensor of at least a quarter of the logits' size. */
  async function large(f: () => tf.Tensor): Promise<string[]> {
    const {kernels} = await tf.profile(f);
    // These two give another tensor to the same values. (tf.memory counts them again, as it does the tape's saved inputs.)
    const writing = kernels.filter(({name}) => name !== 'Identity' && name !== 'Reshape');
    const sizes = (shapes: number[][]): number[] => shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
    return writing.filter(({outputShapes}) => Math.max(...sizes(outputShapes)) >= (N * K) / 4).map(({name}) => name);
  }

  test.each(rows)('%s, %s', async (_name, _what, op, make) => {
    const z = tf.randomNormal([N, K], 0, 1, 'float32', 1);
    const labels = op.family === 'sparse' ? tf.ones([N], 'int32') : tf.fill([N, K], 1 / K);
    expect(await large(() => op.apply(labels, z, make(op)))).toEqual([]);
    const gradient = await large(() => tf.grad((x: tf.Tensor) => op.apply(labels, x, make(op)))(z));
    expect(gradient).toEqual([expect.stringMatching(/CrossEntropyWithLogitsGrad$/)]);
    tf.dispose([z, labels]);
  });
});
