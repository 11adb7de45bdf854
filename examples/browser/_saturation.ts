/** Loss and gradient of both losses over the gap between two logits. */
import * as tf from '@tensorflow/tfjs';
import {type Both, type LossOfLogits, lossesOfLogits} from './_contenders';
import type {Settings} from './_settings';

export const WIDEST_GAP = 60;

/** At a gap, in nats. */
export interface Point {
  readonly loss: number;
  /** By the logit of the label. */
  readonly gradient: number;
}

export interface Saturation {
  /** Where the label's logit is behind by the gap: a sure mistake. By gap, from 0. */
  readonly wrong: Both<readonly Point[]>;
  /** Where it is ahead. */
  readonly right: Both<readonly Point[]>;
}

/** Computed on the backend that is set, by the losses as they train. */
export async function saturation(settings: Settings): Promise<Saturation> {
  const losses = lossesOfLogits(settings);
  const of = async (sign: 1 | -1): Promise<Both<Point[]>> => ({
    ours: await points(losses.ours, settings, sign),
    builtIn: await points(losses.builtIn, settings, sign),
  });
  return {wrong: await of(-1), right: await of(1)};
}

async function points(loss: LossOfLogits, {task}: Settings, sign: 1 | -1): Promise<Point[]> {
  const gaps = Array.from({length: WIDEST_GAP + 1}, (_, gap) => sign * gap);
  const [losses, gradients] = tf.tidy(() => {
    const labels = tf.tensor2d(gaps.map(() => (task === 'labels' ? [1] : [1, 0])));
    const logits = tf.tensor2d(gaps.map((gap) => (task === 'labels' ? [gap] : [gap, 0])));
    const gradient = tf.grad((z: tf.Tensor) => tf.sum(loss(labels, z)))(logits);
    return [loss(labels, logits), tf.slice(gradient, [0, 0], [gaps.length, 1])];
  });
  const [values, slopes] = await Promise.all([losses.data(), gradients.data()]);
  tf.dispose([losses, gradients]);
  return gaps.map((_, i) => ({loss: values[i] ?? NaN, gradient: slopes[i] ?? NaN}));
}
