/** What 'accuracy', 'crossentropy' and this package's metrics are for the outputs of a loss. */
import * as tf from '@tensorflow/tfjs';
import {
  categoricalAccuracyFromLogits,
  f1,
  metric,
  precision,
  rocAuc,
  sparseCategoricalAccuracyFromLogits,
  topKCategoricalAccuracy,
} from '../../src';
import * as reference from '../../src/reference';
import {
  type LossMetricName,
  type LossOfMetric,
  isLossMetricName,
  metricForLoss,
  ownMetricForLoss,
} from '../../src/metrics/by_loss';
import {expectNear, valueOf} from './_close';

beforeAll(() => tf.setBackend('cpu'));

const sigmoid: LossOfMetric = {name: 'sigmoidCrossEntropy', family: 'sigmoid', takesClassIndices: false};
const softmax: LossOfMetric = {name: 'softmaxCrossEntropy', family: 'softmax', takesClassIndices: false};
const sparse: LossOfMetric = {name: 'sparseSoftmaxCrossEntropy', family: 'softmax', takesClassIndices: true};
const ignoring: LossOfMetric = {...sparse, ignoreIndex: -1};

const NAMES: [LossMetricName, string][] = [
  ['accuracy', 'acc'],
  ['acc', 'acc'],
  ['crossentropy', 'ce'],
  ['ce', 'ce'],
];

test.each(NAMES)("'%s' logs as '%s', or under the name given", (name, logName) => {
  for (const loss of [sigmoid, softmax, sparse]) {
    expect(metricForLoss(name, loss).name).toBe(logName);
    expect(metricForLoss(name, loss, {}, name).name).toBe(name);
  }
  expect(isLossMetricName(name)).toBe(true);
});

test('other names are not those of a loss', () => {
  for (const name of ['mse', 'precision', 'Accuracy', undefined, precision]) expect(isLossMetricName(name)).toBe(false);
});

