/** Where the native ops cannot be used: as right, slower, and said once. */
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import '../../kernels/node/register';
import {sparseSoftmaxCrossEntropy} from '../../src';
import {opsOf, startTensorFlow} from './_tensorflow';
import {withTfjsNode} from './_tfjs_node';

/** log(1 + e^−1 + e^−2): the loss of class 2 among logits 0, 1, 2. */
const LOSS = Math.log1p(Math.exp(-1) + Math.exp(-2));

withTfjsNode(() => {
  test('no addon: one warning that tells how to get it', async () => {
    const backend = await startTensorFlow();
    jest.spyOn(process, 'dlopen').mockImplementation(() => {
      throw new Error('no such file');
    });
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const ops = opsOf(backend, () => {
      for (let i = 0; i < 3; i++)
        expect(sparseSoftmaxCrossEntropy([2], [[0, 1, 2]]).dataSync()[0]).toBeCloseTo(LOSS, 6);
    });
    expect(ops.filter((name) => name.startsWith('TfjsLosses'))).toEqual([]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^tfjs-losses: .* run in JavaScript's own memory.*no such file.*npm run native/s,
    );
    expect(tf.env().getBool('LOSSES_NODE_ADDON')).toBe(false);
    expect(() => sparseSoftmaxCrossEntropy([3], [[0, 1, 2]])).toThrow(RangeError);
  });

  test('on a GPU the native ops are left alone, and so are its tensors', async () => {
    const backend = await startTensorFlow();
    jest.restoreAllMocks();
    tf.env().set('LOSSES_NODE_ADDON', true);
    const run = (): string[] => opsOf(backend, () => void sparseSoftmaxCrossEntropy([2], [[0, 1, 2]]));
    expect(run()).toContain('TfjsLosses2SparseSoftmaxCrossEntropyWithLogits');
    Object.assign(backend, {isUsingGpuDevice: true});
    try {
      expect(run()).not.toContain('TfjsLosses2SparseSoftmaxCrossEntropyWithLogits');
    } finally {
      Object.assign(backend, {isUsingGpuDevice: false});
    }
  });
});
