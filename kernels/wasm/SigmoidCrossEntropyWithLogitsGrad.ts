import type {SigmoidCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sigmoidGradient} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const sigmoidCrossEntropyWithLogitsGrad: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidGradient('sigmoidCrossEntropyWithLogitsGrad', inputs, attrs, tensorsOf(backend));
