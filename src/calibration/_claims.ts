/** What a model claims with a probability, and how far the claims of a batch hold. */
import type {Predictions, SigmoidPredictions, SoftmaxPredictions} from './_predictions';
import type {CalibrationNorm} from './options';
import type {ReliabilityBin} from './reliability_bin';
import {writeDifferences, writeExponentials} from './_softmax';

/** Claims with their probabilities, and whether each came true: 1 or 0, or with soft labels the chance of it. */
interface Claims {
  readonly probabilities: Float64Array;
  readonly truths: Float64Array;
}

/** As in torchmetrics: with a softmax "it is the most probable class", with a sigmoid "the label is 1". */
function claimsOf(predictions: Predictions): Claims {
  return predictions.activation === 'softmax' ? topClassClaims(predictions) : positiveClaims(predictions);
}

function topClassClaims({count, classes, logits, target}: SoftmaxPredictions): Claims {
  const probabilities = new Float64Array(count);
  const truths = new Float64Array(count);
  const row = new Float64Array(classes);
  for (let n = 0; n < count; n++) {
    const argMax = writeDifferences(logits(n), row);
    probabilities[n] = 1 / (1 + writeExponentials(row, argMax, 1, row));
    truths[n] = target(n)[argMax]!;
  }
  return {probabilities, truths};
}

function positiveClaims({logits, labels}: SigmoidPredictions): Claims {
  return {probabilities: logits.map((z) => 1 / (1 + Math.exp(-z))), truths: labels};
}

/** Sorts claims by their probability into bins [from, to), the last one with its end. */
export function binned(predictions: Predictions, bins: number): ReliabilityBin[] {
  const {probabilities, truths} = claimsOf(predictions);
  const counts = new Float64Array(bins);
  const sumsOfProbabilities = new Float64Array(bins);
  const sumsOfTruths = new Float64Array(bins);
  probabilities.forEach((p, n) => {
    const b = binOf(p, bins);
    counts[b]! += 1;
    sumsOfProbabilities[b]! += p;
    sumsOfTruths[b]! += truths[n]!;
  });
  return Array.from(counts, (count, b) => ({
    from: b / bins,
    to: (b + 1) / bins,
    count,
    confidence: sumsOfProbabilities[b]! / count,
    accuracy: sumsOfTruths[b]! / count,
  }));
}

function binOf(p: number, bins: number): number {
  const b = Math.min(Math.floor(p * bins), bins - 1);
  // p·bins is rounded, and may be in the bin next to the one that p is in.
  if (p < b / bins) return b - 1;
  return b + 1 < bins && p >= (b + 1) / bins ? b + 1 : b;
}

/** With a_b the accuracy, c_b the confidence, n_b the count of a bin: Σ_b (n_b/n)·|a_b − c_b|, its l2 form, or the maximum. */
export function calibrationError(bins: readonly ReliabilityBin[], norm: CalibrationNorm): number {
  const filled = bins.filter(({count}) => count > 0);
  const distances = filled.map(({accuracy, confidence}) => Math.abs(accuracy - confidence));
  if (norm === 'max') return Math.max(...distances);
  const power = norm === 'l1' ? 1 : 2;
  const total = filled.reduce((sum, {count}) => sum + count, 0);
  const mean = filled.reduce((sum, {count}, b) => sum + (count / total) * distances[b]! ** power, 0);
  return mean ** (1 / power);
}
