/** The page as files by their path: one document with its style, and one script with tfjs, the package and the digits. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {type Plugin, build} from 'esbuild';

const HERE = __dirname;

export async function buildPage(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const {outputFiles} = await build({
    entryPoints: [join(HERE, 'page.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    logLevel: 'warning',
    define: {__dirname: '"examples"'},
    plugins: [bundledData],
    // tfjs asks for Node's modules where it runs in Node.
    external: ['fs', 'path', 'perf_hooks', 'os', 'worker_threads', 'crypto'],
  });
  const [script] = outputFiles;
  if (script === undefined) throw new Error('esbuild has made nothing of page.ts.');
  const style = readFileSync(join(HERE, 'style.css'), 'utf8');
  const html = readFileSync(join(HERE, 'index.html'), 'utf8').replace('/* style.css */', () => style);
  return new Map<string, string | Uint8Array>([
    ['/index.html', html],
    ['/script.js', script.contents],
  ]);
}

/** The files that the loader of the examples reads become part of the script, so that the loader is the same in Node and here. */
const bundledData: Plugin = {
  name: 'bundled-data',
  setup(esbuild) {
    esbuild.onResolve({filter: /^node:(fs|path)$/}, ({path}) => ({path, namespace: 'bundled-data'}));
    esbuild.onLoad({filter: /fs$/, namespace: 'bundled-data'}, () => {
      const csv = readFileSync(join(HERE, '../data/digits.csv'), 'utf8');
      const files = JSON.stringify({'examples/data/digits.csv': csv});
      return {contents: `const files = ${files}; export const readFileSync = (path) => files[path];`};
    });
    esbuild.onLoad({filter: /path$/, namespace: 'bundled-data'}, () => ({
      contents: `export const join = (...parts) => parts.join('/');`,
    }));
  },
};
