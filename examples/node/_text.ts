/** The corpus as sequences of numbers: what is trained on, and what is held out. */
import type {Package} from './_corpus';
import {Vocabulary, tokens} from './_vocabulary';

export interface Text {
  readonly vocabulary: Vocabulary;
  readonly train: readonly Int32Array[];
  /** Lines of other packages; none of them is among those of `train`. */
  readonly test: readonly Int32Array[];
}

/** So many words follow from the ones before them in a sequence; longer lines are cut. */
export const MAX_LENGTH = 32;

/** Every tenth package is held out. */
const HELD_OUT = 10;

/** Each different line counts once; the vocabulary is that of the part that is trained on. */
export function readText(packages: readonly Package[], vocabularySize: number): Text {
  const seen = new Set<string>();
  const lines = (part: readonly Package[]): string[][] => part.flatMap((one) => distinctLines(one, seen));
  const isHeldOut = (_: Package, i: number): boolean => i % HELD_OUT === HELD_OUT - 1;
  const train = lines(packages.filter((one, i) => !isHeldOut(one, i)));
  const test = lines(packages.filter(isHeldOut));
  const vocabulary = Vocabulary.of(train, vocabularySize);
  const encoded = (part: string[][]): Int32Array[] => part.map((line) => vocabulary.encode(line));
  return {vocabulary, train: encoded(train), test: encoded(test)};
}

function distinctLines({texts}: Package, seen: Set<string>): string[][] {
  return texts
    .flatMap((text) => text.split('\n'))
    .flatMap((raw) => {
      const line = tokens(raw);
      const key = line.join(' ');
      if (seen.has(key)) return [];
      seen.add(key);
      return pieces(line);
    });
}

/** Of MAX_LENGTH + 1 words at most, so that MAX_LENGTH have one before them; a single word has none. */
function pieces(line: readonly string[]): string[][] {
  const all: string[][] = [];
  for (let from = 0; from + 1 < line.length; from += MAX_LENGTH) all.push(line.slice(from, from + MAX_LENGTH + 1));
  return all;
}
