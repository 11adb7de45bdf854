import type {SparseSoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sparseSoftmaxGradient} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const sparseSoftmaxCrossEntropyWithLogitsGrad: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sparseSoftmaxGradient(inputs, attrs, tensorsOf(backend));
