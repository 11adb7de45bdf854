/** Trains with tfjs-node: the losses by name, the data through tf.data, a checkpoint after each epoch. */
import {rmSync} from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import '../../kernels/node/register';
import {install} from '../../src';
import {buildNetwork, disposeTrained} from '../_network';
import {RECIPES, RUNS, type Run} from '../_runs';
import {loadCheckpoint, saveCheckpoint} from './_checkpoint';
import {type CsvData, readCsv} from './_csv';
import {type ModelDataset, forModel} from './_for_model';
import {OrderedByEpoch} from './_ordered_by_epoch';

/** One a folder; with class indices, as they are in the files. */
export const NODE_RUNS: readonly Run[] = RUNS.filter(({labels}) => labels !== 'one-hot');

export interface NodeOptions {
  /** Where models and TensorBoard's logs go. */
  readonly out: string;
  /** Of the first weights and the order of the samples; that of the checkpoint when it is resumed. */
  readonly seed: number;
  /** In all, those of a checkpoint among them. Default: those of `npm start`. */
  readonly epochs?: number;
  /** Goes on where the last training with this `out` stopped. */
  readonly resume?: boolean;
  /** tfjs-node's progress bar. */
  readonly progress?: boolean;
}

export interface NodeResult {
  readonly run: Run;
  readonly classes: number;
  /** Epochs that are through, and how many of them were in an earlier training. */
  readonly epochs: number;
  readonly resumedAfter: number;
  /** On the test part, of the model as it was loaded from its folder. */
  readonly loss: number;
  readonly accuracy: number;
  readonly folder: string;
}

export async function trainInNode(run: Run, options: NodeOptions): Promise<NodeResult> {
  install(tf);
  const data = await readCsv(run.data);
  const {batchSize, epochs: usualEpochs} = RECIPES[run.data];
  const {out, resume = false, epochs = usualEpochs, progress = false} = options;
  const folder = path.join(out, folderName(run));
  const modelFolder = path.join(folder, 'model');
  const logs = path.join(folder, 'logs');
  if (!resume) rmSync(folder, {recursive: true, force: true});

  const {model, state} = resume
    ? await loadCheckpoint(modelFolder)
    : {model: compiled(run, data, options.seed), state: {epochs: 0, seed: options.seed}};
  const test = forModel(tf.data.array(data.test).batch(data.test.length));
  if (state.epochs < epochs) {
    const train = new OrderedByEpoch(data.train, batchSize, state.seed);
    await model.fitDataset(forModel(train), {
      epochs,
      initialEpoch: state.epochs,
      validationData: test,
      verbose: progress ? 1 : 0,
      // All of them objects: tfjs takes the first for what the others are, and makes a callback of a plain record there only.
      callbacks: [
        train.follow,
        tf.node.tensorBoard(logs),
        new tf.CustomCallback({
          onEpochEnd: (epoch) => saveCheckpoint(model, modelFolder, {...state, epochs: epoch + 1}),
        }),
      ],
    });
  }
  dispose(model);

  const {model: loaded, state: reached} = await loadCheckpoint(modelFolder);
  const [loss = NaN, accuracy = NaN] = await evaluated(loaded, test);
  dispose(loaded);
  return {run, classes: data.classes, epochs: reached.epochs, resumedAfter: state.epochs, loss, accuracy, folder};
}

function compiled(run: Run, {features, classes}: CsvData, seed: number): tf.LayersModel {
  const {hidden, learningRate, momentum} = RECIPES[run.data];
  const model = buildNetwork(features, hidden, run.labels === 'binary' ? 1 : classes, seed);
  model.compile({optimizer: tf.train.momentum(learningRate, momentum), loss: run.loss, metrics: ['accuracy']});
  return model;
}

/** The loss and the metrics. */
async function evaluated(model: tf.LayersModel, test: ModelDataset): Promise<number[]> {
  const scalars = await model.evaluateDataset(test, {});
  const values = [scalars].flat().map((scalar) => scalar.dataSync()[0] ?? NaN);
  tf.dispose(scalars);
  return values;
}

/** With its optimizer, which a model that was given one leaves alone. */
function dispose(model: tf.LayersModel): void {
  if (model.optimizer instanceof tf.MomentumOptimizer) disposeTrained(model, model.optimizer);
}

/** 'digits, sparseSoftmaxCrossEntropy' → 'digits-sparseSoftmaxCrossEntropy': without the options. */
export function folderName({data, loss}: Run): string {
  return `${data.replace(' ', '-')}-${loss.replace(/\(.*/, '')}`;
}
