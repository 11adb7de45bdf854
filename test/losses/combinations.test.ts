/**
 * Every combination of loss, form of labels, dtype, way of naming the loss, way of running the model, metrics, and a copy that
 * was saved and loaded: the numbers are those of src/reference. What has passed fills a table, which is the README's.
 */
import {readFileSync} from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import {formatLoss, install, loss} from '../../src';
import type {ModelLoss} from '../../src';
import {
  FEATURES,
  FORMS,
  LEARNING_RATE,
  METHODS,
  type Method,
  type Name,
  type Result,
  type Row,
  afterStep,
  build,
  expectClose,
  inForm,
  inputs,
  kernel,
  logitsOf,
  run,
  saved,
  setKernel,
  sigmoidRow,
  sizeOf,
  softmaxRow,
  sparseRow,
  sumOf,
  trains,
} from './_models';

beforeAll(async () => {
  await tf.setBackend('cpu');
  install(tf);
});

/** One way to give labels to a loss. */
interface Case {
  readonly name: Name;
  /** The labels' shape in words. */
  readonly form: string;
  /** The axes between the samples and the features: [] or [T]. */
  readonly inner: readonly number[];
  readonly units: number;
  readonly labels: readonly number[];
  readonly labelShape: readonly number[];
  /** Row by row, from its logits. */
  readonly row: (row: number, logits: readonly number[], options: Options) => Row;
  /** What each row counts in the mean. */
  readonly counts: (row: number, options: Options) => number;
  /** Whether the largest logit is the label's, or how many of a row's labels have the right sign: 0 to 1. */
  readonly accuracy: (row: number, logits: readonly number[]) => number;
  /** The plain cross-entropy of a row. */
  readonly crossentropy: (row: number, logits: readonly number[]) => number;
  /** Options that change the values; the second of each pair of compile's forms is given these. */
  readonly options: Options;
}

/** What a step should give: the loss, accuracy and cross-entropy before it, and the kernel after it. */
interface Expected extends Result {
  readonly values: readonly [number, number, number];
}

const METRICS = ['accuracy', 'crossentropy'];

interface Options {
  readonly labelSmoothing?: number;
  readonly classWeights?: number[];
  readonly ignoreIndex?: number;
  readonly zLoss?: number;
  readonly gamma?: number;
  readonly alpha?: number | null;
  readonly posWeight?: number;
}

const N = 4;
const T = 3;
const K = 3;

function sparseCases(name: Name, focal: Options): Case[] {
  const labels = [2, 0, 1, 1, 0, 2, 2, 1, 0, 1, 1, 2];
  const options = {labelSmoothing: 0.125, classWeights: [0.5, 2, 1.25], ignoreIndex: 1, ...focal};
  const shapes: [string, number[], number[]][] = [
    ['[N]', [], [N]],
    ['[N,1]', [], [N, 1]],
    ['[N,T]', [T], [N, T]],
    ['[N,T,1]', [T], [N, T, 1]],
  ];
  return shapes.map(([form, inner, labelShape]) => ({
    name,
    form,
    inner,
    units: K,
    labels: labels.slice(0, sizeOf(labelShape)),
    labelShape,
    row: (row, z, given) => sparseRow(name, labels[row] ?? NaN, z, given),
    accuracy: (row, z) => Number(z.indexOf(Math.max(...z)) === labels[row]),
    crossentropy: (row, z) => sparseRow('sparseSoftmaxCrossEntropy', labels[row] ?? NaN, z).loss,
    counts: (row, {classWeights, ignoreIndex}) => {
      const label = labels[row] ?? NaN;
      return label === ignoreIndex ? 0 : (classWeights?.[label] ?? 1);
    },
    options,
  }));
}

