/** Figures of speed as tables. */
import {LEAST_MEMORY, type Pass} from './_contenders';
import type {SpeedFigure, SpeedFigures} from './_figures';
import {machineLine} from './_machine';
import {short} from './_numbers';
import {toMarkdown, type Table} from './_table';

const PASS_TITLES: Readonly<Record<Pass, string>> = {gradient: 'forward + gradient', forward: 'forward alone'};
const PASSES = ['gradient', 'forward'] as const;

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

/** Every column: '455 ms · 444 ns · 152× (149–158)'. */
export function speedTables(figures: SpeedFigures): Table[] {
  const shapes = distinct(figures.speed.map(({shape}) => shape));
  return shapes.flatMap((shape) =>
    PASSES.map((pass) => speedTable(figures, `${shape}, ${PASS_TITLES[pass]}`, {pass, shape}, inFull)),
  );
}

function speedTable(
  figures: SpeedFigures,
  title: string,
  {pass, shape}: {pass: Pass; shape: string},
  write: (figure: SpeedFigure, isFirst: boolean) => string,
): Table {
  const {contenders} = figures;
  const figuresHere = figures.speed.filter((figure) => figure.pass === pass && figure.shape === shape);
  const losses = distinct(figuresHere.map(({loss}) => loss));
  return {
    title,
    head: ['', ...contenders],
    names: 1,
    rows: losses.map((loss) => [
      loss,
      ...contenders.map((contender, column) => {
        const figure = figuresHere.find((f) => f.loss === loss && f.contender === contender);
        return figure === undefined ? absent(figures, contender) : write(figure, column === 0);
      }),
    ]),
  };
}

function absent({machine}: SpeedFigures, contender: string): string {
  return machine.peers[contender] === null ? 'not installed' : '–';
}

function inFull(figure: SpeedFigure, isFirst: boolean): string {
  const times = `${short(figure.ms)} ms · ${short(figure.nsPerLogit)} ns`;
  return isFirst ? times : `${times} · ${ratioText(figure)}`;
}

function inShort(figure: SpeedFigure, isFirst: boolean): string {
  return isFirst ? `${short(figure.ms)} ms (${short(figure.nsPerLogit)} ns)` : ratioText(figure);
}

function ratioText({ratio}: Pick<SpeedFigure, 'ratio'>): string {
  const [low, high] = [short(ratio.min), short(ratio.max)];
  return `${short(ratio.median)}×${low === high ? '' : ` (${low}–${high})`}`;
}

/** How near the losses are to the least that the memory allows; undefined for figures that do not have it. */
export function leastMemoryTable({speed}: SpeedFigures): Table | undefined {
  const least = speed.filter(({contender}) => contender === LEAST_MEMORY);
  if (least.length === 0) return undefined;
  const shapes = distinct(least.map(({shape}) => shape));
  return {
    title: 'Forward + gradient in multiples of reading the logits twice and writing them once',
    head: ['', ...shapes],
    names: 1,
    rows: distinct(least.map(({loss}) => loss)).map((loss) => [
      loss,
      ...shapes.map((shape) => {
        const figure = least.find((f) => f.loss === loss && f.shape === shape);
        return figure === undefined ? '–' : inverseText(figure);
      }),
    ]),
  };
}

function inverseText({ratio: {median, min, max}}: SpeedFigure): string {
  return ratioText({ratio: {median: 1 / median, min: 1 / max, max: 1 / min}});
}

export function memoryTable({memory, memoryShape, contenders}: SpeedFigures): Table {
  const measured = contenders.filter((contender) => memory.some((figure) => figure.contender === contender));
  const cell = (loss: string, contender: string, pass: Pass): string => {
    const figure = memory.find((f) => f.loss === loss && f.contender === contender && f.pass === pass);
    return figure === undefined ? '–' : short(figure.gradients);
  };
  return {
    title: `Peak tensor memory beyond the inputs at ${memoryShape}, in gradients (one is N·K·4 bytes)`,
    head: ['', ...measured.flatMap((contender) => PASSES.map((pass) => `${contender}, ${PASS_TITLES[pass]}`))],
    names: 1,
    rows: distinct(memory.map(({loss}) => loss)).map((loss) => [
      loss,
      ...measured.flatMap((contender) => PASSES.map((pass) => cell(loss, contender, pass))),
    ]),
  };
}

/** The scale of it all. */
export function memcpyLine({memcpy}: SpeedFigures): string {
  const copies = memcpy.map(({shape, nsPerLogit}) => `${short(nsPerLogit)} ns per logit at ${shape}`);
  return `Copying the logits takes ${copies.join(', ')}.`;
}

/** What bench/README.md says of a backend. */
export function speedBlock(figures: SpeedFigures): string {
  const shapes = distinct(figures.speed.map(({shape}) => shape));
  const first = figures.contenders[0] ?? '';
  const tables = PASSES.flatMap((pass) =>
    shapes.map((shape) => speedTable(figures, `**${shape}, ${PASS_TITLES[pass]}**`, {pass, shape}, inShort)),
  );
  const memory = memoryTable(figures);
  const least = leastMemoryTable(figures);
  return [
    `Time per call (and per logit) of ${first}; the others in multiples of it, median over interleaved rounds (lowest–highest).`,
    ...tables.map(toMarkdown),
    ...(least === undefined ? [] : [toMarkdown({...least, title: `**${least.title}**`})]),
    toMarkdown({...memory, title: `**${memory.title}**`}),
    `${memcpyLine(figures)} ${machineLine(figures.machine)}.`,
  ].join('\n\n');
}
