import {existsSync, readFileSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {blocksOf, withBlocks, type BlockKind} from './_readme';

export const README_FILE = join(__dirname, '..', 'README.md');

/** Rewrites the README's blocks of a kind; says so where it has none. */
export async function updateReadme(kind: BlockKind, contents: Readonly<Record<string, string>>): Promise<void> {
  const readme = existsSync(README_FILE) ? readFileSync(README_FILE, 'utf8') : '';
  const places = blocksOf(readme, kind).map(({backend}) => backend);
  for (const backend of Object.keys(contents)) {
    if (!places.includes(backend)) {
      console.warn(
        `README.md has no place for these figures: put <!-- ${kind}:${backend} --> and <!-- /${kind} --> there.`,
      );
    }
  }
  if (places.length > 0) await writeFile(README_FILE, withBlocks(readme, kind, contents));
}
