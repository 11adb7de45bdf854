import {describe} from '../ops/_validate';
import {percent} from './_diagram_text';
import type {ReliabilityDiagram} from './reliability_diagram';

/** What is used of tfjs-vis: `import * as tfvis from '@tensorflow/tfjs-vis'` fits, and so does the script's `tfvis`. */
export interface Visualiser {
  readonly render: {
    /** Points with a position on both axes. */
    scatterplot(
      container: VisorSurface,
      data: {values: {x: number; y: number; predictions?: number}[][]; series: string[]},
      options: {
        xLabel: string;
        yLabel: string;
        xAxisDomain: [number, number];
        yAxisDomain: [number, number];
        seriesColors: string[];
      },
    ): Promise<void>;
    /** Counts of predictions, a bar for each bin. */
    barchart(
      container: VisorSurface,
      data: {index: number; value: number}[],
      options: {xLabel: string; yLabel: string; color: string},
    ): Promise<void>;
  };
}

/** A place in the visor, by name. */
export interface VisorSurface {
  name: string;
  tab?: string;
}

/** The diagonal as points: the line chart of tfjs-vis has no x of its own, and one kind of mark is all that a chart gets. */
const IDEAL = Array.from({length: 21}, (_, i) => ({x: 5 * i, y: 5 * i}));
const IDEAL_COLOR = '#8a8f98';
const MODEL_COLOR = '#2f7de1';

/**
 * Shows a reliability diagram in tfjs-vis: a surface with the share of predictions that came true by their probability beside
 * the ideal diagonal, and one below it with the number of predictions in each bin.
 *
 * @param tfvis The namespace of tfjs-vis 1.x, which this package neither needs nor loads.
 * @param surface Where: `{name, tab}`. The second surface's name ends in ", predictions"; calling again draws over both.
 * @param diagram What `reliabilityDiagram` returns.
 * @returns When both are drawn.
 * @throws Error for a wrong argument (the promise is rejected).
 *
 * @example
 * ```ts
 * const drawn = [];
 * const draw = async ({name}) => void drawn.push(name);
 * const tfvis = {render: {scatterplot: draw, barchart: draw}}; // or: import * as tfvis from '@tensorflow/tfjs-vis'
 * const diagram = await reliabilityDiagram([0, 1, 1], [[2, 0], [0, 3], [1, 0]]);
 * await showReliabilityDiagram(tfvis, {name: 'Test', tab: 'Calibration'}, diagram);
 * drawn; // ['Test', 'Test, predictions']
 * ```
 */
export async function showReliabilityDiagram(
  tfvis: Visualiser,
  surface: VisorSurface,
  diagram: ReliabilityDiagram,
): Promise<void> {
  checkArguments(tfvis, surface, diagram);
  const filled = diagram.bins.filter(({count}) => count > 0);
  await tfvis.render.scatterplot(
    surface,
    {
      values: [
        IDEAL,
        filled.map(({confidence, accuracy, count}) => ({x: 100 * confidence, y: 100 * accuracy, predictions: count})),
      ],
      series: ['ideal', `model, error ${percent(diagram.expectedCalibrationError)}`],
    },
    {
      xLabel: 'predicted probability in %',
      yLabel: 'came true in %',
      xAxisDomain: [0, 100],
      yAxisDomain: [0, 100],
      seriesColors: [IDEAL_COLOR, MODEL_COLOR],
    },
  );
  await tfvis.render.barchart(
    {...surface, name: `${surface.name}, predictions`},
    diagram.bins.map(({from, to, count}) => ({index: Math.round(500 * (from + to)) / 10, value: count})),
    {xLabel: 'predicted probability in %, middle of the bin', yLabel: 'predictions', color: MODEL_COLOR},
  );
}

function checkArguments(tfvis: unknown, surface: unknown, diagram: unknown): void {
  const op = 'showReliabilityDiagram';
  const {render} = (tfvis ?? {}) as Partial<Visualiser>;
  if (typeof render?.scatterplot !== 'function' || typeof render.barchart !== 'function') {
    throw new Error(
      `${op}: 'tfvis' must be the namespace of tfjs-vis, but is ${describe(tfvis)}. ` +
        `Write import * as tfvis from '@tensorflow/tfjs-vis'.`,
    );
  }
  if (typeof (surface as Partial<VisorSurface> | null)?.name !== 'string') {
    throw new Error(`${op}: 'surface' must be like {name: 'Test', tab: 'Calibration'}, but is ${describe(surface)}.`);
  }
  if (!Array.isArray((diagram as Partial<ReliabilityDiagram> | null)?.bins)) {
    throw new Error(`${op}: 'diagram' must be what reliabilityDiagram returns, but is ${describe(diagram)}. Await it.`);
  }
}
