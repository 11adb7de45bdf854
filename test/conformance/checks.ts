/**
 * Every check of the suite, by a number: what runs one has nothing of jest, so that a page in a browser does it too, and
 * says what is wrong by an Error.
 */
import {BAD_LABEL_CASES, checkBadLabel} from './_bad_labels';
import type {Case} from './case';
import {CASES} from './cases';
import type {Rules} from './rules';
import {checkSecondOrder} from './_second_order';
import {withoutLeaks} from './_tensors';
import {checkCase} from './_values';

export interface Check {
  /** The groups it is in, and its own name. */
  readonly group: string;
  readonly name: string;
  readonly of: Case;
  readonly run: (rules: Rules) => Promise<void>;
}

export const CHECKS: readonly Check[] = [
  ...CASES.flatMap((c): Check[] => {
    const values = {group: c.op, name: c.name, of: c, run: (rules: Rules) => checkCase(rules, c)};
    if (c.secondOrder !== true) return [values];
    const run = (rules: Rules) => checkSecondOrder(rules, c);
    return [values, {...values, name: `second order: ${c.name}`, run}];
  }),
  ...BAD_LABEL_CASES.map((c) => ({
    group: `${c.op}, labels out of range`,
    name: c.name,
    of: c,
    run: (rules: Rules) => checkBadLabel(rules, c),
  })),
];

/** Runs CHECKS[index], and sees to it that no tensor is left over. */
export async function runCheck(index: number, rules: Rules): Promise<void> {
  const check = CHECKS[index];
  if (check === undefined) throw new RangeError(`no check ${index} among ${CHECKS.length}`);
  await withoutLeaks(() => check.run(rules));
}
