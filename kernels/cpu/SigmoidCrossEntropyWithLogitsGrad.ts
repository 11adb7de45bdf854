import type {SigmoidCrossEntropyWithLogitsGrad as Name} from '../../src/kernel_names';
import type {CpuLossKernel} from './_kernel';
import {rowKernels} from './_row_kernels';
import {sigmoidRows, sigmoidUpstream} from './_sigmoid';

export const sigmoidCrossEntropyWithLogitsGrad: CpuLossKernel<typeof Name> = (inputs, attrs, backend) => {
  const rows = sigmoidRows(inputs, attrs, backend);
  const gradient = new Float32Array(rows.logits.length);
  rowKernels().sigmoidCrossEntropyWithLogitsGrad(rows, sigmoidUpstream(rows, inputs.dy, attrs, backend), gradient);
  return backend.makeTensorInfo(inputs.logits.shape, 'float32', gradient);
};
