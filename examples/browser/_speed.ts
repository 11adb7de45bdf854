/** How long both take on one backend, in turns, the first rounds left out: they compile and warm up. */
import * as tf from '@tensorflow/tfjs';
import {seededRandom} from '../_random';
import {type Both, CONTENDERS, type Contender, buildNetworks, disposeNetworks, lossesOfLogits} from './_contenders';
import {median} from './_median';
import type {Backend, Settings} from './_settings';
import {loadTask, pickSamples} from './_tasks';
import {pauses, step} from './_training';

export type Work = 'step' | 'loss';

export interface Speed {
  readonly backend: Backend;
  /** Medians, in milliseconds. */
  readonly milliseconds: Both<number>;
}

const [WARM_UP, ROUNDS] = [5, 9];
export const [ROWS, CLASSES] = [256, 1000] as const;

/** On the backend that is set. */
export async function measureSpeed(work: Work, settings: Settings, signal: AbortSignal): Promise<Speed> {
  const times = work === 'step' ? await timeSteps(settings, signal) : await timeLosses(settings, signal);
  const late = (all: readonly number[]): number => median(all.slice(WARM_UP));
  return {backend: settings.backend, milliseconds: {ours: late(times.ours), builtIn: late(times.builtIn)}};
}

async function timeSteps(settings: Settings, signal: AbortSignal): Promise<Both<number[]>> {
  const times: Both<number[]> = {ours: [], builtIn: []};
  const task = loadTask(settings);
  const networks = buildNetworks(settings, task);
  const size = Math.min(settings.batchSize, task.train.classes.length);
  const batch = pickSamples(
    task.train,
    Array.from({length: size}, (_, i) => i),
  );
  const pause = pauses();
  for (let round = 0; round < WARM_UP + ROUNDS && !signal.aborted; round++) {
    await step(networks, batch, settings, times);
    await pause();
  }
  disposeNetworks(networks);
  return times;
}

async function timeLosses(settings: Settings, signal: AbortSignal): Promise<Both<number[]>> {
  const times: Both<number[]> = {ours: [], builtIn: []};
  const {labels, logits} = randomRows(settings);
  const losses = lossesOfLogits(settings);
  const once = async (contender: Contender): Promise<void> => {
    const start = performance.now();
    const element = tf.tidy(() => {
      const gradient = tf.grad((z: tf.Tensor) => tf.mean(losses[contender](labels, z)))(logits);
      return tf.slice(gradient, [0, 0], [1, 1]);
    });
    // One element: reading all of them would time the way back from the device.
    await element.data();
    element.dispose();
    times[contender].push(performance.now() - start);
  };
  const pause = pauses();
  for (let round = 0; round < WARM_UP + ROUNDS && !signal.aborted; round++) {
    for (const contender of round % 2 === 0 ? CONTENDERS : [...CONTENDERS].reverse()) await once(contender);
    await pause();
  }
  tf.dispose([labels, logits]);
  return times;
}

function randomRows({seed}: Settings): {labels: tf.Tensor2D; logits: tf.Tensor2D} {
  const random = seededRandom(seed);
  const logits = Float32Array.from({length: ROWS * CLASSES}, () => 6 * random() - 3);
  const labels = new Float32Array(ROWS * CLASSES);
  for (let row = 0; row < ROWS; row++) labels[row * CLASSES + Math.floor(random() * CLASSES)] = 1;
  return {labels: tf.tensor2d(labels, [ROWS, CLASSES]), logits: tf.tensor2d(logits, [ROWS, CLASSES])};
}
