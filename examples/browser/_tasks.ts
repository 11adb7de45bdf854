/** The two tasks, both made from the handwritten digits. */
import * as tf from '@tensorflow/tfjs';
import {type DataSet, type Part, loadData} from '../_data';
import {pick} from '../_pick';
import {type Settings, type TaskName, takesIndices} from './_settings';

export interface Samples {
  readonly features: readonly (readonly number[])[];
  /** A digit's place for the task of classes. */
  readonly classes: readonly number[];
  /** One-hot, or one number for each label. */
  readonly targets: readonly (readonly number[])[];
}

export interface Task {
  readonly name: TaskName;
  readonly outputs: number;
  readonly train: Samples;
  readonly test: Samples;
}

/** The labels of a digit in the task of several labels; the last one is the rare one. */
const LABELS: readonly ((digit: number) => boolean)[] = [
  (digit) => [2, 3, 5, 7].includes(digit),
  (digit) => [0, 6, 8, 9].includes(digit),
  (digit) => digit === RARE_DIGIT,
];
const RARE_DIGIT = 9;
export const RARE_LABEL = LABELS.length - 1;
/** One in so many nines stays. */
const RARE_SHARE = 4;

const DIGITS = 10;
const BLACKEST = 255;

let digits: DataSet | undefined;

/** The samples of these settings, always the same ones. */
export function loadTask({task, inputs, samples}: Pick<Settings, 'task' | 'inputs' | 'samples'>): Task {
  digits ??= loadData('digits');
  const {train, test} = digits;
  const share = Math.min(1, samples / train.labels.length);
  const scale = inputs === 'raw' ? rawPixels(train) : (pixel: number): number => pixel;
  const part = (all: Part): Samples => toSamples(task, spread(task === 'labels' ? thinned(all) : all, share), scale);
  return {name: task, outputs: task === 'labels' ? LABELS.length : DIGITS, train: part(train), test: part(test)};
}

/** Features and labels in the form that the loss takes. */
export function tensorsOf(
  {features, classes, targets}: Samples,
  {loss}: Pick<Settings, 'loss'>,
): {xs: tf.Tensor2D; indices: tf.Tensor1D | undefined; targets: tf.Tensor2D} {
  return {
    xs: tf.tensor2d(features.map((row) => [...row])),
    indices: takesIndices(loss) ? tf.tensor1d([...classes], 'int32') : undefined,
    targets: tf.tensor2d(targets.map((row) => [...row])),
  };
}

/** How many samples have each label. */
export function positives({targets}: Samples): number[] {
  return targets.reduce<number[]>((counts, row) => row.map((y, label) => (counts[label] ?? 0) + y), []);
}

export function pickSamples({features, classes, targets}: Samples, places: readonly number[]): Samples {
  return {features: pick(features, places), classes: pick(classes, places), targets: pick(targets, places)};
}

function toSamples(task: TaskName, {features, labels}: Part, scale: (pixel: number) => number): Samples {
  const target = (digit: number): number[] =>
    task === 'labels'
      ? LABELS.map((has) => Number(has(digit)))
      : Array.from({length: DIGITS}, (_, k) => Number(k === digit));
  return {features: features.map((row) => row.map(scale)), classes: labels, targets: labels.map(target)};
}

/** Every fourth nine, and all of the others. */
function thinned({features, labels}: Part): Part {
  let nines = 0;
  const places = [...labels.keys()].filter((i) => labels[i] !== RARE_DIGIT || nines++ % RARE_SHARE === 0);
  return {features: pick(features, places), labels: pick(labels, places)};
}

/** A share of the samples, evenly spread over all, which are sorted by class. */
function spread({features, labels}: Part, share: number): Part {
  const count = Math.max(1, Math.round(labels.length * share));
  const places = Array.from({length: count}, (_, i) => Math.floor((i * labels.length) / count));
  return {features: pick(features, places), labels: pick(labels, places)};
}

/** Undoes the scaling of the data: its least value is white paper, its greatest the blackest ink. */
function rawPixels({features}: Part): (pixel: number) => number {
  let [least, greatest] = [Infinity, -Infinity];
  for (const row of features)
    for (const pixel of row) {
      least = Math.min(least, pixel);
      greatest = Math.max(greatest, pixel);
    }
  return (pixel) => (BLACKEST * (pixel - least)) / (greatest - least);
}
