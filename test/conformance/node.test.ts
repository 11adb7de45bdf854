/** tfjs-node with the native ops, in each instruction set that this processor has. */
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import '../../kernels/node/register';
import {loadAddon} from '../../kernels/node/_addon';
import {withTfjsNode} from '../node/_tfjs_node';
import {CPU_CONTRACT, runConformance} from './conformance';

withTfjsNode(() => {
  const addon = loadAddon();
  const [best, ...others] = addon.instructionSets();
  for (const set of [best ?? '', ...others]) {
    runConformance({
      name: `tensorflow, native ops in ${set}`,
      setUp: async () => {
        await import('@tensorflow/tfjs-node');
        await tf.setBackend('tensorflow');
        tf.env().set('LOSSES_NODE_ADDON', true);
        addon.useInstructionSet(set);
      },
      tearDown: async () => undefined,
      // TensorFlow's exponentials are 0 from −87.3 on, e^−87.3 = 2⁻¹²⁶; an upstream gradient makes up to 2⁻¹²⁴ of it.
      tolerance: {...CPU_CONTRACT, composedFlushBelow: 2 ** -124},
      expectKernels: true,
      ahead: true,
      badLabels: 'RangeError',
      leftOut: (c) =>
        set !== best && c.secondOrder === true
          ? 'second derivatives: composed, whatever the instruction set'
          : undefined,
    });
  }
});
