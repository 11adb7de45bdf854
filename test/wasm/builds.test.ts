/** The builds of tfjs-wasm that a browser takes, with our kernels on the memory of each. */
import {openPage, whyNoBrowser} from '../browser/open_page';

type Script = typeof import('./pages/builds');

const LOSS = Math.log1p(Math.exp(-1) + Math.exp(-2));
const reason = whyNoBrowser();

const BUILDS: readonly (readonly [string, Record<string, boolean>, object])[] = [
  ['threads', {}, {threads: true, memory: '[object SharedArrayBuffer]', simd: true}],
  ['SIMD', {WASM_HAS_MULTITHREAD_SUPPORT: false}, {threads: false, memory: '[object ArrayBuffer]', simd: true}],
  ['plain', {WASM_HAS_SIMD_SUPPORT: false}, {threads: false, memory: '[object ArrayBuffer]', simd: true}],
  ['ours forced to be plain', {LOSSES_WASM_SIMD: false}, {threads: true, simd: false}],
];

(reason === undefined ? test : test.skip).each(BUILDS)(
  `%s${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  async (_name, flags, expected) => {
    const page = await openPage<Script>('test/wasm/pages/builds.ts');
    try {
      const {loss, ...build} = await page.call('describeBuild', flags);
      expect(build).toMatchObject(expected);
      expect(loss).toBeCloseTo(LOSS, 6);
      expect(page.errors).toEqual([]);
    } finally {
      await page.close();
    }
  },
  60_000,
);
