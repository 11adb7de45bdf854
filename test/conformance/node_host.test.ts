/** tfjs-node without the addon: the row kernels of the cpu backend on copies of TensorFlow's tensors. */
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import '../../kernels/node/register';
import {withTfjsNode} from '../node/_tfjs_node';
import {CPU_CONTRACT, runConformance} from './conformance';

withTfjsNode(() => {
  runConformance({
    name: 'tensorflow, without the addon',
    setUp: async () => {
      await import('@tensorflow/tfjs-node');
      await tf.setBackend('tensorflow');
      tf.env().set('LOSSES_NODE_ADDON', false);
    },
    tearDown: async () => undefined,
    // TensorFlow's exponentials are 0 from −87.3 on, e^−87.3 = 2⁻¹²⁶; an upstream gradient makes up to 2⁻¹²⁴ of it.
    tolerance: {...CPU_CONTRACT, composedFlushBelow: 2 ** -124},
    expectKernels: true,
    ahead: true,
    badLabels: 'RangeError',
    leftOut: (c) =>
      c.large === true || c.secondOrder === true
        ? 'the same loops as on cpu, the same compositions as native'
        : undefined,
  });
});
