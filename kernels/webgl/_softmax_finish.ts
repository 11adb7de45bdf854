/**
 * The texel of a row (`_softmax_stats.ts`) from its sums, with L = log1p(s), Z = 2λ·(m+L), T = 1 + s, p = e^(z−m)/T and
 * u = 1 − p (s/T for a maximal class):
 *
 *     hard  ℓ = a·u^γ·((m−z_y) + L) + λ·(m+L)²,  a = w_y     A = (a·φ+Z)/T     B = Z·p_y − a·φ·u_y
 *     soft  ℓ = 2b + R·L + λ·(m+L)², and without R·L for γ ≠ 0   A = (R+Z)/T   B = (R'+Z)/T − r_m·s/T where p_m > ½
 */
import {FOCAL_TERMS, type SoftmaxRows} from './_softmax_rows';

const LSE = `
/** log1p(s), times "unit". */
float logUnits(float s) { return log1pUnits(vec4(s)).x; }
`;

/** z of one row and column. */
const LOGIT = `
float logitAt(int row, int column) {
  vec4 z = texelFetch(logits, blockAt(row >> 1, column, textureWidth(logitsTexShape)), 0);
  vec2 inRow = (row & 1) == 0 ? z.xy : z.zw;
  return (column & 1) == 0 ? inRow.x : inRow.y;
}
`;

/** w·ℓ for w ≠ 0, and φ. The halves keep m − z finite where w·(m−z) is. */
const PLAIN = `
float lossOf(float w, float z, float m, float s, out float slope) {
  slope = 1.;
  // The part in units is far below 1 only where the other one is 0.
  return 2. * (w * (m * 0.5 - z * 0.5)) + (w * logUnits(s)) * perUnit;
}
`;
const MODULATED = `${FOCAL_TERMS}
float lossOf(float w, float z, float m, float s, out float slope) {
  vec4 sums = vec4(s), slopes;
  vec4 loss = focalTerms(vec4(z), vec4(m), sums, log1pUnits(sums) * perUnit, 1. + sums * perUnit, slopes);
  slope = slopes.x;
  return w * loss.x;
}
`;

const HARD = `
vec4 finished(int row, float m, float s, vec3 ofTargets) {
  float index = indexOf(row);
  if (index == -1.) return vec4(0);
  if (index == -2. || isNaN(m)) return vec4(notANumber());
  int y = int(index);
  float z = logitAt(row, y), w = weightOf(y), slope;
  float loss = lossOf(w, z, m, s, slope);
  loss = w == 0. ? 0. : loss;
  slope = w == 0. ? 0. : w * slope;
  float total = 1. + s * perUnit;
  float lse = m + logUnits(s) * perUnit;
  float ofZLoss = zLoss == 0. ? 0. : 2. * zLoss * lse;
  vec4 lost;
  vec4 x = difference(vec4(z), vec4(m), lost);
  // e^(z−m) as a part of 1, where it may be 0 for anything below 2⁻¹⁰⁰, and as a factor of Z.
  vec4 e = expTimes(x, lost, vec4(1, (ofZLoss / total) * unit, 0, 0));
  float atLabel = e.y - slope * (1. - e.x / total) * unit;
  float atMaximum = (ofZLoss / total) * unit - slope * (s / total);
  return vec4(m, (slope + ofZLoss) / total, z == m ? atMaximum : atLabel, loss + (0.5 * ofZLoss) * lse);
}
`;

/** Where several classes hold the maximum, or others have half of p, A·e^(z−m) − r is as good, and B is `largest` to say so. */
function softText(first: string, ofLog: string): string {
  return `
vec4 finished(int row, float m, float s, vec3 ofTargets) {
  float index = indexOf(row);
  if (index == -1.) return vec4(0);
  if (index == -2. || isNaN(m)) return vec4(notANumber());
  float total = 1. + s * perUnit, logOfTotal = logUnits(s);
  float lse = m + logOfTotal * perUnit;
  float ofZLoss = zLoss == 0. ? 0. : 2. * zLoss * lse;
  float others = ofTargets.y, ofMaximum = ofTargets.z, r = others + ofMaximum;
  float loss = 2. * ofTargets.x${ofLog};
  float atMaximum = ((others + ofZLoss) / total) * unit - ofMaximum * (s / total);
  return vec4(${first}, (r + ofZLoss) / total, s < unit ? atMaximum : largest, loss + (0.5 * ofZLoss) * lse);
}
`;
}

/** `finished`. */
export function finishText({soft, gamma}: SoftmaxRows): string {
  if (soft) {
    return LSE + (gamma === 0 ? softText('m', ' + (r * logOfTotal) * perUnit') : softText('s', ''));
  }
  return LSE + LOGIT + (gamma === 0 ? PLAIN : MODULATED) + HARD;
}
