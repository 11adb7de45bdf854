import * as tf from '@tensorflow/tfjs';
import {classBalancedWeights, logSumExp, logitAdjustment, posWeightFromCounts, smoothLabels} from '../../src';
import * as reference from '../../src/reference';
import {expectNear, logitGradient} from './_ops';

beforeAll(() => tf.setBackend('cpu'));

/** Expects an error with this text, and no tensor left. */
function expectError(call: () => unknown, ...parts: string[]): void {
  const before = tf.memory().numTensors;
  let message = '';
  try {
    call();
  } catch (error) {
    message = error instanceof Error ? error.message : String(error);
  }
  for (const part of parts) expect(message).toContain(part);
  expect(tf.memory().numTensors).toBe(before);
}

/** What plain JavaScript passes. */
function loose(value: unknown): never {
  return value as never;
}

describe('logSumExp', () => {
  const ROWS: [string, number[]][] = [
    ['equal', [0, 0, 0, 0]],
    ['a gap of 20: 1 + e^−20 rounds to 1 in float32, and its logarithm to 0', [0, -20]],
    ['a gap of 80 around 0', [0, -80, -80]],
    ['large', [1000, 999, 998]],
    ['very negative', [-1e6, -1e6 - 1]],
    ['extreme', [3e38, -3e38, 0]],
    ['masked classes', [-Infinity, 2, 1, -Infinity]],
    ['all masked', [-Infinity, -Infinity]],
    ['+∞', [Infinity, 0]],
    ['NaN', [NaN, 0]],
    ['one', [-7]],
    ['random', [0.3, -2.25, 1.75, 0.5, -0.125, 3]],
  ];

  test.each(ROWS)('%s', (_why, row) => {
    tf.tidy(() => {
      const exact = [reference.logSumExp(row)];
      expectNear(logSumExp(row).dataSync(), exact, {absolute: 0});
      expectNear(logSumExp([row]).dataSync(), exact, {absolute: 0});
      expectNear(logSumExp(tf.tensor(row, [row.length, 1, 1]), 0).dataSync(), exact, {absolute: 0});
    });
  });

  const FINITE = ROWS.filter(
    ([, row]) => row.every((z) => Math.abs(z) < 1e30) || (row[0] === -Infinity && row.length > 2),
  );
  test.each(FINITE)('the gradient is the softmax, and the second derivative its own: %s', (_why, row) => {
    tf.tidy(() => {
      const z = tf.tensor1d(row);
      const lse = reference.logSumExp(row);
      const p = row.map((x) => Math.exp(x - lse));
      const gradient = (x: tf.Tensor): tf.Tensor => logitGradient((v) => logSumExp(v), x);
      expectNear(gradient(z).dataSync(), p);
      const v = row.map((_, i) => i + 1);
      const mean = p.reduce((sum, pk, k) => sum + pk * (v[k] ?? NaN), 0);
      const second = logitGradient(gradient, z, tf.tensor1d(v)).dataSync();
      expectNear(
        second,
        p.map((pk, k) => pk * ((v[k] ?? NaN) - mean)),
      );
    });
  });

  test('any axis', () => {
    tf.tidy(() => {
      const z = tf.randomNormal([2, 3, 4, 5], 0, 3, 'float32', 5);
      for (let axis = -4; axis < 4; axis++) {
        const result = logSumExp(z, axis);
        const expected = tf.logSumExp(z, axis);
        expect(result.shape).toEqual(expected.shape);
        expectNear(result.dataSync(), expected.dataSync(), {relative: 3e-6, absolute: 1e-6});
      }
      expect(logSumExp(tf.zeros([0, 3])).shape).toEqual([0]);
    });
  });

  test('bad input', () => {
    expectError(() => logSumExp(loose(null)), "logSumExp: 'logits' must be a tensor", 'but is null');
    expectError(() => logSumExp(loose(['a'])), "logSumExp: 'logits' must hold numbers, but holds 'a' at [0]");
    expectError(() => logSumExp(1), "logSumExp: 'axis' is -1, but 'logits' has shape []. Expected shape [..., K].");
    expectError(() => logSumExp([[1, 2]], 2), "'axis' is 2, but 'logits' has shape [1, 2]. Expected -2 to 1.");
    expectError(() => logSumExp([1, 2], 0.5), "logSumExp: 'axis' must be an integer, but is 0.5");
    expectError(() => logSumExp([]), "'logits' of shape [0] has nothing to sum: axis 0 has length 0");
    const int32 = tf.ones([2], 'int32');
    expectError(() => logSumExp(int32), 'must be of dtype float32, but is int32', "tf.cast(logits, 'float32')");
    int32.dispose();
  });
});

