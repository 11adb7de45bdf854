/**
 * npm run bench:linear: the time and the peak memory of a dense layer's cross-entropy with its gradients, in chunks and with all
 * logits at once (by this package's loss, and by tfjs's own on one-hot labels), interleaved. npm run bench:linear -- with
 *
 *   --backend NAME        wasm, node or cpu; may be repeated (default wasm and node)
 *   --shape 512x256x50000 rows, features, classes
 *   --chunk N             rows of a chunk
 *   --json FILE           where the figures go (default bench/results/linear.json)
 *   --readme              makes bench/linear.json anew, and the READMEs from it
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs';
import type {Tensor, Tensor2D} from '@tensorflow/tfjs';
import {linearSoftmaxCrossEntropy, sparseSoftmaxCrossEntropy} from '../src';
import {type Backend, chosenBackends} from './_backends';
import {FIGURES_FILE, writeFigures} from './_figures';
import {
  OF_ALL_LOGITS,
  linearMachineLine,
  linearTables,
  type LinearFigure,
  type LinearFigures,
  type LinearShape,
} from './_linear_tables';
import {describeMachine} from './_machine';
import {peakTensorBytes} from './_memory';
import {updateReadme} from './_readme_file';
import {interleave, timeCalls, type RoundPlan} from './_rounds';
import {median} from './_statistics';
import {toTerminal} from './_table';

type Loss = (hidden: Tensor, kernel: Tensor, bias: Tensor) => Tensor;

const DEFAULT_SHAPE: LinearShape = {rows: 512, features: 256, classes: 50_000};
const PLAN: RoundPlan = {rounds: 7, turnSeconds: 0.5, settleSeconds: 0.5, patienceSeconds: 10, leastRounds: 2};

function parseShape(text: string): LinearShape {
  const [, rows, features, classes] = /^(\d+)[x×](\d+)[x×](\d+)$/.exec(text) ?? [];
  if (rows === undefined || features === undefined || classes === undefined) {
    throw new Error(`--shape ${text}: expected rows, features and classes, as 512x256x50000.`);
  }
  return {rows: Number(rows), features: Number(features), classes: Number(classes)};
}

/** The ways to the same three gradients. */
function ways(labels: Tensor, {classes}: LinearShape, chunkSize: number | undefined): ReadonlyMap<string, Loss> {
  const logits = (h: Tensor, w: Tensor, b: Tensor): Tensor => tf.add(tf.matMul(h as Tensor2D, w as Tensor2D), b);
  const options = chunkSize === undefined ? {} : {chunkSize};
  return new Map<string, Loss>([
    ['linearSoftmaxCrossEntropy', (h, w, b) => linearSoftmaxCrossEntropy(labels, h, w, b, options)],
    [OF_ALL_LOGITS, (h, w, b) => sparseSoftmaxCrossEntropy(labels, logits(h, w, b))],
    [
      'tf.losses.softmaxCrossEntropy of all logits',
      (h, w, b) => tf.losses.softmaxCrossEntropy(tf.oneHot(tf.cast(labels, 'int32'), classes), logits(h, w, b)),
    ],
  ]);
}

async function measure(backend: Backend, shape: LinearShape, chunkSize: number | undefined): Promise<LinearFigure[]> {
  const [ours] = await backend.setUp();
  ours?.select();
  const {rows, features, classes} = shape;
  const inputs = [
    tf.randomNormal([rows, features], 0, 1, 'float32', 1),
    tf.randomNormal([features, classes], 0, features ** -0.5, 'float32', 2),
    tf.zeros([classes]),
  ];
  const labels = tf.cast(tf.randomUniform([rows], 0, classes, 'float32', 3), 'int32');
  const call = (loss: Loss) => (): void => tf.dispose(tf.grads(loss)(inputs));
  const all = [...ways(labels, shape, chunkSize)];
  const cpuSeconds = new Map<string, number[]>(all.map(([name]) => [name, []]));

  const contenders = all.map(([name, loss]) => ({
    name,
    warmUp: () => Promise.resolve(call(loss)()),
    time: async (seconds: number) => {
      const before = process.cpuUsage();
      let calls = 0;
      const timing = await timeCalls(() => {
        calls++;
        call(loss)();
      }, seconds);
      const {user, system} = process.cpuUsage(before);
      cpuSeconds.get(name)?.push((user + system) / 1e6 / calls);
      return timing;
    },
  }));
  const samples = await interleave(contenders, PLAN, () => undefined);
  const results = 4 * (rows * features + features * classes + classes);
  const figures: LinearFigure[] = [];
  for (const [name, loss] of all) {
    const seconds = median((samples.get(name) ?? []).filter((sample) => sample !== undefined));
    const peakBytes = (await peakTensorBytes(call(loss))) - results;
    figures.push({shape, name, seconds, cpuSeconds: median(cpuSeconds.get(name) ?? []), peakBytes});
  }
  tf.dispose([...inputs, labels]);
  return figures;
}

async function main(): Promise<void> {
  const {values: flags} = parseArgs({
    options: {
      backend: {type: 'string', multiple: true, default: ['wasm', 'node']},
      shape: {type: 'string', multiple: true},
      chunk: {type: 'string'},
      json: {type: 'string', default: join(__dirname, 'results', 'linear.json')},
      readme: {type: 'boolean', default: false},
    },
  });
  if (flags.readme && (flags.shape !== undefined || flags.chunk !== undefined)) {
    throw new Error('--readme takes a full run: leave --shape and --chunk out.');
  }
  const shapes = flags.shape?.map(parseShape) ?? [DEFAULT_SHAPE];
  const chunkSize = flags.chunk === undefined ? undefined : Number(flags.chunk);
  const figures: Record<string, LinearFigures> = {};
  const machine = describeMachine(new Map());
  for (const backend of chosenBackends(flags.backend)) {
    const linear: LinearFigure[] = [];
    for (const shape of shapes) linear.push(...(await measure(backend, shape, chunkSize)));
    const ofBackend = {machine, linear};
    figures[backend.name] = ofBackend;
    for (const table of linearTables(ofBackend)) {
      console.log(`\n${toTerminal({...table, title: `${backend.name}: ${table.title}`})}`);
    }
    console.log(`\n${linearMachineLine(ofBackend)}`);
  }
  await writeFigures(flags.json, figures);
  if (flags.readme) {
    await writeFigures(FIGURES_FILE.linear, figures);
    await updateReadme();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
