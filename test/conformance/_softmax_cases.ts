/** Cases of the softmax family. A scenario gives logits and class indices; each of the four ops runs it in its own form. */
import {random, randomNormal} from '../support/random';
import {
  DENSE_OPS,
  SPARSE_OPS,
  fill,
  matrix,
  sizeOf,
  type Case,
  type DenseCase,
  type Labels,
  type ReductionName,
  type SoftmaxOptions,
  type SparseCase,
  type Values,
} from './case';

interface Scenario {
  readonly name: string;
  readonly why: string;
  /** [N, K]. */
  readonly logits: () => Values;
  /** Class of row n. */
  readonly label: (n: number) => number;
  readonly options?: SoftmaxOptions;
  readonly reductions?: readonly ReductionName[];
  readonly large?: boolean;
  readonly secondOrder?: boolean;
}

/** Random logits of deviation `scale`. */
export function normalLogits(seed: string, shape: readonly number[], scale = 1): Values {
  const next = randomNormal(seed);
  return fill(shape, () => next() * scale);
}

/** Random class indices. */
export function randomIndices(seed: string, shape: readonly number[], classes: number): Labels {
  const next = random(seed);
  return {...fill(shape, () => Math.floor(next() * classes)), dtype: 'int32'};
}

/** Rows of random probabilities: no entry is 0, and they need not sum to exactly 1 in float32. */
export function randomProbabilities(seed: string, rows: number, classes: number): Labels {
  const next = random(seed);
  const values = new Float32Array(rows * classes);
  for (let n = 0; n < rows; n++) {
    const row = Array.from({length: classes}, () => next() + 1e-3);
    const sum = row.reduce((a, b) => a + b, 0);
    values.set(
      row.map((x) => x / sum),
      n * classes,
    );
  }
  return {shape: [rows, classes], values, dtype: 'float32'};
}

function indices(rows: number, label: (n: number) => number): Labels {
  return {...fill([rows], label), dtype: 'int32'};
}

export function oneHot(classIndices: Values, classes: number): Labels {
  const rows = classIndices.values.length;
  const values = new Float32Array(rows * classes);
  classIndices.values.forEach((y, n) => (values[n * classes + y] = 1));
  return {shape: [rows, classes], values, dtype: 'float32'};
}

/** Distances between the label's logit and the others', around every limit of float32: 17 is 2⁻²⁴, 88 the last normal e^−x, 104 the last e^−x above 0. */
const GAPS = [0, 0.5, 1, 2, 5, 8, 10, 12, 15, 16, 16.5, 17, 17.5, 18, 20, 25, 30, 40, 50, 60, 70, 80, 86, 87, 87.5, 88];
const DENORMAL_GAPS = [89, 90, 92, 95, 98, 100, 102, 103, 104, 105, 110, 150, 300];
const ALL_GAPS = [...GAPS, ...DENORMAL_GAPS];

/** Rows that have `gap` at the class `at(n)` and lower or equal, slightly different numbers elsewhere. */
function saturated(classes: number, at: (n: number) => number): Values {
  return matrix(
    ALL_GAPS.map((gap, n) => Array.from({length: classes}, (_, k) => (k === at(n) ? gap : -((k * 7) % 5) / 8))),
  );
}

const INF = Infinity;

