import {type Scalar, type Tensor, Tensor as TensorClass, add, tidy} from '@tensorflow/tfjs-core';
import type {LayersModel, SymbolicTensor, layers} from '@tensorflow/tfjs-layers';
import {LINEAR_OPTIONS, linearSoftmaxCrossEntropy} from '../ops/linear_softmax_cross_entropy';
import type {LinearSoftmaxCrossEntropyOptions, NumericLike} from '../ops/options';
import {toTensor} from '../ops/_to_tensor';
import {assertKnownOptions, describe, reshapeAdvice, sameShape, shapeText} from '../ops/_validate';
import {modelTo, onlyInput} from './_graph';
import {finalActivation, isModel, isProbability, isTimeDistributed} from './output_activation';

const OP = 'linearLossOf';

/** Options of `linearLossOf`. The loss is a mean; sample weights are its third argument. */
export type LinearLossOptions = Omit<LinearSoftmaxCrossEntropyOptions, 'weights' | 'reduction'>;

/**
 * The loss of a batch.
 *
 * @param x What the model gets, a tensor or one per input.
 * @param labels Class indices, of the shape of the model's output without its last axis, or with 1 there.
 * @param weights Sample weights, which broadcast against one number per label.
 */
export type LinearLoss = (x: Tensor | Tensor[], labels: Tensor | NumericLike, weights?: Tensor | NumericLike) => Scalar;

const OPTIONS = LINEAR_OPTIONS.filter((name) => name !== 'weights' && name !== 'reduction');

/**
 * Makes a loss that trains a model with a large number of classes by `optimizer.minimize`: `linearSoftmaxCrossEntropy` of what
 * the model's other layers compute and of the kernel and bias of its last one, so that the logits never exist as a whole. It
 * trains the weights that `model.fit` would train with `sparseSoftmaxCrossEntropy`, with the same steps: the layers run as in
 * training (dropout), and the penalties of regularizers are added. Everything else of the model, `predict` and `save` as
 * well, stays as it is.
 *
 * @param model A model with one output, whose last layer is a Dense (or a TimeDistributed Dense) without activation.
 * @param options Those of `linearSoftmaxCrossEntropy` but `weights`, which the loss takes, and `reduction`, which is 'mean'.
 * @throws Error if the model ends in something else; the loss throws for inputs and labels that do not fit the model.
 *
 * @example
 * ```ts
 * const model = tf.sequential({layers: [tf.layers.dense({units: 5, inputShape: [2], kernelInitializer: 'zeros'})]});
 * const lossOf = linearLossOf(model);
 * const [x, y] = [tf.tensor2d([[0, 1], [1, 0]]), tf.tensor1d([3, 4], 'int32')];
 * lossOf(x, y).print(); // 1.6094
 * const optimizer = tf.train.sgd(1);
 * for (let step = 0; step < 10; step++) optimizer.minimize(() => lossOf(x, y));
 * tf.argMax(model.predict(x), 1).print(); // [3, 4]
 * ```
 */
export function linearLossOf(model: LayersModel, options: LinearLossOptions = {}): LinearLoss {
  assertKnownOptions(OP, options, OPTIONS);
  const output = onlyOutput(model);
  const layer = lastDense(model, output);
  const before = onlyInput(output);
  // A model may consist of its last layer alone.
  const hiddenModel = model.inputs.includes(before) ? undefined : modelTo(model, [before], `${model.name}_hidden`);

  return (x, labels, weights) =>
    tidy(() => {
      const inputs = checkInputs(model, x);
      const hidden = hiddenModel === undefined ? inputs : hiddenModel.apply(inputs, {training: true});
      const h = (Array.isArray(hidden) ? hidden[0] : hidden) as Tensor;
      const y = toTensor(OP, 'labels', labels);
      const [kernel, bias] = layer.weights.map((weight) => weight.read());
      if (kernel === undefined)
        throw new Error(`${OP}: layer '${layer.name}' of the model '${model.name}' has no kernel.`);
      checkLabels(model, y, h.shape.slice(0, -1), kernel.shape[1] ?? 0);
      const loss = linearSoftmaxCrossEntropy(y, h, kernel, bias ?? null, {
        ...options,
        ...(weights === undefined ? {} : {weights}),
      });
      // fit adds the penalties of regularizers too.
      return model.calculateLosses().reduce((sum, penalty) => add<Scalar>(sum, penalty), loss as Scalar);
    });
}

