/**
 * The cross product of all options, each combination with every reduction and with second derivatives.
 *
 * Combinations are where libraries go wrong: PyTorch had four reports on smoothing with ignored rows and class weights
 * (#73205, #69339, #91383, #72056).
 */
import {
  DENSE_OPS,
  REDUCTIONS,
  SIGMOID_OPS,
  SPARSE_OPS,
  crossProduct,
  fill,
  matrix,
  type Case,
  type DenseCase,
  type SigmoidCase,
  type SigmoidOptions,
  type SoftmaxOptions,
  type SparseCase,
} from './case';
import {normalLogits, oneHot, randomProbabilities} from './_softmax_cases';

const WHY = 'an option that is forgotten in value, gradient, divisor or second derivative when another one is set';
const COMMON = {why: WHY, reductions: REDUCTIONS, secondOrder: true};

const SOFTMAX: readonly Partial<SoftmaxOptions>[] = crossProduct<SoftmaxOptions>(
  [{}, {labelSmoothing: 0.1}],
  [{}, {classWeights: [0.25, 2, 0, 1.5]}],
  [{}, {zLoss: 0.0625}],
);
const FOCAL: readonly Partial<SoftmaxOptions>[] = crossProduct<SoftmaxOptions>(
  [{gamma: 0}, {gamma: 0.5}, {}],
  [{}, {alpha: 0.25}, {alpha: [0.5, 1, 1.75, 0]}],
);
const IGNORE: readonly Partial<SoftmaxOptions>[] = [{}, {ignoreIndex: -100}, {ignoreIndex: 1}];

const SIGMOID: readonly Partial<SigmoidOptions>[] = crossProduct<SigmoidOptions>(
  [{}, {labelSmoothing: 0.1}],
  [{}, {posWeight: 2.5}, {posWeight: [0.5, 0, 3]}],
);
const SIGMOID_FOCAL: readonly Partial<SigmoidOptions>[] = crossProduct<SigmoidOptions>(
  [{gamma: 0}, {gamma: 0.5}, {}, {gamma: 5}],
  [{alpha: null}, {}, {alpha: 0.75}],
);

function title(options: object): string {
  return `options ${JSON.stringify(options)}`;
}

/** Moderate rows, and two where a class is all but certain. */
function logits(): ReturnType<typeof normalLogits> {
  const z = normalLogits('options', [6, 4], 2);
  z.values[16] = 12;
  z.values[21] = 9;
  return z;
}

const INDICES = [0, 3, 1, 2, 0, 1];

function sparse(op: SparseCase['op'], options: SoftmaxOptions): SparseCase {
  // −100 stands where a row is ignored by it.
  const labels = INDICES.map((y, n) => (options.ignoreIndex === -100 && n % 3 === 1 ? -100 : y));
  return {
    ...COMMON,
    op,
    options,
    name: title(options),
    inputs: () => ({logits: logits(), labels: {...fill([6], (n) => labels[n] ?? 0), dtype: 'int32'}}),
  };
}

function dense(op: DenseCase['op'], options: SoftmaxOptions): DenseCase[] {
  return [
    {
      ...COMMON,
      op,
      options,
      name: `${title(options)}, soft labels`,
      inputs: () => ({logits: logits(), labels: randomProbabilities('options', 6, 4)}),
    },
    {
      ...COMMON,
      op,
      options,
      name: `${title(options)}, one-hot`,
      inputs: () => ({
        logits: logits(),
        labels: oneHot(
          fill([6], (n) => INDICES[n] ?? 0),
          4,
        ),
      }),
    },
  ];
}

function sigmoid(op: SigmoidCase['op'], options: SigmoidOptions): SigmoidCase {
  return {
    ...COMMON,
    op,
    options,
    name: title(options),
    inputs: () => ({
      logits: matrix([
        [0.5, -1.25, 3],
        [-7, 0.125, 1],
        [2, -0.75, 10],
        [-2.5, 4, 0],
      ]),
      labels: {
        ...matrix([
          [1, 0, 0.5],
          [0, 1, 0.25],
          [0, 0, 1],
          [1, 1, 0.75],
        ]),
        dtype: 'float32',
      },
    }),
  };
}

export const OPTION_CASES: readonly Case[] = [
  ...SPARSE_OPS.flatMap((op) =>
    crossProduct<SoftmaxOptions>(SOFTMAX, IGNORE, op === 'sparseSoftmaxCrossEntropy' ? [{}] : FOCAL).map((options) =>
      sparse(op, options),
    ),
  ),
  ...DENSE_OPS.flatMap((op) =>
    crossProduct<SoftmaxOptions>(SOFTMAX, op === 'softmaxCrossEntropy' ? [{}] : FOCAL).flatMap((options) =>
      dense(op, options),
    ),
  ),
  ...SIGMOID_OPS.flatMap((op) =>
    crossProduct<SigmoidOptions>(SIGMOID, op === 'sigmoidCrossEntropy' ? [{}] : SIGMOID_FOCAL).map((options) =>
      sigmoid(op, options),
    ),
  ),
];
