/** What is undefined, masked, tied or no number, as data for every backend. */
import * as tf from '@tensorflow/tfjs-core';
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

type Case = readonly [what: string, metric: () => tf.Tensor, expected: number];

const NAN = [NaN, NaN];
const INF = Infinity;

export const EDGE_CASES: Case[] = [
  // Ties.
  [
    'of equal logits the first is predicted',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, 1],
        [
          [1, 1],
          [1, 1],
        ],
      ),
    0.5,
  ],
  ['of equal labels the first is meant', () => categoricalAccuracyFromLogits([[0.5, 0.5]], [[2, 1]]), 1],
  [
    'classes that tie at the boundary are all among the k, as in TensorFlow’s in_top_k',
    () =>
      topKCategoricalAccuracy(
        [0, 1, 3],
        [
          [1.2, -0.3, 2.8, 5.2],
          [0.1, 0, 0, 0],
          [0, 0.5, 0.3, 0.3],
        ],
        {k: 2},
      ),
    2 / 3,
  ],
  [
    'k above the number of classes is everything',
    () =>
      topKCategoricalAccuracy(
        [0, 1],
        [
          [0, 9],
          [9, 0],
        ],
      ),
    1,
  ],
  ['half for each pair of equals', () => rocAuc([1, 0, 0, 1], [1, 1, 0, 0]), 0.5],
  ['+0 and −0 are equal scores', () => rocAuc([1, 0, 1, 0], [0, -0, -0, 0]), 0.5],

  // Nothing counts.
  ['no predictions', () => precision([1, 0], [-1, -1]), 0],
  ['no predictions, 0/0 as asked for', () => precision([1, 0], [-1, -1], {zeroDivision: 1}), 1],
  ['no positives', () => recall([0, 0], [1, -1]), 0],
  ['no positives, 0/0 as asked for', () => recall([0, 0], [1, -1], {zeroDivision: 0.5}), 0.5],
  ['neither', () => f1([0, 0], [-1, -1]), 0],
  ['neither, 0/0 as asked for', () => f1([0, 0], [-1, -1], {zeroDivision: 1}), 1],
  [
    'a class that occurs nowhere is not in the mean',
    () =>
      recall(
        [0, 1],
        [
          [9, 0, 0],
          [0, 9, 0],
        ],
      ),
    1,
  ],
  ['no pairs', () => rocAuc([1, 1], [0, 2]), NaN],
  ['no pairs, 0/0 as asked for', () => rocAuc([0, 0], [0, 2], {zeroDivision: 0.5}), 0.5],
  [
    'labels without pairs are left out',
    () =>
      rocAuc(
        [
          [1, 1],
          [0, 1],
        ],
        [
          [2, 0],
          [1, 0],
        ],
      ),
    1,
  ],
  [
    'every label is ignored: accuracy',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [-1, -1],
        [
          [1, 0],
          [1, 0],
        ],
        {ignoreIndex: -1},
      ),
    0,
  ],
  [
    'every label is ignored: F₁',
    () =>
      f1(
        [-1, -1],
        [
          [1, 0],
          [1, 0],
        ],
        {ignoreIndex: -1},
      ),
    0,
  ],
  [
    'every label is ignored: AUC',
    () =>
      rocAuc(
        [-1, -1],
        [
          [1, 0],
          [1, 0],
        ],
        {ignoreIndex: -1},
      ),
    NaN,
  ],
  ['weights of 0', () => binaryAccuracyFromLogits([1, 0], [1, 1], {weights: [0, 0]}), 0],
  ['no samples: accuracy', () => binaryAccuracyFromLogits(tf.zeros([0, 2]), tf.zeros([0, 2])), 0],
  ['no samples: accuracy of classes', () => sparseCategoricalAccuracyFromLogits(tf.zeros([0]), tf.zeros([0, 2])), 0],
  ['no samples: top k', () => topKCategoricalAccuracy(tf.zeros([0]), tf.zeros([0, 2])), 0],
  ['no samples: precision', () => precision(tf.zeros([0, 1]), tf.zeros([0, 1])), 0],
  ['no samples: recall of classes', () => recall(tf.zeros([0]), tf.zeros([0, 3])), 0],
  ['no samples: AUC', () => rocAuc(tf.zeros([0]), tf.zeros([0, 1])), NaN],
  ['no samples: AUC of classes', () => rocAuc(tf.zeros([0]), tf.zeros([0, 3])), NaN],

  // Ignored labels.
  [
    'ignored: accuracy',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, -1, 1],
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
        {ignoreIndex: -1},
      ),
    0.5,
  ],
  [
    'ignored, a class',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, 1, 1],
        [
          [1, 0],
          [1, 0],
          [1, 0],
        ],
        {ignoreIndex: 1},
      ),
    1,
  ],
  [
    'ignored, [N, T, 1]',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [[[0], [9]]],
        [
          [
            [1, 0],
            [0, 1],
          ],
        ],
        {ignoreIndex: 9},
      ),
    1,
  ],
  [
    'ignored: top k',
    () =>
      topKCategoricalAccuracy(
        [0, 7],
        [
          [0, 1],
          [0, 1],
        ],
        {k: 1, ignoreIndex: 7},
      ),
    0,
  ],
  [
    'ignored: precision',
    () =>
      precision(
        [0, -1],
        [
          [1, 0],
          [1, 0],
        ],
        {ignoreIndex: -1, average: 'micro'},
      ),
    1,
  ],
  [
    'ignored: AUC',
    () =>
      rocAuc(
        [0, 1, -1],
        [
          [2, 0],
          [0, 2],
          [-9, 9],
        ],
        {ignoreIndex: -1},
      ),
    1,
  ],
  [
    'ignored and weighted',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, -1, 1],
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
        {ignoreIndex: -1, weights: [1, 5, 3]},
      ),
    0.25,
  ],

  // What is no class.
  [
    '−1',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, -1],
        [
          [1, 0],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    'K',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, 2],
        [
          [1, 0],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    '1.9',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, 0.9],
        [
          [1, 0],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    'NaN',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, NaN],
        [
          [1, 0],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    'another label than the ignored one',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, -1],
        [
          [1, 0],
          [1, 0],
        ],
        {ignoreIndex: -2},
      ),
    NaN,
  ],
  [
    'top k',
    () =>
      topKCategoricalAccuracy(
        [0, 2],
        [
          [1, 0],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    'precision',
    () =>
      precision(
        [0, 1, 2],
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    'micro recall',
    () =>
      recall(
        [0, 1, 2],
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
        {average: 'micro'},
      ),
    NaN,
  ],
  [
    'weighted F₁',
    () =>
      f1(
        [0, 1, 2],
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
        {average: 'weighted'},
      ),
    NaN,
  ],
  [
    'AUC',
    () =>
      rocAuc(
        [0, 1, 2],
        [
          [1, 0],
          [0, 1],
          [1, 0],
        ],
      ),
    NaN,
  ],

  // Logits that are no numbers.
  ['NaN is not right, whatever the label', () => binaryAccuracyFromLogits([0, 1, 1], [NaN, NaN, 1]), 1 / 3],
  ['NaN rows are not right', () => sparseCategoricalAccuracyFromLogits([0, 1, 0], [NAN, NAN, [1, 0]]), 1 / 3],
  [
    'one NaN is enough',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [1, 0],
        [
          [NaN, 3],
          [3, NaN],
        ],
      ),
    0,
  ],
  ['NaN rows are not among the k', () => topKCategoricalAccuracy([0, 1, 0], [[1, NaN], NAN, [1, 0]], {k: 2}), 1 / 3],
  ['NaN predicts nothing', () => precision([1, 1], [NaN, 2]), 1],
  ['NaN misses', () => recall([1, 1], [NaN, 2]), 0.5],
  ['NaN rows predict no class', () => precision([0, 1], [NAN, [0, 1]], {average: 'micro'}), 1],
  ['NaN rows miss', () => recall([0, 1], [NAN, [0, 1]], {average: 'micro'}), 0.5],
  ['a score of NaN has no place in an order', () => rocAuc([1, 0, 1], [1, 0, NaN]), NaN],
  [
    'nor in that of one label',
    () =>
      rocAuc(
        [
          [1, 1],
          [0, 1],
        ],
        [
          [2, NaN],
          [1, 0],
        ],
      ),
    NaN,
  ],
  [
    'nor in that of a class',
    () =>
      rocAuc(
        [0, 1],
        [
          [1, NaN],
          [0, 1],
        ],
      ),
    NaN,
  ],

  // Masked classes and infinite logits.
  [
    '−∞ masks a class',
    () =>
      sparseCategoricalAccuracyFromLogits(
        [0, 1],
        [
          [1, -INF],
          [-INF, 0],
        ],
      ),
    1,
  ],
  [
    '−∞ does not spoil its row',
    () =>
      topKCategoricalAccuracy(
        [0, 0],
        [
          [1, -INF, -INF],
          [-INF, 2, 1],
        ],
        {k: 2},
      ),
    0.5,
  ],
  ['±∞ are on their sides', () => binaryAccuracyFromLogits([1, 0, 1], [INF, -INF, -INF]), 2 / 3],
  ['±∞ have an order', () => rocAuc([1, 0, 1, 0], [INF, INF, 0, -INF]), 0.625],
  [
    'masked classes have an order',
    () =>
      rocAuc(
        [0, 1, 0, 1],
        [
          [1, 0, -INF],
          [0, 1, -INF],
          [3, -INF, -INF],
          [-INF, 0, -INF],
        ],
      ),
    1,
  ],
  // p_0 is 0.47 beside a larger one, then 0.39 as the largest; p_1 is 0.52, then 0.30.
  [
    'the largest logit and others have one order',
    () =>
      rocAuc(
        [0, 1],
        [
          [1, 1.1, -3],
          [0.25, 0, 0],
        ],
      ),
    0.5,
  ],
  [
    'softmax that rounds to 1 has an order',
    () =>
      rocAuc(
        [0, 1, 0, 1],
        [
          [50, 0],
          [40, 0],
          [60, 0],
          [30, 0],
        ],
      ),
    1,
  ],
  [
    'softmax that rounds to 0 has an order',
    () =>
      rocAuc(
        [0, 1, 0, 1],
        [
          [0, 300],
          [0, 400],
          [0, 299],
          [0, 401],
        ],
      ),
    1,
  ],

  // Labels.
  ['smoothed labels are those they come from', () => binaryAccuracyFromLogits([0.95, 0.05], [1, -1]), 1],
  ['smoothed labels, F₁', () => f1([0.95, 0.05], [1, -1]), 1],
  ['smoothed one-hot labels', () => categoricalAccuracyFromLogits([[0.9, 0.1]], [[1, 0]]), 1],
  ['the threshold is not above itself', () => precision([1, 0], [0, 1]), 0],
  ['threshold 0.9', () => recall([1, 1], [2, 3], {threshold: 0.9}), 0.5],
  ['a single class', () => sparseCategoricalAccuracyFromLogits([0, 0], [[3], [-3]]), 1],
  ['a single class: top k', () => topKCategoricalAccuracy([0, 0], [[3], [-3]]), 1],
  ['a single class: AUC', () => rocAuc([[1], [1]], [[3], [-3]], {oneHot: true}), NaN],
];
