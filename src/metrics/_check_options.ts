import {assertKnownOptions, describe} from '../ops/_validate';
import type {MetricOptions} from './options';

/** What one option takes. */
interface OptionCheck {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

type OptionChecks = Readonly<Record<string, OptionCheck>>;

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isInteger = (value: unknown): boolean => Number.isInteger(value);
const isIndex = (value: unknown): boolean => isNumber(value) && Number.isInteger(value) && value >= 0;

const axis: OptionChecks = {axis: {expected: 'an integer', accepts: isInteger}};
const classIndices: OptionChecks = {...axis, ignoreIndex: {expected: 'an integer', accepts: isInteger}};
const threshold: OptionChecks = {
  threshold: {
    expected: 'a probability between 0 and 1, both excluded (0.5 is a logit of 0)',
    accepts: (value) => isNumber(value) && value > 0 && value < 1,
  },
};
const oneHot: OptionChecks = {
  oneHot: {expected: 'true or false', accepts: (value) => typeof value === 'boolean'},
};
const zeroDivision: OptionChecks = {
  zeroDivision: {expected: 'a finite number', accepts: (value) => Number.isFinite(value)},
};
const classScore: OptionChecks = {
  ...classIndices,
  ...oneHot,
  ...threshold,
  ...zeroDivision,
  average: {
    expected: "'micro', 'macro' or 'weighted'",
    accepts: (value) => value === 'micro' || value === 'macro' || value === 'weighted',
  },
  classes: {
    expected: 'an array of at least one class index, none twice',
    accepts: (value) =>
      Array.isArray(value) && value.length > 0 && value.every(isIndex) && new Set(value).size === value.length,
  },
};

const CHECKS: {readonly [Name in keyof MetricOptions]: OptionChecks} = {
  binaryAccuracyFromLogits: threshold,
  categoricalAccuracyFromLogits: axis,
  sparseCategoricalAccuracyFromLogits: classIndices,
  topKCategoricalAccuracy: {
    ...classIndices,
    k: {expected: 'an integer of at least 1', accepts: (value) => isIndex(value) && value !== 0},
  },
  precision: classScore,
  recall: classScore,
  f1: classScore,
  rocAuc: {...classIndices, ...oneHot, ...zeroDivision},
};

/**
 * Checks options as far as they can be without the tensors.
 *
 * @param other The option that is checked elsewhere: the weights of a call, or the name of a metric in a model.
 * @throws Error that names the option, what came and what was expected.
 */
export function checkOptions(
  metric: keyof MetricOptions,
  options: object,
  other: 'weights' | 'name' = 'weights',
): void {
  const checks = CHECKS[metric];
  assertKnownOptions(metric, options, [...Object.keys(checks), other]);
  const entries: [string, unknown][] = Object.entries(options);
  for (const [option, value] of entries) {
    const check = checks[option];
    if (value !== undefined && check !== undefined && !check.accepts(value)) {
      throw new Error(`${metric}: '${option}' must be ${check.expected}, but is ${describe(value)}.`);
    }
  }
}
