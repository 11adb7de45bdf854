import {STATS_COLUMNS, type SoftmaxCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import type {CpuLossKernel} from './_kernel';
import {rowKernels} from './_row_kernels';
import {float32, rowsAndClasses, upstreamOfRows} from './_tensors';

export const softmaxCrossEntropyWithLogitsGrad: CpuLossKernel<typeof Name> = (inputs, attrs, backend) => {
  const {count, classes} = rowsAndClasses(inputs.logits);
  const gradient = new Float32Array(count * classes);
  const stats = float32(backend, inputs.stats);
  const rows = {
    ...attrs,
    count,
    classes,
    logits: float32(backend, inputs.logits),
    weights: float32(backend, inputs.classWeights),
    stats,
  };
  const dy = upstreamOfRows(float32(backend, inputs.dy), attrs.scale, count);
  const indices = attrs.labelSmoothing === 0 ? classesOfRows(stats, count) : undefined;
  if (indices === undefined) {
    const labels = float32(backend, inputs.labels);
    rowKernels().softmaxCrossEntropyWithLogitsGrad({...rows, labels}, dy, gradient);
  } else {
    rowKernels().sparseSoftmaxCrossEntropyWithLogitsGrad({...rows, labels: indices}, dy, gradient);
  }
  return backend.makeTensorInfo(inputs.logits.shape, 'float32', gradient);
};

/** The classes of one-hot rows, which the loss has found; undefined where a row is not one-hot. */
function classesOfRows(stats: Float32Array, count: number): Int32Array | undefined {
  const indices = new Int32Array(count);
  for (let row = 0; row < count; row++) {
    const y = stats[STATS_COLUMNS * row + 3]!;
    if (y < 0) return undefined;
    indices[row] = y;
  }
  return indices;
}