describe('smoothLabels', () => {
  test('(1−ε)·q + ε/K, with K the size of the axis', () => {
    tf.tidy(() => {
      const q = [0, 0.25, 1, 0.5, 0, 0];
      for (const [shape, axis, classes] of [
        [[6], -1, 6],
        [[2, 3], -1, 3],
        [[2, 3], 0, 2],
        [[2, 3, 1], 1, 3],
        [[2, 3, 1], -1, 1],
      ] as const) {
        for (const epsilon of [0, 0.2, 1]) {
          const expected = q.map((value) => (1 - epsilon) * value + epsilon / classes);
          const result = smoothLabels(tf.tensor(q, [...shape]), epsilon, axis);
          expect(result.dtype).toBe('float32');
          expectNear(result.dataSync(), expected);
        }
      }
      expectNear(smoothLabels(tf.tensor2d([[0, 1]], undefined, 'int32'), 0.5).dataSync(), [0.25, 0.75]);
      expectNear(smoothLabels(tf.tensor2d([[0, 1]], undefined, 'bool'), 0.5).dataSync(), [0.25, 0.75]);
      // A row stays a distribution.
      expectNear(
        smoothLabels([[0.2, 0.3, 0.5]], 0.7)
          .sum()
          .dataSync(),
        [1],
      );
    });
  });

  test('is differentiable', () => {
    tf.tidy(() => {
      const gradient = logitGradient((q) => smoothLabels(q, 0.25), tf.tensor1d([0, 1])).dataSync();
      expectNear(gradient, [0.75, 0.75]);
    });
  });

  test('bad input', () => {
    expectError(() => smoothLabels(loose(undefined), 0.1), "smoothLabels: 'labels' must be a tensor", 'undefined');
    expectError(() => smoothLabels([0, 1], loose(undefined)), "'labelSmoothing' must be a finite number from 0 to 1");
    expectError(() => smoothLabels([0, 1], 1.5), 'from 0 to 1, but is 1.5');
    expectError(() => smoothLabels([0, 1], NaN), 'but is NaN');
    expectError(() => smoothLabels([0, 1], 0.1, 1), "smoothLabels: 'axis' is 1, but 'labels' has shape [2]", '-1 to 0');
    expectError(() => smoothLabels(1, 0.1), "'labels' has shape []. Expected shape [..., K].");
    expectError(() => smoothLabels([0, 1], 0.1, NaN), "'axis' must be an integer, but is NaN");
    const text = tf.tensor1d(['a']);
    expectError(() => smoothLabels(text, 0.1), "smoothLabels: 'labels' must be of dtype", 'but is string');
    text.dispose();
  });
});