function onlyOutput(model: unknown): SymbolicTensor {
  if (typeof model !== 'object' || model === null || !isModel(model as layers.Layer)) {
    throw new Error(`${OP}: 'model' must be a tf.LayersModel, but is ${describe(model)}.`);
  }
  const {name, outputs} = model as LayersModel;
  const [output] = outputs;
  if (output === undefined || outputs.length !== 1) {
    throw new Error(
      `${OP}: the model '${name}' has ${outputs.length} outputs; expected one, of a Dense layer without activation.` +
        (outputs.length > 1 ? ` Write ${OP}(tf.model({inputs: model.inputs, outputs: model.outputs[0]})).` : ''),
    );
  }
  return output;
}

function lastDense(model: LayersModel, output: SymbolicTensor): layers.Layer {
  const last = output.sourceLayer;
  const layer = isTimeDistributed(last) ? last.layer : last;
  const end = finalActivation(output);
  if (layer.getClassName() === 'Dense' && end?.name === 'linear') return layer;
  const advice = isProbability(end?.name)
    ? `Write ${OP}(logitsOf(model)), which shares its weights.`
    : layer.getClassName() === 'Dense'
      ? `Make the layer without activation.`
      : `Put tf.layers.dense({units: …}) at the end.`;
  const activation = end === undefined || end.name === 'linear' ? '' : ` with the activation ${end.name}`;
  throw new Error(
    `${OP}: the model '${model.name}' ends in the layer '${last.name}' (${layer.getClassName()})${activation}; expected a Dense ` +
      `layer without activation, which returns logits. ${advice}`,
  );
}

function checkInputs(model: LayersModel, x: unknown): Tensor | Tensor[] {
  const given: unknown[] = Array.isArray(x) ? x : [x];
  const expected = model.inputs.map(({shape}) => shapeText(shape.map((n) => n ?? -1)).replace(/-1/g, 'N'));
  const wrong = given.findIndex((value) => !(value instanceof TensorClass));
  if (wrong >= 0)
    throw new Error(`${OP}: 'x' must be a tensor, or one per input in a list, but is ${describe(given[wrong])}.`);
  const tensors = given as Tensor[];
  const fits =
    tensors.length === expected.length &&
    tensors.every(({shape}, i) => {
      const wanted = model.inputs[i]?.shape ?? [];
      return shape.length === wanted.length && shape.every((n, axis) => wanted[axis] == null || wanted[axis] === n);
    });
  if (!fits) {
    throw new Error(
      `${OP}: 'x' of shape ${tensors.map(({shape}) => shapeText(shape)).join(', ')} does not fit the model '${model.name}'. ` +
        `Expected ${expected.length === 1 ? 'a tensor' : 'a list of tensors'} of shape ${expected.join(', ')}.`,
    );
  }
  return tensors.length === 1 && tensors[0] !== undefined ? tensors[0] : tensors;
}

/** In words of the model: to the op its output is none of the arguments. */
function checkLabels(model: LayersModel, labels: Tensor, shape: readonly number[], classes: number): void {
  if (sameShape(labels.shape, shape) || sameShape(labels.shape, [...shape, 1])) return;
  const oneHot = sameShape(labels.shape, [...shape, classes]);
  throw new Error(
    `${OP}: 'labels' of shape ${shapeText(labels.shape)} must be class indices of shape ${shapeText(shape)} or ` +
      `${shapeText([...shape, 1])}, for the output of the model '${model.name}' of shape ${shapeText([...shape, classes])}.` +
      (oneHot ? ' Write tf.argMax(labels, -1).' : reshapeAdvice('labels', labels.shape, shape)),
  );
}
