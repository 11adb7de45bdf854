/** The data sets of the examples, read by tf.data. */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import {type DataName, SOURCES, SPLIT_SEED, TEST_SHARE} from '../_data';
import {pick} from '../_pick';
import {split} from '../_split';
import {standardiser} from '../_standardise';
import {fileUrl} from './_tensorflow';

/** A row: standardised features, and the index of its class. (A type, because tf.data wants records.) */
export type Sample = {readonly xs: number[]; readonly ys: number};

export interface CsvData {
  readonly features: number;
  readonly classes: number;
  readonly train: Sample[];
  readonly test: Sample[];
}

/** Reads a data set. Split and scale are those of `npm start`: a fifth of each class is for the test. */
export async function readCsv(name: DataName): Promise<CsvData> {
  const {file, label, classes, scaling} = SOURCES[name];
  const table = path.join(__dirname, '../data', file);
  const url = fileUrl(table);
  const columns = await tf.data.csv(url).columnNames();
  const columnConfigs = Object.fromEntries(
    columns.map((column) => [
      column,
      // A label of type int32 would be rounded down; as it is, the loss tells a class from a number that is none.
      {isLabel: column === label, required: true, dtype: 'float32' as const},
    ]),
  );
  // Into memory, for three reasons: the scale comes from all rows, a file this small is parsed once, and tf.data's shuffle
  // draws another order on each pass, with `reshuffleEachIteration: false` too, so that take and skip after it would let
  // rows of the test part into the training.
  const rows = (await tf.data.csv(url, {columnConfigs, configuredColumnsOnly: true}).toArray()) as unknown as Row[];
  const features = rows.map(({xs}) => Object.entries(xs).map(([column, value]) => number(value, column, table)));
  const labels = rows.map(({ys}) => number(ys[label], label, table));

  const parts = split(labels, TEST_SHARE, SPLIT_SEED);
  const scale = standardiser(pick(features, parts.train), scaling);
  const samples = (indices: readonly number[]): Sample[] => {
    const classOf = pick(labels, indices);
    return pick(features, indices).map((row, i) => ({xs: scale(row), ys: classOf[i] ?? NaN}));
  };
  return {features: columns.length - 1, classes, train: samples(parts.train), test: samples(parts.test)};
}

/** What tf.data.csv makes of a line when a column is a label. */
interface Row {
  readonly xs: Readonly<Record<string, unknown>>;
  readonly ys: Readonly<Record<string, unknown>>;
}

/** tf.data.csv leaves text that is no number as it is. */
function number(value: unknown, column: string, table: string): number {
  if (typeof value !== 'number') throw new Error(`${table}: '${String(value)}' in column '${column}' is no number.`);
  return value;
}
