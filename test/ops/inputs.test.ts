import * as tf from '@tensorflow/tfjs';
import {
  ALL,
  CLASSES,
  FOCAL,
  K,
  LABELS,
  LOGITS,
  N,
  ONE_HOT,
  expectNear,
  labelsOf,
  logitGradient,
  numbers,
  of,
} from './_ops';

/** The forms that labels and logits come in: all of them give the numbers of the plain [N, K] form. */

beforeAll(() => tf.setBackend('cpu'));

const none = {reduction: 'none'};

describe('arrays and typed arrays in place of tensors', () => {
  test.each(ALL)('$name', (op) => {
    const labels = labelsOf(op);
    const expected = numbers(op.apply(tf.tensor(labels), tf.tensor2d(LOGITS), none));
    const rows = LOGITS.map((row) => Float32Array.from(row));
    const readOnly = Object.freeze(LOGITS.map((row) => Object.freeze([...row])));
    for (const logits of [LOGITS, rows, LOGITS.map((row) => Float64Array.from(row)), readOnly, tf.tensor2d(LOGITS)]) {
      expect(numbers(op.apply(labels, logits, none))).toEqual(expected);
    }
    // Rank 1: one row, or for the sigmoid family elements.
    const row = Float32Array.from(LOGITS[0] ?? []);
    const [first = []] = op.family === 'sparse' ? [0] : op.family === 'softmax' ? ONE_HOT : LABELS;
    expect(numbers(op.apply(first, row, none))).toEqual(expected.slice(0, op.family === 'sigmoid' ? K : 1));
  });

  test('a Float32Array is neither copied nor changed', () => {
    for (const op of ALL) {
      const row = Float32Array.from(LOGITS[0] ?? []);
      op.apply(op.family === 'sparse' ? 0 : Float32Array.of(0, 1, 0), row).dispose();
      expect(Array.from(row)).toEqual(LOGITS[0]);
    }
  });
});

describe('dtypes and shapes of labels', () => {
  test.each(of('sparse'))('$name: int32 and float32, [N] and [N, 1]', (op) => {
    const expected = numbers(op.apply(CLASSES, LOGITS, none));
    const forms = [
      tf.tensor1d(CLASSES, 'int32'),
      tf.tensor1d(CLASSES, 'float32'),
      tf.tensor2d(CLASSES, [N, 1], 'int32'),
      tf.tensor2d(CLASSES, [N, 1], 'float32'),
      CLASSES.map((y) => [y]),
      Int32Array.from(CLASSES),
      Uint8Array.from(CLASSES),
    ];
    for (const labels of forms) expect(numbers(op.apply(labels, LOGITS, none))).toEqual(expected);
  });

  test.each(of('softmax', 'sigmoid'))('$name: int32 and bool', (op) => {
    const expected = numbers(op.apply(ONE_HOT, LOGITS, none));
    for (const dtype of ['float32', 'int32', 'bool'] as const) {
      expect(numbers(op.apply(tf.tensor2d(ONE_HOT, undefined, dtype), LOGITS, none))).toEqual(expected);
    }
  });

  // The plain op only: the focal factor takes what tells the index's neighbours apart below float32.
  test.each(of('sparse').filter(({focal}) => !focal))('$name: class indices beyond 2048 and 65,535', (op) => {
    // Through float16 the index 2049 is 2048.
    const classes = 70_001;
    for (const y of [2049, 65_537, 70_000]) {
      const logits = new Float32Array(classes).fill(-100);
      logits[y] = 5;
      const [loss = NaN] = numbers(op.apply([y], [logits]));
      expect(loss).toBeGreaterThan(0);
      expect(loss).toBeLessThan(1e-30);
    }
  });
});

