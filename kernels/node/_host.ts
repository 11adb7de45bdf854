/**
 * Without the addon: the row kernels of the cpu backend on copies of the tensors. That is as exact as the native ops, which
 * compositions of TensorFlow's ops cannot be, because its exponentials and sums flush what is small to 0.
 */
import type {TensorInfo, TypedArray} from '@tensorflow/tfjs-core';
import {tiledRowKernels} from '../cpu/_tiles';
import {plainRowKernels, type RowKernels} from '../plain';
import type {HostTensors} from '../plain/host';
import {hasSimd} from '../simd/host';
import type {TensorFlowBackend} from './_kernel';

let kernels: RowKernels | undefined;

/** For one run of a kernel: each tensor is copied out of TensorFlow once. */
export function tensorsOf(backend: TensorFlowBackend): HostTensors {
  kernels ??= hasSimd('tensorflow') ? tiledRowKernels() : plainRowKernels;
  const read = new Map<object, TypedArray>();
  return {
    kernels,
    make: (shape, dtype) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = dtype === 'int32' ? new Int32Array(size) : new Float32Array(size);
      const tensor: TensorInfo = {dataId: backend.write(values, [...shape], dtype), shape: [...shape], dtype};
      read.set(tensor.dataId, values);
      return tensor;
    },
    values: ({dataId, dtype}) => {
      const known = read.get(dataId);
      if (known !== undefined) return known;
      const values = backend.readSync(dataId) as TypedArray;
      // tf.cast to float32 leaves whole numbers in the array that they are in.
      const typed = dtype === 'float32' && !(values instanceof Float32Array) ? Float32Array.from(values) : values;
      read.set(dataId, typed);
      return typed;
    },
    dispose: ({dataId}) => void backend.disposeData(dataId),
    incRef: (dataId) => backend.incRef(dataId),
  };
}
