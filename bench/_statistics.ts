/** The median; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * samples[i] / baseline[i] over the rounds i in which both ran: whatever slowed a round slowed both of its sides.
 * undefined where they never met.
 */
export function ratios(
  samples: readonly (number | undefined)[],
  baseline: readonly (number | undefined)[],
): Spread | undefined {
  const met = samples.flatMap((sample, i) => {
    const base = baseline[i];
    return sample === undefined || base === undefined ? [] : [sample / base];
  });
  if (met.length === 0) return undefined;
  return {median: median(met), min: Math.min(...met), max: Math.max(...met)};
}
