// tfjs-node's addon (`tfjs_binding.node`): its own download where that is reachable, else built from the sources in its npm
// package against the libraries of TensorFlow's wheel.
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {copyFile, mkdir, readFile, readdir, rename, rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {CACHE, exists, makeOnce} from './_cache.mjs';
import {say} from './_progress.mjs';
import {findProgram, run, SetupError} from './_run.mjs';
import {tensorflow} from './_tensorflow.mjs';

const MINUTE = 60_000;

/** tfjs-node's folder, manifest and where it looks for its addon. */
async function tfjsNode(root) {
  const folder = path.join(root, 'node_modules/@tensorflow/tfjs-node');
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => {
    throw new SetupError(`@tensorflow/tfjs-node is not installed in ${root}: run 'npm ci' first.`);
  });
  const manifest = JSON.parse(text);
  const napi = Math.max(...manifest.binary.napi_versions.filter((v) => v <= Number(process.versions.napi)));
  return {folder, manifest, napi, addon: path.join(folder, `lib/napi-v${napi}/tfjs_binding.node`)};
}

/** TensorFlow's version as `require('@tensorflow/tfjs-node')` finds it in a process of its own, or why it does not. */
function load(root) {
  const script = `console.log(require('@tensorflow/tfjs-node').backend().binding.TF_Version)`;
  const {status, signal, stdout, stderr} = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    timeout: 2 * MINUTE,
    env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '2'},
  });
  if (status === 0) return {version: stdout.trim().split('\n').pop()};
  return {
    reason:
      signal === 'SIGILL'
        ? 'this processor lacks AVX, which the builds of TensorFlow need'
        : `${signal ?? ''} ${
            stderr
              .trim()
              .split('\n')
              .find((line) => line.includes('Error')) ?? stderr.slice(-500)
          }`.trim(),
  };
}

/** Makes tfjs-node usable in `root` and returns TensorFlow's version. */
export async function setUpTfjsNode(root, {source, version}) {
  const target = await tfjsNode(root);
  if (await exists(target.addon)) {
    const {version: found, reason} = load(root);
    const isOther = source === 'wheel' && found !== version;
    if (found !== undefined && !isOther) return found;
    say(isOther ? `TensorFlow ${found} gives way to ${version}` : `the addon of tfjs-node cannot be loaded: ${reason}`);
    await rm(path.dirname(target.addon), {recursive: true});
  }
  if (source !== 'wheel' && (await download(root, target))) return load(root).version;
  if (source === 'download') throw new SetupError(`tfjs-node's own download is not reachable from here.`);
  await build(target, version);
  const {version: found, reason} = load(root);
  if (found === undefined) throw new SetupError(`tfjs-node was built but cannot be loaded: ${reason}`);
  return found;
}

/** Whether tfjs-node's own installation worked. */
async function download(root, {folder, manifest, addon}) {
  const reachable = await fetch(manifest.binary.host, {method: 'HEAD', signal: AbortSignal.timeout(10_000)}).then(
    () => true,
    () => false,
  );
  if (!reachable) {
    say(`the download of tfjs-node is not reachable: it will be built from its sources`);
    return false;
  }
  say(`running tfjs-node's own installation`);
  const bin = path.join(root, 'node_modules/.bin');
  const {status} = spawnSync(process.execPath, ['scripts/install.js'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    timeout: 15 * MINUTE,
    env: {...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`},
  });
  if (status === 0 && (await exists(addon)) && load(root).version !== undefined) return true;
  say(`tfjs-node's own installation failed: it will be built from its sources`);
  await rm(path.join(folder, 'deps'), {recursive: true, force: true});
  await rm(path.dirname(addon), {recursive: true, force: true});
  return false;
}

/** Puts the addon where tfjs-node looks for it. */
async function build({folder, manifest, napi, addon}, version) {
  const built = await builtAddon({folder, manifest, napi}, version);
  await mkdir(path.dirname(addon), {recursive: true});
  // Not onto the file itself: a process may have it loaded.
  await copyFile(built, `${addon}.new`);
  await rename(`${addon}.new`, addon);
}

/** The addon of tfjs-node for another system, in the cache: `compiler` is one that builds for it. */
export async function crossBuiltBinding(root, version, {system, compiler}) {
  return builtAddon(await tfjsNode(root), version, {system, compiler});
}

/** Builds the addon, or takes the one in the cache that was built from the same things. */
async function builtAddon({folder, manifest, napi}, version, {system, compiler: given} = {}) {
  const {lib, include} = await tensorflow(version, system);
  const sources = path.join(folder, 'binding');
  const hash = createHash('sha256').update(`${manifest.version} ${napi} ${lib}`);
  for (const name of (await readdir(sources)).sort()) hash.update(await readFile(path.join(sources, name)));
  const name = `tfjs-node-${manifest.version}-tensorflow-${version}-${hash.digest('hex').slice(0, 16)}.node`;
  return makeOnce(path.join(CACHE, name), async (made) => {
    const compiler = given ?? findProgram([process.env.CXX ?? 'c++', 'g++', 'clang++']);
    if (compiler === undefined) {
      throw new SetupError(
        `A C++ compiler builds tfjs-node's addon, and there is none here: install g++ or clang++, or set CXX.`,
      );
    }
    say(`building tfjs-node ${manifest.version} against TensorFlow ${version}`);
    run(
      compiler,
      [
        ...['-std=c++17', '-O2', '-w', '-fPIC', '-shared', `-DNAPI_VERSION=${napi}`],
        ...[`-I${createRequire(import.meta.url)('node-api-headers').include_dir}`, `-I${include}`],
        ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(sources, file)),
        ...[`-L${lib}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,${lib}`],
        ...['-o', made],
      ],
      {advice: `tfjs-node's addon could not be built with ${compiler}; CXX chooses another compiler.`},
    );
  });
}
