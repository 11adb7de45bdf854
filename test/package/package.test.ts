/** The published package: what is in it, and that it works where it is installed, from every kind of module. */
import {gzipSync} from 'node:zlib';
import path from 'node:path';
import vm from 'node:vm';
import {buildSync, type BuildOptions} from 'esbuild';
import {openFiles, whyNoBrowser, type OpenPage} from '../browser/open_page';
import {type Packed, filesIn, pack} from './_packed';

jest.setTimeout(120_000);

let packed: Packed;
beforeAll(() => {
  packed = pack();
});
afterAll(() => packed.remove());

/** log(1 + e^−1 + e^−2): the loss of class 2 among logits 0, 1, 2. */
const LOSS = Math.log1p(Math.exp(-1) + Math.exp(-2));

/** The entries that register something when they are imported. */
const REGISTERING = ['index', 'core', 'cpu', 'wasm', 'webgl', 'webgpu', 'node'];
const SCRIPT_TAG = 'dist/tfjs-losses.min.js';

describe('what is in it', () => {
  test('dist, README, LICENSE and package.json, and in dist each entry in both formats with types', () => {
    const entries = [...REGISTERING, 'reference', 'calibration'].flatMap((name) =>
      ['.d.mts', '.d.ts', '.js', '.js.map', '.mjs', '.mjs.map'].map((extension) => `dist/${name}${extension}`),
    );
    // Types that both entries use may be in a file of their own.
    const shared = packed.files.filter((file) => /^dist\/[\w-]+\.d\.m?ts$/.test(file) && !entries.includes(file));
    expect(packed.files.filter((file) => !file.includes('/prebuilds/'))).toEqual(
      [...entries, ...shared, SCRIPT_TAG, `${SCRIPT_TAG}.map`, 'LICENSE', 'README.md', 'package.json'].sort(),
    );
    expect(filesIn(packed.folder)).toEqual(packed.files);
  });

  test('every path of package.json exists, types first', () => {
    const manifest = JSON.parse(packed.read('package.json')) as {
      main: string;
      module: string;
      types: string;
      unpkg: string;
      jsdelivr: string;
      exports: Record<string, string | Record<string, Record<string, string>>>;
      sideEffects: string[];
    };
    const {exports, main, module, types, unpkg, jsdelivr} = manifest;
    const targets = Object.values(exports).flatMap((target) => {
      if (typeof target === 'string') return [target];
      // A condition that comes before 'types' hides it, and 'default' ends the search.
      for (const conditions of Object.values(target)) expect(Object.keys(conditions)).toEqual(['types', 'default']);
      return Object.values(target).flatMap((conditions) => Object.values(conditions));
    });
    for (const target of [main, module, types, unpkg, jsdelivr, ...targets]) {
      expect(packed.files).toContain(path.posix.normalize(target));
    }
    // What registers kernels has side effects; the mathematics has none.
    expect(manifest.sideEffects.filter((file) => file.startsWith('./dist/')).sort()).toEqual(
      [...REGISTERING.flatMap((name) => [`./dist/${name}.js`, `./dist/${name}.mjs`]), `./${SCRIPT_TAG}`].sort(),
    );
  });

  test('nothing of tfjs, or of anybody else, is bundled', () => {
    for (const file of packed.files.filter((name) => name.endsWith('.map'))) {
      const {sources} = JSON.parse(packed.read(file)) as {sources: string[]};
      expect(sources.length).toBeGreaterThan(5);
      for (const source of sources) expect(source).toMatch(/^(\.\.\/(src|kernels)\/|global:tf$)/);
    }
    for (const file of packed.files.filter((name) => /^dist\/.*\.(m?js|d\.m?ts)$/.test(name))) {
      const isTypes = file.includes('.d.');
      const allowed = file.includes('reference') || file === SCRIPT_TAG ? [] : ['@tensorflow/tfjs-core'];
      // Types of tfjs-layers are marked as optional; the addon for tfjs-node is found with Node's own modules.
      if (isTypes && allowed.length > 0) allowed.push('@tensorflow/tfjs-layers');
      const imported = isTypes ? importedTypes(file) : importedModules(file);
      const foreign = imported.filter(
        (name) => !(file.startsWith('dist/node.') && /^(node:|fs$|path$|url$)/.test(name)),
      );
      expect({file, foreign: foreign.filter((name) => !allowed.includes(name))}).toEqual({file, foreign: []});
      if (!isTypes && allowed.length > 0) expect({file, foreign}).toEqual({file, foreign: allowed});
    }
  });

  /** What a file of JavaScript imports or requires, beside files of the package. */
  function importedModules(file: string): string[] {
    const entry = path.join(packed.folder, file);
    const {inputs} = buildSync({
      entryPoints: [entry],
      absWorkingDir: packed.folder,
      bundle: true,
      packages: 'external',
      platform: 'node',
      metafile: true,
      write: false,
    }).metafile;
    expect(Object.keys(inputs)).toEqual([file]);
    return [...new Set(inputs[file]?.imports.map((name) => name.path))];
  }

  /** What a file of types imports, beside files of the package; without the examples of the documentation. */
  function importedTypes(file: string): string[] {
    const code = packed.read(file).replace(/\/\*\*.*?\*\//gs, '');
    const found = code.matchAll(/(?:from|import|require\()\s*['"]([^'"\n]+)['"]/g);
    return [...new Set(Array.from(found, ([, name = '']) => name).filter((name) => !name.startsWith('./')))];
  }

  test.each([
    // Half of index is the WebAssembly modules in base64.
    ['dist/index.mjs', 100_000],
    ['dist/index.js', 100_000],
    [SCRIPT_TAG, 85_000],
    ['dist/core.mjs', 42_000],
    ['dist/cpu.mjs', 32_000],
    ['dist/wasm.mjs', 32_000],
    ['dist/webgl.mjs', 20_000],
    ['dist/webgpu.mjs', 18_000],
    ['dist/reference.mjs', 8_000],
    ['dist/calibration.mjs', 10_000],
  ])('%s has at most %d bytes, gzipped', (file, budget) => {
    const size = gzipSync(packed.read(file)).length;
    expect(size).toBeLessThan(budget);
    // A budget that is far away watches nothing.
    expect(size).toBeGreaterThan(budget / 3);
  });
});

describe('in Node', () => {
  const use = `
    tf.setBackend('cpu');
    const value = losses.sparseSoftmaxCrossEntropy([2], [[0, 1, 2]]).dataSync()[0];
    const gradient = tf.grad(z => losses.softmaxCrossEntropy([[0, 0, 1]], z))(tf.tensor2d([[0, 1, 2]])).dataSync();
    losses.install(tf);
    const model = tf.sequential({layers: [tf.layers.dense({units: 3, inputShape: [2], kernelInitializer: 'zeros'})]});
    model.compile({optimizer: 'sgd', loss: 'sparseSoftmaxCrossEntropy'});
    const uniform = model.evaluate(tf.ones([2, 2]), tf.tensor1d([0, 2], 'int32')).dataSync()[0];
    const exact = reference.sparseSoftmaxCrossEntropy.loss(2, [0, 1, 2]);
    console.log(JSON.stringify({value, gradient: [...gradient], uniform, exact}));`;

  const forms: [string, string, string][] = [
    [
      'require',
      'use.cjs',
      `const tf = require('@tensorflow/tfjs');
       const losses = require('tfjs-losses');
       const reference = require('tfjs-losses/reference');${use}`,
    ],
    [
      'import',
      'use.mjs',
      `import * as tf from '@tensorflow/tfjs';
       import * as losses from 'tfjs-losses';
       import * as reference from 'tfjs-losses/reference';${use}`,
    ],
    [
      'the package first, tfjs after it',
      'after.mjs',
      `import * as losses from 'tfjs-losses';
       import * as reference from 'tfjs-losses/reference';
       import * as tf from '@tensorflow/tfjs';${use}`,
    ],
    [
      'import(), in CommonJS',
      'dynamic.cjs',
      `const tf = require('@tensorflow/tfjs');
       (async () => {
         const losses = await import('tfjs-losses');
         const reference = await import('tfjs-losses/reference');${use}
       })();`,
    ],
  ];
  test.each(forms)('%s', (_what, name, text) => {
    const result = JSON.parse(lastLine(packed.node([packed.write(name, text)]))) as {
      value: number;
      gradient: number[];
      uniform: number;
      exact: number;
    };
    const p = [0, 1, 2].map((z) => Math.exp(z - 2 - LOSS));
    expect(result.value).toBeCloseTo(LOSS, 7);
    expect(result.exact).toBeCloseTo(LOSS, 15);
    expect(result.uniform).toBeCloseTo(Math.log(3), 6);
    [p[0], p[1], (p[2] ?? NaN) - 1].forEach((expected = NaN, k) => expect(result.gradient[k]).toBeCloseTo(expected, 7));
  });

  test.each([
    [
      'require',
      'calibration.cjs',
      `const {brierScore} = require('tfjs-losses/calibration'), tf = require('@tensorflow/tfjs');`,
    ],
    [
      'import',
      'calibration.mjs',
      `import {brierScore} from 'tfjs-losses/calibration'; import * as tf from '@tensorflow/tfjs';`,
    ],
  ])('calibration, %s', (_what, name, imports) => {
    const call = `brierScore(tf.tensor1d([0, 1]), tf.zeros([2, 2])).then(score => console.log(score));`;
    expect(lastLine(packed.node([packed.write(name, imports + call)]))).toBe('0.5');
  });

  test('tfjs-core alone is enough', () => {
    // Ops as methods of tensors and tfjs's own gradients are part of the union package, tfjs: none may be needed.
    const script = packed.write(
      'core.cjs',
      `const core = require('@tensorflow/tfjs-core');
       require('@tensorflow/tfjs-backend-cpu');
       const losses = require('tfjs-losses');
       const z = core.tensor2d([[0, 1, 2]]);
       const named = [
         losses.softmaxCrossEntropy([[0, 0, 1]], z, {labelSmoothing: 0.1}),
         losses.sparseSoftmaxFocalCrossEntropy([2], z, {classWeights: [1, 2, 3]}),
         losses.sigmoidFocalCrossEntropy(core.ones([1, 3], 'bool'), z),
         losses.logSumExp(z),
         losses.smoothLabels(core.ones([1, 3], 'int32'), 0.1),
         core.grad(x => losses.softmaxCrossEntropy([[0, 0, 1]], x))(z),
         core.grad(x => losses.sigmoidCrossEntropy([[0, 0, 1]], x))(z),
       ];
       console.log(JSON.stringify(named.map(x => Array.from(x.dataSync()).every(Number.isFinite))));`,
    );
    expect(JSON.parse(lastLine(packed.node([script])))).toEqual(new Array(7).fill(true));
  });

  test('as ESM and CommonJS in one program: one engine, one registry, no warning', () => {
    const script = packed.write(
      'both.mjs',
      `import {createRequire} from 'node:module';
       const said = [];
       console.warn = (...text) => said.push(text.join(' '));
       const require = createRequire(import.meta.url);
       const tf = require('@tensorflow/tfjs');
       const esm = await import('tfjs-losses');
       const kernel = tf.getKernel('SoftmaxCrossEntropyWithLogits', 'cpu').kernelFunc;
       const cjs = require('tfjs-losses');
       tf.setBackend('cpu');
       esm.install(tf);
       const {compile} = tf.LayersModel.prototype;
       cjs.install(tf);
       cjs.registerLoss('sumOfOutputs', () => (_y, z) => tf.sum(z, 1));
       const model = tf.sequential({layers: [tf.layers.dense({units: 3, inputShape: [2], kernelInitializer: 'ones'})]});
       const values = ['sumOfOutputs', cjs.loss('softmaxCrossEntropy'), esm.loss('softmaxCrossEntropy')].map(loss => {
         model.compile({optimizer: 'sgd', loss});
         return model.evaluate(tf.ones([2, 2]), tf.ones([2, 3])).dataSync()[0];
       });
       const core = await import('@tensorflow/tfjs-core');
       const op = copy => copy.softmaxCrossEntropy([[0, 1]], [[3, 1]]).dataSync()[0];
       console.log(JSON.stringify({
         copies: esm.softmaxCrossEntropy !== cjs.softmaxCrossEntropy,
         engine: core.engine() === tf.engine() && core.engine() === require('@tensorflow/tfjs-core').engine(),
         kernel: tf.getKernel('SoftmaxCrossEntropyWithLogits', 'cpu').kernelFunc === kernel,
         patchedOnce: tf.LayersModel.prototype.compile === compile,
         listed: [esm, cjs].map(copy => copy.listLosses().length),
         same: op(esm) === op(cjs),
         values,
         said: said.filter(text => !text.includes('install our node backend')),
       }));`,
    );
    const result = JSON.parse(lastLine(packed.node([script]))) as {values: number[]};
    // Logits 2, 2, 2 and labels 1, 1, 1: a sum of 6, and 3·log 3.
    expect(result).toMatchObject({
      copies: true,
      engine: true,
      kernel: true,
      patchedOnce: true,
      listed: [7, 7],
      same: true,
      said: [],
    });
    [6, 3 * Math.log(3), 3 * Math.log(3)].forEach((expected, i) => expect(result.values[i]).toBeCloseTo(expected, 5));
  });
});

/** What a script says last; tfjs greets on standard error. */
function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

describe('types', () => {
  const consumer = `
    import * as tf from '@tensorflow/tfjs';
    import {type LossOptions, type SoftmaxCrossEntropyOptions, install, loss, softmaxCrossEntropy} from 'tfjs-losses';
    import {logSumExp, softmaxCrossEntropy as exact} from 'tfjs-losses/reference';
    import {fitTemperature} from 'tfjs-losses/calibration';
    install(tf);
    const options: SoftmaxCrossEntropyOptions = {labelSmoothing: 0.1};
    export const value: tf.Tensor = softmaxCrossEntropy([[0, 1]], tf.zeros([1, 2]), options);
    export const numbers: number = exact.loss([0, 1], [1, 2]) + logSumExp([1, 2]);
    export const fitted: Promise<number> = fitTemperature([0, 1], tf.zeros([2, 2])).then((fit) => fit.temperature);
    export const names: keyof LossOptions = 'softmaxCrossEntropy';
    tf.sequential().compile({optimizer: 'sgd', loss: loss('sigmoidFocalCrossEntropy', {gamma: 3})});
    // @ts-expect-error an option that is misspelt: were the types any, this would compile
    softmaxCrossEntropy([[0, 1]], tf.zeros([1, 2]), {labelSmothing: 0.1});
    // @ts-expect-error labels as text
    exact.loss('a', [1, 2]);
  `;
  const common = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: 'ES2022',
    lib: ['ES2022', 'DOM'],
  };
  test.each([
    ['node16', 'node16', ['types.mts', 'types.cts']],
    ['bundler', 'esnext', ['types.ts']],
    ['node10', 'commonjs', ['main.ts']],
  ])('moduleResolution %s', (moduleResolution, module, files) => {
    for (const file of files) {
      // Before TypeScript 4.7 there is no exports map, so no tfjs-losses/reference or tfjs-losses/calibration.
      const text =
        moduleResolution === 'node10'
          ? consumer.replace(
              /import \{(?:logSumExp|fitTemp).*|export const (?:numbers|fitted).*|exact\.loss\('a'.*|\/\/ @ts-expect-error labels.*/g,
              '',
            )
          : consumer;
      packed.write(file, text);
    }
    const compilerOptions = {...common, module, moduleResolution, ignoreDeprecations: '5.0'};
    const config = packed.write(`${moduleResolution}.json`, JSON.stringify({compilerOptions, files}));
    const tsc = require.resolve('typescript/bin/tsc');
    expect(packed.node([tsc, '-p', config])).toBe('');
  });
});

describe('bundled for a browser', () => {
  /** What esbuild makes of a program in the project. */
  function bundle(text: string, options: BuildOptions = {}): string {
    const {outputFiles} = buildSync({
      stdin: {contents: text, resolveDir: packed.project},
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      logLevel: 'silent',
      ...options,
    });
    return outputFiles?.[0]?.text ?? '';
  }

  test('the mathematics alone is small, and free of tfjs', () => {
    const code = bundle("import {logSumExp} from 'tfjs-losses/reference'; globalThis.result = logSumExp([0, 0]);");
    // Every loss, because its functions are in a namespace; but nothing of the 100 kB and more of the main entry.
    expect(code.length).toBeLessThan(9_000);
    expect(code).not.toMatch(/tensorflow/i);
    expect(run(code)).toBeCloseTo(Math.LN2, 15);
    // Imported and not used, it is gone.
    const unused = "import 'tfjs-losses/reference'; import {reduce} from 'tfjs-losses/reference';";
    expect(bundle(unused, {format: 'esm'})).toBe('');
  });

  test('calibration comes without kernels, and goes where it is not used', () => {
    const external: BuildOptions = {external: ['@tensorflow/*'], format: 'esm'};
    const code = bundle("export {fitTemperature} from 'tfjs-losses/calibration';", external);
    expect(code.length).toBeLessThan(12_000);
    expect(code).not.toContain('CrossEntropyWithLogits');
    expect(bundle("import {brierScore} from 'tfjs-losses/calibration';", external)).toBe('');
  });

  test('the import of the package alone keeps its kernels', () => {
    const code = bundle("import 'tfjs-losses';", {external: ['@tensorflow/*'], format: 'esm'});
    expect(code).toContain('SparseSoftmaxCrossEntropyWithLogitsGrad');
    expect(code.length).toBeGreaterThan(50_000);
  });

  const EXTERNAL: BuildOptions = {external: ['@tensorflow/*'], format: 'esm'};
  const LARGEST_ENTRY = 100_000;

  test.each(['cpu', 'wasm', 'webgl', 'webgpu'])(
    'core and %s are a fraction of all, and hold the kernels',
    (backend) => {
      const code = bundle(`export {loss} from 'tfjs-losses/core'; import 'tfjs-losses/${backend}';`, EXTERNAL);
      const all = bundle("export {loss} from 'tfjs-losses';", EXTERNAL);
      expect(code).toContain(`"${backend}"`);
      for (const other of ['cpu', 'wasm', 'webgl', 'webgpu'].filter((name) => name !== backend)) {
        expect({other, registered: new RegExp(`\\("${other}",\\{Softmax`).test(code)}).toEqual({
          other,
          registered: false,
        });
      }
      expect(code.length).toBeLessThan(0.75 * all.length);
    },
  );

  test('core alone registers gradients and no kernels', () => {
    const code = bundle("import 'tfjs-losses/core';", EXTERNAL);
    expect(code).toContain('SparseSoftmaxCrossEntropyWithLogitsGrad');
    expect(code.length).toBeLessThan(LARGEST_ENTRY);
  });

  test('there is no trace of tfjs-node or of Node', () => {
    const code = bundle("import * as losses from 'tfjs-losses'; globalThis.losses = losses;", EXTERNAL);
    expect(code).not.toMatch(/["'](?:@tensorflow\/tfjs-node|node:[\w/]+|fs|path|os|module)["']/);
  });

  test('it computes at once: no file, no request, nothing to wait for', () => {
    const code = bundle(`
      import * as tf from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-backend-cpu';
      import {sparseSoftmaxCrossEntropy} from 'tfjs-losses';
      globalThis.result = {
        loss: sparseSoftmaxCrossEntropy([2], [[0, 1, 2]]).dataSync()[0],
        simd: tf.env().getBool('LOSSES_CPU_SIMD'),
      };`);
    const {loss, simd} = run(code) as {loss: number; simd: boolean};
    expect(loss).toBeCloseTo(LOSS, 7);
    expect(simd).toBe(true);
  });

  /** Runs a bundle where there is no Node, no file and no network, and returns its globalThis.result. */
  function run(code: string): unknown {
    const forbidden = (what: string) => (): never => {
      throw new Error(`${what} was called.`);
    };
    const sandbox = {
      window: {document: {}},
      atob,
      performance,
      TextEncoder,
      TextDecoder,
      WebAssembly,
      console,
      setTimeout: forbidden('setTimeout'),
      fetch: forbidden('fetch'),
      XMLHttpRequest: forbidden('XMLHttpRequest'),
      result: undefined as unknown,
    };
    try {
      vm.runInNewContext(code, sandbox);
    } catch (error) {
      // Its stack would show the whole bundle.
      throw new Error(String(error).slice(0, 1000));
    }
    return JSON.parse(JSON.stringify(sandbox.result));
  }
});

const noBrowser = whyNoBrowser();
const describeInBrowser = noBrowser === undefined ? describe : describe.skip;

describeInBrowser(`as a script tag${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`, () => {
  interface Script {
    fit(backend: string): Promise<{backend: string; history: number[]; kernels: string[]}>;
  }

  /** What a page would write itself. */
  const PAGE = `
    var script = {
      async fit(backend) {
        await tf.setBackend(backend);
        tfjsLosses.install(tf);
        const model = tf.sequential({layers: [tf.layers.dense({units: 3, inputShape: [2], kernelInitializer: 'zeros'})]});
        model.compile({optimizer: tf.train.sgd(0.5), loss: 'sparseSoftmaxCrossEntropy'});
        const xs = tf.tensor2d([[0, 1], [1, 0], [1, 1], [0, 1], [1, 0], [1, 1]]);
        const ys = tf.tensor1d([0, 1, 2, 0, 1, 2]);
        const {history} = await model.fit(xs, ys, {epochs: 20});
        const {kernelNames} = await tf.profile(() => tf.tidy(() => {
          tf.grad((z) => tfjsLosses.sparseSoftmaxCrossEntropy([0, 1], z))(tf.zeros([2, 3]));
        }));
        return {backend: tf.getBackend(), history: history.loss, kernels: kernelNames.filter((name) => /CrossEntropy/.test(name))};
      },
    };`;

  let page: OpenPage<Script>;
  beforeAll(async () => {
    const tags = ['/node_modules/@tensorflow/tfjs/dist/tf.min.js', 'tfjs-losses.min.js', 'page.js'];
    const html = tags.map((src) => `<script src="${src}"></script>`).join('');
    page = await openFiles<Script>(
      new Map([
        ['/index.html', `<!doctype html><link rel="icon" href="data:,">${html}`],
        ['/tfjs-losses.min.js', packed.read(SCRIPT_TAG)],
        ['/page.js', PAGE],
      ]),
    );
  });
  afterAll(() => page.close());

  test.each(['webgl', 'cpu'])('a model learns on %s with a loss by its name', async (backend) => {
    const result = await page.call('fit', backend);
    expect(result.backend).toBe(backend);
    expect(result.history[0]).toBeCloseTo(Math.log(3), 5);
    expect(result.history.at(-1)).toBeLessThan(0.5);
    expect(result.kernels).toContain('SparseSoftmaxCrossEntropyWithLogits');
    expect(result.kernels).toContain('SparseSoftmaxCrossEntropyWithLogitsGrad');
    expect(page.errors).toEqual([]);
  });
});

test('without tfjs before it the script tag says what is missing', () => {
  expect(() => void vm.runInNewContext(packed.read(SCRIPT_TAG), {})).toThrow(/no global 'tf'. Load tf\.min\.js before/);
});
