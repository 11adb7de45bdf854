/** Families of inputs on which accuracy is measured: each one is where some usual formula breaks, or the ground it stands on. */
import {isSigmoid, type LossCase} from './_losses';
import {seededRandom, type Random} from './_random';

export interface Batch {
  readonly rows: number;
  readonly classes: number;
  readonly logits: Float32Array;
  /** [N, K] in float32; [N] class indices in int32 for a case with labels 'index'. */
  readonly labels: Float32Array | Int32Array;
}

export interface Family {
  readonly name: string;
  /** Beyond gaps of 100 the contract only says: no NaN, and ∞ only where the exact value exceeds float32. */
  readonly onlyFinite?: boolean;
  readonly batch: (lossCase: LossCase) => Batch;
}

/** What a family says about row n: its logits, and which class is right. */
interface Row {
  readonly logits: ArrayLike<number>;
  readonly right: number;
}

type RowMaker = (row: number, classes: number, random: Random) => Row;

// 201 rows hold gaps 0, 0.5, … 100; the other families have as many for JAX to compile once.
const ROWS = 201;
const CLASSES = 10;

function softmaxFamily(name: string, makeRow: RowMaker, rows = ROWS, classes = CLASSES): Family {
  return {name, batch: (lossCase) => softmaxBatch(lossCase, makeRow, rows, classes)};
}

function softmaxBatch({labels}: LossCase, makeRow: RowMaker, rows: number, classes: number): Batch {
  const random = seededRandom(rows + classes);
  const logits = new Float32Array(rows * classes);
  const indices = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const made = makeRow(row, classes, random);
    logits.set(Float32Array.from(made.logits), row * classes);
    indices[row] = made.right;
  }
  if (labels === 'index') return {rows, classes, logits, labels: indices};
  const targets = new Float32Array(rows * classes);
  indices.forEach((index, row) => {
    if (labels === 'oneHot') {
      targets[row * classes + index] = 1;
      return;
    }
    // Half of it on the right class, the rest in 64ths anywhere: distributions whose float32 sum is exactly 1.
    for (let draw = 0; draw < 64; draw++) {
      const at = row * classes + (draw < 32 ? index : random.below(classes));
      targets[at] = (targets[at] ?? 0) + 1 / 64;
    }
  });
  return {rows, classes, logits, labels: targets};
}

const normals =
  (scale: number, shift = 0): RowMaker =>
  (_, classes, random) => ({
    logits: Array.from({length: classes}, () => shift + scale * random.normal()),
    right: random.below(classes),
  });

/** One class leads by the gap 0.5·n, the others are at most that near. */
const gapped =
  (labelLeads: boolean): RowMaker =>
  (row, classes, random) => {
    const gap = row / 2;
    const base = random.normal();
    const leader = random.below(classes);
    const second = (leader + 1 + random.below(classes - 1)) % classes;
    const logits = Array.from({length: classes}, (_, k) => {
      if (k === leader) return base;
      return base - gap - (k === second ? 0 : Math.abs(random.normal()));
    });
    return {logits, right: labelLeads ? leader : second};
  };

/** z_k − m is inexact in float32 here, and e^(z_k − m) as far off as the difference. */
const farApart: RowMaker = (row, classes, random) => {
  const leader = random.below(classes);
  const logits = Array.from(
    {length: classes},
    (_, k) => (k === leader ? 0.3 : -99.7) + (row / ROWS) * random.normal() * 0.3,
  );
  return {logits, right: row % 2 === 0 ? leader : random.below(classes)};
};

const CONSTANTS = [0, 1, -5, 1e6, -1e6, 3e38, -3e38, 1e-30, 0.1] as const;

const constant: RowMaker = (row, classes, random) => ({
  logits: new Float32Array(classes).fill(CONSTANTS[row % CONSTANTS.length] ?? 0),
  right: random.below(classes),
});

const huge: RowMaker = (_, classes, random) => ({
  logits: Array.from({length: classes}, () => 3e38 * (2 * random.uniform() - 1)),
  right: random.below(classes),
});

const SOFTMAX_FAMILIES: readonly Family[] = [
  softmaxFamily('ordinary, scale 1', normals(1)),
  softmaxFamily('ordinary, scale 10', normals(10)),
  softmaxFamily('ordinary, scale 100', normals(100)),
  softmaxFamily('right by a gap of 0…100', gapped(true)),
  softmaxFamily('wrong by a gap of 0…100', gapped(false)),
  softmaxFamily('K = 1', normals(1), ROWS, 1),
  softmaxFamily('K = 2', normals(3), ROWS, 2),
  softmaxFamily('K = 1000', normals(3), 16, 1000),
  softmaxFamily('K = 100,000', normals(3), 2, 100_000),
  softmaxFamily('shifted by 1e6', normals(1, 1e6)),
  softmaxFamily('far apart: 0.3, −99.7', farApart),
  softmaxFamily('constant rows', constant),
  {...softmaxFamily('magnitudes to 3e38', huge), onlyFinite: true},
];

type ElementMaker = (row: number, positive: boolean, random: Random) => number;

function sigmoidFamily(name: string, makeElement: ElementMaker, rows = ROWS, classes = CLASSES): Family {
  const batch = ({labels}: LossCase): Batch => {
    const random = seededRandom(rows + classes);
    const size = rows * classes;
    const logits = new Float32Array(size);
    const targets = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const positive = random.uniform() < 0.5;
      logits[i] = makeElement(Math.floor(i / classes), positive, random);
      const doubt = labels === 'soft' ? random.below(32) / 64 : 0;
      targets[i] = positive ? 1 - doubt : doubt;
    }
    return {rows, classes, logits, labels: targets};
  };
  return {name, batch};
}

const anySign = (random: Random): number => (random.uniform() < 0.5 ? -1 : 1);

const SIGMOID_FAMILIES: readonly Family[] = [
  sigmoidFamily('ordinary, scale 1', (_row, _positive, random) => random.normal()),
  sigmoidFamily('ordinary, scale 10', (_row, _positive, random) => 10 * random.normal()),
  sigmoidFamily('ordinary, scale 100', (_row, _positive, random) => 100 * random.normal()),
  sigmoidFamily('right by 0…100', (row, positive, random) => (positive ? 1 : -1) * (row / 2 + 0.1 * random.uniform())),
  sigmoidFamily('wrong by 0…100', (row, positive, random) => (positive ? -1 : 1) * (row / 2 + 0.1 * random.uniform())),
  sigmoidFamily('near 0', (_row, _positive, random) => 1e-4 * random.normal()),
  sigmoidFamily('1 element', (_row, _positive, random) => random.normal(), 1, 1),
  sigmoidFamily('3 × 17 elements', (_row, _positive, random) => random.normal(), 3, 17),
  sigmoidFamily('shifted by ±1e6', (_row, _positive, random) => anySign(random) * 1e6 + random.normal()),
  {
    ...sigmoidFamily('magnitudes to 3e38', (_row, _positive, random) => 3e38 * (2 * random.uniform() - 1)),
    onlyFinite: true,
  },
];

export function familiesOf(lossCase: LossCase): readonly Family[] {
  return isSigmoid(lossCase) ? SIGMOID_FAMILIES : SOFTMAX_FAMILIES;
}
