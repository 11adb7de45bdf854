/** Chooses, once, between the fragment shaders and tfjs's own ops. */
import {env, type KernelBackend} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {KernelName} from '../../src/kernel_names';
import type {LossKernel} from '../../src/kernel_registry';

/** The tfjs flag that says whether the webgl kernels are shaders of their own; set it to false to force compositions. */
const SHADER_FLAG = 'LOSSES_WEBGL_SHADERS';

/** Evaluated by tfjs on first use, and once. WebGL 1 has neither `texelFetch` nor the bits of a number. */
function detectShaders(): boolean {
  if (env().getNumber('WEBGL_VERSION') >= 2) return true;
  console.warn(
    'tfjs-losses: the webgl kernels need WebGL 2, and this device has WebGL 1. The losses are composed of tfjs ops instead, ' +
      'slower and less exact.',
  );
  return false;
}

export function registerShaderFlag(): void {
  env().registerFlag(SHADER_FLAG, detectShaders);
}

export function webglKernel<K extends KernelName>(
  composed: LossKernel<K, KernelBackend>,
  fused: LossKernel<K, MathBackendWebGL>,
): LossKernel<K, MathBackendWebGL> {
  return (inputs, attrs, backend) =>
    env().getBool(SHADER_FLAG) ? fused(inputs, attrs, backend) : composed(inputs, attrs, backend);
}
