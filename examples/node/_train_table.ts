import {type Column, percent} from '../_results';
import {drawn, wrapped} from '../_table';
import type {LossTiming} from '../_timing';
import type {NodeResult} from './_train';

export interface TimedResult extends NodeResult {
  readonly timing: LossTiming;
}

const COLUMNS: readonly Column<TimedResult>[] = [
  {head: 'data', numeric: false, cell: ({run}) => run.data},
  {head: 'loss', numeric: false, cell: ({run}) => run.loss},
  {head: 'epochs', numeric: true, cell: ({epochs}) => epochs.toString()},
  {head: 'test loss', numeric: true, cell: ({loss}) => loss.toFixed(3)},
  {head: 'accuracy', numeric: true, cell: ({accuracy}) => percent(accuracy)},
  {head: 'time', numeric: true, cell: ({timing}) => `${timing.ours.toFixed(0)}\u00a0µs`},
  {head: 'tfjs', numeric: true, cell: ({timing}) => `${timing.theirs.toFixed(0)}\u00a0µs`},
  {head: 'ratio', numeric: true, cell: ({timing}) => `${timing.ratio.toFixed(1)}\u00a0×`},
];

export function trainTable(results: readonly TimedResult[], colored: boolean): string {
  const note =
    'Test loss and accuracy: on the test part, of the model as it was loaded from its folder. Time: one evaluation of the ' +
    'loss with its gradient on one batch, on TensorFlow; tfjs: the same with its own ops.';
  return [drawn(COLUMNS, results, colored), wrapped(note)].join('\n');
}
