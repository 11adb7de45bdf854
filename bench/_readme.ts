/**
 * Blocks of the README that are written by a script:
 *
 *     <!-- bench:cpu -->
 *
 *     (made by `npm run bench -- --readme` from bench/figures.json)
 *
 *     <!-- /bench -->
 */
export type BlockKind = 'bench' | 'accuracy' | 'browser';

export interface Block {
  readonly backend: string;
  readonly content: string;
}

function pattern(kind: BlockKind): RegExp {
  return new RegExp(`<!-- ${kind}:([\\w-]+) -->\\n([\\s\\S]*?)<!-- /${kind} -->`, 'g');
}

/** The blocks of a kind, in order. */
export function blocksOf(readme: string, kind: BlockKind): Block[] {
  return [...readme.matchAll(pattern(kind))].map(([, backend = '', content = '']) => ({
    backend,
    content: content.trim(),
  }));
}

/** Replaces what is between the markers of the backends that `contents` has. */
export function withBlocks(readme: string, kind: BlockKind, contents: Readonly<Record<string, string>>): string {
  return readme.replace(pattern(kind), (whole: string, backend: string) => {
    const content = contents[backend];
    return content === undefined ? whole : `<!-- ${kind}:${backend} -->\n\n${content}\n\n<!-- /${kind} -->`;
  });
}
