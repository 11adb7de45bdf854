/** Class indices, checked before a kernel sees them. */
import type {TypedArray} from '@tensorflow/tfjs-core';
import type {SparseSoftmaxAttrs} from '../../src/kernel_names';

/** The labels as int32, with −1 for the ignored ones. Anything that is no class is a RangeError with index and value. */
export function classIndices(
  labels: TypedArray,
  classes: number,
  {ignoreIndex, gamma}: SparseSoftmaxAttrs,
): Int32Array {
  const indices = new Int32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const y = labels[row]!;
    if (y === ignoreIndex) {
      indices[row] = -1;
    } else if (Number.isInteger(y) && y >= 0 && y < classes) {
      indices[row] = y;
    } else {
      const op = gamma === 0 ? 'sparseSoftmaxCrossEntropy' : 'sparseSoftmaxFocalCrossEntropy';
      const ignored = ignoreIndex === undefined ? '' : `, or ${ignoreIndex} (ignoreIndex)`;
      throw new RangeError(
        `${op}: 'labels' holds ${y} at index ${row}. Expected class indices, whole numbers from 0 to ${classes - 1}${ignored}.`,
      );
    }
  }
  return indices;
}
