import * as tf from '@tensorflow/tfjs';
import {RECIPES, RUNS} from '../../examples/_runs';
import {type TrainedRun, trainAll} from '../../examples/_train';

const GOALS = {digits: 0.97, 'breast cancer': 0.96};

// The real job takes its time, on a busy machine more.
jest.setTimeout(5 * 60_000);

let trained: TrainedRun[];
const epochs: [string, number, number][] = [];

beforeAll(async () => {
  trained = await trainAll({onEpoch: (run, epoch, of) => epochs.push([run.loss, epoch, of])});
});

describe('npm start', () => {
  test('trains every run for its epochs and says so', () => {
    expect(trained.map(({run}) => run)).toEqual(RUNS);
    expect(epochs).toEqual(
      RUNS.flatMap(({loss, data}) =>
        Array.from({length: RECIPES[data].epochs}, (_, i) => [loss, i + 1, RECIPES[data].epochs]),
      ),
    );
    for (const {history, run} of trained) expect(history).toHaveLength(RECIPES[run.data].epochs);
  });

  test.each(RUNS.map(({data, loss}, i) => ({data, loss, i})))('reaches the goal on $data with $loss', ({data, i}) => {
    expect(trained[i]?.evaluation.accuracy).toBeGreaterThanOrEqual(GOALS[data]);
  });

  test('ends with the accuracy of the evaluation', () => {
    for (const {history, evaluation} of trained) expect(history.at(-1)?.testAccuracy).toBe(evaluation.accuracy);
  });

  test('learns: both losses are finite and lower at the end than in the first epoch', () => {
    for (const {history} of trained) {
      const [first, last] = [history[0], history.at(-1)];
      expect(last?.trainLoss).toBeLessThan(first?.trainLoss ?? NaN);
      expect(last?.testLoss).toBeLessThan(first?.testLoss ?? NaN);
    }
  });

  test('gives class indices and their one-hot form the same training', () => {
    const [oneHot, , sparse] = trained;
    for (const [i, epoch] of (oneHot?.history ?? []).entries()) {
      expect(sparse?.history[i]?.trainLoss).toBeCloseTo(epoch.trainLoss, 3);
    }
  });
});

describe('a cheap run', () => {
  const cheap = RUNS.filter(({loss}) => loss === 'sigmoidCrossEntropy');

  test('gives the same numbers from the same seed and leaves no tensor behind', async () => {
    const first = trained.find(({run}) => run === cheap[0]);
    const before = tf.memory().numTensors;
    const [again] = await trainAll({runs: cheap, seed: 1});
    expect(tf.memory().numTensors).toBe(before);
    expect(again?.history).toEqual(first?.history);
    expect(again?.evaluation).toEqual(first?.evaluation);
  });

  test('gives other numbers from another seed, on the same split', async () => {
    const first = trained.find(({run}) => run === cheap[0]);
    const [other] = await trainAll({runs: cheap, seed: 2});
    expect(other?.history).not.toEqual(first?.history);
    expect(other?.data.test.labels).toEqual(first?.data.test.labels);
    expect(other?.data.test.features[0]).toEqual(first?.data.test.features[0]);
  });
});
