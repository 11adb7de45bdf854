import {seededRandom, shuffled} from './_random';

/** Rows of a table, by index. */
export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/** Draws the same share of every class for the test part; equal seeds draw equal rows. */
export function split(labels: readonly number[], testShare: number, seed: number): Split {
  const random = seededRandom(seed);
  const train: number[] = [];
  const test: number[] = [];
  for (const label of [...new Set(labels)].sort((a, b) => a - b)) {
    const rows = shuffled(
      [...labels.keys()].filter((row) => labels[row] === label),
      random,
    );
    const forTest = Math.round(rows.length * testShare);
    test.push(...rows.slice(0, forTest));
    train.push(...rows.slice(forTest));
  }
  return {train, test};
}