/** The values for tensors of these labels and logits. */
function values(
  loss: LossOfMetric,
  y: tf.Tensor,
  z: tf.Tensor,
  ...rest: [Parameters<typeof metricForLoss>[2]?]
): number[] {
  const both = (['acc', 'ce'] as const).map((name) => valueOf(metricForLoss(name, loss, ...rest)(y, z)));
  tf.dispose([y, z]);
  return both;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const bce = (y: number, z: number): number => reference.sigmoidCrossEntropy.loss(y, z);
const ce = (y: number, z: readonly number[]): number => reference.sparseSoftmaxCrossEntropy.loss(y, z);

describe('the sigmoid family', () => {
  const y = [1, 0, 1, 1, 0, 0, 1, 0];
  const z = [2, -1, -0.5, 0.25, 0.25, -3, 0, 0];
  const accuracy = 5 / 8;
  const crossEntropy = mean(z.map((value, i) => bce(y[i] ?? NaN, value)));

  test.each([
    [[8], [8]],
    [[8], [8, 1]],
    [
      [8, 1],
      [8, 1],
    ],
    [[8, 1], [8]],
    [
      [4, 2],
      [4, 2],
    ],
    [
      [4, 2],
      [4, 2, 1],
    ],
    [
      [4, 2, 1],
      [4, 2, 1],
    ],
    [
      [2, 2, 2],
      [2, 2, 2],
    ],
  ])('labels [%s] and outputs [%s]', (labelShape, outputShape) => {
    for (const dtype of ['int32', 'float32', 'bool'] as const) {
      const [acc = NaN, loss = NaN] = values(sigmoid, tf.tensor(y, labelShape, dtype), tf.tensor(z, outputShape));
      expectNear(acc, accuracy, 'accuracy');
      expectNear(loss, crossEntropy, 'cross-entropy');
    }
  });

  test('a weight for each row', () => {
    const weights = [1, 0, 2, 0.5];
    const row = (i: number): number[] => [2 * i, 2 * i + 1];
    const over = (of: (i: number) => number): number =>
      weights.reduce((sum, w, i) => sum + w * mean(row(i).map(of)), 0) / 3.5;
    const [acc = NaN, loss = NaN] = values(sigmoid, tf.tensor(y, [4, 2]), tf.tensor(z, [4, 2]), {
      splitLabels: (labels) => ({labels, weights: tf.tensor1d(weights)}),
    });
    expectNear(
      acc,
      over((i) => Number((z[i] ?? 0) > 0 === (y[i] === 1))),
    );
    expectNear(
      loss,
      over((i) => bce(y[i] ?? NaN, z[i] ?? NaN)),
    );
  });

  test('probabilities, as logits', () => {
    const p = z.map((value) => 1 / (1 + Math.exp(-value)));
    const toLogits = jest.fn((outputs: tf.Tensor) => tf.log(tf.div(outputs, tf.sub(1, outputs))));
    const [acc = NaN, loss = NaN] = values(sigmoid, tf.tensor1d(y.slice(0, 6)), tf.tensor1d(p.slice(0, 6)), {toLogits});
    expect(toLogits).toHaveBeenCalledTimes(2);
    expectNear(acc, 4 / 6);
    expectNear(loss, mean(z.slice(0, 6).map((value, i) => bce(y[i] ?? NaN, value))));
  });
});

describe('the softmax family', () => {
  const z = [
    [2, 1, 0],
    [0, 3, 3.5],
    [1, 0, 1],
    [0, 0.5, 4],
  ];
  const y = [0, 1, 2, 2];

  test('ignored rows are out of both', () => {
    const ignored = [0, -1, 2, 2];
    const [acc = NaN, loss = NaN] = values(ignoring, tf.tensor1d(ignored, 'int32'), tf.tensor2d(z));
    expectNear(acc, 2 / 3);
    expectNear(loss, mean([0, 2, 3].map((i) => ce(y[i] ?? NaN, z[i] ?? []))));
    // All of them: 0, as the loss.
    expect(values(ignoring, tf.tensor1d([-1, -1], 'int32'), tf.tensor2d(z.slice(0, 2)))).toEqual([0, 0]);
  });

  test('weights from a column beside the labels', () => {
    const packed = tf.tensor2d([
      [0, 1],
      [1, 0],
      [2, 3],
      [2, 0.5],
    ]);
    const [acc = NaN, loss = NaN] = values(sparse, packed, tf.tensor2d(z), {
      splitLabels: (column) => ({
        labels: tf.slice(column, [0, 0], [-1, 1]),
        weights: tf.reshape(tf.slice(column, [0, 1], [-1, 1]), [-1]),
      }),
    });
    expectNear(acc, 1.5 / 4.5);
    const weights = [1, 0, 3, 0.5];
    expectNear(loss, weights.reduce((sum, w, i) => sum + w * ce(y[i] ?? NaN, z[i] ?? []), 0) / 4.5);
  });

  test('soft labels: the class is the largest, the cross-entropy that of all', () => {
    const q = [
      [0.7, 0.2, 0.1],
      [0.25, 0.5, 0.25],
      [0.3, 0.3, 0.4],
      [0.1, 0.1, 0.8],
    ];
    const [acc = NaN, loss = NaN] = values(softmax, tf.tensor2d(q), tf.tensor2d(z));
    expectNear(acc, 0.5);
    expectNear(loss, mean(q.map((row, i) => row.reduce((sum, part, k) => sum + part * ce(k, z[i] ?? []), 0))));
  });

  test('labels of another shape', () => {
    expect(() => metricForLoss('acc', sparse)(tf.ones([4, 3]), tf.tensor2d(z))).toThrow(
      /expected class indices, \[4\]/,
    );
    expect(() => metricForLoss('acc', softmax)(tf.ones([4]), tf.tensor2d(z))).toThrow(/a number for each class/);
    expect(() => metricForLoss('ce', softmax)(tf.ones([4]), tf.tensor2d(z))).toThrow(
      /crossentropy of softmaxCrossEntropy: labels of shape \[4\] do not fit; expected \[4, 3\]/,
    );
  });
});

describe('metrics of this package', () => {
  // Rows lie at different heights, which matters for scores that are compared across rows.
  const z = tf.tensor2d([
    [2, 1, 0],
    [5, 8, 8.5],
    [-2, -3, -2],
    [1, 1.5, 5],
  ]);
  const indices = tf.tensor1d([0, 1, 2, 2], 'int32');
  const some = tf.tensor1d([0, -1, 2, 2], 'int32');
  const oneHot = tf.oneHot(indices, 3);

  const bound = (value: unknown, loss: LossOfMetric, y: tf.Tensor, outputs: tf.Tensor = z): number => {
    const own = ownMetricForLoss(value, loss);
    if (own === undefined) throw new Error('Not a metric of this package.');
    return valueOf(own(y, outputs));
  };

  test('labels of the outputs’ shape are one-hot under a softmax, and one for each output under a sigmoid', () => {
    for (const one of [precision, f1, rocAuc]) {
      const [asClasses, asLabels] = [valueOf(one(oneHot, z, {oneHot: true})), valueOf(one(oneHot, z))];
      expect(asClasses).not.toBe(asLabels);
      expect(bound(one, softmax, oneHot)).toBe(asClasses);
      expect(bound(one, sigmoid, oneHot)).toBe(asLabels);
      expect(bound(one, sparse, indices)).toBe(asClasses);
    }
  });

  test('the axis and the ignored index are those of the loss', () => {
    const onAxis1 = tf.transpose(tf.reshape(z, [2, 2, 3]), [0, 2, 1]);
    const byTime = tf.reshape(some, [2, 2]);
    const loss = {...ignoring, axis: 1};
    const options = {ignoreIndex: -1};
    expect(bound(precision, loss, byTime, onAxis1)).toBe(valueOf(precision(some, z, options)));
    expect(bound(rocAuc, loss, byTime, onAxis1)).toBe(valueOf(rocAuc(some, z, options)));
    expect(bound(sparseCategoricalAccuracyFromLogits, loss, byTime, onAxis1)).toBe(
      valueOf(sparseCategoricalAccuracyFromLogits(some, z, options)),
    );
    expect(bound(metric('topKCategoricalAccuracy', {k: 1}), loss, byTime, onAxis1)).toBe(
      valueOf(topKCategoricalAccuracy(some, z, {...options, k: 1})),
    );
    expect(
      bound(
        categoricalAccuracyFromLogits,
        {...softmax, axis: 1},
        tf.transpose(tf.reshape(oneHot, [2, 2, 3]), [0, 2, 1]),
        onAxis1,
      ),
    ).toBe(valueOf(categoricalAccuracyFromLogits(oneHot, z)));
  });

  test('its own options go first, and its name stays', () => {
    const own = metric('precision', {oneHot: false, average: 'macro', name: 'perOutput'});
    expect(bound(own, softmax, oneHot)).toBe(valueOf(precision(oneHot, z, {average: 'macro'})));
    expect(ownMetricForLoss(own, softmax)?.name).toBe('perOutput');
    expect(ownMetricForLoss(f1, softmax)?.name).toBe('f1');
  });

  test('labels are split and outputs made logits first', () => {
    const weights = tf.tensor1d([1, 0, 2, 1]);
    const preparation = {
      splitLabels: (labels: tf.Tensor) => ({labels, weights}),
      toLogits: (outputs: tf.Tensor) => tf.neg(outputs),
    };
    expect(valueOf(ownMetricForLoss(f1, sparse, preparation)?.(indices, tf.neg(z)) ?? tf.scalar(NaN))).toBe(
      valueOf(f1(indices, z, {weights})),
    );
  });

  test('other functions are not touched', () => {
    for (const other of [tf.metrics.binaryAccuracy, 'precision', undefined]) {
      expect(ownMetricForLoss(other, softmax)).toBeUndefined();
    }
  });
});
