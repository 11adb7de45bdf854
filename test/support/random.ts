/** Pseudo-random numbers that are the same in every engine: integer arithmetic, no Math.random, no transcendental functions. */

/** A stream of numbers in [0, 1), the same for the same seed (mulberry32 seeded by the FNV-1a hash of the text). */
export function random(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A stream like a normal distribution of mean 0 and deviation 1: the sum of six uniform numbers, within ±3·√2. */
export function randomNormal(seed: string): () => number {
  const next = random(seed);
  return () => {
    let sum = -3;
    for (let i = 0; i < 6; i++) sum += next();
    return sum * Math.SQRT2;
  };
}