function softmaxCases(name: Name, focal: Options): Case[] {
  // Whole numbers, for int32 as well; a row may sum to anything.
  const labels = Array.from({length: N * T * K}, (_, i) => [0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1][i % 12] ?? NaN);
  const options = {labelSmoothing: 0.125, classWeights: [0.5, 2, 1.25], zLoss: 0.25, ...focal};
  const shapes: [string, number[], number[]][] = [
    ['[N,K]', [], [N, K]],
    ['[N,T,K]', [T], [N, T, K]],
  ];
  return shapes.map(([form, inner, labelShape]) => ({
    name,
    form,
    inner,
    units: K,
    labels: labels.slice(0, sizeOf(labelShape)),
    labelShape,
    row: (row, z, given) => softmaxRow(name, labels.slice(row * K, row * K + K), z, given),
    // The class of labels that are no single one is the first largest.
    accuracy: (row, z) => {
      const q = labels.slice(row * K, row * K + K);
      return Number(z.indexOf(Math.max(...z)) === q.indexOf(Math.max(...q)));
    },
    crossentropy: (row, z) => softmaxRow('softmaxCrossEntropy', labels.slice(row * K, row * K + K), z).loss,
    counts: () => 1,
    options,
  }));
}

function sigmoidCases(name: Name, focal: Options): Case[] {
  const labels = Array.from({length: N * T * K}, (_, i) => [1, 0, 0, 1, 1, 1, 0][i % 7] ?? NaN);
  const options = {labelSmoothing: 0.125, posWeight: 3, ...focal};
  const shapes: [string, number[], number, number[]][] = [
    ['[N] for [N,1]', [], 1, [N]],
    ['[N,1]', [], 1, [N, 1]],
    ['[N,L]', [], K, [N, K]],
    ['[N,T,L]', [T], K, [N, T, K]],
  ];
  return shapes.map(([form, inner, units, labelShape]) => ({
    name,
    form,
    inner,
    units,
    labels: labels.slice(0, sizeOf(labelShape)),
    labelShape,
    row: (row, z, given) => sigmoidRow(name, labels.slice(row * units, row * units + units), z, given),
    accuracy: (row, z) => sumOf(z, (value, i) => Number(Number(value > 0) === labels[row * units + i])) / units,
    crossentropy: (row, z) =>
      sigmoidRow('sigmoidCrossEntropy', labels.slice(row * units, row * units + units), z).loss / units,
    counts: () => units,
    options,
  }));
}

const CASES: Case[] = [
  ...softmaxCases('softmaxCrossEntropy', {}),
  ...sparseCases('sparseSoftmaxCrossEntropy', {}),
  ...sigmoidCases('sigmoidCrossEntropy', {}),
  ...softmaxCases('softmaxFocalCrossEntropy', {gamma: 1.5, alpha: 0.75}),
  ...sparseCases('sparseSoftmaxFocalCrossEntropy', {gamma: 1.5, alpha: 0.75}),
  ...sigmoidCases('sigmoidFocalCrossEntropy', {gamma: 1.5, alpha: null}),
];

const DTYPES = ['int32', 'float32'] as const;

