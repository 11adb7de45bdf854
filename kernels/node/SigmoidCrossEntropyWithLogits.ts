import {SigmoidCrossEntropyWithLogits as NAME} from '../../src/kernel_names';
import {sigmoidCrossEntropyWithLogits as composed} from '../composed/SigmoidCrossEntropyWithLogits';
import {sigmoidLoss} from '../plain/host';
import {tensorsOf} from './_host';
import {nodeKernel} from './_kernel';
import {runNativeLoss} from './_native';

export const sigmoidCrossEntropyWithLogits = nodeKernel<typeof NAME>({
  native: (inputs, attrs, backend) =>
    runNativeLoss(backend, NAME, [inputs.labels, inputs.logits, inputs.posWeight], attrs, 1),
  host: (inputs, attrs, backend) => sigmoidLoss('sigmoidCrossEntropyWithLogits', inputs, attrs, tensorsOf(backend)),
  composed,
});
