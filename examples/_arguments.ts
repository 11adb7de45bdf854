import {parseArgs} from 'node:util';

export interface Arguments {
  readonly seed: number;
  /** Where the report goes, relative to the working folder. */
  readonly report: string;
}

/** Reads what follows `npm start --`. */
export function readArguments(args: readonly string[]): Arguments {
  const {values} = parseArgs({
    args: [...args],
    options: {seed: {type: 'string', default: '1'}, report: {type: 'string', default: 'report.html'}},
  });
  if (!/^\d{1,9}$/.test(values.seed)) {
    throw new Error(`--seed ${values.seed}: expected a whole number from 0 to 999999999.`);
  }
  if (values.report === '') throw new Error('--report: expected the name of a file.');
  return {seed: Number(values.seed), report: values.report};
}
