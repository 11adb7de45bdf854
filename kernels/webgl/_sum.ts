/** Sums that several fragments have begun: a texel each, whose four numbers are parts. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {gridShape, run, type MatrixShape} from './_program';

const TOTAL = `
void main() {
  vec4 sum = vec4(0), lost = vec4(0);
  for (int i = 0; i < count; i++) addTo(sum, lost, texelFetch(parts, gridTexel(i), 0));
  setOutput(vec4((sum.x + sum.y) + (sum.z + sum.w), 0, 0, 0));
}
`;

/** A matrix of one texel for each part; a scalar for a single one. */
export function partsShape(count: number): MatrixShape {
  return count === 1 ? [1, 1] : gridShape(count);
}

/** Takes `parts` over. A single part is the sum already, in its first number. */
export function sumOfParts(backend: MathBackendWebGL, parts: TensorInfo, count: number): TensorInfo {
  if (count === 1) return parts;
  const sum = run(backend, {inputs: {parts}, ints: {count}, output: [1, 1], text: TOTAL});
  backend.disposeIntermediateTensorInfo(parts);
  return sum;
}
