/** A target of the conformance suite that is a tfjs backend in a browser. */
import type {Target} from '../conformance/conformance';
import {openPage, whyNoBrowser, type OpenPage} from './open_page';

type Script = typeof import('./pages/conformance');

export interface BrowserTarget extends Omit<Target, 'setUp' | 'tearDown' | 'run' | 'unavailable'> {
  readonly backend: 'cpu' | 'wasm' | 'webgl' | 'webgpu';
  /** Flags of tfjs's environment, set before the backend starts. */
  readonly flags?: Readonly<Record<string, boolean | number>>;
}

/** One page for all tests of the file. Here are the numbers of the checks, there is the work. */
export function inBrowser({backend, flags = {}, ...target}: BrowserTarget): Target {
  // A large case takes seconds on a GPU that is none.
  jest.setTimeout(120_000);
  const unavailable = whyNoBrowser();
  let page: OpenPage<Script> | undefined;
  return {
    ...target,
    ...(unavailable === undefined ? {} : {unavailable}),
    setUp: async () => {
      page = await openPage<Script>('test/browser/pages/conformance.ts');
      await page.call('setUp', backend, flags);
    },
    tearDown: async () => page?.close(),
    run: async (index, rules) => {
      if (page === undefined) throw new Error('the page is not open');
      await page.call('runCheck', index, rules);
    },
  };
}
