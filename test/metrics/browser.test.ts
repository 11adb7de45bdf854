/** The edge cases on the backends that need a browser. */
import {openPage, whyNoBrowser} from '../browser/open_page';
import {expectNear} from './_close';
import {EDGE_CASES} from './_edge_cases';

const reason = whyNoBrowser();

(reason === undefined ? describe : describe.skip).each(['webgl', 'webgpu'])(`%s ${reason ?? ''}`, (backend) => {
  let values: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const page = await openPage<typeof import('./_page')>('test/metrics/_page.ts');
    values = new Map(await page.call('edgeCases', backend));
    await page.close();
  }, 120_000);

  test.each(EDGE_CASES)('%s', (what, _metric, expected) => {
    const value = values.get(what) ?? 'missing';
    if (Number.isNaN(Number(value)) && value !== 'NaN') throw new Error(value);
    expectNear(Number(value), expected);
  });
});
