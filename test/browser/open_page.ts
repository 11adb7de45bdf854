/**
 * A real browser for tests. What runs in it is a file of `pages/`, bundled with tfjs and everything it imports; its exported
 * functions are called from Node by name, with arguments and results that can be cloned:
 *
 *     const page = await openPage<typeof import('./pages/answer')>('test/browser/pages/answer.ts');
 *     expect(await page.call('answer', 6, 7)).toBe(42); // an error in the page is an error here
 *     await page.close();
 *
 * `whyNoBrowser` says why a machine cannot do that: skip the tests with it as the reason. With CI=true there is a browser
 * (global_setup.ts). A browser takes a second to start, so open one page per test file and keep it.
 *
 * The conformance suite of a backend in a browser is three lines: see test/conformance/webgl.test.ts.
 */
import {build} from 'esbuild';
import {chromium} from 'playwright-core';
import {CHROMIUM_FLAGS, findChromium, whyNoChromium} from './_chromium';
import {serve} from './_server';
import type {Page} from 'playwright-core';

export {whyNoChromium as whyNoBrowser} from './_chromium';

/** The functions among the exports of a page's script. */
type Functions<Script> = {
  [Name in keyof Script as Script[Name] extends (...args: never[]) => unknown ? Name : never]: Script[Name];
};
type Arguments<F> = F extends (...args: infer Args extends unknown[]) => unknown ? Args : never;
type Result<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

export interface OpenPage<Script> {
  /** Calls an exported function of the page's script and waits for what it returns. */
  call<Name extends keyof Functions<Script> & string>(
    name: Name,
    ...args: Arguments<Script[Name]>
  ): Promise<Result<Script[Name]>>;
  /** Playwright's own page. */
  readonly page: Page;
  /** Errors that nothing in the page has caught, and what it has written by console.error. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

const HTML = '<!doctype html><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">';

/** Bundles `script` (a path from the top level) and opens a page with it. */
export async function openPage<Script>(script: string): Promise<OpenPage<Script>> {
  const code = await bundle(script);
  return openFiles<Script>(
    new Map<string, string | Uint8Array>([
      ['/index.html', `${HTML}<script src="script.js"></script>`],
      ['/script.js', code],
    ]),
  );
}

/** Opens a page whose files are given; `call` finds functions on the global `script`. */
export async function openFiles<Script>(files: ReadonlyMap<string, string | Uint8Array>): Promise<OpenPage<Script>> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(`openPage: ${whyNoChromium() ?? ''}`);
  const server = await serve(files);
  const browser = await chromium.launch({executablePath, args: [...CHROMIUM_FLAGS]});
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(server.url);
  return {
    page,
    errors,
    call: (name, ...args) =>
      page.evaluate(
        ([functionName, values]) => {
          const {script} = globalThis as object as {script: Record<string, (...args: unknown[]) => never>};
          const f = script[functionName];
          if (f === undefined) throw new Error(`the page's script exports no '${functionName}'`);
          return f(...values);
        },
        [name, args] as [string, unknown[]],
      ),
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

/** One script with everything it imports; its exports are the global `script`. */
async function bundle(entry: string): Promise<Uint8Array> {
  const {outputFiles} = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'script',
    target: 'es2022',
    platform: 'browser',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    // tfjs-backend-wasm asks for Node's modules where it runs in Node.
    external: ['fs', 'path', 'perf_hooks', 'os', 'worker_threads', 'crypto'],
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild has made nothing of ${entry}`);
  return file.contents;
}
