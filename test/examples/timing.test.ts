import * as tf from '@tensorflow/tfjs';
import {RUNS, type Run} from '../../examples/_runs';
import {timeLoss} from '../../examples/_timing';

jest.setTimeout(60_000);

beforeAll(() => tf.setBackend('cpu'));

describe('timing', () => {
  test.each(RUNS.map((run) => ({loss: run.loss, run})))('of $loss is above 0 and leaves no tensor', ({run}) => {
    const before = tf.memory().numTensors;
    const {ours, theirs, ratio} = timeLoss(run, 10);
    expect(ours).toBeGreaterThan(0);
    expect(theirs).toBeGreaterThan(0);
    expect(ratio).toBe(theirs / ours);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('is of each side by itself', () => {
    const slow: Run = {
      ...RUNS[0]!,
      theirs: (labels, logits) => {
        const end = performance.now() + 12;
        while (performance.now() < end);
        return tf.losses.softmaxCrossEntropy(labels, logits);
      },
    };
    const {ours, theirs} = timeLoss(slow, 10);
    expect(theirs).toBeGreaterThan(12_000);
    expect(ours).toBeLessThan(12_000);
  });

  test.each(RUNS.map((run) => ({loss: run.loss, run})))('compares equal losses: $loss', ({run}) => {
    tf.tidy(() => {
      const columns = run.labels === 'binary' ? 1 : 10;
      const logits = tf.randomNormal<tf.Rank.R2>([32, columns], 0, 2, 'float32', 3);
      const indices = Array.from({length: 32}, (_, i) => i % (columns === 1 ? 2 : 10));
      const labels = {
        indices: () => tf.tensor1d(indices, 'int32'),
        'one-hot': () => tf.oneHot(indices, 10).toFloat(),
        binary: () => tf.tensor2d(indices, [32, 1]),
      }[run.labels]();
      const [ours, theirs] = [run.ours, run.theirs].map((loss) => loss(labels, logits).dataSync()[0]);
      expect(ours).toBeGreaterThan(0);
      expect(theirs).toBeCloseTo(ours ?? NaN, 5);
    });
  });
});
