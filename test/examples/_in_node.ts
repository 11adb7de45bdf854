/**
 * Runs a script in a process of its own. tfjs-node cannot save models inside of Jest: its typed arrays are not those of Jest's
 * globals, and tfjs asks whether they are.
 */
import {execFile} from 'node:child_process';
import path from 'node:path';

const ROOT = path.join(__dirname, '../..');

/** What the script prints on stdout, with what it says on stderr where it fails. */
export function runInNode(script: string, args: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', path.join(ROOT, script), ...args],
      {cwd: ROOT, encoding: 'utf8'},
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${script} failed: ${stderr}`));
      },
    );
  });
}
