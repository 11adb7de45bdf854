/** The two data sets, split and standardised. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'papaparse';
import {pick} from './_pick';
import {split} from './_split';
import {type Scaling, standardiser} from './_standardise';

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

interface Source {
  readonly title: string;
  readonly file: string;
  /** The column of the class. */
  readonly label: string;
  readonly classes: number;
  readonly scaling: Scaling;
}

export const SOURCES = {
  // Pixels share one unit; on its own scale a pixel that is almost always white would outweigh all others.
  digits: {title: 'Handwritten digits', file: 'digits.csv', label: 'label', classes: 10, scaling: 'common'},
  'breast cancer': {title: 'Breast cancer', file: 'breast_cancer.csv', label: 'benign', classes: 2, scaling: 'each'},
} as const satisfies Readonly<Record<string, Source>>;

export type DataName = keyof typeof SOURCES;

export const TEST_SHARE = 0.2;
export const SPLIT_SEED = 1;

/** Reads a data set; one fifth of each class, drawn with a fixed seed, is its test part. Only the train part sets the scale. */
export function loadData(name: DataName): DataSet {
  const {title, file, label, classes, scaling} = SOURCES[name];
  const {features, labels} = readTable(join(__dirname, 'data', file), label);
  const {train: trainRows, test: testRows} = split(labels, TEST_SHARE, SPLIT_SEED);
  const scale = standardiser(pick(features, trainRows), scaling);
  const part = (rows: readonly number[]): Part => ({
    features: pick(features, rows).map(scale),
    labels: pick(labels, rows),
  });
  return {name, title, classes, features: features[0]?.length ?? 0, train: part(trainRows), test: part(testRows)};
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
