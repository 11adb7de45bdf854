// The user's cache: what is large or slow to make is kept there once for all clones of the project.
import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {mkdir, mkdtemp, rename, rm, stat} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

export const CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'tfjs-losses');

export async function exists(file) {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/**
 * Makes `target` by `fill(temporary path)` unless it is there. It appears whole or not at all: whoever is interrupted
 * starts this step again, and of two that run at once the first to end is taken.
 */
export async function makeOnce(target, fill) {
  if (await exists(target)) return target;
  await mkdir(path.dirname(target), {recursive: true});
  const room = await mkdtemp(`${target}.part-`);
  try {
    const made = path.join(room, path.basename(target));
    await fill(made);
    await rename(made, target).catch(async (error) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(room, {recursive: true, force: true});
  }
  return target;
}

/** SHA-256 of a file; `onBytes` hears of its progress. */
export async function sha256(file, onBytes = () => undefined) {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, {highWaterMark: 2 ** 20})) {
    hash.update(chunk);
    bytes += chunk.length;
    onBytes(bytes);
  }
  return hash.digest('hex');
}
