/** Values from scikit-learn, by test/golden/make_metric_goldens.py. */
import * as tf from '@tensorflow/tfjs';
import {
  binaryAccuracyFromLogits,
  categoricalAccuracyFromLogits,
  f1,
  precision,
  recall,
  rocAuc,
  sparseCategoricalAccuracyFromLogits,
  topKCategoricalAccuracy,
} from '../../src';
import {metricForLoss} from '../../src/metrics/by_loss';
import goldens from '../golden/metrics.json';
import {expectNear, valueOf} from './_close';

beforeAll(() => tf.setBackend('cpu'));

const SCORES = {precision, recall, f1};
const AVERAGES = ['micro', 'macro', 'weighted'] as const;
type Scores = {readonly [Name in keyof typeof SCORES]: {readonly [Key in (typeof AVERAGES)[number]]: number}};

const names = ['precision', 'recall', 'f1'] as const;
const DTYPES = ['int32', 'float32', 'bool'] as const;
const sigmoid = {name: 'test', family: 'sigmoid', takesClassIndices: false} as const;
const softmax = {name: 'test', family: 'softmax', takesClassIndices: false} as const;
const sparse = {name: 'test', family: 'softmax', takesClassIndices: true} as const;

/** scikit-learn's null is undefined, which here is NaN. */
const orNaN = (value: number | null): number => value ?? NaN;

describe.each(goldens.binary)(
  'binary: $name',
  ({labels, logits, weights, accuracy, scores, rocAuc: area, ...golden}) => {
    const n = labels.length;
    const shapes: [string, number[], number[]][] = [
      ['[N] and [N]', [n], [n]],
      ['[N, 1] and [N, 1]', [n, 1], [n, 1]],
      ['[N] and [N, 1]', [n], [n, 1]],
      ['[1, N, 1] and [1, N, 1]', [1, n, 1], [1, n, 1]],
    ];
    const rows = shapes.flatMap((shape) => DTYPES.map((dtype) => [...shape, dtype] as const));

    test.each(rows)('labels and logits %s, %s %s %s', (what, labelShape, logitShape, dtype) => {
      tf.tidy(() => {
        const y = tf.tensor(labels, labelShape, dtype);
        const z = tf.tensor(logits, logitShape);
        const options =
          weights === null ? {} : {weights: tf.tensor(weights, labelShape.slice(0, what.startsWith('[1') ? 2 : 1))};
        expectNear(valueOf(binaryAccuracyFromLogits(y, z, options)), accuracy, 'accuracy');
        for (const name of names) {
          expectNear(valueOf(SCORES[name](y, z, options)), scores[name].binary, name);
          expectNear(
            valueOf(SCORES[name](y, z, {...options, average: 'macro'})),
            scores[name].binary,
            `${name}, macro`,
          );
        }
        expectNear(valueOf(rocAuc(y, z, options)), orNaN(area), 'rocAuc');
        const split = {splitLabels: () => ({labels: y, weights: options.weights})};
        expectNear(valueOf(metricForLoss('ce', sigmoid, split)(y, z)), golden.crossEntropy, 'cross-entropy');
        expectNear(valueOf(metricForLoss('acc', sigmoid, split)(y, z)), accuracy, 'accuracy by loss');
      });
    });
  },
);

describe.each(goldens.multiLabel)(
  'multi-label: $name',
  ({name: which, labels, logits, accuracy, scores, ...golden}) => {
    test.each(DTYPES)('%s', (dtype) => {
      tf.tidy(() => {
        const y = tf.tensor2d(labels, undefined, dtype);
        const z = tf.tensor2d(logits);
        expectNear(valueOf(binaryAccuracyFromLogits(y, z)), accuracy);
        for (const name of names) {
          expectNear(valueOf(SCORES[name](y, z)), scores[name].micro, `${name}, default`);
          for (const average of AVERAGES) {
            expectNear(valueOf(SCORES[name](y, z, {average})), scores[name][average], `${name}, ${average}`);
          }
        }
        expectNear(valueOf(rocAuc(y, z)), orNaN(golden.rocAuc), `rocAuc, ${which}`);
        expectNear(valueOf(metricForLoss('crossentropy', sigmoid)(y, z)), golden.crossEntropy, 'cross-entropy');
      });
    });
  },
);

