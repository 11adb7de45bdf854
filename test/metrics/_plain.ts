/** The metrics by their definitions, in float64 on plain arrays: pairs are counted one by one. */

export interface Counts {
  readonly hits: number;
  readonly predicted: number;
  readonly labelled: number;
}

export type ScoreName = 'precision' | 'recall' | 'f1';
export type Average = 'micro' | 'macro' | 'weighted';

export function argMax(row: readonly number[]): number {
  return row.indexOf(Math.max(...row));
}

/** The counts of one label or class. */
export function countsOf(labels: readonly boolean[], predictions: readonly boolean[]): Counts {
  const count = (f: (i: number) => boolean): number => labels.filter((_, i) => f(i)).length;
  return {
    hits: count((i) => labels[i] === true && predictions[i] === true),
    predicted: count((i) => predictions[i] === true),
    labelled: count((i) => labels[i] === true),
  };
}

export function classCounts(labels: readonly number[], predictions: readonly number[], classes: number): Counts[] {
  return Array.from({length: classes}, (_, k) =>
    countsOf(
      labels.map((label) => label === k),
      predictions.map((label) => label === k),
    ),
  );
}

export function score(name: ScoreName, {hits, predicted, labelled}: Counts): number {
  const [a, b] =
    name === 'precision' ? [hits, predicted] : name === 'recall' ? [hits, labelled] : [2 * hits, predicted + labelled];
  return b === 0 ? 0 : a / b;
}

export function averaged(name: ScoreName, counts: readonly Counts[], average: Average): number {
  const total = (f: (c: Counts) => number): number => counts.reduce((sum, c) => sum + f(c), 0);
  if (average === 'micro') {
    return score(name, {
      hits: total((c) => c.hits),
      predicted: total((c) => c.predicted),
      labelled: total((c) => c.labelled),
    });
  }
  const weight = (c: Counts): number => (average === 'weighted' ? c.labelled : Number(c.predicted + c.labelled > 0));
  const divisor = total(weight);
  return divisor === 0 ? 0 : total((c) => weight(c) * score(name, c)) / divisor;
}

/** P(z₊ > z₋) + ½·P(z₊ = z₋), pair by pair; NaN without pairs. */
export function auc(labels: readonly boolean[], scores: readonly number[]): number {
  let [won, pairs] = [0, 0];
  labels.forEach((positive, i) => {
    labels.forEach((other, j) => {
      if (!positive || other) return;
      pairs++;
      const [a, b] = [scores[i] ?? NaN, scores[j] ?? NaN];
      won += a > b ? 1 : a === b ? 0.5 : 0;
    });
  });
  return pairs === 0 ? NaN : won / pairs;
}

/** The mean over those that are defined. */
export function meanDefined(values: readonly number[]): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.length === 0 ? NaN : defined.reduce((a, b) => a + b, 0) / defined.length;
}

export function column<T>(rows: readonly (readonly T[])[], k: number): T[] {
  return rows.map((row) => row[k] as T);
}
