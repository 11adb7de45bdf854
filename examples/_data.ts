/** The two data sets, split and standardised. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'papaparse';
import {seededRandom, shuffled} from './_random';

export interface DataSet {
  readonly name: DataName;
  readonly title: string;
  readonly features: number;
  readonly classes: number;
  readonly train: Part;
  readonly test: Part;
}

/** Samples as rows of standardised features and the index of their class. */
export interface Part {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

const SOURCES = {
  digits: {title: 'Handwritten digits', file: 'digits.csv', label: 'label', classes: 10},
  'breast cancer': {title: 'Breast cancer', file: 'breast_cancer.csv', label: 'benign', classes: 2},
} as const;

export type DataName = keyof typeof SOURCES;

const TEST_SHARE = 0.2;
const SPLIT_SEED = Number(process.env.SPLIT ?? 1);

/** Reads a data set; one fifth of each class, drawn with a fixed seed, is its test part. */
export function loadData(name: DataName): DataSet {
  const {title, file, label, classes} = SOURCES[name];
  const {features, labels} = readTable(join(__dirname, 'data', file), label);
  const random = seededRandom(SPLIT_SEED);
  const trainRows: number[] = [];
  const testRows: number[] = [];
  for (let k = 0; k < classes; k++) {
    const rows = shuffled(
      [...labels.keys()].filter((row) => labels[row] === k),
      random,
    );
    const forTest = Math.round(rows.length * TEST_SHARE);
    testRows.push(...rows.slice(0, forTest));
    trainRows.push(...rows.slice(forTest));
  }
  const scale = process.env.COMMON ? common(pick(features, trainRows)) : standardiser(pick(features, trainRows));
  const part = (rows: readonly number[]): Part => ({
    features: pick(features, rows).map(scale),
    labels: pick(labels, rows),
  });
  return {name, title, classes, features: features[0]?.length ?? 0, train: part(trainRows), test: part(testRows)};
}

/** The items at these places. */
export function pick<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => {
    const item = items[place];
    if (item === undefined) throw new Error(`There is no item ${place} among ${items.length}.`);
    return item;
  });
}

function readTable(path: string, label: string): Part {
  const {data, errors, meta} = parse<Record<string, number>>(readFileSync(path, 'utf8'), {
    header: true,
    dynamicTyping: true,
    skipEmptyLines: true,
  });
  if (errors[0] !== undefined) {
    throw new Error(`${path}, row ${errors[0].row}: ${errors[0].message}.`);
  }
  const number = (row: Record<string, number>, column: string): number => {
    const value = row[column];
    if (typeof value !== 'number') throw new Error(`${path}: '${value}' in column '${column}' is no number.`);
    return value;
  };
  const columns = (meta.fields ?? []).filter((column) => column !== label);
  return {
    features: data.map((row) => columns.map((column) => number(row, column))),
    labels: data.map((row) => number(row, label)),
  };
}

/** To mean 0 and standard deviation 1 on these samples; a feature that is constant on them becomes 0. */
function standardiser(samples: readonly (readonly number[])[]): (sample: readonly number[]) => number[] {
  const count = samples.length;
  const columns = [...(samples[0] ?? []).keys()].map((j) => samples.map((sample) => sample[j] ?? NaN));
  const moments = columns.map((column) => {
    const mean = column.reduce((sum, x) => sum + x, 0) / count;
    const deviation = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2, 0) / count);
    return {mean, scale: deviation === 0 ? 0 : 1 / deviation};
  });
  return (sample) => moments.map(({mean, scale}, j) => ((sample[j] ?? NaN) - mean) * scale);
}
function common(samples: readonly (readonly number[])[]): (sample: readonly number[]) => number[] {
  const all = samples.flat();
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
  const d = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length);
  return (s) => s.map((x) => (x - mean) / d);
}
