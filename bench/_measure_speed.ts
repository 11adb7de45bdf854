/** Measures one backend: every loss at every shape, and the memory. */
import * as tf from '@tensorflow/tfjs';
import type {Backend, Implementation} from './_backends';
import {copyContender, leastMemoryContender, lossCall, tensorContender, type Pass} from './_contenders';
import type {MemoryFigure, SpeedFigure, SpeedFigures} from './_figures';
import {garbageCollector} from './_garbage';
import type {LossCase} from './_losses';
import {describeMachine} from './_machine';
import {peakTensorBytes} from './_memory';
import {rounded} from './_numbers';
import {peerContender, type PeersByName} from './_peers';
import {interleave, type Contender, type RoundPlan, type Samples} from './_rounds';
import {speedInputs, type Shape} from './_speed_inputs';
import {median, ratios} from './_statistics';

export interface Settings {
  readonly shapes: readonly Shape[];
  readonly cases: readonly LossCase[];
  readonly plan: RoundPlan;
  readonly peers: PeersByName;
  /** Told what is being measured. */
  readonly say: (text: string) => void;
}

/** Few logits, so that compilers settle soon. */
const WARM_UP_SHAPE: Shape = {rows: 64, classes: 100};
const WARM_UP_SECONDS = 0.2;
/** Few enough for the slowest contender, and enough that what is of size N hardly shows. */
const MEMORY_SHAPE: Shape = {rows: 64, classes: 1000};
/**
 * From this many logits on, garbage is collected before each turn: nobody should pay for another's buffers. Below, there
 * is little of it, and collecting makes V8 throw compiled code away, which short calls are slower without.
 */
const GARBAGE_LOGITS = 100_000;

const PASSES: readonly Pass[] = ['gradient', 'forward'];

export function shapeText({rows, classes}: Shape): string {
  return `${rows}×${classes}`;
}

export async function measureBackend(backend: Backend, settings: Settings): Promise<SpeedFigures> {
  const {peers, cases, plan, say} = settings;
  const ours = await backend.setUp();
  const first = ours[0];
  if (first === undefined) throw new Error(`There is nothing of ours on ${backend.name}.`);
  const implementations = [...ours, backend.own];
  const collectGarbage = garbageCollector();

  say(`${backend.name}: warming up`);
  const expectedSecondsPerLogit = await warmUp(backend, implementations, cases);
  const speed: SpeedFigure[] = [];
  const memcpy: {shape: string; nsPerLogit: number}[] = [];
  for (const shape of settings.shapes) {
    const size = shape.rows * shape.classes;
    const beforeTurn = size < GARBAGE_LOGITS ? (): void => undefined : collectGarbage;
    for (const lossCase of cases) {
      const inputs = speedInputs(lossCase, shape);
      for (const pass of PASSES) {
        say(`${backend.name}: ${shapeText(shape)}, ${lossCase.title}, ${pass}`);
        const contenders = [
          ...implementations.map((implementation) => {
            const perLogit = expectedSecondsPerLogit.get(warmUpKey(implementation, lossCase, pass)) ?? 0;
            const expectedSeconds = perLogit * size;
            return tensorContender({implementation, lossCase, pass, inputs, read: backend.read, expectedSeconds});
          }),
          pass === 'gradient' ? leastMemoryContender(inputs, backend.readTwiceWriteOnce) : undefined,
          ...[...peers.values()].map((peer) => peer && peerContender(peer, lossCase, shape, pass)),
        ].filter((contender): contender is Contender => contender !== undefined);
        const samples = await interleave(contenders, plan, beforeTurn);
        speed.push(...speedFigures(samples, first.name, {shape, lossCase, pass}));
      }
      if (lossCase === cases[0]) {
        const copies = await interleave([copyContender(inputs)], plan, beforeTurn);
        const seconds = taken([...copies.values()].flat());
        memcpy.push({shape: shapeText(shape), nsPerLogit: rounded((median(seconds) * 1e9) / size)});
      }
      tf.dispose([inputs.labels, inputs.logits]);
    }
  }

  say(`${backend.name}: memory`);
  return {
    machine: describeMachine(peers),
    contenders: [...implementations.map(({name}) => name), ...peers.keys()],
    speed,
    memoryShape: shapeText(MEMORY_SHAPE),
    memory: await measureMemory(backend, implementations, cases),
    memcpy,
  };
}

function taken(samples: readonly (number | undefined)[]): number[] {
  return samples.filter((sample): sample is number => sample !== undefined);
}

function speedFigures(
  samples: Samples,
  baseline: string,
  {shape, lossCase, pass}: {shape: Shape; lossCase: LossCase; pass: Pass},
): SpeedFigure[] {
  return [...samples].flatMap(([contender, ofRounds]) => {
    const ratio = ratios(ofRounds, samples.get(baseline) ?? []);
    if (ratio === undefined) return [];
    const seconds = taken(ofRounds);
    return {
      shape: shapeText(shape),
      loss: lossCase.title,
      pass,
      contender,
      ms: rounded(median(seconds) * 1e3),
      nsPerLogit: rounded((median(seconds) * 1e9) / (shape.rows * shape.classes)),
      rounds: seconds.length,
      ratio: {median: rounded(ratio.median), min: rounded(ratio.min), max: rounded(ratio.max)},
    };
  });
}

function warmUpKey({name}: Implementation, {title}: LossCase, pass: Pass): string {
  return `${name} ${title} ${pass}`;
}

/**
 * Runs everything once on little data. tfjs's engine is shared by all of it, and V8 settles on code for what it has seen:
 * a loss that is measured first should find it as the last one does. Returns the seconds per logit.
 */
async function warmUp(
  backend: Backend,
  implementations: readonly Implementation[],
  cases: readonly LossCase[],
): Promise<ReadonlyMap<string, number>> {
  const secondsPerLogit = new Map<string, number>();
  for (const lossCase of cases) {
    const inputs = speedInputs(lossCase, WARM_UP_SHAPE);
    for (const pass of PASSES) {
      for (const implementation of implementations) {
        const work = {implementation, lossCase, pass, inputs, read: backend.read, expectedSeconds: 0};
        const timing = await tensorContender(work)?.time(WARM_UP_SECONDS);
        if (timing === undefined) continue;
        const perLogit = timing.secondsPerCall / inputs.logits.size;
        secondsPerLogit.set(warmUpKey(implementation, lossCase, pass), perLogit);
      }
    }
    tf.dispose([inputs.labels, inputs.logits]);
  }
  return secondsPerLogit;
}

async function measureMemory(
  backend: Backend,
  implementations: readonly Implementation[],
  cases: readonly LossCase[],
): Promise<MemoryFigure[]> {
  const figures: MemoryFigure[] = [];
  for (const lossCase of cases) {
    const inputs = speedInputs(lossCase, MEMORY_SHAPE);
    for (const {name, loss, select} of implementations) {
      const lossFunction = loss(lossCase, MEMORY_SHAPE.classes);
      if (lossFunction === undefined) continue;
      select();
      for (const pass of PASSES) {
        const bytes = await peakTensorBytes(lossCall(lossFunction, inputs, pass, backend.read));
        const gradients = rounded(bytes / (inputs.logits.size * Float32Array.BYTES_PER_ELEMENT));
        figures.push({loss: lossCase.title, pass, contender: name, gradients});
      }
    }
    tf.dispose([inputs.labels, inputs.logits]);
  }
  return figures;
}
