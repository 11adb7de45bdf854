/** A network that is far too sure, because it has few samples and learns them by heart, and two cures for it. */
import * as tf from '@tensorflow/tfjs';
import {install} from '../src';
import {
  type ReliabilityDiagram,
  brierScore,
  fitTemperature,
  negativeLogLikelihood,
  reliabilityDiagram,
} from '../src/calibration';
import {type DataSet, type Part, loadData} from './_data';
import {buildNetwork, disposeTrained, featureTensor, predict} from './_network';
import {pick} from './_pick';
import {split} from './_split';

/** How good predictions on the test part are, with logits divided by a temperature. */
export interface Measures {
  readonly temperature: number;
  readonly nll: number;
  readonly brier: number;
  readonly diagram: ReliabilityDiagram;
}

export interface CuredRun {
  readonly loss: string;
  /** As trained, at temperature 1. */
  readonly trained: Measures;
  /** At the temperature that fits the validation part. */
  readonly scaled: Measures;
}

export interface Overconfidence {
  readonly title: string;
  readonly classes: number;
  /** Samples in each part. */
  readonly counts: {readonly train: number; readonly validation: number; readonly test: number};
  /** Without label smoothing and with it. */
  readonly runs: readonly [CuredRun, CuredRun];
}

export interface OverconfidenceOptions {
  /** Of the first weights. Default 1. */
  readonly seed?: number;
  readonly onEpoch?: (loss: string, epoch: number, of: number) => void;
}

export const LABEL_SMOOTHING = 0.02;
export const CURED_LOSSES = [
  'sparseSoftmaxCrossEntropy',
  `sparseSoftmaxCrossEntropy(labelSmoothing=${LABEL_SMOOTHING})`,
] as const;
export const CURE_EPOCHS = 200;

/** Of the train part of the data: six samples a class to train on, twenty for the temperature, the rest for neither. */
const LEFT_OUT_SHARE = 0.956;
const VALIDATION_SHARE_OF_LEFT_OUT = 0.145;
const SPLIT_SEED = 1;
const [HIDDEN, LEARNING_RATE, MOMENTUM] = [64, 0.3, 0.9];

interface Parts {
  readonly data: DataSet;
  readonly train: Part;
  readonly validation: Part;
}

/** Trains on all of the few samples at a time, on tfjs's cpu backend. Equal options give equal numbers. */
export async function cureOverconfidence({seed = 1, onEpoch}: OverconfidenceOptions = {}): Promise<Overconfidence> {
  await tf.setBackend('cpu');
  install(tf);
  const data = loadData('digits');
  const [train, leftOut] = divided(data.train, LEFT_OUT_SHARE);
  const [, validation] = divided(leftOut, VALIDATION_SHARE_OF_LEFT_OUT);
  const [plain, smooth] = CURED_LOSSES;
  const run = (loss: string): Promise<CuredRun> =>
    cure({data, train, validation}, loss, seed, (epoch) => onEpoch?.(loss, epoch, CURE_EPOCHS));
  return {
    title: data.title,
    classes: data.classes,
    counts: {
      train: train.labels.length,
      validation: validation.labels.length,
      test: data.test.labels.length,
    },
    runs: [await run(plain), await run(smooth)],
  };
}

/** What stays, and this share of each class. */
function divided({features, labels}: Part, share: number): [Part, Part] {
  const places = split(labels, share, SPLIT_SEED);
  const part = (rows: readonly number[]): Part => ({features: pick(features, rows), labels: pick(labels, rows)});
  return [part(places.train), part(places.test)];
}

async function cure(
  {data, train, validation}: Parts,
  loss: string,
  seed: number,
  onEpoch: (epoch: number) => void,
): Promise<CuredRun> {
  const model = buildNetwork(data.features, HIDDEN, data.classes, seed);
  const optimizer = tf.train.momentum(LEARNING_RATE, MOMENTUM);
  model.compile({optimizer, loss});
  const [xs, ys] = [featureTensor(train), tf.tensor1d([...train.labels], 'int32')];
  await model.fit(xs, ys, {
    batchSize: train.labels.length,
    epochs: CURE_EPOCHS,
    verbose: 0,
    callbacks: {onEpochEnd: (epoch) => onEpoch(epoch + 1)},
  });
  const [validationXs, testXs] = [featureTensor(validation), featureTensor(data.test)];
  const [validationLogits, testLogits] = [predict(model, validationXs), predict(model, testXs)];
  tf.dispose([xs, ys, validationXs, testXs]);
  disposeTrained(model, optimizer);

  const {temperature} = await fitTemperature(validation.labels, validationLogits);
  return {
    loss,
    trained: await measure(data.test.labels, testLogits, 1),
    scaled: await measure(data.test.labels, testLogits, temperature),
  };
}

async function measure(labels: readonly number[], logits: number[][], temperature: number): Promise<Measures> {
  return {
    temperature,
    nll: await negativeLogLikelihood(labels, logits, {temperature}),
    brier: await brierScore(labels, logits, {temperature}),
    diagram: await reliabilityDiagram(labels, logits, {temperature}),
  };
}
