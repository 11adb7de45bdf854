/** Cases of the sigmoid family. */
import {random, randomNormal} from '../support/random';
import {SIGMOID_OPS, fill, matrix, sizeOf, type Inputs, type SigmoidCase, type SigmoidOptions} from './case';

const GAPS = [
  0, 1e-3, 0.5, 1, 3, 8, 12, 15, 16, 17, 18, 20, 30, 50, 70, 86, 87, 88, 89, 92, 95, 98, 100, 103, 104, 105, 150,
];
const Z = [...GAPS, ...GAPS.map((z) => -z)];
const EXTREMES = [1e-45, 1e-40, 1e6, 3e38, Infinity];

/** Every logit with every label. */
function grid(logits: readonly number[], labels: readonly number[]): Inputs {
  return {
    logits: matrix(labels.map(() => logits)),
    labels: {...matrix(labels.map((y) => logits.map(() => y))), dtype: 'float32'},
  };
}

/** Random logits, and labels of which half are hard. */
function mixed(seed: string, shape: readonly number[], scale: number): Inputs {
  const next = random(seed);
  const normal = randomNormal(seed);
  const label = () => (next() < 0.25 ? 0 : next() < 0.33 ? 1 : next());
  return {logits: fill(shape, () => normal() * scale), labels: {...fill(shape, label), dtype: 'float32'}};
}

interface Scenario extends Omit<SigmoidCase, 'op' | 'options'> {
  readonly options?: SigmoidOptions;
}

