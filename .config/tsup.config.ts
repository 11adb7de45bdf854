import {defineConfig} from 'tsup';

/**
 * dist/ for `npm run build`: an ES module (.mjs) and a CommonJS file (.js) for each entry of the exports map, with types
 * for either. The package has `"type": "commonjs"`, so these are tsup's own names.
 */
export default defineConfig({
  entry: {index: 'src/index.ts', reference: 'src/reference/index.ts'},
  format: ['cjs', 'esm'],
  // The entries share no code; a chunk would hold esbuild's helpers only.
  splitting: false,
  dts: true,
  sourcemap: true,
  clean: true,
  target: 'es2022',
  platform: 'neutral',
  // Bundling any part of tfjs would be a second copy of it, with a kernel registry and an engine of its own. tsup leaves
  // out peers by itself, but packages that only lend their types are not all peers.
  external: [/^@tensorflow\//],
});