const SCENARIOS: readonly Scenario[] = [
  ...[1, 10, 100].map((scale) => ({
    name: `normal logits of scale ${scale}`,
    why: scale < 100 ? 'nothing but indexing and rounding' : 'exp without the maximum subtracted overflows from 89 on',
    logits: () => normalLogits(`scale ${scale}`, [16, 10], scale),
    label: (n: number) => (n * 7) % 10,
  })),
  ...[3, 17].flatMap((classes): Scenario[] => [
    {
      name: `saturated right, K=${classes}`,
      why: 'log(softmax) and p − 1 are 0 from a gap of 17 on, 1 + s rounds to 1; e^−gap is denormal from 88 on',
      logits: () => saturated(classes, (n) => (n * 5) % classes),
      label: (n) => (n * 5) % classes,
    },
    {
      name: `saturated wrong, K=${classes}`,
      why: 'log(p + 1e-7) is capped at 16.118 with gradient 0; e^gap overflows from 89 on',
      logits: () => saturated(classes, (n) => (n * 5) % classes),
      label: (n) => (n * 5 + 1) % classes,
    },
  ]),
  {
    name: 'a thousand classes far below the label',
    why: 'a small loss is the sum of all small terms: flushing or leaving out any of them shows',
    logits: () =>
      matrix([20, 40, 80, 87, 90, 100].map((gap) => Array.from({length: 1000}, (_, k) => (k === 421 ? gap : 0)))),
    label: () => 421,
  },
  {
    name: 'shift 1e6',
    why: 'subtracting log-sum-exp, or shifting by anything but an exact maximum, loses 1e6·2⁻²⁴',
    logits: () => {
      const next = randomNormal('shift 1e6');
      return fill([12, 9], (i) => (i < 54 ? 1e6 : -1e6) + next());
    },
    label: (n) => n % 9,
  },
  {
    name: 'constant rows far below 0',
    why: 'lanes of a vector that are no class, left 0, are e^+∞ beside such a maximum, and 0 times NaN is NaN',
    logits: () => fill([26, 9], (i) => -Math.min(2 ** (5 * Math.floor(i / 9) + 4.5), 3e38)),
    label: (n) => n % 9,
    options: {labelSmoothing: 0.1},
  },
  {
    name: 'logits of ±3e38',
    why: 'z − m overflows: ∞ − ∞ is NaN, and a loss above 3.4e38 is ∞ and nothing else is',
    logits: () =>
      matrix([
        [3e38, 3e38, 3e38, 3e38],
        [-3e38, -3e38, -3e38, -3e38],
        [3e38, -3e38, 0, 1],
        [3e38, -3e38, 0, 1],
        [-3e38, 1, 0, -1],
        [-3e38, 1, 0, -1],
        [1e38, 3e38, 2e38, 3e38],
        [3e38, 2.9999998e38, 0, -1e30],
      ]),
    label: (n) => [0, 1, 0, 1, 0, 1, 0, 1][n] ?? 0,
  },
  {
    name: 'far-apart logits',
    why: 'z − m is inexact (0.3 + 99.7): its rounding error times e^(z−m) is up to 64 ULP unless carried along',
    logits: () =>
      matrix(
        [-99.7, -63.9, -33.1, -17.3, -9.9, -3.3, -0.7].flatMap((low) => [
          [0.3, low, low - 0.1, low - 0.7],
          [0.1, low, low, 0.3 + low],
          [3.3, low, low - 1.3, -1e-3],
        ]),
      ),
    label: (n) => (n % 2 === 0 ? 0 : 1),
  },
  {
    name: 'denormal logits and signed zeros',
    why: 'flushing z, or telling −0 from +0 when counting maxima',
    logits: () =>
      matrix([
        [1e-40, -1e-40, 0],
        [0, -0, -0],
        [-0, 0, 1e-45],
        [-1e-45, -1e-45, -0],
      ]),
    label: (n) => n % 3,
  },
  ...Array.from({length: 34}, (_, i) => i + 1).map((classes) => ({
    name: `K=${classes}`,
    why: classes === 1 ? 'one class: loss and gradient are 0' : 'the remainder of a row behind its last full vector',
    logits: () => normalLogits(`K=${classes}`, [3, classes], 3),
    label: (n: number) => (n * 13 + classes - 1) % classes,
  })),
  ...[123, 1000].map((classes) => ({
    name: `K=${classes}`,
    why: 'long rows: a running float32 sum drifts',
    logits: () => normalLogits(`K=${classes}`, [4, classes], 2),
    label: (n: number) => (n * 311) % classes,
  })),
  {
    name: 'ragged 507×123',
    why: 'rows that start at every offset of a vector or tile, and a last tile that is not full',
    large: true,
    logits: () => normalLogits('ragged', [507, 123], 4),
    label: (n) => (n * 31) % 123,
    reductions: ['none', 'mean'],
  },
  {
    name: 'one row of K=100,000',
    why: 'one accumulator in float32 is off by hundreds of ULP',
    large: true,
    logits: () => normalLogits('K=100,000', [1, 100_000], 3),
    label: () => 77_777,
  },
  {
    name: 'constant row of K=100,000',
    why: 'equal terms: every addition of 1 to a float32 sum rounds the same way once the terms are not whole',
    large: true,
    logits: () => fill([2, 100_000], (i) => (i < 100_000 ? 0.1 : i === 150_000 ? 0.7 : -0.3)),
    label: (n) => (n === 0 ? 99_999 : 50_000),
  },
  {
    name: 'K=5001, ties far apart',
    why: 'rows in parts: the maximum in several of them, one without any class, one short',
    logits: () =>
      fill([3, 5001], (i) => {
        const [n, k] = [Math.floor(i / 5001), i % 5001];
        if (k >= 1024 && k < 2048) return -INF;
        if (n < 2 && (k === 700 || k === 4999)) return 6;
        return n === 2 && k === 5000 ? 9 : ((k * 37) % 101) / 25 - 2;
      }),
    label: (n) => [4999, 3000, 5000][n] ?? 0,
  },
  {
    name: 'K=5001, smoothed',
    why: 'rows in parts, all of which have targets',
    options: {labelSmoothing: 0.1, zLoss: 0.01},
    logits: () => normalLogits('K=5001', [3, 5001], 3),
    label: (n) => [0, 3000, 5000][n] ?? 0,
  },
  {
    name: 'ties',
    why: 'leaving out every maximum instead of one; an argmax that is not the label',
    logits: () =>
      matrix([
        [2, 2, 2, 2, 2],
        [-7.3, -7.3, -7.3, -7.3, -7.3],
        [1, 5, 0, 5, -1],
        [1, 5, 0, 5, -1],
        [1, 5, 0, 5, -1],
        [90, 0, 0, 0, 90],
        [90, 0, 0, 0, 90],
      ]),
    label: (n) => [0, 4, 1, 3, 0, 4, 2][n] ?? 0,
  },
  {
    name: 'masked classes, label not among them',
    why: '0·∞ is NaN in Σ q·(lse − z)',
    logits: () =>
      matrix([
        [1, -INF, 2, -INF],
        [-INF, -INF, 2, -INF],
        [-INF, 0, -30, 0.5],
        [-INF, 3e38, -INF, -3e38],
      ]),
    label: (n) => [0, 2, 2, 1][n] ?? 0,
  },
  {
    name: 'label masked',
    why: 'the loss is ∞, its gradient finite: p elsewhere, −1 at the label',
    logits: () =>
      matrix([
        [1, -INF, 2, 0.5],
        [-INF, 3, -INF, -INF],
      ]),
    label: (n) => (n === 0 ? 1 : 0),
  },
  {
    name: 'rows that are not numbers between others',
    why: 'a maximum or a sum kept from one row to the next; max(NaN, x) = x',
    logits: () =>
      matrix([
        [1, 2, 3, 4, 5],
        [-INF, -INF, -INF, -INF, -INF],
        [1, 2, 3, 4, 5],
        [NaN, 2, 3, 4, 5],
        [1, 2, 3, 4, NaN],
        [1, 2, NaN, 4, 5],
        [5, 4, 3, 2, 1],
        [1, INF, 3, 4, 5],
        [1, 2, INF, 4, 5],
        [INF, 2, INF, -INF, 5],
        [NaN, NaN, NaN, NaN, NaN],
        [NaN, -INF, -INF, -INF, -INF],
        [0, -1, 0, 1, 0],
      ]),
    label: () => 2,
  },
  {
    name: 'empty batch',
    why: 'a mean over nothing is 0/0',
    logits: () => ({shape: [0, 5], values: new Float32Array(0)}),
    label: () => 0,
    reductions: ['none', 'sum', 'mean', 'mean weighted', 'mean normalized'],
  },
  {
    name: 'smoothed, saturated',
    why: 'smoothing makes every class a target: (1−ε)·q + ε/K in the loss, not a mixture of two rounded losses',
    logits: () => saturated(5, (n) => n % 5),
    label: (n) => n % 5,
    options: {labelSmoothing: 0.1},
  },
  {
    name: 'smoothing of 1',
    why: 'the label plays no part: its own term must vanish, not become 0·∞',
    logits: () => normalLogits('smoothing 1', [6, 7], 5),
    label: (n) => n,
    options: {labelSmoothing: 1},
  },
  {
    name: 'smoothing with a masked class',
    why: 'the loss is ∞ by definition and never NaN',
    logits: () => matrix([[1, -INF, 2]]),
    label: () => 0,
    options: {labelSmoothing: 0.1},
  },
  {
    name: 'smoothing with a masked class of no weight',
    why: '0·∞ = 0 also where the 0 is a class weight',
    logits: () => matrix([[1, -INF, 2, 0]]),
    label: () => 0,
    options: {labelSmoothing: 0.1, classWeights: [0.5, 0, 1.25, 2]},
  },
  {
    name: 'label of no class weight',
    why: 'value and gradient are 0 and the divisor leaves the row out',
    logits: () => normalLogits('zero weight', [9, 3], 4),
    label: (n) => n % 3,
    options: {classWeights: [0.75, 0, 3]},
    reductions: ['none', 'sum', 'mean', 'mean weighted'],
  },
  {
    name: 'no label has a class weight',
    why: "PyTorch's mean is NaN",
    logits: () => normalLogits('no weight', [4, 3], 4),
    label: () => 1,
    options: {classWeights: [0.75, 0, 3]},
    reductions: ['none', 'mean', 'mean weighted', 'mean normalized'],
  },
  {
    name: 'masked label of no class weight',
    why: '0·∞ = 0 for a single target',
    logits: () => matrix([[1, -INF, 2]]),
    label: () => 1,
    options: {classWeights: [0.5, 0, 2]},
  },
  {
    name: 'z-loss of large and of cancelling log-sum-exp',
    why: 'lse² overflows float32 for 3e38 while its gradient does not; lse ≈ 0 cancels',
    logits: () =>
      matrix([
        [300, 301, 302],
        [-300, -301, -302],
        [-1.0986123, -1.0986123, -1.0986123],
        [-0.5, -2, -1.1],
        [3e18, 1e18, 0],
        [3e38, 1e38, 0],
        [-3e38, -3e38, -3e38],
      ]),
    label: (n) => n % 3,
    options: {zLoss: 0.0078125},
  },
];

