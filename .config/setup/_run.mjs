// Runs other programs; what goes wrong with them becomes an error that says what to do.
import {spawnSync} from 'node:child_process';

/** An error that the user can do something about: shown without a stack. */
export class SetupError extends Error {}

/** The first of `names` that runs with `--version`. */
export function findProgram(names) {
  return names.find((name) => spawnSync(name, ['--version'], {stdio: 'ignore'}).status === 0);
}

/** Runs a program to its end. Its output is shown as it comes with `show`, and only in the error otherwise. */
export function run(program, args, {show = false, advice = '', ...options} = {}) {
  const {status, signal, error, stdout, stderr} = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: show ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  if (status === 0) return stdout ?? '';
  const how = error?.message ?? (signal === null ? `it ended with status ${status}` : `it was ended by ${signal}`);
  const said = [stdout, stderr].filter(Boolean).join('\n').trim().split('\n').slice(-20).join('\n');
  throw new SetupError(
    [`${program} ${args.slice(0, 4).join(' ')} …: ${how}.`, advice, said].filter(Boolean).join('\n'),
  );
}
