/**
 * The conformance suite on tfjs-node without jest, for a Node under an emulator (kernels/node/native/emulate.mjs):
 * `node conformance.cjs <tfjs-node's addon> <n, to run every n-th check>`.
 */
import {createRequire} from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import '../../src';
import {loadAddon} from '../../kernels/node/_addon';
import '../../kernels/node/register';
import {CHECKS, runCheck} from '../conformance/checks';
import type {Rules} from '../conformance/rules';
import {CPU_CONTRACT} from '../conformance/tolerance';

/** As in test/conformance/node.test.ts. */
const RULES: Rules = {
  tolerance: {...CPU_CONTRACT, composedFlushBelow: 2 ** -124},
  expectKernels: true,
  ahead: true,
  badLabels: 'RangeError',
};

/** tfjs-node with the addon of this processor: the one in its own folder is for the machine that emulates. */
async function importTfjsNode(addon: string): Promise<void> {
  const require = createRequire(createRequire(`${process.cwd()}/`).resolve('@tensorflow/tfjs-node'));
  const finder = require('@mapbox/node-pre-gyp/lib/pre-binding.js') as {find: (manifest: string) => string};
  finder.find = () => addon;
  await import('@tensorflow/tfjs-node');
}

async function main([addon = '', every = '1']: readonly string[]): Promise<void> {
  await importTfjsNode(addon);
  await tf.setBackend('tensorflow');
  tf.env().set('LOSSES_NODE_ADDON', true);
  tf.env().set('CHECK_COMPUTATION_FOR_ERRORS', false);
  console.log(`${process.platform}-${process.arch}, ${loadAddon().instructionSets().join(', ')}`);
  let passed = 0;
  let failed = 0;
  for (let i = 0; i < CHECKS.length; i += Number(every)) {
    try {
      await runCheck(i, RULES);
      passed++;
    } catch (error) {
      failed++;
      console.error(`${CHECKS[i]?.group ?? ''}, ${CHECKS[i]?.name ?? ''}: ${String(error)}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

void main(process.argv.slice(2));