function denseCase(op: DenseCase['op'], {label, logits, ...scenario}: Scenario): DenseCase {
  return {
    ...scenario,
    op,
    name: `${scenario.name}, one-hot`,
    options: scenario.options ?? {},
    inputs: () => {
      const z = logits();
      const [rows = 0, classes = 0] = z.shape;
      return {logits: z, labels: oneHot(indices(rows, label), classes)};
    },
  };
}

function sparseCase(op: SparseCase['op'], {label, logits, ...scenario}: Scenario): SparseCase {
  return {
    ...scenario,
    op,
    options: scenario.options ?? {},
    inputs: () => {
      const z = logits();
      return {logits: z, labels: indices(z.shape[0] ?? 0, label)};
    },
  };
}

/** Targets that are no single class. */
function softCases(op: DenseCase['op']): DenseCase[] {
  const soft = (name: string, why: string, rows: number, classes: number, scale: number): DenseCase => ({
    op,
    name,
    why,
    options: {},
    inputs: () => ({
      logits: normalLogits(name, [rows, classes], scale),
      labels: randomProbabilities(name, rows, classes),
    }),
  });
  const fixed = (
    name: string,
    why: string,
    logits: readonly (readonly number[])[],
    labels: readonly (readonly number[])[],
  ): DenseCase => ({
    op,
    name,
    why,
    options: {},
    inputs: () => ({logits: matrix(logits), labels: {...matrix(labels), dtype: 'float32'}}),
  });
  return [
    soft('soft labels', 'targets that do not sum to exactly 1: (Σ q)·p − q, not p − q', 11, 6, 2),
    soft('soft labels, logits of scale 100', 'the same at every gap', 11, 6, 100),
    soft('soft labels, K=17', 'the remainder behind the last full vector', 5, 17, 3),
    soft('soft labels, K=1000', 'long rows', 3, 1000, 3),
    soft('soft labels, K=5001', 'rows in parts', 3, 5001, 2),
    fixed(
      'targets of any sum',
      'the gradient of tf.losses assumes Σ q = 1',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
        [-40, 0, 60],
        [5, 5, 5],
      ],
      [
        [0.5, 0.25, 0],
        [2, 1, 0.5],
        [0, 0, 0],
        [0, 0.5, 3],
        [0, 4, 0],
      ],
    ),
    fixed(
      'two target classes, saturated',
      'the one at the maximum needs 1 − p without cancellation, the other one its full distance',
      [20, 50, 88, 95, 104].map((gap) => [gap, 0, -0.5, -1.25]),
      [20, 50, 88, 95, 104].map((_, n) => [0.75, n % 2 === 0 ? 0.25 : 0, n % 2 === 0 ? 0 : 0.25, 0]),
    ),
    fixed(
      'targets equal to the softmax',
      'at the minimum the gradient is what rounding of the targets left: p − q cancels by 2²³',
      [
        [0, 0, 0, 0],
        [3, 3, 3, 3],
        [0, Math.log(2), Math.log(4), Math.log(8)],
        [0, Math.log(3), 0, 0],
      ],
      [
        [0.25, 0.25, 0.25, 0.25],
        [0.25, 0.25, 0.25, 0.25],
        [1 / 15, 2 / 15, 4 / 15, 8 / 15],
        [1 / 6, 1 / 2, 1 / 6, 1 / 6],
      ],
    ),
    fixed(
      'masked classes with and without a target',
      '0·∞ = 0 for a target of 0, ∞ for any other',
      [
        [1, -INF, 2],
        [1, -INF, 2],
        [-INF, -INF, 2],
      ],
      [
        [0.5, 0, 0.5],
        [0.5, 0.25, 0.25],
        [0, 0, 0.75],
      ],
    ),
    fixed(
      'NaN among the labels',
      'only its own row is NaN',
      [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
      [
        [0, 1, 0],
        [0, NaN, 0],
        [0.25, 0.25, 0.5],
      ],
    ),
  ];
}

