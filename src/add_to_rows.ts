/**
 * A kernel beside those of the losses, for the linear loss alone: it adds to a tensor in place. tfjs makes a new tensor of every sum,
 * and a sum of the size of a large layer's kernel would be made anew for each chunk of rows, beside the old one.
 *
 * No tensor but one that its caller has made and nobody else has may be added to. Backends of a GPU have no such kernel.
 */
import {engine, getBackend, getKernel, type Tensor2D, type TensorInfo} from '@tensorflow/tfjs-core';
import {registerTypedKernel} from './kernel_registry';

const NAME = 'TfjsLossesAddToRows';

/** Adds `term`, [n, K], to the rows of `sum`, [D, K], from `row` on. */
export type AddToRows<B> = (sum: TensorInfo, term: TensorInfo, row: number, backend: B) => void;

export function registerAddToRows<B>(backendName: string, kernel: AddToRows<B>): void {
  type Inputs = Readonly<Record<'sum' | 'term', TensorInfo>>;
  registerTypedKernel(NAME, backendName, ({sum, term}: Inputs, {row}: {readonly row: number}, backend: B) => {
    kernel(sum, term, row, backend);
    return [];
  });
}

export function canAddToRows(): boolean {
  return getKernel(NAME, getBackend()) != null;
}

export function addToRows(sum: Tensor2D, term: Tensor2D, row: number): void {
  engine().runKernel(NAME, {sum, term}, {row});
}