const SCENARIOS: readonly Scenario[] = [
  ...[1, 10, 100].map((scale) => ({
    name: `normal logits of scale ${scale}`,
    why: scale < 100 ? 'nothing but indexing and rounding' : 'log(1 + e^z) overflows from 89 on',
    inputs: () => mixed(`sigmoid ${scale}`, [9, 11], scale),
    reductions: ['none', 'sum', 'mean'] as const,
    secondOrder: scale < 100,
  })),
  {
    name: 'saturated, hard labels',
    why: 'log(σ(z)), 1 − σ(z) and log(1 + e^−|z|) are 0 from 17 on; e^−|z| is denormal from 88 on',
    inputs: () => grid(Z, [0, 1]),
  },
  {
    name: 'saturated, soft labels',
    why: '1 − y of a small y, and sides that differ by 2¹⁵⁰',
    inputs: () => grid(Z, [0.5, 0.25, 1e-7, 1e-30, 1 - 2 ** -24]),
  },
  {
    name: 'denormal to infinite logits',
    why: 'max(z, 0) − z·y is ∞ − ∞; tf.losses.sigmoidCrossEntropy is NaN at ±∞',
    inputs: () => grid([...EXTREMES, ...EXTREMES.map((z) => -z), 0, -0], [0, 1, 0.5]),
  },
  {
    name: 'labels at the root of the gradient',
    why: '(1−y)·σ(z) − y·σ(−z) cancels down to the rounding of the label: σ(z) − y in float32 is noise',
    inputs: () => {
      const z = [0, 0.5, -1.25, 3, -5];
      return {
        logits: matrix([z]),
        labels: {...matrix([z.map((x) => 1 / (1 + Math.exp(-x)))]), dtype: 'float32'},
      };
    },
  },
  {
    name: 'NaN in one place only',
    why: 'other elements are untouched, also where a sum over rows is taken',
    inputs: () => ({
      logits: matrix([
        [1, NaN, -2],
        [1, 0, -2],
      ]),
      labels: {
        ...matrix([
          [1, 0, 0.5],
          [0, NaN, 1],
        ]),
        dtype: 'float32',
      },
    }),
    reductions: ['none', 'sum', 'mean'],
  },
  ...[1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 123, 511, 512, 513, 1025].map((columns) => ({
    name: `K=${columns}`,
    why: 'the remainder of a row; a product of 1 + e^−|z| over too many columns',
    inputs: () => mixed(`sigmoid K=${columns}`, [3, columns], 3),
    reductions: ['none', 'sum', 'mean'] as const,
  })),
  {
    name: 'ragged 507×123',
    why: 'rows that start at every offset of a vector or tile',
    large: true,
    inputs: () => mixed('sigmoid ragged', [507, 123], 4),
    reductions: ['none', 'mean'],
  },
  {
    name: 'a row of K=100,000',
    why: 'a running float32 sum drifts',
    large: true,
    inputs: () => mixed('sigmoid K=100,000', [1, 100_000], 3),
    reductions: ['none', 'sum', 'mean'],
  },
  {
    name: 'a row of K=100,000 equal elements',
    why: 'every addition to a float32 sum rounds the same way',
    large: true,
    inputs: () => ({logits: fill([1, 100_000], () => 0.1), labels: {...fill([1, 100_000], () => 0), dtype: 'float32'}}),
    reductions: ['sum', 'mean'],
  },
  {
    name: 'sums of tiny losses',
    why: 'Π(1 + e^−|z|) − 1 cancels; a sum of denormals is flushed',
    inputs: () => ({
      logits: fill([6, 40], (i) => -([16, 20, 40, 80, 90, 100][Math.floor(i / 40)] ?? 0) - (i % 7) / 8),
      labels: {...fill([6, 40], () => 0), dtype: 'float32'},
    }),
    reductions: ['none', 'sum', 'mean'],
  },
  {
    name: 'sums of elements that saturate the right way at ±∞',
    why: '0·∞ in the linear part of a row',
    inputs: () => ({
      logits: matrix([[Infinity, -Infinity, 3, -3e38]]),
      labels: {...matrix([[1, 0, 0, 0]]), dtype: 'float32'},
    }),
    reductions: ['none', 'sum', 'mean'],
  },
  {
    name: 'smoothing of 1',
    why: 'every label is ½',
    inputs: () => grid([...Z, 1e6, 3e38], [0, 1]),
    options: {labelSmoothing: 1},
  },
  {
    name: 'smoothed, saturated',
    why: 'both sides carry weight: neither may be dropped',
    inputs: () => grid(Z, [0, 1]),
    options: {labelSmoothing: 0.1},
  },
  {
    name: 'posWeight of 0',
    why: '0·∞ = 0: positives do not count',
    inputs: () => grid([...Z, Infinity, -Infinity], [0, 1, 0.5]),
    options: {posWeight: 0},
  },
  {
    name: 'posWeight of 3, saturated',
    why: 'the weight belongs to one side, not to the element',
    inputs: () => grid(Z, [0, 1, 0.25]),
    options: {posWeight: 3},
  },
  {
    name: 'posWeight per label, with a 0',
    why: 'the weight of another column',
    inputs: () => grid([5, -Infinity, 2, Infinity, -80], [0, 1, 0.5]),
    options: {posWeight: [0.5, 0, 2, 3, 1]},
    reductions: ['none'],
  },
  ...[[], [1], [7], [3, 4, 5], [2, 0], [0], [0, 3]].map((shape) => ({
    name: `shape [${shape.join(', ')}]`,
    why: 'ranks other than 2, and nothing at all: a mean over nothing is 0/0',
    inputs: () => mixed(`shape ${shape.join(' ')}`, shape, 2),
    reductions:
      sizeOf(shape) > 1
        ? (['none', 'sum', 'mean', 'mean weighted', 'mean broadcast'] as const)
        : (['none', 'sum', 'mean'] as const),
    secondOrder: sizeOf(shape) > 0,
  })),
  ...(['int32', 'bool'] as const).map((dtype) => ({
    name: `${dtype} labels`,
    why: 'a whole number read by its bits',
    inputs: (): Inputs => ({
      logits: matrix([[1, -2, 3]]),
      labels: {...matrix([[1, 0, 0]]), dtype},
    }),
    reductions: ['none', 'mean'] as const,
  })),
];

/** The focal exponent and balance at every gap. */
const FOCAL_CASES: readonly SigmoidCase[] = [0, 0.5, 1, 2, 5, 20].flatMap((gamma) =>
  ([null, 0, 0.25, 0.5, 1] as const).map((alpha) => ({
    op: 'sigmoidFocalCrossEntropy' as const,
    name: `γ=${gamma}, α=${alpha}, saturated`,
    why: 'σ(−t)^γ of a rounded 1 − σ; for γ < 1 Keras, kornia and torchvision are NaN or 0',
    options: {gamma, alpha},
    inputs: () => grid([...Z, 1e6, 3e38, -1e6, -3e38, Infinity, -Infinity], [0, 1, 0.25]),
  })),
);

export const SIGMOID_CASES: readonly SigmoidCase[] = [
  ...SCENARIOS.flatMap((scenario) => SIGMOID_OPS.map((op) => ({...scenario, op, options: scenario.options ?? {}}))),
  ...FOCAL_CASES,
];
