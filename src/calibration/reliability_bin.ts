/** The predictions with a probability in [from, to). Where there is none, both means are NaN. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  /** n_b: how many predictions are in the bin. */
  readonly count: number;
  /** c_b: the mean of their probabilities. */
  readonly confidence: number;
  /** a_b: the share of them that came true. */
  readonly accuracy: number;
}
