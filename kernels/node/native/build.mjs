/**
 * Builds the addon for this machine: `node kernels/node/native/build.mjs [--force] [--sanitize]`.
 *
 * It goes to prebuilds/<platform>-<arch>/, the layout of prebuildify and node-gyp-build, and `npm pack` takes it along, so users
 * of that platform need no compiler. It runs on every Node from 18 on (Node-API 8) and with every TensorFlow that tfjs-node loads.
 * `--sanitize` makes a second addon with AddressSanitizer and UndefinedBehaviorSanitizer, under build/.
 */
import {mkdir, readFile, readdir, rename, stat} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {spawn} from 'node:child_process';
import {findProgram, SetupError} from '../../../.config/setup/_run.mjs';
import {say} from '../../../.config/setup/_progress.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));

/** Where the addon is, or will be. */
export function addonPath(sanitize = false, {platform, arch} = process) {
  const libc = platform === 'linux' ? '.glibc' : '';
  return sanitize
    ? path.join(folder, 'build/tfjs-losses.sanitized.node')
    : path.join(folder, `prebuilds/${platform}-${arch}/tfjs-losses${libc}.node`);
}

async function modified(file) {
  return (await stat(file).catch(() => ({mtimeMs: -Infinity}))).mtimeMs;
}

/**
 * Builds what is missing or older than its sources. Returns the path of what it has built. For another `system` than this one
 * `compiler` has to be one that builds for it.
 */
export async function buildAddon({force = false, sanitize = false, system = process, compiler: given} = {}) {
  const output = addonPath(sanitize, system);
  const names = (await readdir(folder)).filter((name) => /\.(cc|h|inl|mjs)$/.test(name));
  const changed = await Promise.all(names.map((name) => modified(path.join(folder, name))));
  if (!force && (await modified(output)) > Math.max(...changed)) return undefined;
  if (system.platform === 'win32') throw new SetupError(`The addon is for Linux and macOS.`);

  const compiler = given ?? findProgram([process.env.CXX ?? 'c++', 'g++', 'clang++']);
  if (compiler === undefined) {
    throw new SetupError(
      `A C++ compiler builds the addon, and there is none here: install g++ or clang++, or set CXX.`,
    );
  }
  say(`building the addon${sanitize ? ' with sanitizers' : ''}`);
  const objects = path.join(folder, 'build', sanitize ? 'sanitized' : `objects-${system.platform}-${system.arch}`);
  await mkdir(objects, {recursive: true});
  await mkdir(path.dirname(output), {recursive: true});
  const flags = [
    ...[
      '-std=c++17',
      '-fPIC',
      '-fvisibility=hidden',
      '-ffunction-sections',
      '-fdata-sections',
      '-Wall',
      '-Wextra',
      '-Wno-psabi',
      '-Wno-unknown-pragmas',
      // g++ alone has the next one; the other is for its own intrinsics, which begin with what is undefined (GCC bug 105593).
      '-Wno-unknown-warning-option',
      '-Wno-maybe-uninitialized',
      '-Wno-uninitialized',
    ],
    // Contraction into fused multiply-adds is the only liberty that the compiler gets.
    ...[
      '-ffp-contract=fast',
      '-DNAPI_VERSION=8',
      `-I${createRequire(import.meta.url)('node-api-headers').include_dir}`,
    ],
    ...(sanitize
      ? ['-O1', '-g', '-fsanitize=address,undefined', '-fno-sanitize-recover=undefined']
      : ['-O3', '-DNDEBUG']),
  ];
  const sources = names.filter((name) => name.endsWith('.cc'));
  const compiled = sources.map((name) => path.join(objects, name.replace('.cc', '.o')));
  await Promise.all(
    sources.map((name, i) => compile(compiler, [...flags, '-c', path.join(folder, name), '-o', compiled[i]])),
  );
  const link = system.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];
  const library = sanitize
    ? ['-fsanitize=address,undefined']
    : system.platform === 'linux'
      ? await portable(path.join(folder, 'glibc.cc'), system)
      : [];
  const partial = `${output}.${process.pid}`;
  await compile(compiler, ['-shared', '-pthread', ...compiled, ...link, ...library, '-ldl', '-o', partial]);
  await rename(partial, output);
  return output;
}

/**
 * Options of the linker for an addon that loads on older systems. libstdc++ is in it, so that theirs may be older, but without
 * what nothing calls (its random numbers need a new glibc) and without lending its functions to others in the process. libgcc_s,
 * which unwinds exceptions, is the one that Node has loaded.
 */
async function portable(file, {arch}) {
  const link = ['-static-libstdc++', '-s', '-Wl,--gc-sections', '-Wl,--exclude-libs,ALL'];
  if (arch !== 'x64') return link;
  const forwarded = (await readFile(file, 'utf8')).matchAll(/^FORWARD\([^,]+, (\w+),/gm);
  return [...link, ...[...forwarded].map(([, name]) => `-Wl,--wrap=${name}`)];
}

function compile(compiler, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(compiler, args, {stdio: ['ignore', 2, 2]});
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new SetupError(`The addon could not be built with ${compiler}; CXX chooses another compiler.`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [force, sanitize] = ['--force', '--sanitize'].map((flag) => process.argv.includes(flag));
  try {
    await buildAddon({force, sanitize});
  } catch (error) {
    say(error instanceof SetupError ? error.message : error.stack);
    process.exitCode = 1;
  }
}
