import {SingleBar} from 'cli-progress';
import {RECIPES, type Run} from './_runs';

export interface Progress {
  readonly onEpoch: (run: Run, epoch: number, of: number) => void;
  readonly stop: () => void;
}

/** On stderr: a bar on a terminal, elsewhere a plain line for each run that is through. */
export function startProgress(runs: readonly Run[], terminal: boolean): Progress {
  return terminal ? bar(runs) : lines();
}

function bar(runs: readonly Run[]): Progress {
  const total = runs.reduce((sum, {data}) => sum + RECIPES[data].epochs, 0);
  const single = new SingleBar({
    format: '{bar} {percentage} % | {loss}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: true,
  });
  let started = false;
  return {
    onEpoch: (run) => {
      // Not earlier: what tfjs says at its first step would land in the middle of the bar.
      if (!started) single.start(total, 0, {loss: run.loss});
      started = true;
      single.increment({loss: `${run.data}, ${run.loss}`});
    },
    stop: () => single.stop(),
  };
}

function lines(): Progress {
  return {
    onEpoch: ({data, loss}, epoch, of) => {
      if (epoch === of) process.stderr.write(`${data}, ${loss}: trained for ${of} epochs\n`);
    },
    stop: () => undefined,
  };
}
