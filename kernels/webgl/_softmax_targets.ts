/**
 * The sums over the targets of a soft row, once m and s are known. With r_k = q'_k·φ_k (q'_k where γ = 0):
 *
 *     (b, R', r_m)   b = Σ_k q'_k·(m−z_k)/2 where γ = 0, and Σ_k q'_k·u_k^γ·c_k/2 otherwise;
 *                    R' = Σ r_k over what is below m, r_m over the rest (R − r_m would cancel where r_m is nearly all of R)
 *
 * The halves keep m − z_k finite for every pair of finite logits.
 */
import {FOCAL_TERMS, type SoftmaxRows} from './_softmax_rows';

/** q of four columns of a row as the labels have it, and whether any of sixteen columns has one. */
const DENSE = `
vec4 rawTargets(int row, int column, bvec4 isSecond) {
  int width = textureWidth(labelsTexShape);
  ivec2 at = blockAt(row >> 1, column, width);
  return ofRow(texelFetch(labels, at, 0), texelFetch(labels, following(at, width), 0), isSecond);
}
bool haveTargets(int row, int column) {
  int width = textureWidth(labelsTexShape);
  ivec2 a = blockAt(row >> 1, column, width);
  ivec2 b = following(a, width), c = following(b, width), d = following(c, width), e = following(d, width);
  ivec2 f = following(e, width), g = following(f, width), h = following(g, width);
  vec4 sum = ((abs(texelFetch(labels, a, 0)) + abs(texelFetch(labels, b, 0))) +
      (abs(texelFetch(labels, c, 0)) + abs(texelFetch(labels, d, 0)))) +
      ((abs(texelFetch(labels, e, 0)) + abs(texelFetch(labels, f, 0))) +
      (abs(texelFetch(labels, g, 0)) + abs(texelFetch(labels, h, 0))));
  vec2 ofRow_ = (row & 1) == 0 ? sum.xy : sum.zw;
  return ofRow_.x + ofRow_.y != 0.;
}
`;
const SPARSE = `
vec4 rawTargets(int row, int column, bvec4 isSecond) {
  return vec4(equal(vec4(column) + vec4(0, 1, 2, 3), vec4(indexOf(row))));
}
bool haveTargets(int row, int column) { return true; }
`;

const PLAIN_TERMS = `
vec4 halfLosses(vec4 z, float m, float s, out vec4 slope) {
  slope = vec4(1);
  return vec4(m * 0.5) - z * 0.5;
}
`;
const MODULATED_TERMS = `${FOCAL_TERMS}
vec4 halfLosses(vec4 z, float m, float s, out vec4 slope) {
  vec4 sums = vec4(s);
  return 0.5 * focalTerms(z, vec4(m), sums, log1pUnits(sums) * perUnit, 1. + sums * perUnit, slope);
}
`;

/** Sixteen columns without a target, nearly all of one-hot labels, are passed over. */
const SUMS = `
/** Four columns. "others" and "maximal" are r below m and at m. */
void addTargets(inout vec4 losses, inout vec4 others, inout vec4 maximal, ivec2 at, ivec2 next, bvec4 isSecond, int row, int column,
    int end, float m, float s) {
  vec4 z = ofRow(texelFetch(logits, at, 0), texelFetch(logits, next, 0), isSecond);
  vec4 w = vec4(weightsOf(column).xy, weightsOf(column + 2).xy);
  vec4 q = w * (keep * rawTargets(row, column, isSecond) + uniformPart);
  vec4 slope;
  vec4 loss = halfLosses(z, m, s, slope);
  bvec4 isOutside = greaterThanEqual(ivec4(column) + ivec4(0, 1, 2, 3), ivec4(end));
  bvec4 isNone = bvec4(vec4(isOutside) + vec4(equal(q, vec4(0))));
  vec4 r = mix(q * slope, vec4(0), isNone);
  bvec4 isMaximal = equal(z, vec4(m));
  losses += mix(q * loss, vec4(0), isNone);
  others += mix(r, vec4(0), isMaximal);
  maximal += mix(vec4(0), r, isMaximal);
}
vec3 targetSums(int row, int begin, int end, float m, float s) {
  bvec4 isSecond = bvec4((row & 1) == 1);
  int width = textureWidth(logitsTexShape);
  vec4 maximal = vec4(0);
  // b and R'.
  vec4 sums = vec4(0), lost = vec4(0);
  for (int start = begin; start < end; start += 16) {
    bool isFound = uniformPart != 0.;
    while (!isFound && start < end) {
      isFound = haveTargets(row, start);
      start += isFound ? 0 : 16;
    }
    ivec2 a = blockAt(row >> 1, start, width);
    ivec2 b = following(a, width), c = following(b, width), d = following(c, width), e = following(d, width);
    ivec2 f = following(e, width), g = following(f, width), h = following(g, width);
    vec4 losses = vec4(0), others = vec4(0);
    addTargets(losses, others, maximal, a, b, isSecond, row, start, end, m, s);
    addTargets(losses, others, maximal, c, d, isSecond, row, start + 4, end, m, s);
    addTargets(losses, others, maximal, e, f, isSecond, row, start + 8, end, m, s);
    addTargets(losses, others, maximal, g, h, isSecond, row, start + 12, end, m, s);
    addTo(sums, lost, vec4(losses.xy + losses.zw, others.xy + others.zw));
  }
  return vec3(sums.x + sums.y, sums.z + sums.w, (maximal.x + maximal.y) + (maximal.z + maximal.w));
}
`;

export function targetSumsText({sparse, gamma}: SoftmaxRows): string {
  return (sparse ? SPARSE : DENSE) + (gamma === 0 ? PLAIN_TERMS : MODULATED_TERMS) + SUMS;
}
