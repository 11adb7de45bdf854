/**
 * tfjs-losses: stable cross-entropy, BCE-with-logits, focal and label-smoothed losses for TensorFlow.js.
 *
 * Importing it registers the kernels of the backends that need nothing but JavaScript, and every gradient.
 */
import './backends/cpu';
import './backends/wasm';
import './backends/webgl';
import './backends/webgpu';

export * from './core';
