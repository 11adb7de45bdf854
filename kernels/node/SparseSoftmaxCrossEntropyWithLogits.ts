import {SparseSoftmaxCrossEntropyWithLogits as NAME} from '../../src/kernel_names';
import {sparseSoftmaxCrossEntropyWithLogits as composed} from '../composed/SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxLoss} from '../plain/host';
import {tensorsOf} from './_host';
import {nodeKernel} from './_kernel';
import {checkLabels} from './_labels';
import {runNativeLoss} from './_native';

export const sparseSoftmaxCrossEntropyWithLogits = nodeKernel<typeof NAME>({
  native: (inputs, attrs, backend) => {
    checkLabels(inputs, attrs, backend);
    return runNativeLoss(backend, NAME, [inputs.labels, inputs.logits, inputs.classWeights], attrs, 2);
  },
  host: (inputs, attrs, backend) => sparseSoftmaxLoss(inputs, attrs, tensorsOf(backend)),
  composed: (inputs, attrs, backend) => {
    checkLabels(inputs, attrs, backend);
    return composed(inputs, attrs, backend);
  },
});
