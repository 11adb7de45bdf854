/** Laws that hold for any labels and logits, and the definitions counted out in float64. */
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
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
import {expectNear, valueOf} from './_close';
import {argMax, auc, averaged, classCounts, column, countsOf, meanDefined} from './_plain';

beforeAll(() => tf.setBackend('cpu'));

const SCORES = {precision, recall, f1};
const AVERAGES = ['micro', 'macro', 'weighted'] as const;

/** Few values, so that many are equal, and exact in float32. */
const tied = fc.integer({min: -6, max: 6}).map((i) => i / 2);
const distinct = fc.integer({min: -(2 ** 20), max: 2 ** 20}).map((i) => i / 2 ** 16);
const logit = fc.oneof(tied, distinct);

const binary = fc.array(fc.record({y: fc.boolean(), z: logit}), {minLength: 1, maxLength: 40});
const multiLabel = fc.integer({min: 1, max: 4}).chain((width) =>
  fc.array(
    fc.record({
      y: fc.array(fc.boolean(), {minLength: width, maxLength: width}),
      z: fc.array(logit, {minLength: width, maxLength: width}),
    }),
    {minLength: 1, maxLength: 20},
  ),
);
const multiClass = fc.integer({min: 2, max: 5}).chain((classes) =>
  fc.array(
    fc.record({
      y: fc.integer({min: 0, max: classes - 1}),
      z: fc.array(logit, {minLength: classes, maxLength: classes}),
    }),
    {minLength: 1, maxLength: 20},
  ),
);

const numbers = (values: readonly boolean[]): number[] => values.map(Number);
function check<T>(property: fc.IPropertyWithHooks<T>): void {
  fc.assert(property, {numRuns: 60, seed: 7});
}

describe('the definitions', () => {
  test('binary', () => {
    check(
      fc.property(binary, (rows) => {
        const [y, z] = [rows.map((row) => row.y), rows.map((row) => row.z)];
        const guesses = z.map((value) => value > 0);
        const right = y.filter((label, i) => label === guesses[i]).length;
        expectNear(valueOf(binaryAccuracyFromLogits(numbers(y), z)), right / y.length);
        for (const name of ['precision', 'recall', 'f1'] as const) {
          expectNear(valueOf(SCORES[name](numbers(y), z)), averaged(name, [countsOf(y, guesses)], 'micro'), name);
        }
        expectNear(valueOf(rocAuc(numbers(y), z)), auc(y, z));
      }),
    );
  });

  test('multi-label', () => {
    check(
      fc.property(multiLabel, (rows) => {
        const [y, z] = [rows.map((row) => row.y), rows.map((row) => row.z)];
        const width = y[0]?.length ?? 0;
        const labels = Array.from({length: width}, (_, k) => k);
        const counts = labels.map((k) =>
          countsOf(
            column(y, k),
            column(z, k).map((value) => value > 0),
          ),
        );
        for (const name of ['precision', 'recall', 'f1'] as const) {
          for (const average of AVERAGES) {
            expectNear(valueOf(SCORES[name](y.map(numbers), z, {average})), averaged(name, counts, average));
          }
        }
        expectNear(valueOf(rocAuc(y.map(numbers), z)), meanDefined(labels.map((k) => auc(column(y, k), column(z, k)))));
      }),
    );
  });

  test('multi-class', () => {
    check(
      fc.property(multiClass, fc.integer({min: 1, max: 6}), (rows, k) => {
        const [y, z] = [rows.map((row) => row.y), rows.map((row) => row.z)];
        const classes = z[0]?.length ?? 0;
        const guesses = z.map(argMax);
        const right = y.filter((label, i) => label === guesses[i]).length;
        expectNear(valueOf(sparseCategoricalAccuracyFromLogits(y, z)), right / y.length);
        const within = z.filter((row, i) => row.filter((value) => value > (row[y[i] ?? 0] ?? NaN)).length < k).length;
        expectNear(valueOf(topKCategoricalAccuracy(y, z, {k})), within / y.length);
        for (const name of ['precision', 'recall', 'f1'] as const) {
          for (const average of AVERAGES) {
            const expected = averaged(name, classCounts(y, guesses, classes), average);
            expectNear(valueOf(SCORES[name](y, z, {average})), expected, `${name}, ${average}`);
          }
        }
      }),
    );
  });

  test('the area of each class against the rest is by log(p/(1 − p))', () => {
    // Rows that are equal up to a shift tie; others are far enough apart for float32.
    const rows = fc.array(
      fc.record({
        y: fc.integer({min: 0, max: 2}),
        z: fc.constantFrom(
          [0, 1, 2],
          [3, 0, 0],
          [-1, 5, 0],
          [0, 0, 0],
          [2, 2, 0],
          [0, 80, -80],
          [1, 1.125, -3],
          [0.25, 0, 0],
          [0, 90, -80],
        ),
        shift: fc.integer({min: -3, max: 3}),
      }),
      {minLength: 2, maxLength: 30},
    );
    check(
      fc.property(rows, (given) => {
        const y = given.map((row) => row.y);
        const odds = (z: readonly number[], k: number): number => {
          const rest = z.filter((_, j) => j !== k);
          const largest = Math.max(...rest);
          return (z[k] ?? NaN) - largest - Math.log(rest.reduce((sum, x) => sum + Math.exp(x - largest), 0));
        };
        const areas = [0, 1, 2].map((k) =>
          auc(
            y.map((label) => label === k),
            given.map(({z}) => odds(z, k)),
          ),
        );
        const shifted = given.map(({z, shift}) => z.map((value) => value + shift));
        expectNear(valueOf(rocAuc(y, shifted)), meanDefined(areas));
      }),
    );
  });
});

