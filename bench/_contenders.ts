/** The contenders that run in this process: an implementation at work on given tensors. */
import * as tf from '@tensorflow/tfjs';
import type {Tensor} from '@tensorflow/tfjs';
import type {Backend, Implementation} from './_backends';
import type {LossCase} from './_losses';
import type {LossFunction} from './_ours';
import {timeCalls, type Contender, type Timing} from './_rounds';
import type {Inputs} from './_speed_inputs';

/** 'forward' computes the mean loss; 'gradient' both the mean loss and its gradient with respect to the logits. */
export type Pass = 'forward' | 'gradient';

type Call = () => void | Promise<void>;

/** One training step's worth of work. What it computes last is read, which waits for all of it, and all is disposed. */
export function lossCall(loss: LossFunction, {labels, logits}: Inputs, pass: Pass, read: Backend['read']): Call {
  const mean = (z: Tensor): Tensor => loss(labels, z, 'mean');
  const valueAndGrad = tf.valueAndGrad(mean);
  return () => {
    const results: Tensor[] = [];
    if (pass === 'forward') {
      results.push(tf.tidy(() => mean(logits)));
    } else {
      const {value, grad} = valueAndGrad(logits);
      results.push(value, grad);
    }
    const last = results[results.length - 1];
    const pending = last === undefined ? undefined : read(last);
    if (pending === undefined) return tf.dispose(results);
    return pending.then(() => tf.dispose(results));
  };
}

export interface TensorWork {
  readonly implementation: Implementation;
  readonly lossCase: LossCase;
  readonly pass: Pass;
  readonly inputs: Inputs;
  readonly read: Backend['read'];
  /** What a call will take, as far as is known. */
  readonly expectedSeconds: number;
}

const WARM_UP_SECONDS = 0.1;
/** Where a call takes longer than this, what is special about the first one is lost in it. */
const SLOW_CALL_SECONDS = 0.25;

/** undefined where the implementation has no such loss. */
export function tensorContender(work: TensorWork): Contender | undefined {
  const {implementation, lossCase, pass, inputs, read, expectedSeconds} = work;
  const loss = implementation.loss(lossCase, classesOf(inputs));
  if (loss === undefined) return undefined;
  const call = lossCall(loss, inputs, pass, read);
  const time = (seconds: number): Promise<Timing> => {
    implementation.select();
    return timeCalls(call, seconds);
  };
  return {
    name: implementation.name,
    warmUp: async () => {
      if (expectedSeconds < SLOW_CALL_SECONDS) await time(WARM_UP_SECONDS);
    },
    time,
  };
}

function classesOf({logits}: Inputs): number {
  return logits.shape[logits.rank - 1] ?? 1;
}

/** Copying the logits: what the memory allows. */
export function copyContender({logits}: Inputs): Contender {
  const source = Float32Array.from(logits.dataSync());
  const target = new Float32Array(source.length);
  return contender('memcpy', () => target.set(source));
}

/** The name of reading the logits twice and writing them once: the least that a loss with its gradient has to do. */
export const LEAST_MEMORY = 'reading twice, writing once';

export function leastMemoryContender({logits}: Inputs, readTwiceWriteOnce: Backend['readTwiceWriteOnce']): Contender {
  return contender(LEAST_MEMORY, readTwiceWriteOnce(Float32Array.from(logits.dataSync())));
}

function contender(name: string, call: () => void): Contender {
  return {
    name,
    warmUp: async () => void (await timeCalls(call, 0)),
    time: (seconds) => timeCalls(call, seconds),
  };
}
