import {type Tensor, dispose} from '@tensorflow/tfjs-core';
import type {CustomCallbackArgs, LayersModel} from '@tensorflow/tfjs-layers';
import {lossConfigsOf} from '../losses/compile';
import {activationOf, isOwnLoss} from '../losses/model_loss';
import {type CheckLogitsOptions, checkLogits, checkLogitsOptions} from './check_logits';
import {deadGradients} from './dead_gradients';
import {firstNotFinite} from './first_not_finite';
import {withStatesKept} from './_states';

/** What `watchLogits` does, and how it tells. */
export interface WatchLogitsOptions extends Omit<CheckLogitsOptions, 'activation'> {
  /** Labels of the batch, as fit takes them: with them, weights with a gradient of 0 are reported. */
  readonly y?: Tensor | readonly Tensor[];
  /** Looks after each n-th batch as well, not only after each epoch. Default 0: never. */
  readonly everyBatches?: number;
  /** What to do with a finding, told once for each kind. Default console.warn. */
  readonly report?: (message: string) => void;
}

/**
 * Makes a callback for fit that watches a batch while the model trains: after each epoch it runs `checkLogits` on the
 * model's outputs, names the first layer with NaN (`firstNotFinite`), and the weights that learn nothing
 * (`deadGradients`). Each finding is reported once. It changes neither averages nor the states of stateful layers.
 *
 * @param model The model that is trained, compiled.
 * @param x A batch of its inputs, a tensor or one per input. Keep it until the training is over.
 * @returns Callbacks for `model.fit(…, {callbacks})`.
 *
 * @example
 * ```ts
 * const model = tf.sequential({layers: [tf.layers.dense({units: 1, inputShape: [1]})]});
 * model.compile({optimizer: 'sgd', loss: loss('sigmoidCrossEntropy')});
 * const [x, y] = [tf.ones([4, 1]), tf.ones([4, 1])];
 * const {epoch} = await model.fit(x, y, {epochs: 2, verbose: 0, callbacks: watchLogits(model, x, {y})});
 * epoch.length; // 2
 * ```
 */
export function watchLogits(
  model: LayersModel,
  x: Tensor | Tensor[],
  options: WatchLogitsOptions = {},
): CustomCallbackArgs {
  // An error in the midst of a training would come late.
  checkLogitsOptions('watchLogits', options, ['y', 'everyBatches', 'report']);
  if ('activation' in options) {
    throw new Error(
      `watchLogits: there is no option 'activation': the activation of each output is that of its loss. Leave it out.`,
    );
  }
  const {y, everyBatches = 0, report = (message: string) => console.warn(message), ...thresholds} = options;
  if (!Number.isInteger(everyBatches) || everyBatches < 0) {
    throw new Error(`watchLogits: 'everyBatches' must be a whole number of at least 0, but is ${everyBatches}.`);
  }
  const told = new Set<string>();
  /** Numbers change from look to look; the kind is what is left without them. */
  const tell = (when: string, message: string): void => {
    const kind = message.replace(/[\d.]+/g, '#');
    if (told.has(kind)) return;
    told.add(kind);
    report(`watchLogits, ${when}: ${message}`);
  };
  const look = async (when: string): Promise<void> => {
    const messages = await withStatesKept(model, () => findings(model, x, y, thresholds));
    for (const message of messages) tell(when, message);
  };
  return {
    onEpochEnd: (epoch) => look(`epoch ${epoch + 1}`),
    ...(everyBatches === 0
      ? {}
      : {
          onBatchEnd: async (batch: number) => {
            if ((batch + 1) % everyBatches === 0) await look(`batch ${batch + 1}`);
          },
        }),
  };
}

async function findings(
  model: LayersModel,
  x: Tensor | Tensor[],
  y: Tensor | readonly Tensor[] | undefined,
  thresholds: CheckLogitsOptions,
): Promise<string[]> {
  const configs = lossConfigsOf(model);
  const predicted = model.predict(x);
  const outputs = Array.isArray(predicted) ? predicted : [predicted];
  const messages: string[] = [];
  for (const [i, output] of outputs.entries()) {
    const config = configs[i];
    // Other losses' outputs are not logits.
    if (config === undefined || !isOwnLoss(config.name) || config.options['fromLogits'] === false) continue;
    const report = await checkLogits(output, {...thresholds, activation: activationOf(config.name)});
    messages.push(...report.messages.map((message) => `output '${model.outputNames[i]}': ${message}`));
  }
  dispose(predicted);
  const culprit = await firstNotFinite(model, x);
  if (culprit !== undefined) {
    messages.push(`NaN or ∞ first appears in the ${culprit.what} of '${culprit.layer}'.`);
  } else if (y !== undefined) {
    const dead = await deadGradients(model, x, y);
    if (dead.length > 0) messages.push(`The gradient is 0 for all entries of ${dead.join(', ')}.`);
  }
  return messages;
}
