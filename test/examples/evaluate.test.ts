import {accuracyOf, evaluate} from '../../examples/_evaluate';

/** Logits of two classes whose softmax is (p, 1 − p). */
function sure(p: number): number[] {
  return [Math.log(p), Math.log(1 - p)];
}

test('accuracy and calibration error of several classes, by hand', async () => {
  // Bins of 1/15: 0.9 and 0.92 fall into the 14th (13/15 = 0.867 to 0.933), 0.6 into the 10th (0.6 to 0.667).
  const logits = [sure(0.9), sure(0.92), sure(0.62), sure(0.64)];
  const {accuracy, diagram} = await evaluate(logits, [0, 1, 0, 0]);
  const {expectedCalibrationError: calibrationError, bins} = diagram;
  expect(accuracy).toBe(0.75);
  // 14th: accuracy 1/2, confidence 0.91; 10th: accuracy 1, confidence 0.63. Each holds half of the samples.
  expect(calibrationError).toBeCloseTo(0.5 * 0.41 + 0.5 * 0.37, 12);
  expect(bins).toHaveLength(15);
  expect(bins.map(({count}) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2, 0]);
  expect(bins[13]).toEqual({
    from: 13 / 15,
    to: 14 / 15,
    count: 2,
    confidence: expect.closeTo(0.91, 12) as number,
    accuracy: 0.5,
  });
});

test('the most probable class counts, wherever it stands', async () => {
  const {accuracy, diagram} = await evaluate([[Math.log(0.2), Math.log(0.3), Math.log(0.5)]], [2]);
  expect(accuracy).toBe(1);
  // 0.5 is in the middle of the 8th bin, 7/15 to 8/15.
  expect(diagram.bins[7]).toMatchObject({count: 1, accuracy: 1, confidence: expect.closeTo(0.5, 12) as number});
});

test('one logit: class 1 is predicted above 0, and its probability is what is measured', async () => {
  const logit = (p: number): number[] => [Math.log(p / (1 - p))];
  // 0.1 for three samples of which one is of class 1, 0.9 for one that is.
  const {accuracy, diagram} = await evaluate([0.1, 0.1, 0.1, 0.9].map(logit), [0, 0, 1, 1]);
  expect(accuracy).toBe(0.75);
  expect(diagram.expectedCalibrationError).toBeCloseTo(0.75 * (1 / 3 - 0.1) + 0.25 * 0.1, 12);
  expect(diagram.bins[1]).toMatchObject({count: 3, accuracy: 1 / 3, confidence: expect.closeTo(0.1, 12) as number});
});

test('certainty belongs to the last bin, and large logits do not overflow', async () => {
  const {diagram} = await evaluate(
    [
      [1000, -1000],
      [800, 0],
    ],
    [0, 1],
  );
  expect(diagram.bins[14]).toMatchObject({count: 2, accuracy: 0.5, confidence: 1});
  expect(diagram.expectedCalibrationError).toBe(0.5);
});

test('accuracy alone is the same', () => {
  expect(
    accuracyOf(
      [
        [1, 2],
        [2, 1],
        [0, 3],
      ],
      [1, 0, 0],
    ),
  ).toBe(2 / 3);
  expect(accuracyOf([[1], [-1], [0]], [1, 1, 0])).toBe(2 / 3);
});
