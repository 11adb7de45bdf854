import type {SigmoidCrossEntropyWithLogits as Name} from '../../src/kernel_names';
import type {CpuLossKernel} from './_kernel';
import {rowKernels} from './_row_kernels';
import {reducedSigmoidLoss, sigmoidRows} from './_sigmoid';

export const sigmoidCrossEntropyWithLogits: CpuLossKernel<typeof Name> = (inputs, attrs, backend) => {
  const rows = sigmoidRows(inputs, attrs, backend);
  const loss = new Float32Array(rows.perElement ? rows.logits.length : rows.count);
  rowKernels().sigmoidCrossEntropyWithLogits(rows, loss);
  return reducedSigmoidLoss(loss, inputs, attrs, backend);
};
