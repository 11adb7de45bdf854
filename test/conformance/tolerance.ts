/** How far from the truth a target may be: data, so that it can go into a browser. */

export interface Tolerance {
  /** Of a loss, alone or in a sum or mean of the kernel's. */
  readonly lossUlp: number;
  /** Of a sum or mean with sample or class weights, which tfjs ops make of the losses. */
  readonly weightedLossUlp: number;
  /** Of an entry of the gradient with respect to the logits. */
  readonly gradientUlp: number;
  /**
   * An entry of the gradient that is smaller than this part of its terms (p − q near its root) is measured in ULP of
   * this part of the terms: what cancels further than this is not the kernel's to keep.
   */
  readonly cancellation: number;
  /** Of an entry of the gradient with respect to the labels, in ULP of its larger term: it is composed of tfjs ops. */
  readonly labelGradientUlp: number;
  /** Of second derivatives, relative to the sum of the absolute terms of a row's largest entry: composed as well. */
  readonly secondOrder: number;
  /** Whether results below 2⁻¹²⁶ may be anything below. On the others a loss and the gradient at the label keep them. */
  readonly flushesDenormals: boolean;
  /** Results of tfjs ops below it may be anything below it: 2⁻¹²⁶ where they flush denormals. */
  readonly composedFlushBelow: number;
}

/** The numerical contract of cpu, wasm and node. */
export const CPU_CONTRACT: Tolerance = {
  lossUlp: 2,
  // Product, sum, sum of the weights and quotient add half an ULP each.
  weightedLossUlp: 4,
  gradientUlp: 4,
  cancellation: 2 ** -20,
  labelGradientUlp: 64,
  secondOrder: 1e-5,
  flushesDenormals: false,
  composedFlushBelow: 0,
};

/**
 * The numerical contract of webgl and webgpu. GPUs flush denormals. Label gradients and second derivatives are composed of tfjs
 * ops, whose exp, log and pow are the GPU's own: e^x has |x| units of error, and a power of a small 1 − p is 3e-4 off.
 */
export const GPU_CONTRACT: Tolerance = {
  lossUlp: 64,
  weightedLossUlp: 64,
  gradientUlp: 64,
  cancellation: 2 ** -4,
  labelGradientUlp: 512,
  secondOrder: 1e-3,
  flushesDenormals: true,
  // Factors and terms of theirs are flushed as well.
  composedFlushBelow: 2 ** -120,
};
