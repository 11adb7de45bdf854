/** How a case is run: its op with tensors in and out. */
import type {Tensor} from '@tensorflow/tfjs-core';
import * as losses from '../../src';
import {
  SigmoidCrossEntropyWithLogits,
  SigmoidCrossEntropyWithLogitsGrad,
  SigmoidFocalCrossEntropyWithLogits,
  SigmoidFocalCrossEntropyWithLogitsGrad,
  SoftmaxCrossEntropyWithLogits,
  SoftmaxCrossEntropyWithLogitsGrad,
  SparseSoftmaxCrossEntropyWithLogits,
  SparseSoftmaxCrossEntropyWithLogitsGrad,
  type KernelName,
} from '../../src/kernel_names';
import type {ReductionOptions} from '../../src';
import type {Case, OpName} from './case';

/** The op of a case with its options. */
export function applyOp(c: Case, labels: Tensor, logits: Tensor, reduction: ReductionOptions): Tensor {
  switch (c.op) {
    case 'softmaxCrossEntropy':
      return losses.softmaxCrossEntropy(labels, logits, {...c.options, ...reduction});
    case 'softmaxFocalCrossEntropy':
      return losses.softmaxFocalCrossEntropy(labels, logits, {...c.options, ...reduction});
    case 'sparseSoftmaxCrossEntropy':
      return losses.sparseSoftmaxCrossEntropy(labels, logits, {...c.options, ...reduction});
    case 'sparseSoftmaxFocalCrossEntropy':
      return losses.sparseSoftmaxFocalCrossEntropy(labels, logits, {...c.options, ...reduction});
    case 'sigmoidCrossEntropy':
      return losses.sigmoidCrossEntropy(labels, logits, {...c.options, ...reduction});
    case 'sigmoidFocalCrossEntropy':
      return losses.sigmoidFocalCrossEntropy(labels, logits, {...c.options, ...reduction});
  }
}

/** The kernels that an op and its logit gradient run, once each. */
export const KERNELS_OF: {readonly [Op in OpName]: readonly [KernelName, KernelName]} = {
  softmaxCrossEntropy: [SoftmaxCrossEntropyWithLogits, SoftmaxCrossEntropyWithLogitsGrad],
  softmaxFocalCrossEntropy: [SoftmaxCrossEntropyWithLogits, SoftmaxCrossEntropyWithLogitsGrad],
  sparseSoftmaxCrossEntropy: [SparseSoftmaxCrossEntropyWithLogits, SparseSoftmaxCrossEntropyWithLogitsGrad],
  sparseSoftmaxFocalCrossEntropy: [SparseSoftmaxCrossEntropyWithLogits, SparseSoftmaxCrossEntropyWithLogitsGrad],
  sigmoidCrossEntropy: [SigmoidCrossEntropyWithLogits, SigmoidCrossEntropyWithLogitsGrad],
  sigmoidFocalCrossEntropy: [SigmoidFocalCrossEntropyWithLogits, SigmoidFocalCrossEntropyWithLogitsGrad],
};

export const ALL_KERNELS: ReadonlySet<string> = new Set(Object.values(KERNELS_OF).flat());
