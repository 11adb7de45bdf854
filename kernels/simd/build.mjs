// Compiles the AssemblyScript sources and embeds the binary in build/binary.ts, so that nothing is fetched at run time.
import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import asc from 'assemblyscript/asc';

const folder = path.dirname(fileURLToPath(import.meta.url));
const output = path.join(folder, 'build', 'binary.ts');
const sources = (await readdir(folder)).filter((name) => name.endsWith('.ts'));

async function changed(file) {
  return (await stat(file).catch(() => ({mtimeMs: -Infinity}))).mtimeMs;
}

const inputs = [...sources, 'build.mjs'].map((name) => path.join(folder, name));
if ((await changed(output)) < Math.max(...(await Promise.all(inputs.map(changed))))) {
  const options = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--initialMemory', '1'];
  const files = new Map();
  const {error, stderr} = await asc.main(['index.ts', '--baseDir', folder, '--outFile', 'module.wasm', ...options], {
    readFile: (name, base) => readFile(path.resolve(base, name), 'utf8').catch(() => null),
    writeFile: (name, contents) => void files.set(name, contents),
    listFiles: () => sources,
  });
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  const base64 = Buffer.from(files.get('module.wasm')).toString('base64');
  await mkdir(path.dirname(output), {recursive: true});
  await writeFile(
    output,
    `/** Made by kernels/simd/build.mjs. */\nexport const SIMD_MODULE_BASE64 =\n  '${base64}';\n`,
  );
  console.log(`kernels/simd: ${Math.round((base64.length * 3) / 4)} bytes of WebAssembly`);
}