describe.each(goldens.multiClass)('multi-class: $name', (golden) => {
  const {labels, logits, weights} = golden;
  const n = labels.length;
  const classes = logits[0]?.length ?? 0;

  /** The labels in every form that fits the logits, with the option that says so. */
  function forms(): {what: string; y: tf.Tensor; z: tf.Tensor; w: tf.Tensor | undefined; options: object}[] {
    const z = tf.tensor2d(logits);
    const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), classes);
    const w = weights === null ? undefined : tf.tensor1d(weights);
    const two = [n / 2, 2];
    const twice = (x: tf.Tensor, ...rest: number[]): tf.Tensor => tf.reshape(x, [...two, ...rest]);
    const rows = (['int32', 'float32'] as const).flatMap((dtype) => {
      const y = tf.tensor1d(labels, dtype);
      return [
        {what: `[N] ${dtype}`, y, z, w, options: {}},
        {what: `[N, 1] ${dtype}`, y: tf.reshape(y, [n, 1]), z, w, options: {}},
        {what: `[N, T] ${dtype}`, y: twice(y), z: twice(z, classes), w: w && twice(w), options: {}},
        {what: `[N, T, 1] ${dtype}`, y: twice(y, 1), z: twice(z, classes), w: w && twice(w), options: {}},
        {
          what: `[N, T], classes on axis 1, ${dtype}`,
          y: twice(y),
          z: tf.transpose(twice(z, classes), [0, 2, 1]),
          w: w && twice(w),
          options: {axis: 1},
        },
        {
          what: `[N, 1, T], classes on axis 1, ${dtype}`,
          y: tf.reshape(y, [n / 2, 1, 2]),
          z: tf.transpose(twice(z, classes), [0, 2, 1]),
          w: w && twice(w),
          options: {axis: -2},
        },
      ];
    });
    const hot = DTYPES.map((dtype) => ({
      what: `one-hot ${dtype}`,
      y: tf.cast(oneHot, dtype),
      z,
      w,
      options: {oneHot: true},
    }));
    const onAxis = {
      what: 'one-hot on axis 1',
      y: tf.transpose(twice(tf.cast(oneHot, 'float32'), classes), [0, 2, 1]),
      z: tf.transpose(twice(z, classes), [0, 2, 1]),
      w: w && twice(w),
      options: {axis: 1, oneHot: true},
    };
    return [...rows, ...hot, onAxis];
  }

  test('accuracies', () => {
    tf.tidy(() => {
      for (const {what, y, z, w, options} of forms()) {
        const {oneHot, axis} = options as {oneHot?: boolean; axis?: number};
        const shared = {...(axis === undefined ? {} : {axis}), ...(w === undefined ? {} : {weights: w})};
        const accuracy = oneHot ? categoricalAccuracyFromLogits : sparseCategoricalAccuracyFromLogits;
        expectNear(valueOf(accuracy(y, z, shared)), golden.accuracy, what);
        for (const [k, share] of Object.entries(golden.topK)) {
          expectNear(
            valueOf(topKCategoricalAccuracy(y, z, {...shared, k: Number(k.slice(2))})),
            share,
            `${what}, ${k}`,
          );
        }
      }
    });
  });

  test('accuracy and cross-entropy by the loss', () => {
    tf.tidy(() => {
      for (const {what, y, z, w, options} of forms()) {
        const {oneHot, ...axis} = options as {oneHot?: boolean; axis?: number};
        const loss = {...(oneHot ? softmax : sparse), ...axis};
        const split = {splitLabels: () => ({labels: y, weights: w})};
        expectNear(valueOf(metricForLoss('accuracy', loss, split)(y, z)), golden.accuracy, what);
        expectNear(valueOf(metricForLoss('crossentropy', loss, split)(y, z)), golden.crossEntropy, what);
      }
    });
  });

  test.each(names)('%s', (name) => {
    const expected: Scores = golden.scores;
    const ofSubset: Scores = golden.subsetScores;
    tf.tidy(() => {
      for (const {what, y, z, w, options} of forms()) {
        const shared = {...options, ...(w === undefined ? {} : {weights: w})};
        expectNear(valueOf(SCORES[name](y, z, shared)), expected[name].macro, `${what}, default`);
        for (const average of AVERAGES) {
          expectNear(valueOf(SCORES[name](y, z, {...shared, average})), expected[name][average], `${what}, ${average}`);
          const some = {...shared, average, classes: golden.subset};
          expectNear(valueOf(SCORES[name](y, z, some)), ofSubset[name][average], `${what}, ${average} of a subset`);
        }
      }
    });
  });

  if (weights === null) {
    test('area under the ROC curve', () => {
      tf.tidy(() => {
        for (const {what, y, z, options} of forms()) {
          expectNear(valueOf(rocAuc(y, z, options)), orNaN(golden.rocAuc), what);
        }
      });
    });
  }
});
