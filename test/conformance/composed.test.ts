/** Compositions of tfjs ops: what a backend gets that this package has no kernels for. */
import {OTHER_BACKEND} from './_other_backend';
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import {CPU_CONTRACT, runConformance} from './conformance';

runConformance({
  name: 'composed of tfjs ops',
  setUp: async () => {
    await tf.setBackend(OTHER_BACKEND);
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  },
  tearDown: async () => undefined,
  tolerance: {
    ...CPU_CONTRACT,
    lossUlp: 64,
    weightedLossUlp: 64,
    gradientUlp: 64,
    cancellation: 1,
    flushesDenormals: true,
    composedFlushBelow: 2 ** -126,
  },
  expectKernels: false,
  badLabels: 'NaN',
  // tfjs's own sums and exponentials do not change with the size, and take minutes on it.
  leftOut: (c) => (c.large === true ? 'large: a composition has no loops of its own' : undefined),
});
