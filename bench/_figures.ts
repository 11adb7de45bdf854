/** The JSON that the README's figures are made from: one entry per backend, each from one run. */
import {existsSync, readFileSync} from 'node:fs';
import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Pass} from './_contenders';
import type {Machine} from './_machine';
import type {Spread} from './_statistics';

export interface SpeedFigure {
  /** '1024×1000'. */
  readonly shape: string;
  readonly loss: string;
  readonly pass: Pass;
  readonly contender: string;
  /** Medians over the rounds. */
  readonly ms: number;
  readonly nsPerLogit: number;
  readonly rounds: number;
  /** This contender's time in units of the first one's in the same round. */
  readonly ratio: Spread;
}

export interface MemoryFigure {
  readonly loss: string;
  readonly pass: Pass;
  readonly contender: string;
  /** Peak bytes of tensors beyond the inputs, in units of the gradient's bytes. */
  readonly gradients: number;
}

export interface SpeedFigures {
  readonly machine: Machine;
  /** The contenders in the order of the columns. */
  readonly contenders: readonly string[];
  readonly speed: readonly SpeedFigure[];
  readonly memoryShape: string;
  readonly memory: readonly MemoryFigure[];
  readonly memcpy: readonly {readonly shape: string; readonly nsPerLogit: number}[];
}

/** Errors in ULP; ∞ is written 'Infinity', which JSON has no number for. */
export interface ErrorFigure {
  readonly worst: number | 'Infinity';
  readonly mean: number | 'Infinity';
}

export interface AccuracyFigure {
  readonly loss: string;
  readonly family: string;
  /** Whether the contract asks for no more than finite results here. */
  readonly onlyFinite: boolean;
  readonly contender: string;
  /** Absent where there is no such entry: soft labels have no gradient at the label. */
  readonly errors: Partial<Record<Quantity, ErrorFigure>>;
}

export type Quantity = 'loss' | 'gradient at the label' | 'other gradients';

export interface AccuracyFigures {
  readonly machine: Machine;
  readonly contenders: readonly string[];
  readonly errors: readonly AccuracyFigure[];
}

/** Figures by the name of the backend. */
export type ByBackend<Figures> = Readonly<Record<string, Figures>>;

export const FIGURES_FILE = {
  bench: join(__dirname, 'figures.json'),
  accuracy: join(__dirname, 'accuracy.json'),
  browser: join(__dirname, 'browser.json'),
  linear: join(__dirname, 'linear.json'),
} as const;

export function readFigures<Figures>(file: string): ByBackend<Figures> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ByBackend<Figures>) : {};
}

/** Replaces the entries of `figures` in the file, and leaves those of other backends. Returns all of them. */
export async function writeFigures<Figures>(file: string, figures: ByBackend<Figures>): Promise<ByBackend<Figures>> {
  const all = {...readFigures<Figures>(file), ...figures};
  const prettier = await import('prettier');
  const options = await prettier.resolveConfig(file);
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, await prettier.format(JSON.stringify(all), {...options, parser: 'json'}));
  return all;
}