describe('classBalancedWeights', () => {
  test('K·(1/E_k)/Σ_j(1/E_j), E_k = (1 − β^n_k)/(1 − β)', () => {
    for (const beta of [0.1, 0.9, 0.99, 0.9999]) {
      const counts = [1, 3, 50, 1000];
      const inverse = counts.map((n) => (1 - beta) / (1 - beta ** n));
      const sum = inverse.reduce((a, b) => a + b);
      const weights = classBalancedWeights(counts, beta);
      expectNear(
        weights,
        inverse.map((w) => (4 * w) / sum),
        {relative: 1e-12, absolute: 0},
      );
      expectNear([weights.reduce((a, b) => a + b)], [4], {relative: 1e-14});
    }
  });

  test('β = 0 weighs all alike, β = 1 and β close to it by inverse frequency', () => {
    expect(classBalancedWeights([1, 10, 1e6], 0)).toEqual([1, 1, 1]);
    expectNear(classBalancedWeights([1, 3], 1), [1.5, 0.5], {relative: 1e-15, absolute: 0});
    // Where 1 − β^n cancels: E_n = (1 − β^n)/(1 − β) = Σ_{i<n} β^i.
    const beta = 1 - 1e-13;
    const effective = (n: number): number => Array.from({length: n}, (_, i) => beta ** i).reduce((a, b) => a + b);
    const [a, b] = [1 / effective(3), 1 / effective(1000)];
    expectNear(classBalancedWeights([3, 1000], beta), [(2 * a) / (a + b), (2 * b) / (a + b)], {
      relative: 1e-12,
      absolute: 0,
    });
    expect(classBalancedWeights([5], 0.9)).toEqual([1]);
  });

  test('typed arrays, and into classWeights', () => {
    const weights = classBalancedWeights(Int32Array.of(900, 100), 0.999);
    expect(weights).toEqual(classBalancedWeights([900, 100], 0.999));
    expect(Array.isArray(weights)).toBe(true);
  });

  test('bad input', () => {
    const counts = tf.tensor1d([1, 2]);
    expectError(() => classBalancedWeights(loose(counts), 0.9), "'counts' must be an array", 'await counts.data()');
    counts.dispose();
    expectError(
      () => classBalancedWeights(loose(null), 0.9),
      "classBalancedWeights: 'counts' must be an array",
      'null',
    );
    expectError(() => classBalancedWeights([], 0.9), "'counts' must be an array with a number per class", 'length 0');
    expectError(() => classBalancedWeights([3, 0], 0.9), "'counts' must be at least 1 per class, but is 0 for class 1");
    expectError(() => classBalancedWeights([NaN], 0.9), 'but is NaN for class 0');
    expectError(() => classBalancedWeights([Infinity], 0.9), 'but is Infinity for class 0');
    expectError(() => classBalancedWeights(loose(['3']), 0.9), "but is '3' for class 0");
    expectError(() => classBalancedWeights([1, 2], 1.5), "'beta' must be a finite number from 0 to 1, but is 1.5");
    expectError(() => classBalancedWeights([1, 2], loose(undefined)), "'beta' must be", 'but is undefined');
  });
});

describe('logitAdjustment', () => {
  test('τ·log(n_k / Σ n)', () => {
    expectNear(logitAdjustment([6, 3, 1]), [Math.log(0.6), Math.log(0.3), Math.log(0.1)], {relative: 1e-15});
    expectNear(logitAdjustment(new Int32Array([6, 2]), 2), [2 * Math.log(0.75), 2 * Math.log(0.25)], {relative: 1e-15});
    expect(logitAdjustment([5, 5], 0).map(Math.abs)).toEqual([0, 0]);
  });

  test('bad input', () => {
    expectError(
      () => logitAdjustment([1, 0]),
      "logitAdjustment: 'counts' must be at least 1 per class, but is 0 for class 1",
    );
    expectError(
      () => logitAdjustment([1, 2], -1),
      "logitAdjustment: 'tau' must be a finite number of at least 0, but is -1",
    );
    expectError(() => logitAdjustment(loose(undefined)), 'Of a tensor, pass await counts.data()');
    expectError(() => logitAdjustment([]), "'counts' must be an array with a number per class");
  });
});

describe('posWeightFromCounts', () => {
  test('(N − n)/n: the sum of the weighted positives is that of the negatives', () => {
    expect(posWeightFromCounts([50, 10, 100], 100)).toEqual([1, 9, 0]);
  });

  test('bad input', () => {
    expectError(() => posWeightFromCounts([0], 10), "posWeightFromCounts: 'positives' must be at least 1 per class");
    expectError(
      () => posWeightFromCounts([3, 11], 10),
      "'samples' must be a number of at least 11, the positives of label 1, but is 10",
    );
    expectError(() => posWeightFromCounts([1], NaN), "'samples' must be a number of at least 1");
  });
});
