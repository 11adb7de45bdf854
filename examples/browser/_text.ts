/** What the charts show, in words: for who cannot see them, and for who wants the numbers. */
import type {Both} from './_contenders';
import type {Point, Saturation} from './_saturation';
import {CLASSES, ROWS, type Speed, type Work} from './_speed';
import type {Epoch, Measured} from './_training';

export const percent = (share: number): string => `${(100 * share).toFixed(1)}\u00a0%`;

/** Four digits; what is 0 is '0', and nothing else is. */
export function number(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  const digits = size >= 0.001 && size < 100000 ? String(Number(size.toPrecision(4))) : size.toExponential(2);
  return value < 0 ? `−${digits}` : digits;
}

export function change(epochs: readonly Epoch[], value: (of: Measured) => string): string {
  const [first, last] = [epochs[0], epochs.at(-1)];
  if (first === undefined || last === undefined) return NOTHING_YET;
  const of = ({measured}: Epoch, contender: 'ours' | 'builtIn'): string => value(measured[contender]);
  return (
    `tfjs-losses: from ${of(first, 'ours')} to ${of(last, 'ours')}; ` +
    `built-in: from ${of(first, 'builtIn')} to ${of(last, 'builtIn')}.`
  );
}

export const NOTHING_YET = 'Nothing has been trained yet.';

export function reliabilityText({ours, builtIn}: Both<Measured>): string {
  const gap = ({diagram}: Measured): string =>
    `${percent(diagram.confidence)} predicted, ${percent(diagram.accuracy)} true`;
  return `On average: tfjs-losses ${gap(ours)}; built-in ${gap(builtIn)}.`;
}

export function gapText(points: Both<readonly Point[]>, gap: number): string {
  const of = (all: readonly Point[]): string =>
    `loss ${number(all[gap]?.loss ?? NaN)}, gradient ${number(all[gap]?.gradient ?? NaN)}`;
  return `At a gap of ${gap}: tfjs-losses ${of(points.ours)}; built-in ${of(points.builtIn)}.`;
}

/** From which gap on the built-in gradient is 0 on a mistake. */
export function vanishingText({wrong}: Saturation, backend: string): string {
  const from = firstOfZeros(wrong.builtIn);
  const ours = firstOfZeros(wrong.ours);
  if (from === undefined) return `On ${backend} neither gradient vanishes on a mistake.`;
  return (
    `On ${backend} the built-in gradient of a mistake is exactly 0 from a gap of ${from} on: ` +
    `such a sample teaches nothing any more. Ours ${ours === undefined ? 'never is' : `is from ${ours} on`}.`
  );
}

function firstOfZeros(points: readonly Point[]): number | undefined {
  let from = points.length;
  while (from > 0 && points[from - 1]?.gradient === 0) from--;
  return from === points.length ? undefined : from;
}

export function speedText(speeds: readonly Speed[], work: Work): string {
  const what = work === 'step' ? 'A training step' : `The loss of ${ROWS}×${CLASSES} logits with its gradient`;
  const each = speeds.map(({backend, milliseconds: {ours, builtIn}}) => {
    const times = builtIn / ours;
    return `${backend} ${ours.toPrecision(3)} ms against ${builtIn.toPrecision(3)} ms (${times < 10 ? times.toFixed(1) : Math.round(times)} ×)`;
  });
  return `${what}: ${each.join('; ')}.`;
}
