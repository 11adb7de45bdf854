// Marks the types of optional peers in dist/*.d.ts: where tfjs-layers is not installed, an import of its types or an
// augmentation of its modules must be no error (TypeScript reports them even to those who use the ops alone). What is
// imported is then any.
import {readFile, readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';

const dist = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'dist');
const OPTIONAL = /^(?:import .* from|declare module) '@tensorflow\/(?!tfjs-core['/]).*$/gm;

for (const file of (await readdir(dist)).filter((name) => /\.d\.m?ts$/.test(name))) {
  const text = await readFile(path.join(dist, file), 'utf8');
  await writeFile(
    path.join(dist, file),
    text.replace(OPTIONAL, (line) => `// @ts-ignore an optional peer\n${line}`),
  );
}