describe('ranks and axes', () => {
  const [T, U] = [2, 3];
  const logits = tf.tidy(() => Array.from(tf.randomNormal([N * T * U * K], 0, 2, 'float32', 7).dataSync()));
  const classes = Array.from({length: N * T * U}, (_, i) => (i * 5) % K);
  const dense = Array.from({length: N * T * U * K}, (_, i) => [0.5, 0, 0.25, 1, 0.125][i % 5] ?? NaN);

  test.each(of('softmax', 'sparse'))('$name: every axis of rank 2 to 4 is a transpose', (op) => {
    for (const batch of [[N], [N, T], [N, T, U]]) {
      tf.tidy(() => {
        const rows = batch.reduce((a, b) => a * b, 1);
        const shape = [...batch, K];
        const z = tf.tensor(logits.slice(0, rows * K), shape);
        const y =
          op.family === 'sparse'
            ? tf.tensor(classes.slice(0, rows), batch, 'int32')
            : tf.tensor(dense.slice(0, rows * K), shape);
        const flat = op.apply(
          tf.reshape(y, op.family === 'sparse' ? [rows] : [rows, K]),
          tf.reshape(z, [rows, K]),
          none,
        );
        const dy = tf.tensor(
          Array.from({length: rows}, (_, i) => i - 1.5),
          batch,
        );
        const gradient = logitGradient((x) => op.apply(y, x, none), z, dy);
        for (let axis = -shape.length; axis < shape.length; axis++) {
          const at = axis < 0 ? axis + shape.length : axis;
          const order = [...shape.keys()].slice(0, -1);
          order.splice(at, 0, shape.length - 1);
          const back = order.map((_, i) => order.indexOf(i));
          const moved = tf.transpose(z, order);
          const movedLabels = op.family === 'sparse' ? y : tf.transpose(y, order);
          const result = op.apply(movedLabels, moved, {...none, axis});
          expect(result.shape).toEqual(batch);
          expect(Array.from(result.dataSync())).toEqual(Array.from(flat.dataSync()));
          const movedGradient = logitGradient((x) => op.apply(movedLabels, x, {...none, axis}), moved, dy);
          expect(movedGradient.shape).toEqual(moved.shape);
          expect(Array.from(tf.transpose(movedGradient, back).dataSync())).toEqual(Array.from(gradient.dataSync()));
          if (op.family === 'sparse') {
            // Labels with 1 on the axis of the classes.
            const unit = tf.expandDims(y, at);
            expect(Array.from(op.apply(unit, moved, {...none, axis}).dataSync())).toEqual(Array.from(flat.dataSync()));
          }
        }
      });
    }
  });

  test.each(of('softmax', 'sparse'))('$name: rank 1 is one row', (op) => {
    for (const axis of [0, -1]) {
      const [row] = op.family === 'sparse' ? [2] : [[0, 0, 1]];
      const result = op.apply(row, [1, 3, -1], {...none, axis});
      expect(result.shape).toEqual([]);
      expect(numbers(result)).toEqual(numbers(op.apply([row], [[1, 3, -1]])));
    }
  });

  test.each(of('sigmoid'))('$name: every rank is the same elements', (op) => {
    const size = 24;
    const z = logits.slice(0, size);
    const y = dense.slice(0, size);
    const expected = numbers(op.apply(y, z, none));
    for (const shape of [[24], [6, 4], [2, 3, 4], [1, 2, 3, 4], [24, 1], [1, 24]]) {
      tf.tidy(() => {
        const result = op.apply(tf.tensor(y, shape), tf.tensor(z, shape), none);
        expect(result.shape).toEqual(shape);
        expect(Array.from(result.dataSync())).toEqual(expected);
        // A weight per label is one per index of the last axis.
        const last = shape[shape.length - 1] ?? 0;
        const posWeight = Array.from({length: last}, (_, i) => 1 + (i % 3));
        const weighted = numbers(op.apply(tf.tensor(y, shape), tf.tensor(z, shape), {...none, posWeight}));
        y.forEach((label, i) => {
          const alone = numbers(op.apply([label], [z[i]], {...none, posWeight: posWeight[i % last]}));
          expectNear([weighted[i] ?? NaN], alone);
        });
      });
    }
  });

  test.each(of('sigmoid'))('$name: scalars', (op) => {
    const expected = numbers(op.apply([0.25], [1.5]));
    for (const reduction of ['none', 'sum', 'mean']) {
      const result = op.apply(0.25, tf.scalar(1.5), {reduction, posWeight: [1]});
      expect(result.shape).toEqual([]);
      expect(numbers(result)).toEqual(expected);
    }
    tf.tidy(() => {
      const gradient = logitGradient((z) => op.apply(0.25, z), tf.scalar(1.5));
      expect(gradient.shape).toEqual([]);
      expect(Number.isFinite(gradient.dataSync()[0])).toBe(true);
    });
  });
});

