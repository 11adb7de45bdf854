/** What is undefined, masked, tied or no number, on every backend that runs in Node. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import {rocAuc} from '../../src';
import {expectNear, valueOf} from './_close';
import {EDGE_CASES} from './_edge_cases';
import {randomNormal} from '../support/random';
import {auc} from './_plain';

describe.each(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    expect(await tf.setBackend(backend)).toBe(true);
  });

  test.each(EDGE_CASES)('%s', (_what, metric, expected) => {
    expectNear(valueOf(tf.tidy(metric)), expected);
  });

  test('the area of a hundred thousand samples, with and without ties', () => {
    const n = 100_000;
    const random = randomNormal('samples');
    const scores = Float32Array.from({length: n}, random);
    const coarse = scores.map((x) => Math.round(x * 4));
    const labels = Int32Array.from(scores, (x) => Number(x + random() > 0));
    for (const z of [scores, coarse]) {
      // The backend adds up 1e5 numbers in float32.
      const area = valueOf(tf.tidy(() => rocAuc(tf.tensor1d(labels), tf.tensor1d(z))));
      expectNear(area, rankArea(labels, z), 'area', 2e-6);
    }
  });
});

test('the plain area, pair by pair, is the one by ranks', () => {
  const labels = Int32Array.from({length: 60}, (_, i) => Number((i * 7) % 11 > 5));
  const z = Float32Array.from({length: 60}, (_, i) => (i * 5) % 7);
  expect(rankArea(labels, z)).toBeCloseTo(
    auc(
      Array.from(labels, (y) => y === 1),
      Array.from(z),
    ),
    12,
  );
});

/** The area by the ranks of the positives, equal scores having the mean of their ranks, in float64. */
function rankArea(labels: Int32Array, scores: Float32Array): number {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let [rankSum, positives] = [0, 0];
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && scores[order[end] ?? 0] === scores[order[start] ?? 0]) end++;
    const here = order.slice(start, end).filter((i) => labels[i] === 1).length;
    rankSum += here * ((start + 1 + end) / 2);
    positives += here;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}
