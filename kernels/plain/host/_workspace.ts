import type {DataId, TensorInfo, TypedArray} from '@tensorflow/tfjs-core';
import type {RowKernels} from '..';

/** How kernels reach the tensors of a backend. */
export interface HostTensors {
  readonly kernels: RowKernels;
  /** A tensor whose values are to be written. */
  readonly make: (shape: readonly number[], dtype: 'float32' | 'int32') => TensorInfo;
  /** The values themselves, not a copy. The array may be dead after the next `make`, which may move all memory. */
  readonly values: (tensor: TensorInfo) => TypedArray;
  readonly dispose: (tensor: TensorInfo) => void;
  /** One more tensor has this buffer. */
  readonly incRef: (dataId: DataId) => void;
}

/** The tensors of one run of a kernel: arguments and results, and what is disposed when the run is over. */
export class Workspace {
  private readonly temporaries: TensorInfo[] = [];

  constructor(private readonly tensors: HostTensors) {}

  get kernels(): RowKernels {
    return this.tensors.kernels;
  }

  /** A result of the kernel. */
  result(shape: readonly number[]): TensorInfo {
    return this.tensors.make(shape, 'float32');
  }

  /** Room for as long as the kernel runs. */
  temporary(shape: readonly number[], dtype: 'float32' | 'int32'): TensorInfo {
    const tensor = this.tensors.make(shape, dtype);
    this.temporaries.push(tensor);
    return tensor;
  }

  /** The tensor, or its values as float32 ones. */
  asFloat32(tensor: TensorInfo): TensorInfo {
    if (tensor.dtype === 'float32') return tensor;
    const converted = this.temporary(tensor.shape, 'float32');
    this.values(converted).set(this.values(tensor));
    return converted;
  }

  values(tensor: TensorInfo): TypedArray {
    return this.tensors.values(tensor);
  }

  float32(tensor: TensorInfo): Float32Array {
    // TypedArray is a union, which the dtype decides.
    return this.values(tensor) as Float32Array;
  }

  int32(tensor: TensorInfo): Int32Array {
    return this.values(tensor) as Int32Array;
  }

  close(): void {
    for (const tensor of this.temporaries) this.tensors.dispose(tensor);
  }
}

/** Runs a kernel and disposes what it has not returned. */
export function inWorkspace<T>(tensors: HostTensors, kernel: (workspace: Workspace) => T): T {
  const workspace = new Workspace(tensors);
  try {
    return kernel(workspace);
  } finally {
    workspace.close();
  }
}
