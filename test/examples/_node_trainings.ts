/** Trainings of the example for tfjs-node, run by node.test.ts in a process of its own: prints a `TrainingReport`. */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type {NodeOptions, NodeResult} from '../../examples/node/_train';
import {startTensorFlow} from '../../examples/node/_tensorflow';
import type {TensorFlowBackend} from '../../kernels/node/_kernel';

export interface Training {
  readonly result: NodeResult;
  /** The native ops that it ran. */
  readonly ops: readonly string[];
  /** Tensors that were there after and not before. */
  readonly tensors: number;
  /** What weights.bin holds, in base64. */
  readonly weights: string;
}

const TRAININGS = {
  once: {run: 0, out: 'once', epochs: 1},
  whole: {run: 0, out: 'whole', epochs: 4},
  otherSeed: {run: 0, out: 'other seed', epochs: 4, seed: 2},
  half: {run: 0, out: 'halves', epochs: 2},
  // The checkpoint has the seed; this one counts for nothing.
  resumed: {run: 0, out: 'halves', epochs: 4, resume: true, seed: 5},
  nothingLeft: {run: 0, out: 'halves', epochs: 3, resume: true},
  sigmoid: {run: 1, out: 'sigmoid', epochs: 3},
  focal: {run: 2, out: 'focal', epochs: 3},
} as const satisfies Record<string, Partial<NodeOptions> & {run: number}>;

export interface TrainingReport {
  readonly trainings: Readonly<Record<keyof typeof TRAININGS, Training>>;
  /** What it says where there is nothing to resume. */
  readonly nowhere: string;
}

async function main(folder: string): Promise<TrainingReport> {
  await startTensorFlow();
  const {readFileSync} = await import('node:fs');
  const {NODE_RUNS, trainInNode} = await import('../../examples/node/_train');
  const backend = tf.backend() as TensorFlowBackend;
  const execute = backend.executeMultipleOutputs.bind(backend);
  const ops = new Set<string>();
  backend.executeMultipleOutputs = (name, ...rest) => {
    if (name.startsWith('TfjsLosses')) ops.add(name);
    return execute(name, ...rest);
  };

  const train = async ({
    run,
    out,
    ...options
  }: Partial<NodeOptions> & {run: number; out: string}): Promise<Training> => {
    const chosen = NODE_RUNS[run];
    if (chosen === undefined) throw new Error(`There is no run ${run}.`);
    ops.clear();
    const before = tf.memory().numTensors;
    const result = await trainInNode(chosen, {seed: 1, ...options, out: path.join(folder, out)});
    const weights = readFileSync(path.join(result.folder, 'model', 'weights.bin')).toString('base64');
    return {result, ops: [...ops], tensors: tf.memory().numTensors - before, weights};
  };

  const trainings: Partial<Record<keyof typeof TRAININGS, Training>> = {};
  for (const name of Object.keys(TRAININGS) as (keyof typeof TRAININGS)[])
    trainings[name] = await train(TRAININGS[name]);
  const nowhere = await train({run: 0, out: 'nowhere', resume: true}).then(
    () => 'resumed',
    (error: unknown) => String(error),
  );
  return {trainings: trainings as TrainingReport['trainings'], nowhere};
}

main(process.argv[2] ?? '').then(
  (report) => console.log(JSON.stringify(report)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
