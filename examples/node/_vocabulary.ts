/** The words of a text as numbers. */

/** Words, single digits, single signs. */
const TOKEN = /\p{L}+|\p{N}|[^\s\p{L}\p{N}]/gu;

export function tokens(line: string): string[] {
  return line.match(TOKEN) ?? [];
}

/** All words that are not in the vocabulary. */
export const UNKNOWN = 0;

export class Vocabulary {
  private constructor(
    private readonly indices: ReadonlyMap<string, number>,
    /** How often each of them is in the text that the vocabulary was made of, by index. */
    readonly counts: readonly number[],
  ) {}

  get size(): number {
    return this.counts.length;
  }

  /** `UNKNOWN` and the `size` − 1 most frequent words of these lines; of equally frequent ones the first. */
  static of(lines: readonly (readonly string[])[], size: number): Vocabulary {
    const counts = new Map<string, number>();
    for (const word of lines.flat()) counts.set(word, (counts.get(word) ?? 0) + 1);
    if (counts.size < size) {
      throw new Error(
        `The text has ${counts.size} different words, too few for a vocabulary of ${size}: take a smaller one.`,
      );
    }
    const ranked = [...counts].sort(([, a], [, b]) => b - a);
    const known = ranked.slice(0, size - 1);
    const unknown = ranked.slice(size - 1).reduce((sum, [, count]) => sum + count, 0);
    return new Vocabulary(new Map(known.map(([word], i) => [word, i + 1])), [
      unknown,
      ...known.map(([, count]) => count),
    ]);
  }

  encode(line: readonly string[]): Int32Array {
    return Int32Array.from(line, (word) => this.indices.get(word) ?? UNKNOWN);
  }
}
