import {describe} from '../ops/_validate';
import {binned} from './_claims';
import type {BinnedOptions, CalibrationInput} from './options';
import {PREDICTION_OPTIONS, readPredictions} from './_predictions';
import type {ReliabilityBin} from './reliability_bin';

export const BINNED_OPTIONS = [...PREDICTION_OPTIONS, 'bins'] as const;

/** The bins of labels and logits, with all arguments checked. */
export async function readBins(
  op: string,
  labels: CalibrationInput,
  logits: CalibrationInput,
  options: BinnedOptions,
  known: readonly string[] = BINNED_OPTIONS,
): Promise<ReliabilityBin[]> {
  const predictions = await readPredictions(op, labels, logits, options, known);
  const {bins = 15} = options;
  if (!Number.isInteger(bins) || bins < 1) {
    throw new Error(`${op}: 'bins' must be a whole number of at least 1, but is ${describe(bins)}.`);
  }
  return binned(predictions, bins);
}
