import {STATS_COLUMNS, type SoftmaxCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import type {CpuLossKernel} from './_kernel';
import {rowKernels} from './_row_kernels';
import {float32, rowShape, rowsAndClasses, sum} from './_tensors';

export const softmaxCrossEntropyWithLogits: CpuLossKernel<typeof Name> = (inputs, attrs, backend) => {
  const {count, classes} = rowsAndClasses(inputs.logits);
  const stats = new Float32Array(STATS_COLUMNS * count);
  const loss = new Float32Array(count);
  rowKernels().softmaxCrossEntropyWithLogits(
    {
      ...attrs,
      count,
      classes,
      logits: float32(backend, inputs.logits),
      labels: float32(backend, inputs.labels),
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
