import * as tf from '@tensorflow/tfjs';
import {labelSmoothingTerms, softmaxCrossEntropy, sparseSoftmaxCrossEntropy, type LabelSmoothingTerms} from '../../src';
import * as reference from '../../src/reference/softmax_cross_entropy';
import {randomNormal} from '../support/random';

beforeAll(() => tf.setBackend('cpu'));

const [ROWS, CLASSES] = [6, 5];
const next = randomNormal('label smoothing terms');
const LOGITS = Array.from({length: ROWS}, () => Array.from({length: CLASSES}, () => Math.fround(3 * next())));
const INDICES = [0, 4, 2, 2, 1, 3];
const ONE_HOT = INDICES.map((y) => LOGITS[0]!.map((_, k) => Number(k === y)));
const SOFT = INDICES.map((y) => LOGITS[0]!.map((_, k) => (k === y ? 0.5 : 0.125)));
const EPSILON = 0.2;

function numbers(terms: LabelSmoothingTerms): Record<keyof LabelSmoothingTerms, Float32Array> {
  const read = (term: tf.Tensor): Float32Array => term.dataSync<'float32'>();
  const {loss, crossEntropy, divergence, entropy} = terms;
  return {loss: read(loss), crossEntropy: read(crossEntropy), divergence: read(divergence), entropy: read(entropy)};
}

function expectAll(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual).toHaveLength(expected.length);
  Array.from(expected).forEach((value, i) => expect(actual[i]).toBeCloseTo(value, 5));
}

/** (1−ε)·H(q,p) + ε·(KL(u‖p) + H(u)), term by term. */
function sum(terms: LabelSmoothingTerms, epsilon: number): number[] {
  const {crossEntropy, divergence, entropy} = numbers(terms);
  return Array.from(crossEntropy, (h, i) => (1 - epsilon) * h + epsilon * (divergence[i]! + entropy[i]!));
}

const UNIFORM = new Array<number>(CLASSES).fill(1 / CLASSES);

describe.each([
  ['class indices', INDICES, ONE_HOT],
  ['one-hot', ONE_HOT, ONE_HOT],
  ['probabilities', SOFT, SOFT],
])('%s', (_, labels, targets) => {
  test('each part is what it is called', () => {
    const terms = labelSmoothingTerms(labels, LOGITS, {labelSmoothing: EPSILON, reduction: 'none'});
    const {loss, crossEntropy, divergence, entropy} = numbers(terms);
    expectAll(
      loss,
      LOGITS.map((z, n) => reference.loss(targets[n]!, z, {labelSmoothing: EPSILON})),
    );
    expectAll(
      crossEntropy,
      LOGITS.map((z, n) => reference.loss(targets[n]!, z)),
    );
    expectAll(
      divergence,
      LOGITS.map((z) => reference.loss(UNIFORM, z) - Math.log(CLASSES)),
    );
    expectAll(
      entropy,
      LOGITS.map(() => Math.log(CLASSES)),
    );
  });

  test.each(['mean', 'sum', 'none'] as const)('the parts sum to the loss of the op: %s', (reduction) => {
    for (const weights of [undefined, [1, 0, 2, 0.5, 3, 1]]) {
      for (const epsilon of [0, 0.1, 1]) {
        const options = {reduction, ...(weights === undefined ? {} : {weights})};
        const terms = labelSmoothingTerms(labels, LOGITS, {...options, labelSmoothing: epsilon});
        const op = softmaxCrossEntropy(targets, LOGITS, {...options, labelSmoothing: epsilon});
        expectAll(sum(terms, epsilon), op.dataSync());
        expectAll(numbers(terms).loss, op.dataSync());
      }
    }
  });
});

test('rows that do not count are out of every part', () => {
  const ignored = INDICES.map((y, n) => (n % 2 === 0 ? y : -100));
  const options = {ignoreIndex: -100, labelSmoothing: EPSILON};
  const kept = (values: readonly number[][]): number[][] => values.filter((_, n) => n % 2 === 0);
  const without = labelSmoothingTerms(
    INDICES.filter((_, n) => n % 2 === 0),
    kept(LOGITS),
    {labelSmoothing: EPSILON},
  );
  const terms = labelSmoothingTerms(ignored, LOGITS, options);
  for (const name of ['loss', 'crossEntropy', 'divergence', 'entropy'] as const) {
    expectAll(numbers(terms)[name], numbers(without)[name]);
  }
  expectAll(sum(terms, EPSILON), sparseSoftmaxCrossEntropy(ignored, LOGITS, options).dataSync());
});

test('labels [N, 1], [N, T] and another axis', () => {
  const expected = numbers(labelSmoothingTerms(INDICES, LOGITS, {labelSmoothing: EPSILON}));
  const options = {labelSmoothing: EPSILON};
  const forms = [
    labelSmoothingTerms(
      INDICES.map((y) => [y]),
      LOGITS,
      options,
    ),
    labelSmoothingTerms(tf.tensor2d(INDICES, [2, 3], 'int32'), tf.tensor3d(LOGITS.flat(), [2, 3, CLASSES]), options),
    labelSmoothingTerms(INDICES, tf.transpose(tf.tensor2d(LOGITS)), {...options, axis: 0}),
  ];
  for (const terms of forms) {
    for (const name of ['loss', 'crossEntropy', 'divergence', 'entropy'] as const) {
      expectAll(numbers(terms)[name], expected[name]);
    }
  }
});

test('equal logits diverge from uniform by nothing, exactly', () => {
  const {divergence} = numbers(labelSmoothingTerms([1], [[3.7, 3.7, 3.7]], {labelSmoothing: 0.1}));
  expect(divergence[0]).toBe(0);
});

test('the parts are differentiable', () => {
  const logits = tf.tensor2d(LOGITS);
  const gradient = tf.grad((z) => labelSmoothingTerms(INDICES, z, {labelSmoothing: EPSILON}).divergence);
  const expected = LOGITS.flatMap((z) => Array.from(reference.logitGradient(UNIFORM, z), (g) => g / ROWS));
  expectAll(gradient(logits).dataSync(), expected);
});

test('four tensors remain of a call, and none of a failed one', () => {
  const before = tf.memory().numTensors;
  const terms = labelSmoothingTerms(INDICES, LOGITS, {labelSmoothing: EPSILON});
  expect(tf.memory().numTensors).toBe(before + 4);
  tf.dispose(Object.values(terms));
  expect(() => labelSmoothingTerms([9, 0, 0, 0, 0, 0], LOGITS, {labelSmoothing: EPSILON})).toThrow(RangeError);
  expect(tf.memory().numTensors).toBe(before);
});

test('arguments are checked', () => {
  const call = (options: object) => () => labelSmoothingTerms(ONE_HOT, LOGITS, options as {labelSmoothing: number});
  expect(call({})).toThrow(/labelSmoothingTerms: 'labelSmoothing' must be .* from 0 to 1, but is undefined/);
  expect(call({labelSmoothing: 0.1, classWeights: [1]})).toThrow(/labelSmoothingTerms: unknown option 'classWeights'/);
  expect(call({labelSmoothing: 0.1, ignoreIndex: 0})).toThrow(/'ignoreIndex' goes with class indices/);
  expect(() => labelSmoothingTerms(INDICES, tf.tensor2d(LOGITS, undefined, 'int32'), {labelSmoothing: 0.1})).toThrow(
    /labelSmoothingTerms: 'logits' must be of dtype float32/,
  );
});
