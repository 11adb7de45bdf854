/** Gradients take memory that earlier ones had, not memory of the system: see kernels/cpu/_allocator.ts. */
import {execFileSync} from 'node:child_process';
import path from 'node:path';
import {buildSync} from 'esbuild';

const ROOT = path.join(__dirname, '../..');
const [N, K] = [1024, 1000];
/** Of 4 kB. */
const PAGES_OF_GRADIENT = (N * K * 4) / 4096;

const script = `
  import * as tf from '@tensorflow/tfjs';
  import {sparseSoftmaxCrossEntropy} from './src';
  tf.setBackend('cpu');
  const z = tf.randomNormal([${N}, ${K}]);
  const step = () => tf.tidy(() => tf.grad((x) => sparseSoftmaxCrossEntropy(tf.zeros([${N}]), x))(z).dataSync()[0]);
  for (let i = 0; i < 30; i++) step();
  const before = process.resourceUsage().minorPageFault;
  for (let i = 0; i < 50; i++) step();
  console.log((process.resourceUsage().minorPageFault - before) / 50);`;

/** Page faults of a step of training, in a process of its own. */
function pageFaults(env: Record<string, string>): number {
  const {outputFiles} = buildSync({
    stdin: {contents: script, resolveDir: ROOT},
    bundle: true,
    packages: 'external',
    platform: 'node',
    write: false,
  });
  const code = outputFiles[0]?.text ?? '';
  const output = execFileSync(process.execPath, ['-'], {
    cwd: ROOT,
    encoding: 'utf8',
    input: code,
    env: {...process.env, ...env},
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return Number(output.trim().split('\n').at(-1));
}

const {header} = process.report.getReport() as {header: {glibcVersionRuntime?: string}};
// Other allocators have other rules, and need nothing.
const whereGlibc = header.glibcVersionRuntime === undefined ? test.skip : test;

whereGlibc('a gradient of 4 MB takes no page faults', () => {
  expect(pageFaults({})).toBeLessThan(PAGES_OF_GRADIENT / 5);
});

whereGlibc('it is glibc that would take them: with a limit that does not move they come back', () => {
  expect(pageFaults({MALLOC_TRIM_THRESHOLD_: '131072'})).toBeGreaterThan(PAGES_OF_GRADIENT / 2);
});
