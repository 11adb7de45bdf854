import type {AddToRows} from '../../src/add_to_rows';
import type {TensorFlowBackend} from './_kernel';

/** Of src/add_to_rows.ts: the op of native/ops.cc, which writes to its input. */
export const addToRows: AddToRows<TensorFlowBackend> = (sum, term, row, backend) => {
  const shape = [1];
  const dataId = backend.write(Int32Array.of(row), shape, 'int32');
  try {
    const first = {dataId, shape, dtype: 'int32'} as const;
    const [nothing] = backend.executeMultipleOutputs('TfjsLosses2AddToRows', [], [sum, term, first], 1);
    nothing?.dispose();
  } finally {
    backend.disposeData(dataId);
  }
};
