import {SingleBar} from 'cli-progress';

/** What is trained, and for how long. */
export interface Job {
  readonly name: string;
  readonly epochs: number;
}

export interface Progress {
  readonly onEpoch: (name: string, epoch: number, of: number) => void;
  readonly stop: () => void;
}

/** On stderr: a bar on a terminal, elsewhere a plain line for each job that is through. */
export function startProgress(jobs: readonly Job[], terminal: boolean): Progress {
  return terminal ? bar(jobs) : lines();
}

function bar(jobs: readonly Job[]): Progress {
  const total = jobs.reduce((sum, {epochs}) => sum + epochs, 0);
  const single = new SingleBar({
    format: '{bar} {percentage} % | {name}',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: true,
  });
  let started = false;
  return {
    onEpoch: (name) => {
      // Not earlier: what tfjs says at its first step would land in the middle of the bar.
      if (!started) single.start(total, 0, {name});
      started = true;
      single.increment({name});
    },
    stop: () => single.stop(),
  };
}

function lines(): Progress {
  return {
    onEpoch: (name, epoch, of) => {
      if (epoch === of) process.stderr.write(`${name}: trained for ${of} epochs\n`);
    },
    stop: () => undefined,
  };
}
