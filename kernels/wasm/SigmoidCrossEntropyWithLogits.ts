import type {SigmoidCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sigmoidLoss} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const sigmoidCrossEntropyWithLogits: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidLoss('sigmoidCrossEntropyWithLogits', inputs, attrs, tensorsOf(backend));
