import type {Tensor, Tensor1D, Tensor2D} from '@tensorflow/tfjs-core';
import type {LinearGradients} from './_linear_chunks';
import type {LinearCall} from './_linear_call';

/** Puts tensors into the list that tfjs saves, each once, and says how to find them there again. */
export class Saving {
  readonly tensors: Tensor[] = [];

  tensor(tensor: Tensor): (saved: readonly Tensor[]) => Tensor {
    const index = this.tensors.push(tensor) - 1;
    return (saved) => saved[index] ?? tensor;
  }

  call(call: LinearCall): (saved: readonly Tensor[]) => LinearCall {
    const hidden = this.tensor(call.hidden);
    const kernel = this.tensor(call.kernel);
    const bias = call.bias === null ? () => null : this.tensor(call.bias);
    const divisor = this.divisor(call);
    return (saved) => ({
      ...divisor(saved),
      hidden: hidden(saved),
      kernel: kernel(saved) as Tensor2D,
      bias: bias(saved) as Tensor1D | null,
    });
  }

  /** What the gradient of the sample weights needs beside the losses. */
  divisor(call: LinearCall): (saved: readonly Tensor[]) => LinearCall {
    const weights = call.reduction.weights === undefined ? () => undefined : this.tensor(call.reduction.weights);
    const labels = this.tensor(call.labels);
    const classWeights = call.classWeights === undefined ? () => undefined : this.tensor(call.classWeights);
    return (saved) => ({
      ...call,
      labels: labels(saved),
      classWeights: classWeights(saved),
      reduction: {...call.reduction, weights: weights(saved)},
    });
  }

  gradients(gradients: LinearGradients): (saved: readonly Tensor[]) => LinearGradients {
    const hidden = this.tensor(gradients.hidden);
    const kernel = this.tensor(gradients.kernel);
    const bias = this.tensor(gradients.bias);
    return (saved) => ({hidden: hidden(saved), kernel: kernel(saved), bias: bias(saved)});
  }
}
