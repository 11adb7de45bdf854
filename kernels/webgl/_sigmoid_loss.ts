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
 * Losses of "count" blocks from block "first" on; what is outside of the rows and columns is 0. Eight blocks are added up before
 * they join the compensated sums.
 */
const SUMS = `
vec4 sumOfBlocks(int first, int count) {
  ivec2 start = texel(first, (columns + 1) >> 1);
  int pair = start.y, column = 2 * start.x;
  int zWidth = textureWidth(logitsTexShape), yWidth = textureWidth(labelsTexShape);
  ivec2 zAt = blockAt(pair, column, zWidth), yAt = blockAt(pair, column, yWidth);
  vec4 sum = vec4(0), lost = vec4(0), sumOfUnits = vec4(0), lostOfUnits = vec4(0);
  for (int i = 0; i < count; i += 8) {
    vec4 some = vec4(0), someUnits = vec4(0);
    for (int j = i; j < min(i + 8, count); j++) {
      vec4 linear, units;
      elementLosses(elementsOf(texelFetch(logits, zAt, 0), texelFetch(labels, yAt, 0), column), linear, units);
      zAt = following(zAt, zWidth);
      yAt = following(yAt, yWidth);
      column += 2;
      bool isLastColumn = column > columns, isLastRow = 2 * pair + 1 >= rows;
      bvec4 isOutside = bvec4(false, isLastColumn, isLastRow, isLastColumn || isLastRow);
      linear = mix(linear, vec4(0), isOutside);
      units = mix(units, vec4(0), isOutside);
      if (column >= columns) {
        column = 0;
        pair++;
        zAt = blockAt(pair, 0, zWidth);
        yAt = blockAt(pair, 0, yWidth);
      }
      some += linear;
      someUnits += units;
    }
    addTo(sum, lost, some);
    addTo(sumOfUnits, lostOfUnits, someUnits);
  }
  return sum + sumOfUnits * perUnit;
}
`;

const ROWS = `${SUMS}
void main() {
  int blocks = (columns + 1) >> 1;
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
