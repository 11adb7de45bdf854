import {SparseSoftmaxCrossEntropyWithLogitsGrad as NAME} from '../../src/kernel_names';
import {sparseSoftmaxCrossEntropyWithLogitsGrad as composed} from '../composed/SparseSoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxGradient} from '../plain/host';
import {tensorsOf} from './_host';
import {nodeKernel} from './_kernel';
import {nativeGradient, runNative} from './_native';

export const sparseSoftmaxCrossEntropyWithLogitsGrad = nodeKernel<typeof NAME>({
  native: (inputs, attrs, backend) =>
    nativeGradient(backend, inputs, attrs, () =>
      runNative(backend, NAME, [inputs.labels, inputs.logits, inputs.classWeights, inputs.stats, inputs.dy], attrs, 1),
    ),
  host: (inputs, attrs, backend) => sparseSoftmaxGradient(inputs, attrs, tensorsOf(backend)),
  composed,
});
