/**
 * Elements of the sigmoid family in fragment shaders. With y' = (1−ε)·y + ε/2, p = a₊·y', n = a₋·(1−y'), e = e^−|z| and
 * L = log1p(e), the side that z speaks against ("against": n for z > 0) costs |z| + L and the other one ("along") L:
 *
 *     ℓ = against·(|z|+L)·σ(|z|)^γ + along·L·σ(−|z|)^γ
 *     ∂ℓ/∂z = ±[against·σ(|z|)^γ·(σ(|z|) + γ·σ(−|z|)·(|z|+L)) − along·σ(−|z|)^γ·(σ(−|z|) + γ·σ(|z|)·L)]
 *
 * with + for z > 0. No 1 − σ, so nothing cancels within a side. src/reference/ has the derivation.
 */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidInputs} from '../../src/kernel_names';
import {powerText, powerUniforms} from './_math';
import {reshaped, type Shader} from './_program';
import {rowsAndClasses} from './_shapes';

const WEIGHTS = `
vec4 positiveWeights(int column) {
  return positiveWeight * texelFetch(posWeight, texel(column >> 1, textureWidth(posWeightTexShape)), 0).xyxy;
}
`;
const NO_WEIGHTS = `
vec4 positiveWeights(int column) { return vec4(positiveWeight); }
`;

const ELEMENTS = `
struct Elements { bvec4 isPositive; vec4 magnitude; vec4 p; vec4 n; vec4 e; vec4 eUnits; };

/** NaN in z makes e NaN, in y both weights. */
Elements elementsOf(vec4 z, vec4 y, int column) {
  vec4 p = positiveWeights(column) * (keep * y + uniformPart);
  vec4 n = negativeWeight * (keep * (1. - y) + uniformPart);
  vec4 magnitude = abs(z);
  vec4 eUnits = expUnitsOrLess(-magnitude);
  eUnits = mix(eUnits, vec4(notANumber()), greaterThan(magnitudeBits(z), uvec4(0x7f800000u)));
  return Elements(greaterThan(z, vec4(0)), magnitude, p, n, eUnits * perUnit, eUnits);
}
vec4 against(Elements x) { return mix(x.p, x.n, x.isPositive); }
vec4 along(Elements x) { return mix(x.n, x.p, x.isPositive); }
`;

const PLAIN = `
/** ℓ = linear + units·perUnit. */
void elementLosses(Elements x, out vec4 linear, out vec4 units) {
  vec4 w = against(x);
  linear = mix(w * x.magnitude, vec4(0), equal(w, vec4(0)));
  units = (x.p + x.n) * log1pUnitsOfUnit(x.eUnits, x.e);
}
vec4 elementGradients(Elements x, vec4 upstream) {
  vec4 larger = 1. / (1. + x.e);
  // The units come off last: upstream may make a normal number of one that is none.
  vec4 result = (upstream * against(x)) * larger - ((upstream * along(x)) * (x.eUnits * larger)) * perUnit;
  return mix(-result, result, x.isPositive);
}
`;

const FOCAL = `
void elementLosses(Elements x, out vec4 linear, out vec4 units) {
  vec4 larger = 1. / (1. + x.e);
  vec4 ofLarger = power(larger), ofSmaller = power(x.e * larger);
  vec4 w = against(x) * ofLarger;
  linear = mix(w * x.magnitude, vec4(0), equal(w, vec4(0)));
  units = (w + along(x) * ofSmaller) * log1pUnitsOfUnit(x.eUnits, x.e);
}
vec4 elementGradients(Elements x, vec4 upstream) {
  vec4 larger = 1. / (1. + x.e);
  vec4 smaller = x.e * larger;
  vec4 ofLarger = power(larger), ofSmaller = power(smaller);
  vec4 log_ = log1pUnitsOfUnit(x.eUnits, x.e);
  // 0·∞ = 0: of an infinite logit σ(−|z|) is 0.
  vec4 softplus = min(x.magnitude, vec4(1e30)) + log_ * perUnit;
  vec4 first = (upstream * against(x)) * (ofLarger * (larger + gamma * smaller * softplus));
  vec4 second = ((upstream * along(x) * ofSmaller) * (x.eUnits * larger + gamma * larger * log_)) * perUnit;
  vec4 result = first - second;
  return mix(-result, result, x.isPositive);
}
`;

/** N, K, and a shader without its output and its main function. */
export interface SigmoidRows extends Required<Pick<Shader, 'inputs' | 'floats' | 'ints' | 'matrices' | 'text'>> {
  readonly count: number;
  readonly classes: number;
}

export function sigmoidRows(
  inputs: SigmoidInputs<TensorInfo>,
  attrs: SigmoidAttrs & Partial<SigmoidFocalAttrs>,
): SigmoidRows {
  const {count, classes} = rowsAndClasses(inputs.logits);
  const {labelSmoothing, positiveWeight, negativeWeight = 1, gamma = 0, scale} = attrs;
  const power = powerUniforms(gamma);
  const [weightCount] = inputs.posWeight.shape;
  const weights = weightCount === 0 ? {} : {posWeight: reshaped(inputs.posWeight, [1, classes])};
  const logits = reshaped(inputs.logits, [count, classes]);
  const labels = reshaped(inputs.labels, [count, classes]);
  const sides = {keep: 1 - labelSmoothing, uniformPart: labelSmoothing / 2, positiveWeight, negativeWeight};
  return {
    count,
    classes,
    inputs: {logits, labels, ...weights},
    matrices: [logits, labels],
    floats: {...sides, gamma, scale, ...power.floats},
    ints: {rows: count, columns: classes, ...power.ints},
    text: (weightCount === 0 ? NO_WEIGHTS : WEIGHTS) + ELEMENTS + (gamma === 0 ? PLAIN : powerText(gamma) + FOCAL),
  };
}
