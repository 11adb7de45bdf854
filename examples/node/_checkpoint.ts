/** A model in a folder, with its optimizer and how far its training is. */
import {existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import {fileUrl} from './_tensorflow';

export interface TrainingState {
  /** Epochs that are through. */
  readonly epochs: number;
  /** Of the order of the samples. */
  readonly seed: number;
}

/** Written beside the old one, then put in its place: whenever the process stops, one of them is whole. */
export async function saveCheckpoint(model: tf.LayersModel, folder: string, state: TrainingState): Promise<void> {
  model.setUserDefinedMetadata({...state});
  const next = nextFolder(folder);
  rmSync(next, {recursive: true, force: true});
  mkdirSync(next, {recursive: true});
  await model.save(fileUrl(next), {includeOptimizer: true});
  rmSync(folder, {recursive: true, force: true});
  renameSync(next, folder);
}

/** The model is compiled: its loss, with options, its metrics and its optimizer are in the file. */
export async function loadCheckpoint(folder: string): Promise<{model: tf.LayersModel; state: TrainingState}> {
  const file = [folder, nextFolder(folder)].map((one) => path.join(one, 'model.json')).find(existsSync);
  if (file === undefined) {
    throw new Error(
      `There is no training to resume in ${folder}: start one without --resume, or name its folder in --out.`,
    );
  }
  const model = await tf.loadLayersModel(fileUrl(file));
  return {model, state: model.getUserDefinedMetadata() as TrainingState};
}

function nextFolder(folder: string): string {
  return `${folder}.next`;
}
