/** Figures of accuracy as tables. */
import type {AccuracyFigure, AccuracyFigures, ErrorFigure, Quantity} from './_figures';
import {machineLine} from './_machine';
import {short} from './_numbers';
import {toMarkdown, type Table} from './_table';

export const QUANTITIES: readonly Quantity[] = ['loss', 'gradient at the label', 'other gradients'];

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

const toNumber = (error: number | 'Infinity'): number => (error === 'Infinity' ? Infinity : error);

/** One table per loss: a row per family and quantity, 'worst (mean)' ULP per contender. */
export function accuracyTables(figures: AccuracyFigures): Table[] {
  return distinct(figures.errors.map(({loss}) => loss)).map((loss) => accuracyTable(figures, loss));
}

function accuracyTable(figures: AccuracyFigures, loss: string): Table {
  const ofLoss = figures.errors.filter((figure) => figure.loss === loss);
  const rows = distinct(ofLoss.map(({family}) => family)).flatMap((family) => {
    const ofFamily = ofLoss.filter((figure) => figure.family === family);
    const measured = QUANTITIES.filter((quantity) => ofFamily.some(({errors}) => errors[quantity] !== undefined));
    return measured.map((quantity, i) => [
      i === 0 ? family : '',
      quantity,
      ...figures.contenders.map((contender) => {
        const error = ofFamily.find((figure) => figure.contender === contender)?.errors[quantity];
        return error === undefined ? absent(figures, contender) : errorText(error);
      }),
    ]);
  });
  return {title: `${loss}: worst (mean) error in ULP`, head: ['', '', ...figures.contenders], names: 2, rows};
}

function errorText({worst, mean}: ErrorFigure): string {
  return `${short(toNumber(worst))} (${short(toNumber(mean))})`;
}

function absent({machine}: AccuracyFigures, contender: string): string {
  return machine.peers[contender] === null ? 'not installed' : '–';
}

/** Worst over the families that the contract gives numbers for: a row per loss and quantity. */
export function worstTable(figures: AccuracyFigures): Table {
  const rows = distinct(figures.errors.map(({loss}) => loss)).flatMap((loss) => {
    const ofLoss = figures.errors.filter((figure) => figure.loss === loss && !figure.onlyFinite);
    const measured = QUANTITIES.filter((quantity) => ofLoss.some(({errors}) => errors[quantity] !== undefined));
    return measured.map((quantity, i) => [
      i === 0 ? loss : '',
      quantity,
      ...figures.contenders.map((contender) => {
        const worst = worstOf(ofLoss, contender, quantity);
        return worst === undefined ? absent(figures, contender) : short(worst);
      }),
    ]);
  });
  return {
    title: 'Worst error over all families but the magnitudes to 3e38, in ULP',
    head: ['', '', ...figures.contenders],
    names: 2,
    rows,
  };
}

/** The same over all losses. */
export function worstErrors(
  figures: AccuracyFigures,
): {readonly quantity: Quantity; readonly worst: ReadonlyMap<string, number>}[] {
  const counting = figures.errors.filter(({onlyFinite}) => !onlyFinite);
  return QUANTITIES.map((quantity) => ({
    quantity,
    worst: new Map(
      figures.contenders.flatMap((contender) => {
        const worst = worstOf(counting, contender, quantity);
        return worst === undefined ? [] : [[contender, worst] as const];
      }),
    ),
  }));
}

function worstOf(figures: readonly AccuracyFigure[], contender: string, quantity: Quantity): number | undefined {
  const worst = figures.flatMap((figure) => {
    const error = figure.contender === contender ? figure.errors[quantity] : undefined;
    return error === undefined ? [] : [toNumber(error.worst)];
  });
  return worst.length === 0 ? undefined : Math.max(...worst);
}

/** What bench/README.md says of a backend: the whole in short, and one loss in full. */
export function accuracyBlock(figures: AccuracyFigures): string {
  const worst = worstTable(figures);
  const example = accuracyTables(figures)[0];
  return [
    toMarkdown({...worst, title: `**${worst.title}**`}),
    ...(example === undefined ? [] : [toMarkdown({...example, title: `**${example.title}**`})]),
    `${machineLine(figures.machine)}. ∞: NaN, or an infinity on one side only.`,
  ].join('\n\n');
}
