import {reduce, rowDivisorWeight} from '../../src/reference';
import {expectClose} from './_compare';

const LOSSES = [1, 2, 4];

test('none, sum and mean', () => {
  expectClose('none', reduce(LOSSES, {reduction: 'none'}), [1, 2, 4], {});
  expect(reduce(LOSSES, {reduction: 'sum'})).toBe(7);
  expectClose('mean', reduce(LOSSES), 7 / 3, {});
});

test('sample weights multiply in, into the divisor too', () => {
  const weights = [1, 0, 0.5];
  expectClose('none', reduce(LOSSES, {reduction: 'none', weights}), [1, 0, 2], {});
  expect(reduce(LOSSES, {reduction: 'sum', weights})).toBe(3);
  expect(reduce(LOSSES, {weights})).toBe(2);
});

test('the divisor is the sum of sample weight times class weight', () => {
  const classWeights = [0.5, 3];
  const divisorWeights = [1, -100, 0].map((label) => rowDivisorWeight(label, {classWeights, ignoreIndex: -100}));
  expect(divisorWeights).toEqual([3, 0, 0.5]);
  expect(reduce([6, 0, 1], {divisorWeights, weights: [1, 5, 2]})).toBe(2);
});

test('normalizer replaces the divisor of the mean and nothing else', () => {
  expect(reduce(LOSSES, {normalizer: 14})).toBe(0.5);
  expect(reduce(LOSSES, {reduction: 'sum', normalizer: 14})).toBe(7);
});

test('nothing counts: 0', () => {
  expect(reduce([])).toBe(0);
  expect(reduce([0, 0], {divisorWeights: [0, 0]})).toBe(0);
  expect(reduce([3, 4], {weights: [0, 0]})).toBe(0);
});

test('many small losses after a large one are not lost', () => {
  const losses = new Float64Array(100001).fill(2 ** -53);
  losses[0] = 1;
  expect(reduce(losses, {reduction: 'sum'})).toBe(1 + 100000 * 2 ** -53);
});

test('rowDivisorWeight', () => {
  expect(rowDivisorWeight(2)).toBe(1);
  expect(rowDivisorWeight(-1, {ignoreIndex: -1})).toBe(0);
  expect(() => rowDivisorWeight(2, {classWeights: [1, 1]})).toThrow(new RangeError('class index 2 is not in [0, 2)'));
});

test('lists of the wrong length are a RangeError that names them', () => {
  expect(() => reduce(LOSSES, {weights: [1]})).toThrow('weights has 1 entries, expected 3');
  expect(() => reduce(LOSSES, {divisorWeights: [1]})).toThrow('divisorWeights has 1 entries, expected 3');
});
