import type {SoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {softmaxLoss} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const softmaxCrossEntropyWithLogits: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  softmaxLoss(inputs, attrs, tensorsOf(backend));
