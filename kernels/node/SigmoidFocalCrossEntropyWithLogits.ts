import {SigmoidFocalCrossEntropyWithLogits as NAME} from '../../src/kernel_names';
import {sigmoidFocalCrossEntropyWithLogits as composed} from '../composed/SigmoidFocalCrossEntropyWithLogits';
import {sigmoidLoss} from '../plain/host';
import {tensorsOf} from './_host';
import {nodeKernel} from './_kernel';
import {runNativeLoss} from './_native';

export const sigmoidFocalCrossEntropyWithLogits = nodeKernel<typeof NAME>({
  native: (inputs, attrs, backend) =>
    runNativeLoss(backend, NAME, [inputs.labels, inputs.logits, inputs.posWeight], attrs, 1),
  host: (inputs, attrs, backend) =>
    sigmoidLoss('sigmoidFocalCrossEntropyWithLogits', inputs, attrs, tensorsOf(backend)),
  composed,
});
