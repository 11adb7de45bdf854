/** Accuracy and calibration of predictions. */
import {type ReliabilityDiagram, reliabilityDiagram} from '../src/calibration';

export interface Evaluation {
  readonly accuracy: number;
  /**
   * Of the claims "it is the most probable class" with K logits a sample, and "it is class 1" with one logit; its
   * `accuracy` is the share of these that came true.
   */
  readonly diagram: ReliabilityDiagram;
}

/** Evaluates logits against class indices. */
export async function evaluate(logits: number[][], labels: readonly number[]): Promise<Evaluation> {
  return {accuracy: accuracyOf(logits, labels), diagram: await reliabilityDiagram(labels, logits)};
}

/** The share of samples whose class is the most probable one. */
export function accuracyOf(logits: readonly (readonly number[])[], labels: readonly number[]): number {
  const right = logits.filter((z, i) => predictedClass(z) === labels[i]);
  return right.length / labels.length;
}

function predictedClass(z: readonly number[]): number {
  const [first = NaN] = z;
  return z.length === 1 ? Number(first > 0) : z.indexOf(Math.max(...z));
}