/** Where the classes and the labels are, and of which dtype they are. */
function layoutCases(): Case[] {
  const shapes: {readonly shape: readonly number[]; readonly axis?: number}[] = [
    {shape: [5]},
    {shape: [1]},
    {shape: [5], axis: 0},
    {shape: [4, 5], axis: 0},
    {shape: [3, 4, 5], axis: 0},
    {shape: [3, 4, 5], axis: 1},
    {shape: [3, 4, 5], axis: -2},
    {shape: [3, 4, 5], axis: 2},
    {shape: [2, 3, 2, 4], axis: 1},
    {shape: [0, 4, 5], axis: 1},
    {shape: [3, 11, 3200]},
  ];
  const why = 'classes on an axis that is not the last; tfjs reads shape[1] as the number of classes from rank 3 on';
  const layouts = shapes.flatMap(({shape, axis}): Case[] => {
    const position = ((axis ?? -1) + shape.length) % shape.length;
    const classes = shape[position] ?? 0;
    const rowShape = shape.filter((_, i) => i !== position);
    const unitShape = shape.map((n, i) => (i === position ? 1 : n));
    const name = `shape [${shape.join(', ')}], axis ${axis ?? 'left out'}`;
    const large = sizeOf(shape) > 1000;
    const options: SoftmaxOptions = {labelSmoothing: 0.25, ...(axis === undefined ? {} : {axis})};
    const reductions: ReductionName[] = large ? ['none'] : ['none', 'mean', 'mean weighted', 'mean broadcast'];
    const common = {why, options, reductions, large, secondOrder: !large};
    const logits = () => normalLogits(name, shape, 2);
    return [
      ...SPARSE_OPS.flatMap((op): SparseCase[] => [
        {...common, op, name, inputs: () => ({logits: logits(), labels: randomIndices(name, rowShape, classes)})},
        {
          ...common,
          op,
          name: `${name}, labels with an axis of 1`,
          inputs: () => ({logits: logits(), labels: randomIndices(name, unitShape, classes)}),
        },
      ]),
      ...DENSE_OPS.map((op): DenseCase => {
        const labels = (): Labels => {
          const next = random(name);
          return {...fill(shape, () => next()), dtype: 'float32'};
        };
        return {...common, op, name, inputs: () => ({logits: logits(), labels: labels()})};
      }),
    ];
  });

  const z = () => normalLogits('dtypes', [6, 4], 2);
  const dtypes = [
    ...SPARSE_OPS.map((op): SparseCase => ({
      op,
      name: 'float32 class indices',
      why: 'an index read by its bits',
      options: {},
      inputs: () => ({logits: z(), labels: {...randomIndices('dtypes', [6], 4), dtype: 'float32'}}),
      reductions: ['none', 'mean'],
      secondOrder: true,
    })),
    ...DENSE_OPS.flatMap((op) =>
      (['int32', 'bool'] as const).map((dtype): DenseCase => ({
        op,
        name: `${dtype} one-hot labels`,
        why: 'a whole number read by its bits',
        options: {labelSmoothing: 0.1},
        inputs: () => ({logits: z(), labels: {...oneHot(randomIndices('dtypes', [6], 4), 4), dtype}}),
        reductions: ['none', 'mean'],
      })),
    ),
  ];
  return [...layouts, ...dtypes];
}

