/** Whether tfjs-node can run here: `npm run setup`, which `npm test` runs by itself, makes it so. */
import {existsSync, readdirSync} from 'node:fs';
import path from 'node:path';

const LIB = path.join(__dirname, '../../node_modules/@tensorflow/tfjs-node/lib');

/** Why the suites of the node backend cannot run, or undefined. */
function reasonToSkip(): string | undefined {
  const folders = existsSync(LIB) ? readdirSync(LIB) : [];
  if (folders.some((folder) => existsSync(path.join(LIB, folder, 'tfjs_binding.node')))) return undefined;
  return `tfjs-node has no TensorFlow here: run 'npm run setup' and see what it says`;
}

/** Defines suites that need tfjs-node; where it is missing they are left out with the reason, and fail in CI. */
export function withTfjsNode(define: () => void): void {
  const reason = reasonToSkip();
  if (reason === undefined) {
    define();
  } else if (process.env.CI === 'true') {
    test('tfjs-node is there', () => {
      throw new Error(reason);
    });
  } else {
    test.skip(`left out: ${reason}`, () => undefined);
  }
}
