import type {SigmoidFocalCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import {sigmoidLoss} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const sigmoidFocalCrossEntropyWithLogits: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidLoss('sigmoidFocalCrossEntropyWithLogits', inputs, attrs, tensorsOf(backend));
