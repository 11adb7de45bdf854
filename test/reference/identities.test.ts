import fc from 'fast-check';
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

const TIGHT = {relative: 1e-13, absolute: 1e-300};

const number = (min: number, max: number) => fc.double({min, max, noNaN: true});
const gamma = fc.constantFrom(0, 0.5, 1, 2, 5);
const smoothing = fc.constantFrom(0, 0.1, 0.5, 1);

/** Multiples of 2⁻¹⁰, so that shifting them by whole numbers is exact. */
const logit = fc.integer({min: -60 * 1024, max: 60 * 1024}).map((n) => n / 1024);

interface Row {
  readonly z: number[];
  readonly q: number[];
  readonly w: number[];
  readonly alpha: number[];
  readonly y: number;
}

const row = fc.integer({min: 1, max: 7}).chain((classes) => {
  const list = (value: fc.Arbitrary<number>) => fc.array(value, {minLength: classes, maxLength: classes});
  return fc.record<Row>({
    z: list(logit),
    q: list(number(0, 1)),
    w: list(number(0, 3)),
    alpha: list(number(0, 2)),
    y: fc.nat(classes - 1),
  });
});

const oneHot = (y: number, classes: number) => Array.from({length: classes}, (_, k) => Number(k === y));

test('focal with γ = 0 and no α is cross-entropy', () => {
  fc.assert(
    fc.property(row, smoothing, ({z, q, w}, labelSmoothing) => {
      const options = {labelSmoothing, classWeights: w, zLoss: 0.01};
      for (const what of ['loss', 'logitGradient', 'logitHessian', 'labelGradient', 'labelLogitHessian'] as const) {
        const expected = softmaxCrossEntropy[what](q, z, options);
        expectClose(what, softmaxFocalCrossEntropy[what](q, z, {...options, gamma: 0, alpha: null}), expected, {});
      }
    }),
  );
  fc.assert(
    fc.property(number(0, 1), number(-800, 800), smoothing, number(0, 3), (y, z, labelSmoothing, posWeight) => {
      const options = {labelSmoothing, posWeight};
      for (const what of ['loss', 'logitGradient', 'logitHessian', 'labelGradient', 'labelLogitHessian'] as const) {
        const expected = sigmoidCrossEntropy[what](y, z, options);
        expectClose(what, sigmoidFocalCrossEntropy[what](y, z, {...options, gamma: 0, alpha: null}), expected, {});
      }
    }),
  );
});

test('a class index is a one-hot label', () => {
  fc.assert(
    fc.property(row, smoothing, gamma, ({z, w, alpha, y}, labelSmoothing, g) => {
      const options = {labelSmoothing, classWeights: w, zLoss: 0.01};
      const q = oneHot(y, z.length);
      const focal = {...options, gamma: g, alpha};
      for (const what of ['loss', 'logitGradient', 'logitHessian'] as const) {
        expectClose(what, sparseSoftmaxCrossEntropy[what](y, z, options), softmaxCrossEntropy[what](q, z, options), {});
        const expected = softmaxFocalCrossEntropy[what](q, z, focal);
        expectClose(what, sparseSoftmaxFocalCrossEntropy[what](y, z, focal), expected, {});
      }
    }),
  );
});

test('smoothing is cross-entropy with smoothed labels', () => {
  fc.assert(
    fc.property(row, smoothing, gamma, ({z, q, w}, labelSmoothing, g) => {
      const expected = softmaxFocalCrossEntropy.loss(smoothLabels(q, labelSmoothing), z, {classWeights: w, gamma: g});
      const actual = softmaxFocalCrossEntropy.loss(q, z, {labelSmoothing, classWeights: w, gamma: g});
      expectClose('loss', actual, expected, {});
    }),
  );
});

test('softmax over (z, 0) is the sigmoid of z', () => {
  fc.assert(
    fc.property(number(0, 1), logit, smoothing, gamma, number(0, 1), (y, z, labelSmoothing, g, a) => {
      const soft = {labelSmoothing, gamma: g, alpha: [a, 1 - a]};
      const hard = {labelSmoothing, gamma: g, alpha: a};
      const labels = [y, 1 - y];
      const slope = sigmoidFocalCrossEntropy.logitGradient(y, z, hard);
      const curvature = sigmoidFocalCrossEntropy.logitHessian(y, z, hard);
      // The two files order the same operations differently, and the two sides of the loss can nearly cancel.
      const near = {relative: 1e-12, absolute: 1e-15};
      expectClose(
        'loss',
        softmaxFocalCrossEntropy.loss(labels, [z, 0], soft),
        sigmoidFocalCrossEntropy.loss(y, z, hard),
        TIGHT,
      );
      expectClose('gradient', softmaxFocalCrossEntropy.logitGradient(labels, [z, 0], soft), [slope, -slope], near);
      expectClose(
        'Hessian',
        softmaxFocalCrossEntropy.logitHessian(labels, [z, 0], soft),
        [
          [curvature, -curvature],
          [-curvature, curvature],
        ],
        near,
      );
    }),
  );
});

