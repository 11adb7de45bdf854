/** dy·scale·∂ℓ/∂z, a block of 2×2 a fragment. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs} from '../../src/kernel_names';
import {reshaped, run, scalarOnCpu, type MatrixShape} from './_program';
import {sigmoidRows} from './_sigmoid';

/** dy of a block: of each element, of each row, one for all, or one that is part of `scale`. */
const UPSTREAM = {
  none: `
vec4 upstreamOf(int index, int pair) { return texelFetch(dy, texel(index, textureWidth(dyTexShape)), 0); }
`,
  rows: `
vec4 upstreamOf(int index, int pair) { return texelFetch(dy, texel(pair, textureWidth(dyTexShape)), 0).xxzz; }
`,
  sum: `
vec4 upstreamOf(int index, int pair) { return texelFetch(dy, ivec2(0), 0).xxxx; }
`,
  inScale: `
vec4 upstreamOf(int index, int pair) { return vec4(1); }
`,
} as const;

const GRADIENT = `
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy), zAt = at, yAt = at;
  int blocks = (columns + 1) / 2, width = textureWidth(outTexShape);
  int index = at.y * width + at.x;
  int pair = at.y;
  if (width != blocks) pair = texel(index, blocks).y;
  int column = 2 * (index - pair * blocks);
  if (logitsTexShape != outTexShape) zAt = texel(index, textureWidth(logitsTexShape));
  if (labelsTexShape != outTexShape) yAt = texel(index, textureWidth(labelsTexShape));
  vec4 z = texelFetch(logits, zAt, 0), y = texelFetch(labels, yAt, 0);
  vec4 gradient = elementGradients(elementsOf(z, y, column), scale * upstreamOf(index, pair));
  if (column + 1 >= columns) gradient.yw = vec2(0);
  if (2 * pair + 1 >= rows) gradient.zw = vec2(0);
  setOutput(gradient);
}
`;

export function sigmoidGradient(
  inputs: SigmoidGradInputs<TensorInfo>,
  attrs: SigmoidAttrs | SigmoidFocalAttrs,
  backend: MathBackendWebGL,
): TensorInfo {
  const {shape} = inputs.logits;
  const rows = sigmoidRows(inputs, attrs);
  const {count, classes, text} = rows;
  if (count * classes === 0) return backend.makeTensorInfo([...shape], 'float32', new Float32Array(0));
  const dyShapes: Record<SigmoidAttrs['reduction'], MatrixShape> = {
    none: [count, classes],
    rows: [count, 1],
    sum: [1, 1],
  };
  const {reduction} = attrs;
  const factor = reduction === 'sum' ? scalarOnCpu(backend, inputs.dy) : undefined;
  const dy = factor === undefined ? {dy: reshaped(inputs.dy, dyShapes[reduction])} : {};
  const gradient = run(backend, {
    ...rows,
    inputs: {...rows.inputs, ...dy},
    floats: {...rows.floats, scale: attrs.scale * (factor ?? 1)},
    output: [count, classes],
    text: text + UPSTREAM[factor === undefined ? reduction : 'inScale'] + GRADIENT,
  });
  return reshaped(gradient, shape);
}
