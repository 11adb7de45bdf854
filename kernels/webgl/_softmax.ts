/** Loss and gradient of the softmax family: the sums of the rows, then one fragment a pair of rows or a block. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {STATS_COLUMNS, type SoftmaxAttrs, type SoftmaxGradInputs, type SoftmaxInputs} from '../../src/kernel_names';
import {reshaped} from './_program';
import {rowShape} from './_shapes';
import {softmaxGradient as gradientOfRows} from './_softmax_gradient';
import {softmaxLoss as lossOfRows} from './_softmax_loss';
import {softmaxRows, statsShape} from './_softmax_rows';
import {rowStats} from './_softmax_stats';

/** [the loss, the sums of the rows]. */
export function softmaxLoss(
  inputs: SoftmaxInputs<TensorInfo>,
  attrs: SoftmaxAttrs,
  backend: MathBackendWebGL,
  sparse: boolean,
): TensorInfo[] {
  const shape = attrs.reduction === 'none' ? rowShape(inputs.logits.shape) : [];
  const rows = softmaxRows(inputs, attrs, sparse);
  if (rows.count === 0) {
    const zeros = new Float32Array(attrs.reduction === 'none' ? 0 : 1);
    return [
      backend.makeTensorInfo(shape, 'float32', zeros),
      backend.makeTensorInfo([0, STATS_COLUMNS], 'float32', new Float32Array(0)),
    ];
  }
  const stats = rowStats(backend, rows);
  return [reshaped(lossOfRows(backend, rows, stats, attrs), shape), stats];
}

export function softmaxGradient(
  inputs: SoftmaxGradInputs<TensorInfo>,
  attrs: SoftmaxAttrs,
  backend: MathBackendWebGL,
  sparse: boolean,
): TensorInfo {
  const {shape} = inputs.logits;
  const rows = softmaxRows(inputs, attrs, sparse);
  if (rows.count === 0) return backend.makeTensorInfo(shape, 'float32', new Float32Array(0));
  const stats = reshaped(inputs.stats, statsShape(rows));
  return reshaped(gradientOfRows(backend, rows, stats, inputs.dy, attrs), shape);
}
