/** What the README says of all backends at once; the tables in full are in bench/README.md. */
import {QUANTITIES, worstErrors} from './_accuracy_tables';
import type {BrowserFigures} from './_browser_tables';
import type {AccuracyFigures, ByBackend, SpeedFigures} from './_figures';
import {short} from './_numbers';
import {toMarkdown} from './_table';

const SHAPE = '1024×1000';

/** A column of the table of speed: the medians by loss of what took this many times as long as ours. */
interface Column {
  readonly head: string;
  readonly byLoss: ReadonlyMap<string, readonly number[]>;
}

function column(backend: string, {speed}: SpeedFigures): Column {
  const medians = (contender: string): [string, number][] =>
    speed
      .filter((figure) => figure.shape === SHAPE && figure.pass === 'gradient' && figure.contender === contender)
      .map(({loss, ratio}) => [loss, ratio.median]);
  const ofPyTorch = new Map(medians('PyTorch'));
  const byLoss = medians('tfjs').map(([loss, ofTfjs]) => {
    const torch = ofPyTorch.get(loss);
    return [loss, torch === undefined ? [ofTfjs] : [ofTfjs, torch]] as const;
  });
  return {head: ofPyTorch.size === 0 ? backend : `${backend} (PyTorch)`, byLoss: new Map(byLoss)};
}

function browserColumn(backend: string, {speed}: BrowserFigures): Column {
  const here = speed.filter(({shape, pass}) => shape === SHAPE && pass === 'gradient');
  return {head: backend, byLoss: new Map(here.map(({loss, ratio}) => [loss, [ratio.median]]))};
}

/** How many times faster than tfjs on the same backend, and than PyTorch on one thread. */
export function speedSummary(figures: ByBackend<SpeedFigures>, browser: ByBackend<BrowserFigures>): string {
  const columns = [
    ...Object.entries(figures).map(([backend, ofBackend]) => column(backend, ofBackend)),
    ...Object.entries(browser).map(([backend, ofBackend]) => browserColumn(backend, ofBackend)),
  ];
  const losses = [...new Set(columns.flatMap(({byLoss}) => [...byLoss.keys()]))];
  const rows = losses.map((loss) => [
    loss,
    ...columns.map(({byLoss}) => {
      const [ofTfjs, torch] = byLoss.get(loss) ?? [];
      if (ofTfjs === undefined) return '–';
      return torch === undefined ? `${short(ofTfjs)}×` : `${short(ofTfjs)}× (${short(torch)}×)`;
    }),
  ]);
  return toMarkdown({
    title: `Times faster than tfjs's own loss on the same backend, with the gradient, at ${SHAPE} (and than PyTorch's on one thread):`,
    head: ['', ...columns.map(({head}) => head)],
    names: 1,
    rows,
  });
}

/** The worst error of any loss: this package's on each backend, and the peers'. */
export function accuracySummary(figures: ByBackend<AccuracyFigures>): string {
  const columns = Object.entries(figures).flatMap(([backend, ofBackend], i) => {
    const worst = worstErrors(ofBackend);
    const isOurs = (contender: string): boolean => contender.startsWith('ours');
    // The peers are the same whatever the backend, but for tfjs, whose cpu backend is the most exact.
    return ofBackend.contenders
      .filter((contender) => isOurs(contender) || i === 0)
      .map((contender) => ({
        head: isOurs(contender) ? contender.replace('ours', backend) : contender,
        isOurs: isOurs(contender),
        worst: worst.map((ofQuantity) => ofQuantity.worst.get(contender)),
      }));
  });
  const ordered = [...columns.filter(({isOurs}) => isOurs), ...columns.filter(({isOurs}) => !isOurs)];
  return toMarkdown({
    title: 'Worst error of any loss, in units in the last place of float32:',
    head: ['', ...ordered.map(({head}) => head)],
    names: 1,
    rows: QUANTITIES.map((quantity, row) => [
      quantity,
      ...ordered.map(({worst}) => {
        const error = worst[row];
        return error === undefined ? 'not installed' : short(error);
      }),
    ]),
  });
}
