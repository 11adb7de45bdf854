// Compiles the AssemblyScript sources and embeds the binary in build/binary.ts, so that nothing is fetched at run time.
//
// The module imports its memory and has no data, because it also runs in memory that belongs to someone else. Memory that
// threads share has to be declared so in the import: the binary for it differs in one byte, whose position goes along.
import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import asc from 'assemblyscript/asc';

const folder = path.dirname(fileURLToPath(import.meta.url));
const output = path.join(folder, 'build', 'binary.ts');
const sources = (await readdir(folder)).filter((name) => name.endsWith('.ts'));

const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--noExportMemory'];
/** 4 GB: an importer's memory may have this as its maximum, and tfjs-wasm's has. */
const MEMORY = ['--importMemory', '--initialMemory', '1', '--maximumMemory', '65536'];
const DATA_SECTION = 11;

async function changed(file) {
  return (await stat(file).catch(() => ({mtimeMs: -Infinity}))).mtimeMs;
}

async function compile(...options) {
  const files = new Map();
  const args = ['index.ts', '--baseDir', folder, '--outFile', 'module.wasm', ...FLAGS, ...MEMORY, ...options];
  const {error, stderr} = await asc.main(args, {
    readFile: (name, base) => readFile(path.resolve(base, name), 'utf8').catch(() => null),
    writeFile: (name, contents) => void files.set(name, contents),
    listFiles: () => sources,
  });
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  return files.get('module.wasm');
}

function hasSection(binary, wanted) {
  let at = 8;
  while (at < binary.length) {
    if (binary[at++] === wanted) return true;
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = binary[at++];
      size += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return false;
}

/** The one byte in which the binaries differ. */
function sharedByte(binary, shared) {
  const different = [...binary.keys()].filter((i) => binary[i] !== shared[i]);
  const [at] = different;
  if (binary.length !== shared.length || different.length !== 1 || binary[at] !== 1 || shared[at] !== 3) {
    throw new Error('The module for shared memory differs in more than the limits of its import.');
  }
  return at;
}

const inputs = [...sources, 'build.mjs'].map((name) => path.join(folder, name));
if ((await changed(output)) < Math.max(...(await Promise.all(inputs.map(changed))))) {
  const binary = await compile();
  if (hasSection(binary, DATA_SECTION)) throw new Error('The module has data, at addresses that are not its own.');
  const at = sharedByte(binary, await compile('--sharedMemory', '--enable', 'threads'));
  const base64 = Buffer.from(binary).toString('base64');
  await mkdir(path.dirname(output), {recursive: true});
  await writeFile(
    output,
    `/** Made by kernels/simd/build.mjs. */\n` +
      `export const SIMD_MODULE_BASE64 =\n  '${base64}';\n\n` +
      `/** Set to 3, this byte makes it the module for shared memory. */\nexport const MEMORY_LIMITS_BYTE = ${at};\n`,
  );
  console.log(`kernels/simd: ${binary.length} bytes of WebAssembly`);
}
