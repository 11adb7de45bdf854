/** Every measure against values from its definition, to 25 digits (test/golden/make_calibration_goldens.py). */
import * as tf from '@tensorflow/tfjs';
import {
  type CalibrationInput,
  brierScore,
  expectedCalibrationError,
  fitTemperature,
  maximumCalibrationError,
  negativeLogLikelihood,
  reliabilityDiagram,
} from '../../src/calibration';
import {expectClose} from '../reference/_compare';
import {type CalibrationGolden, GOLDENS, NORMS, readingOf} from './_goldens';

beforeAll(() => tf.setBackend('cpu'));

const named = GOLDENS.map((golden) => [golden.name, golden] as const);

const CLOSE = {relative: 2e-14};

async function expectGolden(golden: CalibrationGolden, labels: CalibrationInput, logits: CalibrationInput) {
  const reading = readingOf(golden);
  const {bins = 15} = golden;
  for (const norm of NORMS) {
    const error = await expectedCalibrationError(labels, logits, {...reading, bins, norm});
    // A distance of nearly equal means.
    expectClose(norm, error, Number(golden.errors[norm]), {relative: 2e-14, absolute: 1e-15});
  }
  const maximum = await maximumCalibrationError(labels, logits, {...reading, bins});
  expectClose('maximum', maximum, Number(golden.errors.max), CLOSE);
  expectClose('Brier', await brierScore(labels, logits, reading), Number(golden.brier), CLOSE);
  expectClose('NLL', await negativeLogLikelihood(labels, logits, reading), Number(golden.nll), CLOSE);

  const diagram = await reliabilityDiagram(labels, logits, {...reading, bins});
  expect(diagram.bins.map(({count}) => count)).toEqual(golden.binned.map(([count]) => count));
  const means = (place: 1 | 2) => golden.binned.map((bin) => Number(bin[place] ?? NaN));
  const confidences = diagram.bins.map(({confidence}) => confidence);
  expectClose('confidence', confidences, means(1), CLOSE);
  const accuracies = diagram.bins.map(({accuracy}) => accuracy);
  expectClose('accuracy', accuracies, means(2), CLOSE);
  expect(diagram.maximumCalibrationError).toBe(maximum);

  const fit = await fitTemperature(labels, logits, reading);
  expect(fit.converged).toBe(true);
  expect(fit.iterations).toBeLessThanOrEqual(20);
  // The NLL is flat at its minimum, its slope is not: T keeps nearly all of its digits.
  expectClose('T', fit.temperature, Number(golden.temperature), {relative: 1e-12});
  expectClose('NLL before', fit.nllBefore, Number(golden.nll), CLOSE);
  expectClose('NLL after', fit.nllAfter, Number(golden.nllAfter), CLOSE);
}

test.each(named)('%s, from arrays', (_, golden) =>
  expectGolden(golden, golden.labels as CalibrationInput, golden.logits as CalibrationInput),
);

test.each(named)('%s, from tensors, none of which is left or lost', async (_, golden) => {
  const labels = tf.tensor(golden.labels);
  const logits = tf.tensor(golden.logits, undefined, 'float32');
  const before = tf.memory().numTensors;
  await expectGolden(golden, labels, logits);
  expect(tf.memory().numTensors).toBe(before);
  expect([labels.isDisposed, logits.isDisposed]).toEqual([false, false]);
});

test.each(named)('peers agree with the golden: %s', (_, {peers, errors, brier, nll}) => {
  for (const [peer, result] of Object.entries(peers)) {
    if (result.brier !== undefined) expectClose(`${peer}, Brier`, result.brier, Number(brier), {relative: 1e-12});
    if (result.nll !== undefined) expectClose(`${peer}, NLL`, result.nll, Number(nll), {relative: 1e-12});
    for (const norm of NORMS) {
      const value = result.errors?.[norm];
      // torchmetrics has it in float32 where there are several classes.
      if (value !== undefined) expectClose(`${peer}, ${norm}`, value, Number(errors[norm]), {relative: 4e-7});
    }
  }
});

test('each peer was compared in each form that it takes', () => {
  const compared = GOLDENS.flatMap(({name, peers}) =>
    Object.keys(peers).map((peer) => `${peer.split(' ')[0]} ${name}`),
  );
  for (const form of ['class indices', 'binary', 'several labels', 'sequence, steps ignored']) {
    expect(compared).toContain(`torchmetrics ${form}`);
    expect(compared).toContain(`scikit-learn ${form}`);
  }
});
