import {
  logSumExp,
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
  smoothLabels,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
} from '../../src/reference';
import {expectClose} from './_compare';

const GAMMAS = [0, 0.5, 1, 2, 5];
const ALL = ['loss', 'logitGradient', 'logitHessian', 'labelGradient', 'labelLogitHessian'] as const;

describe('softmax rows that are not numbers', () => {
  test.each([
    ['all −∞', [-Infinity, -Infinity]],
    ['NaN', [1, NaN]],
    ['NaN behind −∞', [-Infinity, NaN]],
    ['+∞', [1, Infinity]],
    ['two +∞', [Infinity, Infinity]],
  ])('%s: everything is NaN', (_, z) => {
    for (const gamma of GAMMAS) {
      for (const what of ALL) {
        const result = softmaxFocalCrossEntropy[what]([1, 0], z, {gamma});
        const entries = typeof result === 'number' ? [result] : Array.from<number | Float64Array>(result);
        const flat = entries.flatMap((x) => (typeof x === 'number' ? [x] : Array.from(x)));
        expect(flat).toEqual(flat.map(() => NaN));
      }
    }
  });

  test('an ignored row is 0 whatever it holds', () => {
    for (const {loss, logitGradient, logitHessian} of [sparseSoftmaxCrossEntropy, sparseSoftmaxFocalCrossEntropy]) {
      for (const [label, z] of [
        [-100, [NaN, 1]],
        [1, [Infinity, -Infinity]],
        [1, [1, 2]],
      ] as const) {
        const options = {ignoreIndex: label, labelSmoothing: 0.1, zLoss: 1};
        expect(loss(label, z, options)).toBe(0);
        expectClose('gradient', logitGradient(label, z, options), [0, 0], {});
        expectClose('Hessian', logitHessian(label, z, options), [new Float64Array(2), new Float64Array(2)], {});
      }
    }
  });
});

describe('masked classes', () => {
  const z = [1, -Infinity, 1];

  test('with weight: loss ∞, gradient the finite limit', () => {
    for (const gamma of GAMMAS) {
      expect(sparseSoftmaxFocalCrossEntropy.loss(1, z, {gamma})).toBe(Infinity);
      expectClose('gradient', sparseSoftmaxFocalCrossEntropy.logitGradient(1, z, {gamma}), [0.5, -1, 0.5], {});
      const far = sparseSoftmaxFocalCrossEntropy.logitGradient(1, [1, -1e4, 1], {gamma});
      expectClose('limit', far, [0.5, -1, 0.5], {});
    }
    expect(sparseSoftmaxCrossEntropy.loss(0, z, {labelSmoothing: 0.1})).toBe(Infinity);
  });

  test('with class weight 0: out of the loss even under smoothing', () => {
    const options = {labelSmoothing: 0.5, classWeights: [1, 0, 1]};
    expectClose('loss', sparseSoftmaxCrossEntropy.loss(0, z, options), (5 / 6) * Math.LN2, {relative: 1e-15});
    expectClose('label gradient', softmaxCrossEntropy.labelGradient([1, 0, 0], z, options).slice(1, 2), [0], {});
  });

  test('the label gradient of a masked class is ∞', () => {
    const expected = [Math.LN2, Infinity, Math.LN2];
    expectClose('label gradient', softmaxCrossEntropy.labelGradient([1, 0, 0], z), expected, {relative: 1e-15});
  });
});

test('a single class costs nothing', () => {
  for (const gamma of GAMMAS) {
    expect(sparseSoftmaxFocalCrossEntropy.loss(0, [7], {gamma})).toBe(0);
    expectClose('gradient', sparseSoftmaxFocalCrossEntropy.logitGradient(0, [7], {gamma}), [0], {});
    expectClose('Hessian', sparseSoftmaxFocalCrossEntropy.logitHessian(0, [7], {gamma}), [[0]], {});
  }
});

test('differences beyond float64 saturate without NaN', () => {
  const z = [Number.MAX_VALUE, -Number.MAX_VALUE];
  for (const gamma of GAMMAS) {
    expect(sparseSoftmaxFocalCrossEntropy.loss(0, z, {gamma})).toBe(0);
    expect(sparseSoftmaxFocalCrossEntropy.loss(1, z, {gamma})).toBe(Infinity);
    expectClose('gradient', sparseSoftmaxFocalCrossEntropy.logitGradient(1, z, {gamma}), [1, -1], {});
    const hessian = sparseSoftmaxFocalCrossEntropy.logitHessian(1, z, {gamma});
    expectClose('Hessian', hessian, [new Float64Array(2), new Float64Array(2)], {});
  }
});

