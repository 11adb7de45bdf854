/**
 * The conformance suite: every case over one target (a backend, or one of its implementations) against the float64
 * reference, in ULP, with NaN and ±∞ compared exactly, and with the kernels that ran.
 */
import * as tf from '@tensorflow/tfjs-core';
import type {Case} from './case';
import {CHECKS, runCheck, type Check} from './checks';
import type {Rules} from './rules';

export {CPU_CONTRACT, GPU_CONTRACT, type Tolerance} from './tolerance';

/** The Rules, and where they hold. */
export interface Target extends Rules {
  readonly name: string;
  readonly setUp: () => Promise<void>;
  readonly tearDown: () => Promise<void>;
  /** Why none of it can run on this machine. */
  readonly unavailable?: string;
  /** Cases left out, and why. */
  readonly leftOut?: (c: Case) => string | undefined;
  /** Runs a check by its number where the target is: in this process unless said otherwise. */
  readonly run?: (index: number, rules: Rules) => Promise<void>;
}

/** Defines the tests of a target. */
export function runConformance(target: Target): void {
  const {tolerance, expectKernels, ahead = false, badLabels, run = runCheck} = target;
  const rules: Rules = {tolerance, expectKernels, ahead, badLabels};
  const {unavailable} = target;
  const describeTarget = unavailable === undefined ? describe : describe.skip;
  describeTarget(unavailable === undefined ? target.name : `${target.name} (skipped: ${unavailable})`, () => {
    beforeAll(async () => {
      await target.setUp();
      // tf.profile warns of every NaN, and NaN is what some cases are about.
      tf.env().set('CHECK_COMPUTATION_FOR_ERRORS', false);
    });
    afterAll(() => target.tearDown());

    for (const [group, checks] of grouped()) {
      describe(group, () => {
        for (const {check, index} of checks) {
          const reason = target.leftOut?.(check.of);
          if (reason === undefined) test(check.name, () => run(index, rules));
          else test.skip(`${check.name} (left out: ${reason})`, () => undefined);
        }
      });
    }
  });
}

interface Numbered {
  readonly check: Check;
  readonly index: number;
}

function grouped(): Map<string, Numbered[]> {
  const groups = new Map<string, Numbered[]>();
  CHECKS.forEach((check, index) => {
    const group = groups.get(check.group) ?? [];
    group.push({check, index});
    groups.set(check.group, group);
  });
  return groups;
}
