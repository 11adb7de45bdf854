/** The two that are compared: a loss of this package on logits, and tfjs's own on probabilities, which has no options. */
import * as tf from '@tensorflow/tfjs';
import {type ConfiguredLoss, type LossOptionValue, logitsOf, loss, posWeightFromCounts} from '../../src';
import {buildNetwork} from '../_network';
import {type Settings, isFocal, isSigmoid, takesIndices} from './_settings';
import {type Task, positives} from './_tasks';

const HIDDEN = 32;
const LEARNING_RATE = 0.003;

export const OURS = 'ours';
export const BUILT_IN = 'builtIn';
export const CONTENDERS = [OURS, BUILT_IN] as const;
export type Contender = (typeof CONTENDERS)[number];
/** Something of each. */
export type Both<T> = Readonly<Record<Contender, T>>;

export interface Network {
  /** What is trained. */
  readonly model: tf.LayersModel;
  /** The same weights, without the last activation. */
  readonly logits: tf.LayersModel;
  readonly optimizer: tf.Optimizer;
}

/** The options of our loss that the form has set. */
export function lossOptions(settings: Settings, task?: Task): Readonly<Record<string, LossOptionValue>> {
  const {labelSmoothing, gamma, alpha, balanced} = settings;
  return {
    ...(labelSmoothing === 0 ? {} : {labelSmoothing}),
    ...(isFocal(settings.loss) ? {gamma, alpha} : {}),
    ...(isSigmoid(settings.loss) && balanced && task !== undefined
      ? {posWeight: posWeightFromCounts(positives(task.train), task.train.targets.length)}
      : {}),
  };
}

/** Our loss with its options; without a task, without what the task's labels decide. */
export function ourLoss(settings: Settings, task?: Task): ConfiguredLoss {
  const name: string = settings.loss;
  return loss(name, lossOptions(settings, task));
}

/** What one writes with tfjs alone. */
export function builtInName({task}: Pick<Settings, 'task'>): 'binaryCrossentropy' | 'categoricalCrossentropy' {
  return task === 'labels' ? 'binaryCrossentropy' : 'categoricalCrossentropy';
}

/** Two networks of equal first weights. */
export function buildNetworks(settings: Settings, task: Task): Both<Network> {
  const plain = (): tf.Sequential =>
    buildNetwork(task.train.features[0]?.length ?? 0, HIDDEN, task.outputs, settings.seed);
  const ours = plain();
  const builtIn = plain();
  builtIn.add(tf.layers.activation({activation: task.name === 'labels' ? 'sigmoid' : 'softmax'}));
  const [ourOptimizer, theirOptimizer] = [tf.train.adam(LEARNING_RATE), tf.train.adam(LEARNING_RATE)];
  ours.compile({optimizer: ourOptimizer, loss: ourLoss(settings, task)});
  builtIn.compile({optimizer: theirOptimizer, loss: builtInName(settings)});
  return {
    ours: {model: ours, logits: ours, optimizer: ourOptimizer},
    builtIn: {model: builtIn, logits: logitsOf(builtIn), optimizer: theirOptimizer},
  };
}

export function disposeNetworks(networks: Both<Network>): void {
  for (const {model, optimizer} of Object.values(networks)) {
    model.dispose();
    optimizer.dispose();
  }
}

/** Labels of the logits' shape. */
export type LossOfLogits = (labels: tf.Tensor, logits: tf.Tensor) => tf.Tensor;

/** Both losses as functions of labels and logits, one value for each row. */
export function lossesOfLogits(settings: Settings): Both<LossOfLogits> {
  const ours = ourLoss(settings);
  return {
    ours: (labels, logits) => ours(takesIndices(settings.loss) ? tf.argMax(labels, 1) : labels, logits),
    // The functions that `compile` finds by their names.
    builtIn: (labels, logits) =>
      settings.task === 'labels'
        ? tf.metrics.binaryCrossentropy(labels, tf.sigmoid(logits))
        : tf.metrics.categoricalCrossentropy(labels, tf.softmax(logits)),
  };
}
