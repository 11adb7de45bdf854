/** Class indices, checked before a kernel sees them. */
import type {TensorInfo, TypedArray} from '@tensorflow/tfjs-core';
import type {SparseSoftmaxAttrs} from '../../../src/kernel_names';
import type {Workspace} from './_workspace';

/** The labels as int32, negative for ignored rows. Anything that is no class is a RangeError with index and value. */
export function classIndices(
  labels: TensorInfo,
  classes: number,
  attrs: SparseSoftmaxAttrs,
  workspace: Workspace,
): TensorInfo {
  const {ignoreIndex} = attrs;
  checkIndices(workspace.values(labels), classes, attrs);
  if (labels.dtype === 'int32' && (ignoreIndex === undefined || ignoreIndex < 0)) return labels;
  const indices = workspace.temporary(labels.shape, 'int32');
  const source = workspace.values(labels);
  const target = workspace.values(indices);
  for (let row = 0; row < source.length; row++) target[row] = source[row] === ignoreIndex ? -1 : source[row]!;
  return indices;
}

export function checkIndices(labels: TypedArray, classes: number, {ignoreIndex, gamma}: SparseSoftmaxAttrs): void {
  for (let row = 0; row < labels.length; row++) {
    const y = labels[row]!;
    if (y === ignoreIndex || (Number.isInteger(y) && y >= 0 && y < classes)) continue;
    const op = gamma === 0 ? 'sparseSoftmaxCrossEntropy' : 'sparseSoftmaxFocalCrossEntropy';
    const ignored = ignoreIndex === undefined ? '' : `, or ${ignoreIndex} (ignoreIndex)`;
    throw new RangeError(
      `${op}: 'labels' holds ${y} at index ${row}. Expected class indices, whole numbers from 0 to ${classes - 1}${ignored}.`,
    );
  }
}