describe.each(CASES)('$name, labels $form', (given) => {
  const rows = N * sizeOf(given.inner);
  const x = inputs(rows);

  function expected(options: Options): Expected {
    const logits = logitsOf(x, kernel(given.units));
    const result = afterStep(
      x,
      given.units,
      logits.map((z, row) => given.row(row, z, options)),
      logits.map((_z, row) => given.counts(row, options)),
    );
    // Metrics know of the rows that don't count, and of nothing else that changes a loss.
    const {ignoreIndex} = options;
    const ignored = (row: number): boolean => ignoreIndex !== undefined && given.counts(row, {ignoreIndex}) === 0;
    const counted = [...logits.entries()].filter(([row]) => !ignored(row));
    const mean = (f: (row: number, z: readonly number[]) => number): number =>
      sumOf(counted, ([row, z]) => f(row, z)) / counted.length;
    return {...result, values: [result.mean, mean(given.accuracy), mean(given.crossentropy)]};
  }

  // Each way of naming the loss, once as it is and once with options.
  const {name, options} = given;
  const ways: [string, string | ModelLoss, Expected][] = [
    ['by name', name, expected({})],
    ['configured', loss(name), expected({})],
    ['configured with options', loss<string>(name, {...options}), expected(options)],
    ['as text', formatLoss(name, {...options}), expected(options)],
  ];
  // The options must matter, or the ways with options would prove nothing.
  expect(ways[3]?.[2].mean).not.toBeCloseTo(ways[0]?.[2].mean ?? NaN, 3);

  describe.each(DTYPES)('%s', (dtype) => {
    test.each(METHODS)('%s', async (method) => {
      const xs = tf.tensor(x, [N, ...given.inner, FEATURES]);
      const ys = tf.tensor([...given.labels], [...given.labelShape], dtype);
      for (const kind of ['sequential', 'functional'] as const) {
        const model = build(kind, given.inner, given.units);
        const [output = ''] = model.outputNames;
        for (const form of FORMS) {
          for (const [way, used, result] of ways) {
            await expectRun(
              model,
              method,
              inForm(form, output, used),
              xs,
              ys,
              given.units,
              result,
              `${kind}, ${form}, ${way}`,
            );
          }
        }
        model.dispose();
      }
      tf.dispose([xs, ys]);
      passed(given, `${dtype} ${method}`);
    });

    test('saved and loaded', async () => {
      const xs = tf.tensor(x, [N, ...given.inner, FEATURES]);
      const ys = tf.tensor([...given.labels], [...given.labelShape], dtype);
      for (const [way, used, result] of ways) {
        const model = build('sequential', given.inner, given.units);
        model.compile({optimizer: tf.train.sgd(LEARNING_RATE), loss: used, metrics: METRICS});
        const copy = await tf.loadLayersModel(tf.io.fromMemory(await saved(model)));
        for (const method of METHODS) {
          setKernel(copy, given.units);
          try {
            expectClose(await run(copy, method, xs, ys), result.values);
            const [after] = copy.getWeights();
            expectClose(after?.dataSync() ?? [], trains(method) ? result.kernel : kernel(given.units).flat());
          } catch (cause) {
            throw new Error(`${way}, ${method}: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
          }
        }
      }
      passed(given, `${dtype} saved`);
    });
  });
});

/** The cells of the table that a test has filled. */
const filled = new Map<string, Set<string>>();

function passed({name, form}: Case, cell: string): void {
  const row = `${name} ${form}`;
  filled.set(row, (filled.get(row) ?? new Set()).add(cell));
}

test('the table of the README is what has passed', () => {
  const columns = [...METHODS, 'saved'];
  const dtypesOf = (cells: ReadonlySet<string>, column: string): string =>
    DTYPES.filter((dtype) => cells.has(`${dtype} ${column}`)).join(', ');
  const rows = CASES.map(({name, form}) => {
    const cells = filled.get(`${name} ${form}`) ?? new Set<string>();
    return `| \`${name}\` | ${form} | ${columns.map((column) => dtypesOf(cells, column)).join(' | ')} |`;
  });
  const readme = readFileSync(path.join(__dirname, '../../README.md'), 'utf8');
  const start = readme.indexOf('<!-- combinations -->');
  const table = readme.slice(start, readme.indexOf('<!-- /combinations -->'));
  expect(table.trim().split('\n').slice(4)).toEqual(rows);
});

/** Compiles, runs twice, and compares the loss, the kernel after a step, and the number of tensors. */
async function expectRun(
  model: tf.LayersModel,
  method: Method,
  used: tf.ModelCompileArgs['loss'],
  xs: tf.Tensor,
  ys: tf.Tensor,
  units: number,
  result: Expected,
  what: string,
): Promise<void> {
  const optimizer = tf.train.sgd(LEARNING_RATE);
  model.compile({optimizer, loss: used, metrics: METRICS});
  let before = 0;
  for (const round of ['first', 'second']) {
    setKernel(model, units);
    try {
      expectClose(await run(model, method, xs, ys), result.values);
      const [after] = model.getWeights();
      expectClose(after?.dataSync() ?? [], trains(method) ? result.kernel : kernel(units).flat());
      if (round === 'second') {
        expect(tf.memory().numTensors).toBe(before);
      }
    } catch (cause) {
      throw new Error(`${what}, ${round} round: ${cause instanceof Error ? cause.message : String(cause)}`, {cause});
    }
    before = tf.memory().numTensors;
  }
  optimizer.dispose();
}
