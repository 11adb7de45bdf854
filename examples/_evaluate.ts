/** Accuracy and calibration of predictions, from logits in float64. */

/** A bin of a reliability diagram; the means are NaN where it is empty. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The mean of the predicted probabilities in the bin. */
  readonly confidence: number;
  /** The share of its predictions that came true. */
  readonly accuracy: number;
}

export interface Evaluation {
  readonly accuracy: number;
  /** Σ_b (n_b/n)·|accuracy_b − confidence_b| over 15 bins of equal width (Guo et al. 2017; the l1 norm of torchmetrics). */
  readonly calibrationError: number;
  readonly bins: readonly ReliabilityBin[];
}

const BINS = 15;

/** What a model claims about a sample with a probability, and whether it is so. */
interface Claim {
  readonly probability: number;
  readonly isTrue: boolean;
}

/**
 * Evaluates logits against class indices. As in torchmetrics, the claims whose calibration is measured are with K
 * logits a sample "it is the most probable class", and with one logit "it is class 1".
 */
export function evaluate(logits: readonly (readonly number[])[], labels: readonly number[]): Evaluation {
  const count = labels.length;
  const judged = logits.map((row, i) => judge(row, labels[i] ?? NaN));
  const bins = Array.from({length: BINS}, (_, b) => {
    const inside = judged.filter(({claim}) => Math.min(Math.floor(claim.probability * BINS), BINS - 1) === b);
    return {
      from: b / BINS,
      to: (b + 1) / BINS,
      count: inside.length,
      confidence: mean(inside.map(({claim}) => claim.probability)),
      accuracy: mean(inside.map(({claim}) => Number(claim.isTrue))),
    };
  });
  return {
    accuracy: mean(judged.map(({correct}) => Number(correct))),
    calibrationError: bins
      .filter((bin) => bin.count > 0)
      .reduce((sum, bin) => sum + (bin.count / count) * Math.abs(bin.accuracy - bin.confidence), 0),
    bins,
  };
}

function judge(z: readonly number[], label: number): {correct: boolean; claim: Claim} {
  const [first = NaN] = z;
  if (z.length === 1) {
    return {
      correct: Number(first > 0) === label,
      claim: {probability: 1 / (1 + Math.exp(-first)), isTrue: label === 1},
    };
  }
  const max = Math.max(...z);
  const correct = z.indexOf(max) === label;
  return {correct, claim: {probability: 1 / z.reduce((sum, zk) => sum + Math.exp(zk - max), 0), isTrue: correct}};
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
