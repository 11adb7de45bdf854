/** The logit at which the sigmoid is `threshold`, a probability. */
export function logitOf(threshold = 0.5): number {
  return Math.log(threshold) - Math.log1p(-threshold);
}
