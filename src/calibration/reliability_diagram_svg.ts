import {assertKnownOptions, describe} from '../ops/_validate';
import {diagramText} from './_diagram_text';
import type {ReliabilityDiagram} from './reliability_diagram';

/** How a reliability diagram is drawn. */
export interface ReliabilityDiagramSvgOptions {
  /** Its name, which screen readers say and which stands above it. Default `'Reliability diagram'`. */
  readonly title?: string;
  /** A CSS colour of the model's points and bars. Default a blue of a contrast above 3 : 1 on white and on black. */
  readonly color?: string;
}

const OP = 'reliabilityDiagramSvg';
const WIDTH = 380;
const HEIGHT = 380;
const LEFT = 62;
const RIGHT = WIDTH - 16;
/** The frames of points and of bars: y of 100 % and of 0. */
const POINTS = {top: 40, bottom: 246};
const BARS = {top: 268, bottom: 322};

type Frame = typeof POINTS;

/**
 * Draws a reliability diagram as SVG text: above, for each bin, the share of its predictions that came true by their mean
 * probability, on the diagonal if calibrated; below, how the predictions are spread over the bins.
 *
 * Points grow with what stands behind them. Title and numbers are in its title and description, which screen readers say.
 * It needs no style sheet, script or font, takes the colour of its text from where it is put, and scales with its place.
 *
 * @param diagram What `reliabilityDiagram` returns.
 * @param options See {@link ReliabilityDiagramSvgOptions}.
 * @returns An svg element, for a file or a page.
 * @throws Error for a wrong argument.
 *
 * @example
 * ```ts
 * const diagram = await reliabilityDiagram([0, 1, 1], [[2, 0], [0, 3], [1, 0]]);
 * const svg = reliabilityDiagramSvg(diagram, {title: 'Test part'});
 * svg.includes('<title>Test part</title>'); // true
 * ```
 */
export function reliabilityDiagramSvg(diagram: ReliabilityDiagram, options: ReliabilityDiagramSvgOptions = {}): string {
  assertKnownOptions(OP, options, ['title', 'color']);
  const {title = 'Reliability diagram', color = '#2f7de1'} = options;
  for (const [name, value] of Object.entries({title, color})) {
    if (typeof value !== 'string') throw new Error(`${OP}: '${name}' must be text, but is ${describe(value)}.`);
  }
  if (!Array.isArray(diagram?.bins)) {
    throw new Error(`${OP}: 'diagram' must be what reliabilityDiagram returns, but is ${describe(diagram)}. Await it.`);
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" fill="currentColor"` +
      ` font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(diagramText(diagram))}</desc>`,
    text(escaped(title), (LEFT + RIGHT) / 2, 20, 'middle', ' font-weight="600"'),
    ...frame(POINTS, [0, 0.2, 0.4, 0.6, 0.8, 1], 'came true in %'),
    ...frame(BARS, [0, 0.5, 1], 'share in %'),
    ...[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => text(String(100 * share), x(share), BARS.bottom + 18, 'middle')),
    text('predicted probability in %', (LEFT + RIGHT) / 2, BARS.bottom + 42, 'middle'),
    `<path d="M${x(0)} ${y(0, POINTS)}L${x(1)} ${y(1, POINTS)}" stroke="currentColor" stroke-opacity="0.6" stroke-width="1.5" stroke-dasharray="6 4"/>`,
    `<g fill="${escaped(color)}">`,
    ...bars(diagram),
    ...points(diagram, escaped(color)),
    '</g>',
    '</svg>',
  ].join('\n');
}

function x(share: number): number {
  return rounded(LEFT + share * (RIGHT - LEFT));
}

function y(share: number, {top, bottom}: Frame): number {
  return rounded(bottom - share * (bottom - top));
}

function rounded(length: number): number {
  return Math.round(100 * length) / 100;
}

/** Lines across with their numbers, and what they measure along the side. */
function frame(place: Frame, shares: readonly number[], name: string): string[] {
  const middle = (place.top + place.bottom) / 2;
  const lines = shares.map((share) => `M${LEFT} ${y(share, place)}H${RIGHT}`);
  return [
    `<path d="${lines.join('')}" stroke="currentColor" stroke-opacity="0.18"/>`,
    ...shares.map((share) => text(String(100 * share), LEFT - 8, y(share, place) + 4.5, 'end')),
    text(name, 18, middle, 'middle', ` transform="rotate(-90 18 ${middle})"`),
  ];
}

function bars({bins, count}: ReliabilityDiagram): string[] {
  return bins
    .filter((bin) => bin.count > 0)
    .map((bin) => {
      const top = y(bin.count / count, BARS);
      return `<rect x="${x(bin.from) + 1}" y="${top}" width="${rounded(x(bin.to) - x(bin.from) - 2)}" height="${rounded(BARS.bottom - top)}"/>`;
    });
}

/** The area of a point grows with what stands behind it. */
function points({bins, count}: ReliabilityDiagram, color: string): string[] {
  const filled = bins.filter((bin) => bin.count > 0);
  const places = filled.map((bin) => `${x(bin.confidence)} ${y(bin.accuracy, POINTS)}`);
  return [
    `<path d="M${places.join('L')}" fill="none" stroke="${color}" stroke-opacity="0.4" stroke-width="1.5"/>`,
    ...filled.map((bin) => {
      const radius = rounded(2.5 + 7.5 * Math.sqrt(bin.count / count));
      return `<circle cx="${x(bin.confidence)}" cy="${y(bin.accuracy, POINTS)}" r="${radius}"/>`;
    }),
  ];
}

function text(content: string, x: number, y: number, anchor: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}"${attributes}>${content}</text>`;
}

/** As it stands between tags or in an attribute. */
function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
