/** The kernels of tfjs-backend-wasm, in WebAssembly SIMD on its own memory, or in plain TypeScript on views of it. */
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import {registerAddToRows} from '../../src/add_to_rows';
import {registerLossKernels} from '../../src/kernel_registry';
import {addToRows} from '../plain/host';
import {tensorsOf} from './_kernel';
import {registerSimdFlag} from './_row_kernels';
import {sigmoidCrossEntropyWithLogits} from './SigmoidCrossEntropyWithLogits';
import {sigmoidCrossEntropyWithLogitsGrad} from './SigmoidCrossEntropyWithLogitsGrad';
import {sigmoidFocalCrossEntropyWithLogits} from './SigmoidFocalCrossEntropyWithLogits';
import {sigmoidFocalCrossEntropyWithLogitsGrad} from './SigmoidFocalCrossEntropyWithLogitsGrad';
import {softmaxCrossEntropyWithLogits} from './SoftmaxCrossEntropyWithLogits';
import {softmaxCrossEntropyWithLogitsGrad} from './SoftmaxCrossEntropyWithLogitsGrad';
import {sparseSoftmaxCrossEntropyWithLogits} from './SparseSoftmaxCrossEntropyWithLogits';
import {sparseSoftmaxCrossEntropyWithLogitsGrad} from './SparseSoftmaxCrossEntropyWithLogitsGrad';

export function registerWasmKernels(): void {
  registerSimdFlag();
  registerLossKernels<BackendWasm>('wasm', {
    SoftmaxCrossEntropyWithLogits: softmaxCrossEntropyWithLogits,
    SoftmaxCrossEntropyWithLogitsGrad: softmaxCrossEntropyWithLogitsGrad,
    SparseSoftmaxCrossEntropyWithLogits: sparseSoftmaxCrossEntropyWithLogits,
    SparseSoftmaxCrossEntropyWithLogitsGrad: sparseSoftmaxCrossEntropyWithLogitsGrad,
    SigmoidCrossEntropyWithLogits: sigmoidCrossEntropyWithLogits,
    SigmoidCrossEntropyWithLogitsGrad: sigmoidCrossEntropyWithLogitsGrad,
    SigmoidFocalCrossEntropyWithLogits: sigmoidFocalCrossEntropyWithLogits,
    SigmoidFocalCrossEntropyWithLogitsGrad: sigmoidFocalCrossEntropyWithLogitsGrad,
  });
  registerAddToRows<BackendWasm>('wasm', (sum, term, row, backend) => addToRows(sum, term, row, tensorsOf(backend)));
}
