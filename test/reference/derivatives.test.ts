import {
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
} from '../../src/reference';
import type {SoftmaxCrossEntropyOptions} from '../../src/reference/softmax_cross_entropy';
import type {SoftmaxFocalCrossEntropyOptions} from '../../src/reference/softmax_focal_cross_entropy';
import type {SparseSoftmaxCrossEntropyOptions} from '../../src/reference/sparse_softmax_cross_entropy';
import type {SparseSoftmaxFocalCrossEntropyOptions} from '../../src/reference/sparse_softmax_focal_cross_entropy';
import type {SigmoidCrossEntropyOptions} from '../../src/reference/sigmoid_cross_entropy';
import type {SigmoidFocalCrossEntropyOptions} from '../../src/reference/sigmoid_focal_cross_entropy';
import {expectClose} from './_compare';
import {differences, jacobian} from './_differences';
import {crossProduct} from './_options';

// Five-point differences at h = 2⁻¹⁰ leave h⁴·f⁗/30 ≈ 1e-12·f⁗ and a rounding error of 1e-13.
const TOLERANCE = {relative: 1e-8, absolute: 1e-9};

const ROWS = [
  {z: [0.5, -1.25, 2, 0.125], q: [0.6, 0.3, 0, 0.1], y: 0},
  {z: [1.5, 1.5, -3, 1.5], q: [0.2, 1.5, 0.7, 0], y: 1},
  {z: [-4, 6, 0, -7], q: [0, 0.9, 0.1, 0], y: 1},
];

const ROW_OPTIONS = crossProduct<SoftmaxCrossEntropyOptions>(
  [{}, {labelSmoothing: 0.1}, {labelSmoothing: 1}],
  [{}, {classWeights: [0.3, 2, 0, 0.7]}],
  [{}, {zLoss: 0.05}],
);
const ROW_FOCAL_OPTIONS = crossProduct<SoftmaxFocalCrossEntropyOptions>(
  ROW_OPTIONS,
  [{}, ...[0, 0.5, 1, 2, 5].map((gamma) => ({gamma}))],
  [{}, {alpha: 0.25}, {alpha: [0.25, 0.6, 1, 1.5]}],
);
const ELEMENT_OPTIONS = crossProduct<SigmoidCrossEntropyOptions>(
  [{}, {labelSmoothing: 0.1}, {labelSmoothing: 1}],
  [{}, {posWeight: 3}, {posWeight: 0}],
);
const ELEMENT_FOCAL_OPTIONS = crossProduct<SigmoidFocalCrossEntropyOptions>(
  ELEMENT_OPTIONS,
  [{}, ...[0, 0.5, 1, 2, 5].map((gamma) => ({gamma}))],
  [{}, {alpha: null}, {alpha: 0.5}, {alpha: 0.9}],
);

describe.each([
  ['softmaxCrossEntropy', softmaxCrossEntropy, ROW_OPTIONS],
  ['softmaxFocalCrossEntropy', softmaxFocalCrossEntropy, ROW_FOCAL_OPTIONS],
] as const)('%s against differences', (_, {loss, ...derivative}, optionsList) => {
  const cases = ROWS.flatMap(({z, q}) => optionsList.map((options) => ({z, q, options})));

  test('logit gradient', () => {
    for (const {z, q, options} of cases) {
      const expected = differences((x) => loss(q, x, options), z);
      expectClose(JSON.stringify({z, q, options}), derivative.logitGradient(q, z, options), expected, TOLERANCE);
    }
  });

  test('logit Hessian', () => {
    for (const {z, q, options} of cases) {
      const expected = jacobian((x) => derivative.logitGradient(q, x, options), z);
      expectClose(JSON.stringify({z, q, options}), derivative.logitHessian(q, z, options), expected, TOLERANCE);
    }
  });

  test('label gradient', () => {
    for (const {z, q, options} of cases) {
      const expected = differences((x) => loss(x, z, options), q);
      expectClose(JSON.stringify({z, q, options}), derivative.labelGradient(q, z, options), expected, TOLERANCE);
    }
  });

  test('derivative by label and logit', () => {
    for (const {z, q, options} of cases) {
      const expected = jacobian((x) => derivative.labelGradient(q, x, options), z);
      expectClose(JSON.stringify({z, q, options}), derivative.labelLogitHessian(q, z, options), expected, TOLERANCE);
    }
  });
});

const IGNORE = [{}, {ignoreIndex: 1}, {ignoreIndex: -100}];
const SPARSE_OPTIONS = crossProduct<SparseSoftmaxCrossEntropyOptions>(ROW_OPTIONS, IGNORE);
const SPARSE_FOCAL_OPTIONS = crossProduct<SparseSoftmaxFocalCrossEntropyOptions>(ROW_FOCAL_OPTIONS, IGNORE);

describe.each([
  ['sparseSoftmaxCrossEntropy', sparseSoftmaxCrossEntropy, SPARSE_OPTIONS],
  ['sparseSoftmaxFocalCrossEntropy', sparseSoftmaxFocalCrossEntropy, SPARSE_FOCAL_OPTIONS],
] as const)('%s against differences', (_, {loss, logitGradient, logitHessian}, optionsList) => {
  const cases = ROWS.flatMap(({z, y}) => optionsList.map((options) => ({z, y, options})));

  test('logit gradient', () => {
    for (const {z, y, options} of cases) {
      const expected = differences((x) => loss(y, x, options), z);
      expectClose(JSON.stringify({z, y, options}), logitGradient(y, z, options), expected, TOLERANCE);
    }
  });

  test('logit Hessian', () => {
    for (const {z, y, options} of cases) {
      const expected = jacobian((x) => logitGradient(y, x, options), z);
      expectClose(JSON.stringify({z, y, options}), logitHessian(y, z, options), expected, TOLERANCE);
    }
  });
});

describe.each([
  ['sigmoidCrossEntropy', sigmoidCrossEntropy, ELEMENT_OPTIONS],
  ['sigmoidFocalCrossEntropy', sigmoidFocalCrossEntropy, ELEMENT_FOCAL_OPTIONS],
] as const)('%s against differences', (_, {loss, ...derivative}, optionsList) => {
  const cases = [-5, -0.75, 0, 1.3, 7].flatMap((z) =>
    [0, 1, 0.3].flatMap((y) => optionsList.map((options) => ({z, y, options}))),
  );
  const scalar = (f: (x: number) => number, x: number) => differences(([value]) => f(value ?? NaN), [x]);

  test('logit gradient', () => {
    for (const {z, y, options} of cases) {
      const expected = scalar((x) => loss(y, x, options), z);
      expectClose(JSON.stringify({z, y, options}), [derivative.logitGradient(y, z, options)], expected, TOLERANCE);
    }
  });

  test('logit Hessian', () => {
    for (const {z, y, options} of cases) {
      const expected = scalar((x) => derivative.logitGradient(y, x, options), z);
      expectClose(JSON.stringify({z, y, options}), [derivative.logitHessian(y, z, options)], expected, TOLERANCE);
    }
  });

  test('label gradient', () => {
    for (const {z, y, options} of cases) {
      const expected = scalar((x) => loss(x, z, options), y);
      expectClose(JSON.stringify({z, y, options}), [derivative.labelGradient(y, z, options)], expected, TOLERANCE);
    }
  });

  test('derivative by label and logit', () => {
    for (const {z, y, options} of cases) {
      const expected = scalar((x) => derivative.labelGradient(y, x, options), z);
      expectClose(JSON.stringify({z, y, options}), [derivative.labelLogitHessian(y, z, options)], expected, TOLERANCE);
    }
  });
});
