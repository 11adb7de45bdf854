/** What the conformance suite cannot see of the webgl kernels: memory, shaders, dispatches, textures of every kind. */
import {openPage, whyNoBrowser, type OpenPage} from './open_page';

type Script = typeof import('./pages/webgl');

jest.setTimeout(240_000);

const unavailable = whyNoBrowser();
const describeInBrowser = unavailable === undefined ? describe : describe.skip;
const because = unavailable === undefined ? '' : ` (skipped: ${unavailable})`;

function withPage(flags: Readonly<Record<string, boolean>>): () => OpenPage<Script> {
  let page: OpenPage<Script> | undefined;
  beforeAll(async () => {
    page = await openPage<Script>('test/browser/pages/webgl.ts');
    await page.call('setUp', flags);
  });
  afterAll(async () => page?.close());
  return () => {
    if (page === undefined) throw new Error('the page is not open');
    return page;
  };
}

describeInBrowser(`float32 textures${because}`, () => {
  const page = withPage({});

  test('1000 steps of training with ever other hyper-parameters leave memory, textures and shaders as they were', async () => {
    const {before, after, loss} = await page().call('train', 70, 1000);
    expect(after).toEqual(before);
    expect(before.programs).toBeGreaterThan(10);
    const [first = NaN, last = NaN] = loss;
    expect(last).toBeLessThan(0.8 * first);
  });

  test.each([
    [128, 10],
    [64, 2000],
    [1000, 7],
  ])('a loss of %d×%d and its gradient are three dispatches', async (rows, classes) => {
    const dispatches = await page().call('dispatches', rows, classes);
    expect(Object.keys(dispatches)).toHaveLength(6);
    for (const [op, count] of Object.entries(dispatches)) expect({op, most: Math.max(count, 3)}).toEqual({op, most: 3});
  });

  test('few rows of many classes take two dispatches more, those of one class one', async () => {
    const dispatches = await page().call('dispatches', 3, 5000);
    expect(Object.keys(dispatches)).toHaveLength(6);
    for (const [op, count] of Object.entries(dispatches)) {
      const most = op.startsWith('sparse') ? 4 : op.startsWith('softmax') ? 5 : 3;
      expect({op, most: Math.max(count, most)}).toEqual({op, most});
    }
  });

  test('logits and labels may be in packed and unpacked textures, in views and reshaped', async () => {
    const differences = await page().call('layoutDifferences');
    expect(Object.keys(differences)).toHaveLength(30);
    for (const [layout, difference] of Object.entries(differences))
      expect({layout, difference}).toEqual({layout, difference: 0});
  });
});

describeInBrowser(`float16 textures${because}`, () => {
  const page = withPage({WEBGL_FORCE_F16_TEXTURES: true});
  const GAPS = [0, 1, 5, 10, 15, 30, 90, -1, -10, -30, -90, 1000, -1000, 60000];

  test('losses and gradients are finite, and tell right from wrong', async () => {
    const {renders32, results} = await page().call('halfFloats', GAPS);
    expect(renders32).toBe(false);
    expect(Object.keys(results)).toHaveLength(6 * GAPS.length);
    for (const [name, {loss, gradient}] of Object.entries(results)) {
      expect({name, finite: [loss, ...gradient].every(Number.isFinite)}).toEqual({name, finite: true});
      const gap = Number(name.split(' ')[1]);
      const [label = NaN, ...others] = gradient;
      // Where the built-in gradient is 0 from a gap of 10 on, a wrong row still pulls with all of its weight.
      if (gap <= 0) expect({name, pulls: label < -0.01}).toEqual({name, pulls: true});
      if (gap > 0) expect({name, pulls: label <= 0}).toEqual({name, pulls: true});
      expect({name, pushes: others.every((x) => x >= 0)}).toEqual({name, pushes: true});
    }
    const {loss, gradient} = results['sparseSoftmaxCrossEntropy 5'] ?? {loss: NaN, gradient: []};
    expect(loss).toBeCloseTo((Math.log1p(2 * Math.exp(-5)) + Math.log(3)) / 2, 2);
    expect(gradient[0]).toBeCloseTo((-2 * Math.exp(-5)) / (1 + 2 * Math.exp(-5)) / 2, 4);
  });

  test('training works', async () => {
    const {loss} = await page().call('train', 0, 140);
    const [first = NaN, last = NaN] = loss;
    expect(last).toBeLessThan(0.95 * first);
  });

  test('a class index that float16 rounds is refused, the largest other one exact', async () => {
    expect(await page().call('negativeEntries', 2047, 2049)).toEqual([2047]);
    expect(await page().call('negativeEntries', 2048, 2049)).toEqual([2048]);
    await expect(page().call('negativeEntries', 2049, 2050)).rejects.toThrow(
      /sparseSoftmaxCrossEntropy: 'labels' holds indices of 2050 classes, but .* float16/,
    );
  });
});

describeInBrowser(`a lost context${because}`, () => {
  const page = withPage({});

  test("gives tfjs's own error", async () => {
    const {isLost, tfjs, ours} = await page().call('afterLosingTheContext');
    expect(isLost).toBe(true);
    expect(tfjs).toMatch(/./);
    for (const [op, message] of Object.entries(ours)) expect({op, message}).toEqual({op, message: tfjs});
  });
});
