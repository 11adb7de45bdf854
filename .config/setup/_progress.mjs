// Progress on stderr: a bar on a terminal, a line per step elsewhere.
import {SingleBar} from 'cli-progress';

export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/** Runs `work(onProgress)`, which says how much of `total` is done, e.g. in megabytes. */
export async function withBar(title, total, unit, work) {
  if (!process.stderr.isTTY) {
    say(`${title} (${Math.round(total)} ${unit}) …`);
    return work(() => undefined);
  }
  const bar = new SingleBar({
    format: `setup: ${title} {bar} {value}/{total} ${unit}`,
    barsize: 24,
    hideCursor: true,
    stream: process.stderr,
  });
  bar.start(Math.round(total), 0);
  try {
    return await work((done) => bar.update(Math.round(done)));
  } finally {
    bar.stop();
  }
}
