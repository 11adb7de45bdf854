import * as tf from '@tensorflow/tfjs';
import type {Tensor} from '@tensorflow/tfjs';

/**
 * The most bytes of tensors alive at one time during `call`, beyond those alive before it. What a kernel allocates for
 * itself is not among them.
 *
 * tf.profile's peakBytes would do if it did not count a buffer again for each tensor on it: the tape alone makes two of
 * every input. So each buffer is counted here, from the engine's first sight of it until it is let go.
 */
export async function peakTensorBytes(call: () => void | Promise<void>): Promise<number> {
  const engine = tf.engine();
  const sizes = new Map<object, number>();
  let bytes = 0;
  let peak = 0;

  const {trackTensor, removeDataId} = engine;
  engine.trackTensor = function (this: typeof engine, tensor: Tensor, backend): void {
    // A buffer from before the call is someone else's; the engine knows it already.
    const isOurs = sizes.has(tensor.dataId) || !this.state.tensorInfo.has(tensor.dataId);
    trackTensor.call(this, tensor, backend);
    if (!isOurs) return;
    // A gradient made ahead is a tensor of shape [0] until it is asked for.
    const known = sizes.get(tensor.dataId) ?? 0;
    const size = Math.max(known, tensor.size * tf.util.bytesPerElement(tensor.dtype));
    sizes.set(tensor.dataId, size);
    bytes += size - known;
    peak = Math.max(peak, bytes);
  };
  engine.removeDataId = function (this: typeof engine, dataId, backend): void {
    removeDataId.call(this, dataId, backend);
    bytes -= sizes.get(dataId) ?? 0;
    sizes.delete(dataId);
  };
  try {
    await call();
  } finally {
    engine.trackTensor = trackTensor;
    engine.removeDataId = removeDataId;
  }
  return peak;
}