describe('laws', () => {
  test('F₁ lies between precision and recall', () => {
    check(
      fc.property(binary, (rows) => {
        const [y, z] = [numbers(rows.map((row) => row.y)), rows.map((row) => row.z)];
        const [p, r, f] = [precision, recall, f1].map((metric) => valueOf(metric(y, z))) as [number, number, number];
        expect(f).toBeGreaterThanOrEqual(Math.min(p, r) - 1e-6);
        expect(f).toBeLessThanOrEqual(Math.max(p, r) + 1e-6);
      }),
    );
  });

  test('for one class a row, micro precision, recall and F₁ are the accuracy', () => {
    check(
      fc.property(multiClass, (rows) => {
        const [y, z] = [rows.map((row) => row.y), rows.map((row) => row.z)];
        const accuracy = valueOf(sparseCategoricalAccuracyFromLogits(y, z));
        for (const metric of [precision, recall, f1]) {
          expectNear(valueOf(metric(y, z, {average: 'micro'})), accuracy);
        }
      }),
    );
  });

  test('the area does not change under a rising map, and turns over under a falling one', () => {
    check(
      fc.property(binary, (rows) => {
        const [y, z] = [numbers(rows.map((row) => row.y)), rows.map((row) => row.z)];
        const area = valueOf(rocAuc(y, z));
        const rising = z.map((value) => Math.fround(value) ** 3 + 8 * value);
        expectNear(valueOf(rocAuc(y, rising)), area);
        expectNear(valueOf(rocAuc(y, tf.neg(z))), 1 - area);
        expectNear(
          valueOf(
            rocAuc(
              y.map((label) => 1 - label),
              z,
            ),
          ),
          1 - area,
        );
      }),
    );
  });

  test('the order of the samples says nothing', () => {
    check(
      fc.property(
        multiClass.chain((rows) =>
          fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, {minLength: rows.length, maxLength: rows.length})),
        ),
        ([rows, shuffled]) => {
          for (const metric of [
            sparseCategoricalAccuracyFromLogits,
            topKCategoricalAccuracy,
            precision,
            recall,
            f1,
            rocAuc,
          ]) {
            const [a, b] = [rows, shuffled].map((list) =>
              valueOf(
                metric(
                  list.map((row) => row.y),
                  list.map((row) => row.z),
                ),
              ),
            );
            expectNear(a ?? NaN, b ?? NaN, metric.name);
          }
        },
      ),
    );
  });

  test('one-hot labels are class indices', () => {
    check(
      fc.property(multiClass, (rows) => {
        const [y, z] = [rows.map((row) => row.y), rows.map((row) => row.z)];
        const oneHot = y.map((label) => z[0]?.map((_, k) => Number(k === label)) ?? []);
        expectNear(
          valueOf(categoricalAccuracyFromLogits(oneHot, z)),
          valueOf(sparseCategoricalAccuracyFromLogits(y, z)),
        );
        expectNear(valueOf(topKCategoricalAccuracy(oneHot, z, {k: 2})), valueOf(topKCategoricalAccuracy(y, z, {k: 2})));
        for (const metric of [precision, recall, f1, rocAuc]) {
          expectNear(valueOf(metric(oneHot, z, {oneHot: true})), valueOf(metric(y, z)), metric.name);
        }
      }),
    );
  });

  test('whole weights are repeated rows, and 0 leaves a row out', () => {
    const weighted = multiClass.chain((rows) =>
      fc.tuple(
        fc.constant(rows),
        fc.array(fc.integer({min: 0, max: 3}), {minLength: rows.length, maxLength: rows.length}),
      ),
    );
    check(
      fc.property(weighted, ([rows, weights]) => {
        const repeated = rows.flatMap((row, i) => Array.from({length: weights[i] ?? 0}, () => row));
        fc.pre(repeated.length > 0);
        for (const metric of [
          sparseCategoricalAccuracyFromLogits,
          topKCategoricalAccuracy,
          precision,
          recall,
          f1,
          rocAuc,
        ]) {
          const [y, z] = [rows.map((row) => row.y), rows.map((row) => row.z)];
          const expected = metric(
            repeated.map((row) => row.y),
            repeated.map((row) => row.z),
          );
          expectNear(valueOf(metric(y, z, {weights})), valueOf(expected), metric.name);
        }
      }),
    );
  });

  test('a threshold t is the logit log(t/(1 − t))', () => {
    check(
      fc.property(multiLabel, fc.integer({min: -4, max: 4}), (rows, shift) => {
        const [y, z] = [rows.map((row) => numbers(row.y)), rows.map((row) => row.z)];
        // Between two logits of `tied`, and away from those of `distinct` almost always.
        const at = shift + 0.3141;
        const threshold = 1 / (1 + Math.exp(-at));
        const moved = z.map((row) => row.map((value) => value - at));
        for (const metric of [binaryAccuracyFromLogits, precision, recall, f1]) {
          expectNear(valueOf(metric(y, z, {threshold})), valueOf(metric(y, moved)), metric.name);
        }
      }),
    );
  });
});
