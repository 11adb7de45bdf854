/** Figures of the linear loss as tables. */
import type {ByBackend} from './_figures';
import {machineLine, type Machine} from './_machine';
import {short} from './_numbers';
import {toMarkdown, type Table} from './_table';

export interface LinearShape {
  readonly rows: number;
  readonly features: number;
  readonly classes: number;
}

export interface LinearFigure {
  readonly shape: LinearShape;
  readonly name: string;
  /** Wall time and processor time of all threads, of a loss with its gradients, the median. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Of tensors, beyond the inputs and the three gradients. */
  readonly peakBytes: number;
}

export interface LinearFigures {
  readonly machine: Machine;
  /** Of each shape those of this package's linear loss first. */
  readonly linear: readonly LinearFigure[];
}

/** What the linear loss is compared with in the README. */
export const OF_ALL_LOGITS = 'sparseSoftmaxCrossEntropy of all logits';

function byShape(linear: readonly LinearFigure[]): readonly (readonly [LinearFigure, ...LinearFigure[]])[] {
  const shapes = new Map<string, [LinearFigure, ...LinearFigure[]]>();
  for (const figure of linear) {
    const key = JSON.stringify(figure.shape);
    const known = shapes.get(key);
    if (known === undefined) shapes.set(key, [figure]);
    else known.push(figure);
  }
  return [...shapes.values()];
}

function describe({rows, features, classes}: LinearShape): string {
  return `${rows} rows, ${features} features, ${classes} classes`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** A table for each shape. */
export function linearTables({linear}: LinearFigures): Table[] {
  return byShape(linear).map((figures) => {
    const [first] = figures;
    return {
      title: `${describe(first.shape)}; loss with its gradients`,
      head: ['', 'ms', 'of ours', 'processor ms', 'MB beside inputs and gradients', 'of ours'],
      rows: figures.map(({name, seconds, cpuSeconds, peakBytes}) => [
        name,
        (1e3 * seconds).toFixed(0),
        `${(seconds / first.seconds).toFixed(2)}×`,
        (1e3 * cpuSeconds).toFixed(0),
        megabytes(peakBytes),
        `${(peakBytes / first.peakBytes).toFixed(2)}×`,
      ]),
      names: 1,
    };
  });
}

export function linearMachineLine({machine}: LinearFigures): string {
  return machineLine(machine).replace('one thread', 'as many threads as the backend takes');
}

/** What bench/README.md says of a backend. */
export function linearBlock(figures: LinearFigures): string {
  return [
    ...linearTables(figures).map((table) => toMarkdown({...table, title: `**${table.title}**`})),
    `${linearMachineLine(figures)}.`,
  ].join('\n\n');
}

/** What the README says of all backends. */
export function linearSummary(figures: ByBackend<LinearFigures>): string {
  const [first] = Object.values(figures).flatMap(({linear}) => linear);
  const rows = Object.entries(figures).map(([backend, {linear}]) => {
    const [ours] = linear;
    const all = linear.find(({name}) => name === OF_ALL_LOGITS);
    if (ours === undefined || all === undefined) return [backend, '–', '–', '–'];
    return [
      backend,
      `${megabytes(ours.peakBytes)} MB`,
      `${megabytes(all.peakBytes)} MB`,
      `${short(ours.seconds / all.seconds)}×`,
    ];
  });
  return toMarkdown({
    title:
      `\`linearSoftmaxCrossEntropy\` with its gradients at ${first === undefined ? 'no shape' : describe(first.shape)}: the tensors ` +
      `beside inputs and gradients,\nthose of all logits at once, and the time in units of theirs:`,
    head: ['', 'in chunks', 'all logits at once', 'time'],
    names: 1,
    rows,
  });
}
