/** A backend that this package has no kernels for: tfjs's cpu backend under another name, as it is before `src` is imported. */
import '@tensorflow/tfjs';
import {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';

export const OTHER_BACKEND = 'other';

tf.registerBackend(OTHER_BACKEND, () => new MathBackendCPU());
tf.copyRegisteredKernels('cpu', OTHER_BACKEND);
