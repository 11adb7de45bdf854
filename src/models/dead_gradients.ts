import {
  type Scalar,
  type Tensor,
  Variable,
  add,
  clone,
  dispose,
  mean,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {lossConfigsOf} from '../losses/compile';
import {loss} from '../losses/registry';

/**
 * Finds the weights that a batch teaches nothing: those whose gradient is 0 in every entry.
 *
 * @param model A model compiled with a loss of this package (or of `registerLoss`) for each output.
 * @param x A batch of its inputs, a tensor or one per input.
 * @param y Its labels, as fit takes them, a tensor or one per output.
 * @returns The names of the weights, in the order of the model.
 * @throws Error if an output has another loss.
 *
 * @example
 * ```ts
 * const model = tf.sequential({layers: [tf.layers.dense({units: 1, inputShape: [1], activation: 'relu'}), tf.layers.dense({units: 2})]});
 * model.layers[0].setWeights([tf.tensor2d([[-1]]), tf.zeros([1])]);
 * model.compile({optimizer: 'sgd', loss: loss('sparseSoftmaxCrossEntropy')});
 * (await deadGradients(model, tf.ones([2, 1]), tf.tensor1d([0, 0]))).length; // 3
 * ```
 */
export async function deadGradients(
  model: LayersModel,
  x: Tensor | Tensor[],
  y: Tensor | readonly Tensor[],
): Promise<string[]> {
  const labels = Array.isArray(y) ? (y as readonly Tensor[]) : [y as Tensor];
  const losses = lossConfigsOf(model).map((config, i) => {
    if (config === undefined) {
      throw new Error(
        `deadGradients: the loss of output '${model.outputNames[i]}' is not one of listLosses(), so it cannot be computed here.`,
      );
    }
    return loss<string>(config.name, config.options);
  });
  const weights = model.trainableWeights.map((weight) => weight.read()).filter((weight) => weight instanceof Variable);
  const {value, grads} = withStatisticsKept(model, () =>
    variableGrads(
      () =>
        tidy(() => {
          const outputs = model.apply(x, {training: true});
          return (Array.isArray(outputs) ? outputs : [outputs])
            .map((output, i): Tensor => mean(valueOf(losses, i)(valueOf(labels, i), output as Tensor)))
            .reduce((total, one) => add(total, one)) as Scalar;
        }),
      weights,
    ),
  );
  value.dispose();
  const dead: string[] = [];
  for (const weight of weights) {
    const gradient = grads[weight.name];
    if (gradient === undefined || (await gradient.data()).every((entry) => entry === 0)) dead.push(weight.name);
  }
  dispose(grads);
  return dead;
}

/** A pass in training moves the averages of batch normalisation: to look at a model must not change it. */
function withStatisticsKept<T>(model: LayersModel, pass: () => T): T {
  const kept = model.nonTrainableWeights.map((weight) => ({weight, value: clone(weight.read())}));
  try {
    return pass();
  } finally {
    for (const {weight, value} of kept) {
      weight.write(value);
      value.dispose();
    }
  }
}

function valueOf<T>(list: readonly T[], i: number): T {
  const value = list[i];
  if (value === undefined) throw new Error(`deadGradients: the model has more outputs than the ${list.length} labels.`);
  return value;
}
