/** What the conformance suite cannot see of the webgpu kernels: memory, pipelines, dispatches. */
import {openPage, whyNoBrowser, type OpenPage} from '../browser/open_page';

type Script = typeof import('./page');

jest.setTimeout(600_000);

const unavailable = whyNoBrowser();
const describeInBrowser = unavailable === undefined ? describe : describe.skip;

describeInBrowser(`webgpu${unavailable === undefined ? '' : ` (skipped: ${unavailable})`}`, () => {
  let page: OpenPage<Script>;
  const warnings: string[] = [];
  beforeAll(async () => {
    page = await openPage<Script>('test/webgpu/page.ts');
    // A program that is invalid is no error, but a warning and zeros.
    page.page.on('console', (message) => {
      if (/WGSL|Invalid/.test(message.text())) warnings.push(message.text());
    });
    await page.call('setUp');
  });
  afterAll(() => page.close());
  afterEach(() => expect(warnings).toEqual([]));

  test('1000 steps of training with ever other hyper-parameters leave memory and pipelines as they were', async () => {
    const {counts, losses} = await page.call('train', 60, 1000);
    const [before, after] = counts;
    if (before === undefined || after === undefined) throw new Error('nothing was counted');
    expect({...after, pooled: 0}).toEqual({...before, pooled: 0});
    expect(before.pipelines).toBeGreaterThan(10);
    // What tfjs keeps of free buffers depends on when it sends its work to the device.
    expect(after.pooled).toBeLessThan(2 * before.pooled);
    const [first = NaN, last = NaN] = losses;
    expect(last).toBeLessThan(0.8 * first);
  });

  test.each([
    [128, 10],
    [64, 2000],
    [2, 20000],
  ])('a loss of %d×%d with its gradient is at most three dispatches', async (rows, classes) => {
    const counts = await page.call('dispatchesOf', rows, classes);
    expect(counts).toHaveLength(6);
    // Three where there is a sum over rows: none of them is a kernel of tfjs.
    expect(Math.max(...counts)).toBe(3);
  });

  test('more rows than a dimension of a dispatch has workgroups', async () => {
    const {loss, gradient} = await page.call('lastOf', 4_200_000, 2);
    expect(loss).toBeCloseTo(Math.log1p(Math.E), 6);
    expect(gradient[0]).toBeCloseTo(-Math.E / (1 + Math.E), 6);
    expect(gradient[1]).toBeCloseTo(Math.E / (1 + Math.E), 6);
  });
});
