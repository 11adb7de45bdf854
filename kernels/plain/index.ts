/**
 * The row kernels in plain TypeScript: what the cpu and wasm backends run where WebAssembly SIMD is missing or forbidden, and the
 * scalar twin that explains `kernels/simd/`. Everything inside is float64.
 */
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';
import type {RowKernels} from './rows';

export type {Ahead, RowKernels, RowLoops, SigmoidRows, SoftmaxRows, SparseSoftmaxRows, Upstream} from './rows';

export const plainRowKernels: RowKernels = {
  areAhead: false,
  softmaxCrossEntropyWithLogits,
  softmaxCrossEntropyWithLogitsGrad,
  sparseSoftmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogitsGrad,
  sigmoidCrossEntropyWithLogits,
  sigmoidCrossEntropyWithLogitsGrad,
  sigmoidFocalCrossEntropyWithLogits,
  sigmoidFocalCrossEntropyWithLogitsGrad,
};
