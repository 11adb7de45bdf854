/** What the cures for over-confidence came to, as rows of a table and in words. */
import {labelSmoothingOptimum} from '../src';
import {type CuredRun, LABEL_SMOOTHING, type Measures, type Overconfidence} from './_overconfidence';
import {type Column, percent} from './_results';

export interface CureRow extends Measures {
  readonly loss: string;
}

export const CURE_COLUMNS: readonly Column<CureRow>[] = [
  {head: 'loss', numeric: false, cell: ({loss}) => loss},
  {head: 'temperature', numeric: true, cell: ({temperature}) => temperature.toFixed(2)},
  {head: 'accuracy', numeric: true, cell: ({diagram}) => percent(diagram.accuracy)},
  {head: 'NLL', numeric: true, cell: ({nll}) => nll.toFixed(3)},
  {head: 'Brier', numeric: true, cell: ({brier}) => brier.toFixed(3)},
  {head: 'ECE', numeric: true, cell: ({diagram}) => percent(diagram.expectedCalibrationError)},
  {head: 'MCE', numeric: true, cell: ({diagram}) => percent(diagram.maximumCalibrationError)},
];

/** Each run as trained, and with its temperature. */
export function cureRows({runs}: Overconfidence): CureRow[] {
  return runs.flatMap(({loss, trained, scaled}) => [
    {loss, ...trained},
    {loss, ...scaled},
  ]);
}

export const CURE_NOTE =
  'NLL: the mean negative log-likelihood of the test labels in nats, without smoothing, so that the rows compare. Brier: the ' +
  'mean squared distance of the probabilities from the labels. ECE and MCE: mean and largest distance, over 15 bins, ' +
  'between how sure the network is and how often it is right. Temperature: what the logits are divided by; 1 is as ' +
  'trained, the other value is fitted on the validation part.';

export function cureIntroduction({counts}: Overconfidence): string {
  return (
    `A network that knows ${counts.train} samples only, and goes on until it knows them by heart, becomes far too sure. Two ` +
    `cures are compared on the ${counts.test} samples of the test part: to train with label smoothing, and to divide the ` +
    `logits by a temperature that is fitted afterwards, on ${counts.validation} other samples.`
  );
}

/** One paragraph for each cure. */
export function cureText(study: Overconfidence): string[] {
  const [plain, smooth] = study.runs;
  return [smoothingText(plain, smooth, study.classes), temperatureText(plain)];
}

function smoothingText({trained: plain}: CuredRun, {trained: smooth}: CuredRun, classes: number): string {
  const {logitGap, probability} = labelSmoothingOptimum(classes, LABEL_SMOOTHING);
  const [before, after] = [plain.diagram, smooth.diagram];
  return (
    `Label smoothing of ${LABEL_SMOOTHING} ends the race of the logits: its optimum is a probability of ` +
    `${percent(probability)} for the right class, ${logitGap.toFixed(1)} nats above the others. The calibration error ` +
    `${change(before.expectedCalibrationError, after.expectedCalibrationError, percent)}. The network is ` +
    `${percent(after.confidence)} sure on average instead of ${percent(before.confidence)}, and right in ` +
    `${percent(after.accuracy)} of the cases (without smoothing ${percent(before.accuracy)}).`
  );
}

function temperatureText({trained, scaled}: CuredRun): string {
  const nats = (value: number): string => `${value.toFixed(3)}\u00a0nats`;
  return (
    `A temperature of ${scaled.temperature.toFixed(2)} leaves every predicted class what it is and the network ` +
    `${percent(scaled.diagram.confidence)} sure. The NLL ${change(trained.nll, scaled.nll, nats)}, the calibration error ` +
    `${change(trained.diagram.expectedCalibrationError, scaled.diagram.expectedCalibrationError, percent)}.`
  );
}

function change(before: number, after: number, text: (value: number) => string): string {
  return `${after < before ? 'falls' : 'rises'} from ${text(before)} to ${text(after)}`;
}
