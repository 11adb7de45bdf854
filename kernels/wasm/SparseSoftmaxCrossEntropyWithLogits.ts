import type {SparseSoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sparseSoftmaxLoss} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const sparseSoftmaxCrossEntropyWithLogits: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sparseSoftmaxLoss(inputs, attrs, tensorsOf(backend));
