import {SoftmaxCrossEntropyWithLogits as NAME} from '../../src/kernel_names';
import {softmaxCrossEntropyWithLogits as composed} from '../composed/SoftmaxCrossEntropyWithLogits';
import {softmaxLoss} from '../plain/host';
import {tensorsOf} from './_host';
import {nodeKernel} from './_kernel';
import {runNativeLoss} from './_native';

export const softmaxCrossEntropyWithLogits = nodeKernel<typeof NAME>({
  native: (inputs, attrs, backend) =>
    runNativeLoss(backend, NAME, [inputs.labels, inputs.logits, inputs.classWeights], attrs, 2),
  host: (inputs, attrs, backend) => softmaxLoss(inputs, attrs, tensorsOf(backend)),
  composed,
});
