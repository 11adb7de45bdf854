import {parseArgs} from 'node:util';

export interface TrainArguments {
  readonly seed: number;
  readonly out: string;
  readonly resume: boolean;
  readonly epochs?: number;
}

/** Reads what follows `npm run start:node --`. */
export function readTrainArguments(args: readonly string[]): TrainArguments {
  const {values} = parseArgs({
    args: [...args],
    options: {
      seed: {type: 'string'},
      epochs: {type: 'string'},
      out: {type: 'string', default: 'trained'},
      resume: {type: 'boolean', default: false},
    },
  });
  const {seed, epochs, out, resume} = values;
  if (out === '') throw new Error('--out: expected the name of a folder.');
  if (resume && seed !== undefined) {
    throw new Error('--seed with --resume: the training goes on with the seed that it began with; leave --seed out.');
  }
  return {
    seed: wholeNumber('--seed', seed ?? '1', 0),
    out,
    resume,
    ...(epochs === undefined ? {} : {epochs: wholeNumber('--epochs', epochs, 1)}),
  };
}

function wholeNumber(option: string, text: string, least: number): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) < least) {
    throw new Error(`${option} ${text}: expected a whole number from ${least} to 999999999.`);
  }
  return Number(text);
}
