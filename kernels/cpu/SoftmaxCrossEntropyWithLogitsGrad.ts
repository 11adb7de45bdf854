import type {SoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import type {CpuLossKernel} from './_kernel';
import {rowKernels} from './_row_kernels';
import {float32, rowsAndClasses, upstreamOfRows} from './_tensors';

export const softmaxCrossEntropyWithLogitsGrad: CpuLossKernel<typeof Name> = (inputs, attrs, backend) => {
  const {count, classes} = rowsAndClasses(inputs.logits);
  const gradient = new Float32Array(count * classes);
  rowKernels().softmaxCrossEntropyWithLogitsGrad(
    {
      ...attrs,
      count,
      classes,
      logits: float32(backend, inputs.logits),
      labels: float32(backend, inputs.labels),
      weights: float32(backend, inputs.classWeights),
      stats: float32(backend, inputs.stats),
    },
    upstreamOfRows(float32(backend, inputs.dy), attrs.scale, count),
    gradient,
  );
  return backend.makeTensorInfo(inputs.logits.shape, 'float32', gradient);
};
