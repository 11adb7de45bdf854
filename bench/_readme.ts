/**
 * Blocks of the README that are written by a script:
 *
 *     <!-- figures:speed -->
 *
 *     (made by the benchmarks' --readme)
 *
 *     <!-- /figures -->
 */
function pattern(name: string): RegExp {
  return new RegExp(`(<!-- figures:${name} -->\\n)([\\s\\S]*?)(<!-- /figures -->)`);
}

/** What is between the markers; undefined where there are none. */
export function blockOf(readme: string, name: string): string | undefined {
  return pattern(name).exec(readme)?.[2]?.trim();
}

/** Replaces what is between the markers. */
export function withBlock(readme: string, name: string, content: string): string {
  if (blockOf(readme, name) === undefined) {
    throw new Error(`README.md has no place for figures: put <!-- figures:${name} --> and <!-- /figures --> there.`);
  }
  return readme.replace(
    pattern(name),
    (_, start: string, _old: string, end: string) => `${start}\n${content}\n\n${end}`,
  );
}