/** Ignored rows. */
function ignoreCases(op: SparseCase['op']): SparseCase[] {
  const ignore = (name: string, ignoreIndex: number, label: (n: number) => number): SparseCase => ({
    op,
    name: `ignoreIndex ${ignoreIndex}, ${name}`,
    why: 'an index outside of the classes read from memory; a divisor that counts ignored rows; 0·NaN',
    options: {ignoreIndex},
    inputs: () => {
      const logits = normalLogits(`ignore ${name}`, [12, 10], 3);
      // Row 2, always ignored, must not spread its NaN, nor row 5 its −∞.
      logits.values.fill(NaN, 20, 30);
      logits.values.fill(-Infinity, 50, 60);
      return {logits, labels: indices(12, (n) => (n === 2 || n === 5 ? ignoreIndex : label(n)))};
    },
    reductions: ['none', 'sum', 'mean', 'mean weighted', 'mean normalized'],
  });
  return [-100, 255, 10, -1, 3].flatMap((ignoreIndex) => [
    ignore('some rows', ignoreIndex, (n) => (n % 3 === 0 ? ignoreIndex : n % 10)),
    ignore('all rows', ignoreIndex, () => ignoreIndex),
    ignore('two rows', ignoreIndex, (n) => (n % 10 === ignoreIndex ? 0 : n % 10)),
  ]);
}

