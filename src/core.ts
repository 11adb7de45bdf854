/**
 * The public API without kernels: `tfjs-losses/core`. Importing it registers every gradient. A backend gets its kernels from
 * `tfjs-losses/cpu`, `/wasm`, `/webgl` or `/webgpu`; without, its losses are composed of tfjs ops.
 */
import {registerLossGradients} from './gradients';
import {keepMetricNames} from './metrics/metric';

registerLossGradients();
keepMetricNames();

export type * from './ops/options';
export * from './ops';
export * from './losses';
export * from './metrics';
export * from './models';
