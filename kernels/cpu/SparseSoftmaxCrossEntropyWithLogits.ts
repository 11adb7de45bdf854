import {STATS_COLUMNS, type SparseSoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import type {CpuLossKernel} from './_kernel';
import {classIndices} from './_labels';
import {rowKernels} from './_row_kernels';
import {float32, rowShape, rowsAndClasses, sum, typedArray} from './_tensors';

export const sparseSoftmaxCrossEntropyWithLogits: CpuLossKernel<typeof Name> = (inputs, attrs, backend) => {
  const {count, classes} = rowsAndClasses(inputs.logits);
  const stats = new Float32Array(STATS_COLUMNS * count);
  const loss = new Float32Array(count);
  rowKernels().sparseSoftmaxCrossEntropyWithLogits(
    {
      ...attrs,
      count,
      classes,
      logits: float32(backend, inputs.logits),
      labels: classIndices(typedArray(backend, inputs.labels), classes, attrs),
      weights: float32(backend, inputs.classWeights),
      stats,
    },
    loss,
  );
  const result = attrs.reduction === 'none' ? loss : Float32Array.of(attrs.scale * sum(loss));
  return [
    backend.makeTensorInfo(attrs.reduction === 'none' ? rowShape(inputs.logits.shape) : [], 'float32', result),
    backend.makeTensorInfo([count, STATS_COLUMNS], 'float32', stats),
  ];
};