/** The focal exponent at every gap. */
function gammaCases(): Case[] {
  return [0, 0.5, 1, 2, 5, 20].flatMap((gamma): Case[] => {
    const scenario = (name: string, label: (n: number) => number): Scenario => ({
      name: `γ=${gamma}, ${name}`,
      why: '(1 − p)^γ of a rounded 1 − p; for γ < 1 its derivative is ∞·0 at p = 1',
      logits: () => saturated(4, () => 1),
      label,
      options: {gamma},
    });
    const right = scenario('saturated right', () => 1);
    const wrong = scenario('saturated wrong', (n) => (n % 2 === 0 ? 0 : 3));
    const likely: Scenario = {
      ...scenario('likely label', () => 1),
      why: 'u^γ makes γ·p errors of the sum out of one',
      logits: () => {
        const z = normalLogits(`likely ${gamma}`, [200, 3], 1);
        return {...z, values: z.values.map((x, i) => (i % 3 === 1 ? x + 2 : x))};
      },
    };
    return [right, wrong, likely].flatMap((s) => [
      sparseCase('sparseSoftmaxFocalCrossEntropy', s),
      denseCase('softmaxFocalCrossEntropy', {...s, options: {gamma, labelSmoothing: 0.1}, name: `${s.name}, ε=0.1`}),
    ]);
  });
}

export const SOFTMAX_CASES: readonly Case[] = [
  ...SCENARIOS.flatMap((scenario): Case[] => [
    ...SPARSE_OPS.map((op) => sparseCase(op, scenario)),
    ...DENSE_OPS.map((op) => denseCase(op, scenario)),
  ]),
  ...DENSE_OPS.flatMap(softCases),
  ...SPARSE_OPS.flatMap(ignoreCases),
  ...layoutCases(),
  ...gammaCases(),
];
