import {defineConfig, type Options} from 'tsup';

/**
 * dist/ for `npm run build`: an ES module (.mjs) and a CommonJS file (.js) for each entry of the exports map, with types
 * for either. The package has `"type": "commonjs"`, so these are tsup's own names.
 */
const options: Options = {
  entry: {
    index: 'src/index.ts',
    core: 'src/core.ts',
    cpu: 'src/backends/cpu.ts',
    wasm: 'src/backends/wasm.ts',
    webgl: 'src/backends/webgl.ts',
    webgpu: 'src/backends/webgpu.ts',
    reference: 'src/reference/index.ts',
    calibration: 'src/calibration/index.ts',
  },
  format: ['cjs', 'esm'],
  // The entries share no state, and of code only checks of arguments.
  splitting: false,
  dts: true,
  sourcemap: true,
  target: 'es2022',
  platform: 'neutral',
  // Bundling any part of tfjs would be a second copy of it, with a kernel registry and an engine of its own. tsup leaves
  // out peers by itself, but packages that only lend their types are not all peers.
  external: [/^@tensorflow\//],
};

/** tfjs-core as the global `tf` of tf.min.js (or tf-core.min.js): what a script tag has brought. */
const globalTf: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'global-tf',
  setup(build) {
    build.onResolve({filter: /^@tensorflow\/tfjs-core$/}, () => ({path: 'tf', namespace: 'global'}));
    build.onLoad({filter: /.*/, namespace: 'global'}, () => ({
      contents: `
        if (typeof tf === 'undefined') throw new Error("tfjs-losses: there is no global 'tf'. Load tf.min.js before this script.");
        module.exports = tf;`,
    }));
  },
};

/** dist/tfjs-losses.min.js: a script tag's `tfjsLosses`. */
const scriptTag: Options = {
  ...options,
  entry: {'tfjs-losses': 'src/index.ts'},
  format: ['iife'],
  globalName: 'tfjsLosses',
  outExtension: () => ({js: '.min.js'}),
  platform: 'browser',
  minify: true,
  dts: false,
  external: [],
  noExternal: [/^@tensorflow\//],
  esbuildPlugins: [globalTf],
};

/** It finds its addon beside itself, which an ES module says in another way than CommonJS, and nothing may be imported for it. */
const node: Options = {
  ...options,
  entry: {node: 'kernels/node/register.ts'},
  esbuildOptions: (esbuild, {format}) => {
    if (format !== 'esm') return;
    esbuild.define = {...esbuild.define, __dirname: 'moduleFolder'};
    esbuild.banner = {js: `const moduleFolder = decodeURIComponent(new URL('.', import.meta.url).pathname);`};
  },
};

export default defineConfig([options, scriptTag, node]);
