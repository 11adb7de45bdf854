import {SigmoidFocalCrossEntropyWithLogitsGrad as NAME} from '../../src/kernel_names';
import {sigmoidFocalCrossEntropyWithLogitsGrad as composed} from '../composed/SigmoidFocalCrossEntropyWithLogitsGrad';
import {sigmoidGradient} from '../plain/host';
import {tensorsOf} from './_host';
import {nodeKernel} from './_kernel';
import {nativeGradient, runNative} from './_native';

export const sigmoidFocalCrossEntropyWithLogitsGrad = nodeKernel<typeof NAME>({
  native: (inputs, attrs, backend) =>
    nativeGradient(backend, inputs, attrs, () =>
      runNative(backend, NAME, [inputs.labels, inputs.logits, inputs.posWeight, inputs.dy], attrs, 1),
    ),
  host: (inputs, attrs, backend) =>
    sigmoidGradient('sigmoidFocalCrossEntropyWithLogitsGrad', inputs, attrs, tensorsOf(backend)),
  composed,
});
