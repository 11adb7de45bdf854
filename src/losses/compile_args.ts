/**
 * The arguments of `compile` after `install`, as types: an editor offers the names of the losses, and a list or dict may mix
 * names and functions, which tfjs's own type forbids. The interfaces below merge with tfjs-layers' classes, whose compile
 * gets an overload.
 */
import type {Optimizer} from '@tensorflow/tfjs-core';
import type {ModelCompileArgs} from '@tensorflow/tfjs-layers';
import type {MetricOptions} from '../metrics';
import type {ModelLoss} from './model_loss';
import type {LossOptions} from './model_options';
import type {TfjsLossName} from './registry';

/** The name of a loss, with its options as text (`'softmaxCrossEntropy(labelSmoothing=0.1)'`) or without. */
export type LossName = keyof LossOptions | TfjsLossName | (string & {});

/** A loss by name, as made by `loss`, or any function of labels and outputs. */
export type AnyLoss = LossName | ModelLoss;

/** One loss for all outputs, a list, or a dict by output name. */
export type LossForOutputs = AnyLoss | AnyLoss[] | {[outputName: string]: AnyLoss};

/** The name of a metric of this package or of tfjs. */
export type MetricName = 'accuracy' | 'acc' | 'crossentropy' | 'ce' | keyof MetricOptions | (string & {});
/** A metric by name, as made by `metric`, or any function of labels and outputs. */
export type AnyMetric = MetricName | ModelLoss;

/** The arguments of `compile`. */
export interface CompileArgs extends Omit<ModelCompileArgs, 'loss' | 'metrics'> {
  readonly optimizer: string | Optimizer;
  readonly loss: LossForOutputs;
  readonly metrics?: AnyMetric | AnyMetric[] | {[outputName: string]: AnyMetric | AnyMetric[]};
}

declare module '@tensorflow/tfjs-layers/dist/engine/training' {
  interface LayersModel {
    /** Configures and prepares the model for training and evaluation, with losses of tfjs-losses by name. */
    compile(args: CompileArgs): void;
  }
}

declare module '@tensorflow/tfjs-layers/dist/models' {
  interface Sequential {
    /** Configures and prepares the model for training and evaluation, with losses of tfjs-losses by name. */
    compile(args: CompileArgs): void;
  }
}
