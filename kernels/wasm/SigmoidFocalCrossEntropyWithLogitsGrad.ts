import type {SigmoidFocalCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import {sigmoidGradient} from '../plain/host';
import {tensorsOf, type WasmLossKernel} from './_kernel';

export const sigmoidFocalCrossEntropyWithLogitsGrad: WasmLossKernel<typeof Name> = (inputs, attrs, backend) =>
  sigmoidGradient('sigmoidFocalCrossEntropyWithLogitsGrad', inputs, attrs, tensorsOf(backend));
