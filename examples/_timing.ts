/** The time in a loss on a batch of the size that is trained on, against what one writes with tfjs alone. */
import * as tf from '@tensorflow/tfjs';
import {seededRandom} from './_random';
import {RECIPES, type Run, type ScalarLoss} from './_runs';
import {labelTensor} from './_labels';

/** Of one evaluation of the loss with its gradient in the logits: medians over the rounds, in microseconds. */
export interface LossTiming {
  readonly ours: number;
  readonly theirs: number;
  /** How many times longer theirs takes. */
  readonly ratio: number;
}

const ROUNDS = 15;
const TURN_MS = 8;

/** Ours and theirs take turns, so that a slow moment of the machine meets both. */
export function timeLoss(run: Run, classes: number): LossTiming {
  const {batchSize} = RECIPES[run.data];
  const random = seededRandom(1);
  const logits = tf.randomNormal<tf.Rank.R2>([batchSize, run.labels === 'binary' ? 1 : classes], 0, 1, 'float32', 1);
  const labels = labelTensor(
    Array.from({length: batchSize}, () => Math.floor(random() * classes)),
    run,
    classes,
  );
  const step = (loss: ScalarLoss): (() => void) => {
    const valueAndGrad = tf.valueAndGrad((z: tf.Tensor) => loss(labels, z).asScalar());
    return () => {
      const {value, grad} = valueAndGrad(logits);
      tf.dispose([value, grad]);
    };
  };
  const contenders = [step(run.ours), step(run.theirs)].map((call) => {
    timeTurn(call);
    return {call, times: [] as number[]};
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const {call, times} of contenders) times.push(timeTurn(call));
  }
  tf.dispose([logits, labels]);
  const [ours = NaN, theirs = NaN] = contenders.map(({times}) => median(times));
  return {ours, theirs, ratio: theirs / ours};
}

/** Microseconds a call, over as many calls as fill a turn. */
function timeTurn(call: () => void): number {
  const start = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < TURN_MS) {
    call();
    calls++;
    elapsed = performance.now() - start;
  }
  return (1000 * elapsed) / calls;
}

/** Of an odd number of values. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}
