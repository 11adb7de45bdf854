/** Interleaved timing: in every round each contender runs in turn, so that a slow minute of the machine meets all of them. */
export interface Timing {
  readonly secondsPerCall: number;
  readonly elapsedSeconds: number;
}

export interface Contender {
  readonly name: string;
  /** Brings code and memory into the state of a long run. */
  warmUp(): Promise<void>;
  /** Repeats the work for at least `seconds`, or once where that takes longer. */
  time(seconds: number): Promise<Timing>;
}

export interface RoundPlan {
  readonly rounds: number;
  /** How long a contender's turn takes at least. */
  readonly turnSeconds: number;
  /**
   * How long it runs untimed before that, if a call takes less: after a collection of garbage the first calls write to
   * memory that the system has yet to provide, which those of a long run do not.
   */
  readonly settleSeconds: number;
  /** A contender that has used this much sits out the other rounds … */
  readonly patienceSeconds: number;
  /** … but not before it had this many. */
  readonly leastRounds: number;
}

/** Seconds per call by contender and round; undefined where it sat out. */
export type Samples = ReadonlyMap<string, readonly (number | undefined)[]>;

/** Runs the rounds. `beforeTurn` is called before each turn, outside of its time. */
export async function interleave(
  contenders: readonly Contender[],
  plan: RoundPlan,
  beforeTurn: () => void,
): Promise<Samples> {
  const states = contenders.map((contender) => ({
    contender,
    spent: 0,
    taken: 0,
    secondsPerCall: Infinity,
    samples: new Array<number | undefined>(plan.rounds).fill(undefined),
  }));
  for (const {contender} of states) await contender.warmUp();

  for (let round = 0; round < plan.rounds; round++) {
    // Another one begins each time: nobody always runs on what the same neighbour left in the caches.
    const first = states.length === 0 ? 0 : round % states.length;
    for (const state of [...states.slice(first), ...states.slice(0, first)]) {
      if (state.taken >= plan.leastRounds && state.spent >= plan.patienceSeconds) continue;
      beforeTurn();
      if (state.secondsPerCall < plan.settleSeconds) await state.contender.time(plan.settleSeconds);
      const {secondsPerCall, elapsedSeconds} = await state.contender.time(plan.turnSeconds);
      state.secondsPerCall = secondsPerCall;
      state.samples[round] = secondsPerCall;
      state.spent += elapsedSeconds;
      state.taken++;
    }
  }
  return new Map(states.map(({contender, samples}) => [contender.name, samples]));
}

/** Repeats `call`, looking at the clock only between batches that double: a call may take less than reading the clock. */
export async function timeCalls(call: () => void | Promise<void>, seconds: number): Promise<Timing> {
  let calls = 0;
  let elapsed = 0;
  let batch = 1;
  const start = performance.now();
  do {
    for (let i = 0; i < batch; i++) {
      const pending = call();
      if (pending !== undefined) await pending;
    }
    calls += batch;
    elapsed = (performance.now() - start) / 1000;
    const remaining = Math.ceil(((seconds - elapsed) * calls) / elapsed);
    batch = Math.max(1, Math.min(2 * batch, remaining));
  } while (elapsed < seconds);
  return {secondsPerCall: elapsed / calls, elapsedSeconds: elapsed};
}
