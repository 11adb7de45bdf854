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
  ivec2 own = ownBlock();
  vec4 z = texelFetch(logits, blockAt(own.x, own.y, textureWidth(logitsTexShape)), 0);
  vec4 y = texelFetch(labels, blockAt(own.x, own.y, textureWidth(labelsTexShape)), 0);
  vec4 linear, units;
  elementLosses(elementsOf(z, y, own.y), linear, units);
  setOutput(scale * (linear + units * perUnit));
}
`;

/**
 * Losses of pairs of rows and a range of columns (both from an even one on); what is outside of the matrix is 0. Four blocks are
 * added up before they join the compensated sums, and before SwiftShader, a GPU made of the processor, minds the loop again.
 */
const SUMS = `
void addBlock(inout vec4 sum, inout vec4 sumOfUnits, ivec2 zAt, ivec2 yAt, int column, int endColumn, bool isLastRow) {
  vec4 linear, units;
  elementLosses(elementsOf(texelFetch(logits, zAt, 0), texelFetch(labels, yAt, 0), column), linear, units);
  bvec2 isOutside = bvec2(column >= endColumn, column + 1 >= endColumn);
  bvec4 isNone = bvec4(isOutside.x, isOutside.y, isOutside.x || isLastRow, isOutside.y || isLastRow);
  sum += mix(linear, vec4(0), isNone);
  sumOfUnits += mix(units, vec4(0), isNone);
}
vec4 sumOfBlocks(int firstPair, int endPair, int firstColumn, int endColumn) {
  int zWidth = textureWidth(logitsTexShape), yWidth = textureWidth(labelsTexShape);
  vec4 sum = vec4(0), lost = vec4(0), sumOfUnits = vec4(0), lostOfUnits = vec4(0);
  for (int pair = firstPair; pair < endPair; pair++) {
    bool isLastRow = 2 * pair + 1 >= rows;
    ivec2 za = blockAt(pair, firstColumn, zWidth), ya = blockAt(pair, firstColumn, yWidth);
    for (int column = firstColumn; column < endColumn; column += 8) {
      ivec2 zb = following(za, zWidth), zc = following(zb, zWidth), zd = following(zc, zWidth);
      ivec2 yb = following(ya, yWidth), yc = following(yb, yWidth), yd = following(yc, yWidth);
      vec4 some = vec4(0), someUnits = vec4(0);
      addBlock(some, someUnits, za, ya, column, endColumn, isLastRow);
      addBlock(some, someUnits, zb, yb, column + 2, endColumn, isLastRow);
      addBlock(some, someUnits, zc, yc, column + 4, endColumn, isLastRow);
      addBlock(some, someUnits, zd, yd, column + 6, endColumn, isLastRow);
      addTo(sum, lost, some);
      addTo(sumOfUnits, lostOfUnits, someUnits);
      za = following(zd, zWidth);
      ya = following(yd, yWidth);
    }
  }
  return sum + sumOfUnits * perUnit;
}
`;

const ROWS = `${SUMS}
void main() {
  int pair = outputIndex();
  vec4 sum = sumOfBlocks(pair, pair + 1, 0, columns);
  setOutput(scale * vec4(sum.x + sum.y, 0, sum.z + sum.w, 0));
}
`;

const PARTS = `${SUMS}
void main() {
  ivec2 part = texel(gridIndex(), partsOfRow);
  int pair = part.y * pairsOfPart, column = part.x * columnsOfPart;
  setOutput(scale * sumOfBlocks(pair, min(pair + pairsOfPart, (rows + 1) >> 1), column, min(column + columnsOfPart, columns)));
}
`;

const ONLY_PART = `${SUMS}
void main() {
  vec4 sum = sumOfBlocks(0, (rows + 1) >> 1, 0, columns);
  setOutput(vec4(scale * ((sum.x + sum.y) + (sum.z + sum.w)), 0, 0, 0));
}
`;

function sumOfAll(backend: MathBackendWebGL, rows: SigmoidRows): TensorInfo {
  const pairs = Math.ceil(rows.count / 2);
  const blocks = Math.ceil(rows.classes / 2);
  const blocksOfPart = Math.max(LEAST_BLOCKS, Math.ceil((pairs * blocks) / MOST_PARTS));
  const pairsOfPart = Math.max(1, Math.floor(blocksOfPart / blocks));
  const columnsOfPart = 2 * Math.min(blocks, blocksOfPart);
  const partsOfRow = Math.ceil((2 * blocks) / columnsOfPart);
  const parts = partsOfRow * Math.ceil(pairs / pairsOfPart);
  const ints = {...rows.ints, partsOfRow, pairsOfPart, columnsOfPart};
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
