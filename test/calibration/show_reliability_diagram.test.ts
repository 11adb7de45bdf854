import type * as tfvis from '@tensorflow/tfjs-vis';
import {
  type ReliabilityDiagram,
  type Visualiser,
  reliabilityDiagram,
  showReliabilityDiagram,
} from '../../src/calibration';

/** tfjs-vis itself needs a browser; that its types fit is checked here, by the compiler. */
type Fits<Part, Whole extends Part> = Whole;
export type TfvisFits = Fits<Visualiser, typeof tfvis>;

interface Drawn {
  readonly kind: string;
  readonly container: unknown;
  readonly data: unknown;
  readonly options: unknown;
}

function recorder(): {visualiser: Visualiser; drawn: Drawn[]} {
  const drawn: Drawn[] = [];
  const record = (kind: string) => async (container: unknown, data: unknown, options: unknown) =>
    void drawn.push({kind, container, data, options});
  return {visualiser: {render: {scatterplot: record('scatterplot'), barchart: record('barchart')}}, drawn};
}

let diagram: ReliabilityDiagram;
beforeAll(async () => {
  diagram = await reliabilityDiagram([1, 1, 0, 1], [0, 0, 0, Infinity], {bins: 4});
});

test('draws the bins that hold something beside the diagonal, and all counts', async () => {
  const {visualiser, drawn} = recorder();
  await showReliabilityDiagram(visualiser, {name: 'Test part', tab: 'Calibration'}, diagram);
  const [points, bars] = drawn;
  expect(drawn).toHaveLength(2);
  expect(points).toMatchObject({
    kind: 'scatterplot',
    container: {name: 'Test part', tab: 'Calibration'},
    data: {
      series: ['ideal', 'model, error 12.5\u00a0%'],
      values: [
        Array.from({length: 21}, (_, i) => ({x: 5 * i, y: 5 * i})),
        [
          {x: 50, y: expect.closeTo(200 / 3, 10) as number, predictions: 3},
          {x: 100, y: 100, predictions: 1},
        ],
      ],
    },
    options: {xAxisDomain: [0, 100], yAxisDomain: [0, 100]},
  });
  expect(bars).toMatchObject({
    kind: 'barchart',
    container: {name: 'Test part, predictions', tab: 'Calibration'},
    data: [
      {index: 12.5, value: 0},
      {index: 37.5, value: 0},
      {index: 62.5, value: 3},
      {index: 87.5, value: 1},
    ],
  });
});

test('wrong arguments are refused', async () => {
  const {visualiser} = recorder();
  const surface = {name: 'Test'};
  const call = (...args: unknown[]): Promise<void> =>
    (showReliabilityDiagram as (...args: unknown[]) => Promise<void>)(...args);
  await expect(call({}, surface, diagram)).rejects.toThrow(/'tfvis' must be the namespace .*import \* as tfvis/);
  await expect(call(undefined, surface, diagram)).rejects.toThrow(/'tfvis' .* but is undefined/);
  await expect(call(visualiser, 'Test', diagram)).rejects.toThrow(/'surface' must be like .*, but is 'Test'/);
  await expect(call(visualiser, null, diagram)).rejects.toThrow(/'surface' .* but is null/);
  await expect(call(visualiser, surface, [])).rejects.toThrow(/'diagram' must be .* an array of length 0\. Await it/);
});

test('an error of tfjs-vis arrives', async () => {
  const {visualiser} = recorder();
  const failing = {render: {...visualiser.render, barchart: () => Promise.reject(new Error('no visor'))}};
  await expect(showReliabilityDiagram(failing, {name: 'Test'}, diagram)).rejects.toThrow('no visor');
});
