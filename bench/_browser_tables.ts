/** Figures of speed in a browser as tables. */
import type {BrowserFigure} from './_browser_page';
import {short} from './_numbers';
import {toMarkdown, type Table} from './_table';

export interface BrowserFigures {
  readonly machine: {readonly cpu: string; readonly browser: string; readonly tfjs: string};
  readonly speed: readonly BrowserFigure[];
}

export function browserTables({speed}: BrowserFigures): Table[] {
  return [...new Set(speed.map(({shape}) => shape))].map((shape) => ({
    title: `${shape}, forward + gradient`,
    head: ['', 'ours', 'tfjs', 'times faster'],
    names: 1,
    rows: speed
      .filter((figure) => figure.shape === shape)
      .map(({loss, oursMs, tfjsMs, ratio}) => [
        loss,
        `${short(oursMs)} ms`,
        `${short(tfjsMs)} ms`,
        `${short(ratio.median)}× (${short(ratio.min)}–${short(ratio.max)})`,
      ]),
  }));
}

export function browserMachineLine({machine: {cpu, browser, tfjs}}: BrowserFigures): string {
  return `${browser} with SwiftShader (no GPU) on ${cpu}; tfjs ${tfjs}`;
}

/** What bench/README.md says of a backend. */
export function browserBlock(figures: BrowserFigures): string {
  return [
    'Time per call, the gradient left on the device and one of its numbers read; median over interleaved rounds (lowest–highest).',
    ...browserTables(figures).map((table) => toMarkdown({...table, title: `**${table.title}**`})),
    `${browserMachineLine(figures)}.`,
  ].join('\n\n');
}