describe('empty batches', () => {
  const forms = (family: string): [number[], number[]][] =>
    family === 'softmax'
      ? [
          [
            [0, K],
            [0, K],
          ],
          [
            [0, 2, K],
            [0, 2, K],
          ],
          [
            [2, 0, K],
            [2, 0, K],
          ],
        ]
      : family === 'sparse'
        ? [
            [[0], [0, K]],
            [
              [0, 1],
              [0, K],
            ],
            [
              [0, 2],
              [0, 2, K],
            ],
            [
              [2, 0],
              [2, 0, K],
            ],
          ]
        : [
            [[0], [0]],
            [
              [0, K],
              [0, K],
            ],
            [
              [0, 1],
              [0, 1],
            ],
            [
              [N, 0],
              [N, 0],
            ],
          ];

  test.each(ALL)('$name: no losses, or 0, and an empty gradient', (op) => {
    for (const [labelShape, logitShape] of forms(op.family)) {
      tf.tidy(() => {
        const y = tf.zeros(labelShape);
        const z = tf.zeros(logitShape);
        const losses = op.apply(y, z, none);
        expect(losses.shape).toEqual(op.family === 'sigmoid' ? logitShape : logitShape.slice(0, -1));
        expect(losses.size).toBe(0);
        const more = op.family === 'sigmoid' ? {} : {classWeights: [1, 2, 3]};
        for (const options of [{}, {reduction: 'sum'}, {normalizer: 3}, {weights: 2}, more, {...more, weights: 2}]) {
          expect(numbers(op.apply(y, z, options))).toEqual([0]);
          expect(logitGradient((x) => op.apply(y, x, options), z).shape).toEqual(logitShape);
        }
      });
    }
  });
});

describe('one class', () => {
  test.each(of('softmax', 'sparse'))('$name: the loss and its gradients are 0, whatever the logit', (op) => {
    tf.tidy(() => {
      const y = op.family === 'sparse' ? tf.zeros([3], 'int32') : tf.ones([3, 1]);
      const z = tf.tensor2d([[3], [-1e6], [0]]);
      for (const options of [{}, {labelSmoothing: 0.1}, {classWeights: [2]}]) {
        expect(numbers(op.apply(y, z, {...none, ...options}))).toEqual([0, 0, 0]);
        const gradient = (x: tf.Tensor): tf.Tensor => logitGradient((v) => op.apply(y, v, options), x);
        expectNear(gradient(z).dataSync(), [0, 0, 0], {relative: 0, absolute: 0});
        expectNear(tf.grad(gradient)(z).dataSync(), [0, 0, 0], {relative: 0, absolute: 0});
      }
      // The z-loss stays.
      const zLoss = numbers(op.apply(y, z, {...none, zLoss: 0.5}));
      expectNear(zLoss, [4.5, 0.5e12, 0]);
    });
  });
});

test.each(FOCAL)('$name: γ and α are 2 and the documented default', (op) => {
  const alpha = op.family === 'sigmoid' ? 0.25 : null;
  const labels = labelsOf(op);
  expect(numbers(op.apply(labels, LOGITS))).toEqual(numbers(op.apply(labels, LOGITS, {gamma: 2, alpha})));
  expect(numbers(op.apply(labels, LOGITS))).not.toEqual(numbers(op.apply(labels, LOGITS, {gamma: 2, alpha: 0.75})));
});
