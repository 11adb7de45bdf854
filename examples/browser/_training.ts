/** Trains both networks side by side: the same first weights, the same batches in the same order. */
import * as tf from '@tensorflow/tfjs';
import {binaryAccuracyFromLogits, categoricalAccuracyFromLogits, f1} from '../../src';
import {type ReliabilityDiagram, negativeLogLikelihood, reliabilityDiagram} from '../../src/calibration';
import {seededRandom, shuffled} from '../_random';
import {
  BUILT_IN,
  type Both,
  CONTENDERS,
  type Contender,
  type Network,
  OURS,
  buildNetworks,
  disposeNetworks,
} from './_contenders';
import {median} from './_median';
import type {Settings} from './_settings';
import {RARE_LABEL, type Samples, type Task, loadTask, pickSamples, tensorsOf} from './_tasks';

/** A network on the test part. */
export interface Measured {
  /** The negative log likelihood in nats, from float64: the same measure for both, whatever they were trained with. */
  readonly loss: number;
  readonly accuracy: number;
  /** Of the rare label; for classes, their mean. */
  readonly f1: number;
  readonly diagram: ReliabilityDiagram;
}

export interface Epoch {
  /** 0 is before the first step. */
  readonly epoch: number;
  readonly measured: Both<Measured>;
  /** The median of all steps until now; NaN before the first. */
  readonly millisecondsPerStep: Both<number>;
}

/** The state before training and after each epoch. It ends early, between two steps, when the signal says so. */
export async function* train(settings: Settings, signal: AbortSignal): AsyncGenerator<Epoch, void> {
  const task = loadTask(settings);
  const networks = buildNetworks(settings, task);
  const test = tensorsOf(task.test, settings);
  const times: Both<number[]> = {ours: [], builtIn: []};
  const random = seededRandom(settings.seed);
  const pause = pauses();
  try {
    for (let epoch = 0; epoch <= settings.epochs; epoch++) {
      if (epoch > 0) {
        for (const batch of batches(task.train, settings.batchSize, random)) {
          await step(networks, batch, settings, times);
          await pause();
          if (signal.aborted) return;
        }
      }
      const measured = {
        ours: await measure(networks.ours, task, test),
        builtIn: await measure(networks.builtIn, task, test),
      };
      yield {
        epoch,
        measured,
        millisecondsPerStep: {ours: median(times.ours), builtIn: median(times.builtIn)},
      };
      await pause();
      if (signal.aborted) return;
    }
  } finally {
    disposeNetworks(networks);
    tf.dispose([test.xs, test.targets, test.indices ?? []]);
  }
}

/** One step of both, first one and then the other in turn, so that neither always finds the machine warm. */
export async function step(
  networks: Both<Network>,
  batch: Samples,
  settings: Settings,
  times: Both<number[]>,
): Promise<void> {
  const {xs, indices, targets} = tensorsOf(batch, settings);
  const order: readonly Contender[] = times.ours.length % 2 === 0 ? CONTENDERS : [BUILT_IN, OURS];
  for (const contender of order) {
    const labels = contender === OURS ? (indices ?? targets) : targets;
    const start = performance.now();
    // It reads the loss, so the step is done when it returns.
    await networks[contender].model.trainOnBatch(xs, labels);
    times[contender].push(performance.now() - start);
  }
  tf.dispose([xs, targets, indices ?? []]);
}

function* batches(samples: Samples, size: number, random: () => number): Generator<Samples, void> {
  const order = shuffled([...samples.classes.keys()], random);
  for (let from = 0; from < order.length; from += size) yield pickSamples(samples, order.slice(from, from + size));
}

async function measure(
  {logits: network}: Network,
  task: Task,
  {xs, targets}: {xs: tf.Tensor2D; targets: tf.Tensor2D},
): Promise<Measured> {
  const [logits, accuracy, score] = tf.tidy(() => {
    const z = network.predict(xs, {batchSize: xs.shape[0]});
    if (Array.isArray(z)) throw new Error('A network of this page has one output.');
    return task.name === 'labels'
      ? [z, binaryAccuracyFromLogits(targets, z), f1(targets, z, {classes: [RARE_LABEL]})]
      : [z, categoricalAccuracyFromLogits(targets, z), f1(targets, z, {oneHot: true, average: 'macro'})];
  });
  const activation = task.name === 'labels' ? 'sigmoid' : 'softmax';
  const labels = task.name === 'labels' ? task.test.targets : task.test.classes;
  const [[right = NaN], [f1Score = NaN]] = await Promise.all([accuracy.data(), score.data()]);
  const measured = {
    loss: await negativeLogLikelihood(labels, logits, {activation}),
    accuracy: right,
    f1: f1Score,
    diagram: await reliabilityDiagram(labels, logits, {activation, bins: 10}),
  };
  tf.dispose([logits, accuracy, score]);
  return measured;
}

/** Lets the page draw and listen, whenever it could not for a moment. */
export function pauses(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 40) return;
    await new Promise((next) => setTimeout(next));
    last = performance.now();
  };
}
