/** The loss of elements, of rows, or of all. */
import type {TensorInfo} from '@tensorflow/tfjs-core';
import type {MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import type {SigmoidAttrs, SigmoidFocalAttrs, SigmoidInputs} from '../../src/kernel_names';
import {reshaped, run} from './_program';
import {rowShape} from './_shapes';
import {sigmoidRows, type SigmoidRows} from './_sigmoid';
import {partsShape, sumOfParts} from './_sum';

/** Blocks that a fragment adds up at least, and how many parts a sum has at most. */
const LEAST_BLOCKS = 512;
const MOST_PARTS = 1024;

const EACH = `
void main() {
  int index = outputIndex();
  int blocks = (columns + 1) / 2;
  int column = 2 * texel(index, blocks).x;
  vec4 z = texelFetch(logits, texel(index, textureWidth(logitsTexShape)), 0);
  vec4 y = texelFetch(labels, texel(index, textureWidth(labelsTexShape)), 0);
  vec4 linear, units;
  elementLosses(elementsOf(z, y, column), linear, units);
  setOutput(scale * (linear + units * perUnit));
}
`;

/** Losses of "count" blocks from block "first" on; what is outside of the rows and columns is 0. */
const SUMS = `
vec4 sumOfBlocks(int first, int count) {
  int blocks = (columns + 1) / 2;
  ivec2 start = texel(first, blocks);
  int pair = start.y, column = 2 * start.x;
  int zWidth = textureWidth(logitsTexShape), yWidth = textureWidth(labelsTexShape);
  ivec2 zAt = texel(first, zWidth), yAt = texel(first, yWidth);
  vec4 sum = vec4(0), lost = vec4(0), sumOfUnits = vec4(0), lostOfUnits = vec4(0);
  for (int i = 0; i < count; i++) {
    vec4 linear, units;
    elementLosses(elementsOf(texelFetch(logits, zAt, 0), texelFetch(labels, yAt, 0), column), linear, units);
    bool isLastColumn = column + 1 >= columns, isLastRow = 2 * pair + 1 >= rows;
    bvec4 isOutside = bvec4(false, isLastColumn, isLastRow, isLastColumn || isLastRow);
    addTo(sum, lost, mix(linear, vec4(0), isOutside));
    addTo(sumOfUnits, lostOfUnits, mix(units, vec4(0), isOutside));
    zAt = following(zAt, zWidth);
    yAt = following(yAt, yWidth);
    column += 2;
    if (column >= columns) {
      column = 0;
      pair++;
    }
  }
  return sum + sumOfUnits * perUnit;
}
`;

const ROWS = `${SUMS}
void main() {
  int blocks = (columns + 1) / 2;
  vec4 sum = sumOfBlocks(outputIndex() * blocks, blocks);
  setOutput(scale * vec4(sum.x + sum.y, 0, sum.z + sum.w, 0));
}
`;

const PARTS = `${SUMS}
void main() {
  int first = gridIndex() * blocksOfPart;
  setOutput(scale * sumOfBlocks(first, min(blocksOfPart, blocksOfAll - first)));
}
`;

const ONLY_PART = `${SUMS}
void main() {
  vec4 sum = sumOfBlocks(0, blocksOfAll);
  setOutput(vec4(scale * ((sum.x + sum.y) + (sum.z + sum.w)), 0, 0, 0));
}
`;

function sumOfAll(backend: MathBackendWebGL, rows: SigmoidRows): TensorInfo {
  const blocksOfAll = Math.ceil(rows.count / 2) * Math.ceil(rows.classes / 2);
  const blocksOfPart = Math.max(LEAST_BLOCKS, Math.ceil(blocksOfAll / MOST_PARTS));
  const parts = Math.ceil(blocksOfAll / blocksOfPart);
  const ints = {...rows.ints, blocksOfAll, blocksOfPart};
  const text = rows.text + (parts === 1 ? ONLY_PART : PARTS);
  return sumOfParts(backend, run(backend, {...rows, ints, output: partsShape(parts), text}), parts);
}

export function sigmoidLoss(
  inputs: SigmoidInputs<TensorInfo>,
  attrs: SigmoidAttrs | SigmoidFocalAttrs,
  backend: MathBackendWebGL,
): TensorInfo {
  const {shape} = inputs.logits;
  const {reduction} = attrs;
  const resultShape = reduction === 'none' ? shape : reduction === 'rows' ? rowShape(shape) : [];
  const rows = sigmoidRows(inputs, attrs);
  const {count, classes, text} = rows;
  if (count * classes === 0) {
    const size = reduction === 'none' ? 0 : reduction === 'rows' ? count : 1;
    return backend.makeTensorInfo([...resultShape], 'float32', new Float32Array(size));
  }
  if (reduction === 'sum') return reshaped(sumOfAll(backend, rows), []);
  const loss =
    reduction === 'none'
      ? run(backend, {...rows, output: [count, classes], text: text + EACH})
      : run(backend, {...rows, output: [count, 1], text: text + ROWS});
  return reshaped(loss, resultShape);
}
