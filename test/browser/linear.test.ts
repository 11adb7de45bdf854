import {openPage, whyNoBrowser, type OpenPage} from './open_page';

type Script = typeof import('./pages/linear');

jest.setTimeout(120_000);

const unavailable = whyNoBrowser();
const describeInBrowser = unavailable === undefined ? describe : describe.skip;

/** Products of float32 numbers, in another order: of sums of a few numbers near 1. */
const TOLERANCE = 1e-5;

describeInBrowser(`the linear loss${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
  let page: OpenPage<Script>;
  beforeAll(async () => {
    page = await openPage<Script>('test/browser/pages/linear.ts');
  });
  afterAll(() => page.close());

  test.each([
    ['webgl', 4],
    ['webgl', 13],
    ['webgpu', 4],
    ['webgpu', 13],
  ])('%s, in chunks of %d rows, is that of the cpu backend', async (backend, chunkSize) => {
    const cpu = await page.call('run', 'cpu', chunkSize);
    const ours = await page.call('run', backend, chunkSize);
    expect(ours.kernels).toEqual(['SparseSoftmaxCrossEntropyWithLogits', 'SparseSoftmaxCrossEntropyWithLogitsGrad']);
    expect(ours.left).toBe(0);
    expect(ours.values.map(({length}) => length)).toEqual([1, 13 * 6, 6 * 37, 37]);
    const difference = (i: number): number =>
      Math.max(...(ours.values[i] ?? []).map((x, j) => Math.abs(x - (cpu.values[i]?.[j] ?? NaN))));
    for (const i of [0, 1, 2, 3]) expect({i, isClose: difference(i) < TOLERANCE}).toEqual({i, isClose: true});
    expect(Math.max(...(ours.values[2] ?? []))).toBeGreaterThan(0.01);
    expect(page.errors).toEqual([]);
  });
});
