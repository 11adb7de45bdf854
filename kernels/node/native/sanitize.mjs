/**
 * Runs the tests of the node backend on an addon with AddressSanitizer and UndefinedBehaviorSanitizer:
 * `npm run sanitize [-- <more paths of tests>]`. FUZZ_RUNS says how many random samples are tried.
 *
 * TensorFlow and Node come without: what they do wrong is not looked at, and leaks are theirs as much as ours.
 */
import {execFileSync, spawnSync} from 'node:child_process';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {addonPath, buildAddon} from './build.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));
await buildAddon({sanitize: true});
const compiler = process.env.CXX ?? 'g++';
// An addon is too late to bring the sanitizer's own functions: the process has to start with them.
const runtime = execFileSync(compiler, ['-print-file-name=libasan.so'], {encoding: 'utf8'}).trim();
const more = process.argv.slice(2);
const tests = more.length > 0 ? more : ['test/node', 'test/conformance/node.test.ts'];
const {status} = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules/jest/bin/jest.js'), '--runInBand', ...tests],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      FUZZ_RUNS: '3000',
      TF_CPP_MIN_LOG_LEVEL: '2',
      ...process.env,
      LD_PRELOAD: runtime,
      ASAN_OPTIONS: 'detect_leaks=0:abort_on_error=1:detect_odr_violation=0',
      UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
      TFJS_LOSSES_ADDON: addonPath(true),
    },
  },
);
process.exitCode = status ?? 1;