test('a common shift of the logits changes nothing without z-loss', () => {
  fc.assert(
    fc.property(row, gamma, fc.integer({min: -1e6, max: 1e6}), ({z, q, alpha}, g, shift) => {
      const shifted = z.map((x) => x + shift);
      const options = {gamma: g, alpha};
      for (const what of ['loss', 'logitGradient', 'logitHessian', 'labelGradient', 'labelLogitHessian'] as const) {
        const expected = softmaxFocalCrossEntropy[what](q, z, options);
        expectClose(what, softmaxFocalCrossEntropy[what](q, shifted, options), expected, {});
      }
    }),
  );
});

test('a −∞ class of no weight equals leaving the class out', () => {
  fc.assert(
    fc.property(row, gamma, fc.nat(7), ({z, q, w, alpha}, g, position) => {
      const at = Math.min(position, z.length);
      const insert = (values: readonly number[], value: number) => [...values.slice(0, at), value, ...values.slice(at)];
      const remove = (values: ArrayLike<number>) => Array.from(values).filter((_, k) => k !== at);
      const options = {gamma: g, classWeights: w, alpha, zLoss: 0.01};
      const masked = {...options, classWeights: insert(w, 1.5), alpha: insert(alpha, 0.5)};
      const arguments_ = [insert(q, 0), insert(z, -Infinity), masked] as const;
      const gradient = softmaxFocalCrossEntropy.logitGradient(...arguments_);
      const hessian = softmaxFocalCrossEntropy.logitHessian(...arguments_);
      const kept = softmaxFocalCrossEntropy;
      expectClose('loss', softmaxFocalCrossEntropy.loss(...arguments_), kept.loss(q, z, options), TIGHT);
      expectClose('gradient', remove(gradient), kept.logitGradient(q, z, options), TIGHT);
      const near = {relative: 1e-13, absolute: 1e-18};
      expectClose('Hessian', hessian.filter((_, k) => k !== at).map(remove), kept.logitHessian(q, z, options), near);
      expect(Math.abs(gradient[at] ?? NaN)).toBe(0);
      expect(hessian.every((line, i) => line.every((x, j) => (i !== at && j !== at) || x === 0))).toBe(true);
    }),
  );
});

test('the order of the classes does not matter', () => {
  fc.assert(
    fc.property(row, gamma, ({z, q, w, alpha}, g) => {
      const reversed = <T>(values: readonly T[]) => [...values].reverse();
      const options = {gamma: g, classWeights: w, alpha, zLoss: 0.01};
      const turned = {...options, classWeights: reversed(w), alpha: reversed(alpha)};
      const gradient = softmaxFocalCrossEntropy.logitGradient(reversed(q), reversed(z), turned);
      const expected = softmaxFocalCrossEntropy.logitGradient(q, z, options);
      expectClose('gradient', reversed(Array.from(gradient)), expected, {relative: 1e-12, absolute: 1e-15});
    }),
  );
});

test('the gradient sums to zero without z-loss, to 2λ·lse with it', () => {
  fc.assert(
    fc.property(row, gamma, fc.constantFrom(0, 0.01), ({z, q, w, alpha}, g, zLoss) => {
      const options = {gamma: g, classWeights: w, alpha, zLoss};
      const total = softmaxFocalCrossEntropy.logitGradient(q, z, options).reduce((a, b) => a + b, 0);
      expectClose('sum', total, 2 * zLoss * logSumExp(z), {relative: 1e-12, absolute: 1e-12});
    }),
  );
});

test('Hessians are symmetric', () => {
  fc.assert(
    fc.property(row, gamma, ({z, q, alpha}, g) => {
      const hessian = softmaxFocalCrossEntropy.logitHessian(q, z, {gamma: g, alpha, zLoss: 0.01});
      const transposed = hessian.map((_, i) => hessian.map((line) => line[i] ?? NaN));
      expectClose('transposed', transposed, hessian, {relative: 1e-12, absolute: 1e-16});
    }),
  );
});

test('the sigmoid losses are symmetric under y ↔ 1 − y, z ↔ −z', () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 0.25, 0.5, 1), number(-800, 800), smoothing, gamma, (y, z, labelSmoothing, g) => {
      const options = {labelSmoothing, gamma: g, alpha: 0.25};
      const mirrored = {...options, alpha: 0.75};
      const {loss, logitGradient, labelGradient} = sigmoidFocalCrossEntropy;
      expectClose('loss', loss(1 - y, -z, mirrored), loss(y, z, options), TIGHT);
      expectClose('gradient', -logitGradient(1 - y, -z, mirrored), logitGradient(y, z, options), TIGHT);
      expectClose('label gradient', -labelGradient(1 - y, -z, mirrored), labelGradient(y, z, options), TIGHT);
    }),
  );
});
