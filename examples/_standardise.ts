/** Whether each feature gets its own scale or all share a common one. */
export type Scaling = 'each' | 'common';

/** To mean 0 and standard deviation 1 on these samples; a feature that is constant on them becomes 0. */
export function standardiser(
  samples: readonly (readonly number[])[],
  scaling: Scaling,
): (sample: readonly number[]) => number[] {
  const width = samples[0]?.length ?? 0;
  const moments =
    scaling === 'common'
      ? new Array<Moments>(width).fill(momentsOf(samples.flat()))
      : Array.from({length: width}, (_, j) => momentsOf(samples.map((sample) => sample[j] ?? NaN)));
  return (sample) =>
    moments.map(({mean, deviation}, j) => (deviation === 0 ? 0 : ((sample[j] ?? NaN) - mean) / deviation));
}

interface Moments {
  readonly mean: number;
  readonly deviation: number;
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return {mean, deviation: Math.sqrt(variance)};
}