describe('class indices', () => {
  test.each([-1, 3, 1.5, NaN])('%d is a RangeError that names it', (label) => {
    for (const reference of [sparseSoftmaxCrossEntropy, sparseSoftmaxFocalCrossEntropy]) {
      for (const what of ['loss', 'logitGradient', 'logitHessian'] as const) {
        const attempt = () => reference[what](label, [1, 2, 3], {ignoreIndex: -100});
        expect(attempt).toThrow(RangeError);
        expect(attempt).toThrow(`class index ${label} `);
      }
    }
  });
});

test('lists of the wrong length are a RangeError that names them', () => {
  expect(() => softmaxCrossEntropy.loss([1], [1, 2])).toThrow('labels has 1 entries, expected 2');
  expect(() => softmaxCrossEntropy.labelGradient([1], [1, 2])).toThrow('labels has 1 entries, expected 2');
  expect(() => sparseSoftmaxCrossEntropy.loss(0, [1, 2], {classWeights: [1, 1, 1]})).toThrow('classWeights has 3');
  expect(() => sparseSoftmaxFocalCrossEntropy.loss(0, [1, 2], {alpha: [1]})).toThrow('alpha has 1');
});

describe('sigmoid at ±∞ and NaN', () => {
  // [y, z, loss, ∂/∂z, ∂²/∂z²]: the limits, the same for every γ.
  test.each([
    [1, Infinity, 0, 0, 0],
    [0, -Infinity, 0, 0, 0],
    [0, Infinity, Infinity, 1, 0],
    [1, -Infinity, Infinity, -1, 0],
    [0.25, Infinity, Infinity, 0.75, 0],
    [0.25, -Infinity, Infinity, -0.25, 0],
  ])('y = %d, z = %d', (y, z, loss, gradient, hessian) => {
    for (const gamma of GAMMAS) {
      const options = {gamma, alpha: null};
      expect(sigmoidFocalCrossEntropy.loss(y, z, options)).toBe(loss);
      expectClose('gradient', sigmoidFocalCrossEntropy.logitGradient(y, z, options), gradient, {});
      expectClose('second derivative', sigmoidFocalCrossEntropy.logitHessian(y, z, options), hessian, {});
      expect(sigmoidFocalCrossEntropy.labelGradient(y, z, options)).toBe(-z);
      expect(sigmoidFocalCrossEntropy.labelLogitHessian(y, z, options)).toBe(-1);
    }
  });

  test('a side of weight 0 does not count', () => {
    expect(sigmoidCrossEntropy.loss(1, -Infinity, {posWeight: 0})).toBe(0);
    expect(sigmoidFocalCrossEntropy.loss(0, Infinity, {alpha: 1})).toBe(0);
    expectClose('ε = 1', sigmoidCrossEntropy.labelGradient(0, Infinity, {labelSmoothing: 1}), 0, {});
  });

  test('NaN gives NaN, also where no side counts', () => {
    for (const what of ALL) {
      expect(sigmoidCrossEntropy[what](1, NaN)).toBe(NaN);
      expect(sigmoidFocalCrossEntropy[what](1, NaN, {posWeight: 0})).toBe(NaN);
    }
  });
});

test('the label gradient of sigmoid cross-entropy is −z to the last bit', () => {
  for (const z of [0, 1e-300, -1e-9, 0.1, 3e38]) expect(sigmoidCrossEntropy.labelGradient(1, z) + z).toBe(0);
});

test('logSumExp', () => {
  expect(logSumExp([])).toBe(-Infinity);
  expect(logSumExp([-Infinity, -Infinity])).toBe(-Infinity);
  expect(logSumExp([-Infinity, 2])).toBe(2);
  expect(logSumExp([1, Infinity])).toBe(Infinity);
  expect(logSumExp([Infinity, NaN])).toBe(NaN);
  expectClose('lse', logSumExp(new Float64Array(100000).fill(1000)), 1000 + Math.log(100000), {relative: 1e-15});
  expectClose('lse', logSumExp(new Float64Array(200000).fill(-Infinity)), -Infinity, {});
});

test('smoothLabels', () => {
  expectClose('ε = 0.25', smoothLabels([1, 0, 0, 0], 0.25), [0.8125, 0.0625, 0.0625, 0.0625], {});
});
