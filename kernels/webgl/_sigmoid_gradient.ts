/** dy·scale·∂ℓ/∂z, a block of 2×2 a fragment. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidGradInputs} from '../../src/kernel_names';
import {reshaped, run, scalarOnCpu, type MatrixShape} from './_program';
import {sigmoidRows} from './_sigmoid';

/** dy of a block: of each element, of each row, one for all, or one that is part of `scale`. */
const UPSTREAM = {
  none: `
vec4 upstreamOf(int pair, int column) {
  return texelFetch(dy, texel(pair * ((columns + 1) >> 1) + (column >> 1), textureWidth(dyTexShape)), 0);
}
`,
  rows: `
vec4 upstreamOf(int pair, int column) { return dyOfPair(pair).xxyy; }
`,
  sum: `
vec4 upstreamOf(int pair, int column) { return texelFetch(dy, ivec2(0), 0).xxxx; }
`,
  inScale: `
vec4 upstreamOf(int pair, int column) { return vec4(1); }
`,
} as const;

const GRADIENT = `
void main() {
  ivec2 own = ownBlock();
  int pair = own.x, column = own.y;
  vec4 z = texelFetch(logits, blockAt(pair, column, textureWidth(logitsTexShape)), 0);
  vec4 y = texelFetch(labels, blockAt(pair, column, textureWidth(labelsTexShape)), 0);
  vec4 gradient = elementGradients(elementsOf(z, y, column), scale * upstreamOf(pair, column));
  bool isLastColumn = column + 1 >= columns, isLastRow = 2 * pair + 1 >= rows;
  setOutput(mix(gradient, vec4(0), bvec4(false, isLastColumn, isLastRow, isLastColumn || isLastRow)));
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
    columns: reduction === 'rows' ? ['dy'] : [],
    text: text + UPSTREAM[factor === undefined ? reduction : 'inScale'] + GRADIENT,
  });
  return reshaped(gradient, shape);
}
