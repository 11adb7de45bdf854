import * as tf from '@tensorflow/tfjs';
import {CURED_LOSSES, CURE_EPOCHS, type Overconfidence, cureOverconfidence} from '../../examples/_overconfidence';

// The real job takes its time, on a busy machine more.
jest.setTimeout(5 * 60_000);

let study: Overconfidence;
let left: number;
const epochs: [string, number, number][] = [];

beforeAll(async () => {
  await tf.setBackend('cpu');
  const before = tf.memory().numTensors;
  study = await cureOverconfidence({onEpoch: (...epoch) => epochs.push(epoch)});
  left = tf.memory().numTensors - before;
});

test('trains both for their epochs, says so, and leaves no tensor', () => {
  expect(epochs).toEqual(
    CURED_LOSSES.flatMap((loss) => Array.from({length: CURE_EPOCHS}, (_, i) => [loss, i + 1, CURE_EPOCHS])),
  );
  expect(study.runs.map(({loss}) => loss)).toEqual(CURED_LOSSES);
  expect(left).toBe(0);
});

test('on few samples', () => {
  expect(study.counts).toEqual({train: 60, validation: 199, test: 359});
});

test('the network is over-confident, and has learnt', () => {
  const {diagram} = study.runs[0].trained;
  expect(diagram.accuracy).toBeGreaterThan(0.7);
  expect(diagram.confidence - diagram.accuracy).toBeGreaterThan(0.1);
});

test('label smoothing lowers the calibration error by more than half, and the NLL', () => {
  const [plain, smooth] = study.runs.map(({trained}) => trained);
  const [before, after] = [plain!, smooth!].map(({diagram}) => diagram.expectedCalibrationError);
  expect(after!).toBeLessThan(before! / 2);
  expect(smooth!.nll).toBeLessThan(plain!.nll);
});

test('temperature scaling lowers the NLL by more than half, the Brier score and the calibration error, and no accuracy', () => {
  const {trained, scaled} = study.runs[0];
  expect(scaled.temperature).toBeGreaterThan(2);
  expect(scaled.nll).toBeLessThan(trained.nll / 2);
  expect(scaled.brier).toBeLessThan(trained.brier);
  expect(scaled.diagram.expectedCalibrationError).toBeLessThan(trained.diagram.expectedCalibrationError / 2);
  expect(scaled.diagram.accuracy).toBe(trained.diagram.accuracy);
});

test('after label smoothing there is little left for a temperature to do', () => {
  const {temperature} = study.runs[1].scaled;
  expect(Math.abs(Math.log(temperature))).toBeLessThan(0.25);
});
