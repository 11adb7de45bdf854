import {readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {allFigures, readmeBlocks, tablesInFull} from './_documents';
import {withBlock} from './_readme';

export const README_FILE = join(__dirname, '..', 'README.md');
export const TABLES_FILE = join(__dirname, 'README.md');

/** Rewrites the README's blocks and bench/README.md from the JSON files. */
export async function updateReadme(): Promise<void> {
  const figures = allFigures();
  const blocks = Object.entries(readmeBlocks(figures));
  const readme = blocks.reduce(
    (text, [name, block]) => withBlock(text, name, block),
    readFileSync(README_FILE, 'utf8'),
  );
  await writeFile(README_FILE, readme);
  await writeFile(TABLES_FILE, tablesInFull(figures));
}
