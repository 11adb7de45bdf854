import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';

/** A function that collects garbage, so that no contender's turn pays for what another left behind. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') return () => undefined;
  return () => {
    collect();
  };
}
