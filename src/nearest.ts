/**
 * The `count` candidates nearest to a word, by Levenshtein's edit distance without regard to case; ties keep the
 * candidates' order.
 */
export function nearest(word: string, candidates: readonly string[], count = 3): string[] {
  return candidates
    .map((candidate) => ({candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase())}))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({candidate}) => candidate);
}

/** Insertions, deletions and substitutions that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  // row[j] is the distance of a's first i letters to b's first j letters.
  let row = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** `Did you mean 'a', 'b' or 'c'?` */
export function didYouMean(word: string, candidates: readonly string[], count = 3): string {
  const quoted = nearest(word, candidates, count).map((candidate) => `'${candidate}'`);
  const last = quoted.pop() ?? '';
  return `Did you mean ${quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`}?`;
}
