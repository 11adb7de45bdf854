/**
 * Gradients made ahead on this backend. Its clones are copies, so the loss's output is a number only, under which the gradient waits
 * here, outside of tfjs's tape: the engine frees no gradient that nobody has asked for. There are never more than a few of them.
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import type {AheadTensors} from '../plain/host';

/** As many as a step has losses, as a rule: the oldest one is freed for another. */
const MOST = 4;
/** Whole numbers below it are float32 ones. */
const NUMBERS = 2 ** 24;

const waiting = new WeakMap<BackendWasm, Waiting>();

class Waiting {
  private readonly gradients = new Map<number, TensorInfo>();
  private next = 0;

  constructor(private readonly backend: BackendWasm) {}

  readonly ahead: AheadTensors = {
    hold: (gradient) => {
      const [oldest] = this.gradients.keys();
      if (oldest !== undefined && this.gradients.size >= MOST) this.free(oldest);
      const number = this.next;
      this.next = (number + 1) % NUMBERS;
      this.gradients.set(number, gradient);
      const held = this.backend.makeOutput([1], 'float32');
      this.backend.typedArrayFromHeap(held)[0] = number;
      return held;
    },
    take: (held) => {
      const number = this.numberOf(held);
      const gradient = this.gradients.get(number);
      this.gradients.delete(number);
      return gradient;
    },
    drop: (held) => this.free(this.numberOf(held)),
  };

  private numberOf(held: TensorInfo): number {
    return this.backend.typedArrayFromHeap(held)[0]!;
  }

  private free(number: number): void {
    const gradient = this.gradients.get(number);
    this.gradients.delete(number);
    if (gradient !== undefined) this.backend.disposeData(gradient.dataId);
  }
}

export function numberedAhead(backend: BackendWasm): AheadTensors {
  let known = waiting.get(backend);
  if (known === undefined) {
    known = new Waiting(backend);
    waiting.set(backend, known);
  }
  return known.ahead;
}
