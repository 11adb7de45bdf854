import {RECIPES} from './_runs';
import type {LossTiming} from './_timing';
import type {TrainedRun} from './_train';

/** A trained run and the time that its loss takes. */
export interface Result extends TrainedRun {
  readonly timing: LossTiming;
}

export interface Column<Row> {
  readonly head: string;
  readonly numeric: boolean;
  readonly cell: (row: Row) => string;
}

/** Between a number and its unit, where no line may break. */
const SPACE = '\u00a0';

/** What the terminal and the report show of each run. */
export const COLUMNS: readonly Column<Result>[] = [
  {head: 'data', numeric: false, cell: ({run}) => run.data},
  {head: 'loss', numeric: false, cell: ({run}) => run.loss},
  {head: 'test loss', numeric: true, cell: ({history}) => (history.at(-1)?.testLoss ?? NaN).toFixed(3)},
  {head: 'accuracy', numeric: true, cell: ({evaluation}) => percent(evaluation.accuracy)},
  {head: 'ECE', numeric: true, cell: ({evaluation}) => percent(evaluation.diagram.expectedCalibrationError)},
  {head: 'time', numeric: true, cell: ({timing}) => microseconds(timing.ours)},
  {head: 'tfjs', numeric: true, cell: ({timing}) => microseconds(timing.theirs)},
  {head: 'ratio', numeric: true, cell: ({timing}) => `${timing.ratio.toFixed(1)}${SPACE}×`},
];

/** What the columns mean. */
export function notes(results: readonly Result[]): string[] {
  const shapes = [
    ...new Set(
      results.map(({run, data}) => `${RECIPES[run.data].batchSize}×${run.labels === 'binary' ? 1 : data.classes}`),
    ),
  ].join(' and ');
  return [
    'Test loss: the mean over the test part, in nats, of the very loss that was trained on; different losses measure ' +
      'different things, so their values do not compare. Accuracy: on the test part.',
    'ECE: the expected calibration error over 15 bins on the test part, which is the mean distance between how sure ' +
      'the network is and how often it is right.',
    'Time: one evaluation of the loss with its gradient on one batch. tfjs: the same written with tfjs alone; ratio: ' +
      'how many times longer that takes. Measured in turns, medians. The batches are ' +
      `${shapes} logits, so small that most of the time goes into calling operations, not into arithmetic; ` +
      'npm run bench measures large shapes.',
  ];
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}${SPACE}%`;
}

function microseconds(time: number): string {
  return `${time.toFixed(0)}${SPACE}µs`;
}
