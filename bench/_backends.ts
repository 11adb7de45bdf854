/** The backends of tfjs that are measured, one entry each: what differs between them is here and nowhere else. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import type {Tensor} from '@tensorflow/tfjs';
import {loadAddon} from '../kernels/node/_addon';
import type {LossCase} from './_losses';
import {ourLoss, type LossFunction} from './_ours';
import {tfjsLoss} from './_tfjs_own';

/** One way to compute the losses in this process. */
export interface Implementation {
  readonly name: string;
  /** Undefined where it has no such loss. */
  readonly loss: (lossCase: LossCase, classes: number) => LossFunction | undefined;
  /** Switches it on; called before each of its turns. */
  readonly select: () => void;
}

export interface Backend {
  readonly name: string;
  /** Makes it tfjs's backend and returns this package's implementations there, the one that users get first. */
  readonly setUp: () => Promise<readonly Implementation[]>;
  /** What tfjs offers on it. */
  readonly own: Implementation;
  /** Waits for a result. On a GPU it should read one element only: a copy of 4 MB costs more than the loss. */
  readonly read: (tensor: Tensor) => void | Promise<void>;
  /** Returns what reads as much as `numbers` twice and writes it once, as fast as the memory lets the kernels' threads. */
  readonly readTwiceWriteOnce: (numbers: Float32Array) => () => void;
  /** The largest errors allowed, in ULP. */
  readonly contract: {readonly loss: number; readonly gradient: number};
}

/**
 * On one thread. Comparing a buffer with an equal one reads two of this length, and filling one writes it; both are the C
 * library's, and as fast as no loop of JavaScript.
 */
function readTwiceWriteOnce(numbers: Float32Array): () => void {
  const read = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const equal = Buffer.from(read);
  const written = Buffer.from(read);
  return () => {
    if (!read.equals(equal)) throw new Error('What is equal is not: not all of it was read.');
    written.fill(1);
  };
}

const TFJS: Implementation = {name: 'tfjs', loss: tfjsLoss, select: () => undefined};

const SIMD_FLAG = 'LOSSES_CPU_SIMD';

const cpu: Backend = {
  name: 'cpu',
  setUp: async () => {
    await tf.setBackend('cpu');
    await tf.ready();
    const select = (simd: boolean) => () => {
      tf.env().set(SIMD_FLAG, simd);
    };
    const plain: Implementation = {name: 'ours (plain)', loss: ourLoss, select: select(false)};
    const hasSimd = tf.env().getBool(SIMD_FLAG);
    return hasSimd ? [{name: 'ours (SIMD)', loss: ourLoss, select: select(true)}, plain] : [plain];
  },
  own: TFJS,
  read: (tensor) => {
    tensor.dataSync();
  },
  readTwiceWriteOnce,
  contract: {loss: 2, gradient: 4},
};

const WASM_SIMD_FLAG = 'LOSSES_WASM_SIMD';

const wasm: Backend = {
  name: 'wasm',
  setUp: async () => {
    await tf.setBackend('wasm');
    await tf.ready();
    const select = (simd: boolean) => () => {
      tf.env().set(WASM_SIMD_FLAG, simd);
    };
    const plain: Implementation = {name: 'ours (plain)', loss: ourLoss, select: select(false)};
    const hasSimd = tf.env().getBool(WASM_SIMD_FLAG);
    return hasSimd ? [{name: 'ours (SIMD)', loss: ourLoss, select: select(true)}, plain] : [plain];
  },
  own: TFJS,
  // Its memory is in this process: a copy would be all that is timed here.
  read: () => undefined,
  readTwiceWriteOnce,
  contract: {loss: 2, gradient: 4},
};

/** Its name in tfjs is 'tensorflow'. */
const node: Backend = {
  name: 'node',
  setUp: async () => {
    // Not above: it needs 'npm run setup', and becomes tfjs's backend as soon as it is imported.
    await import('@tensorflow/tfjs-node');
    await import('../kernels/node/register');
    await tf.setBackend('tensorflow');
    if (!tf.env().getBool('LOSSES_NODE_ADDON')) throw new Error(`There is no addon here: 'npm run native' builds it.`);
    return [{name: 'ours (native)', loss: ourLoss, select: () => undefined}];
  },
  own: TFJS,
  // Its ops run one after the other in this process: a copy would be all that is timed here.
  read: () => undefined,
  readTwiceWriteOnce: (numbers) => {
    const addon = loadAddon();
    const written = Float32Array.from(numbers);
    return () => addon.readTwiceWriteOnce(numbers, written);
  },
  contract: {loss: 2, gradient: 4},
};

export const BACKENDS: readonly Backend[] = [cpu, wasm, node];

/** The backends of these names; all of them for undefined. */
export function chosenBackends(names: readonly string[] | undefined): readonly Backend[] {
  if (names === undefined) return BACKENDS;
  return names.map((name) => {
    const backend = BACKENDS.find((candidate) => candidate.name === name);
    if (backend === undefined) {
      throw new Error(`There is no backend '${name}' here, only ${BACKENDS.map((b) => b.name).join(', ')}.`);
    }
    return backend;
  });
}
