/** How a fragment shader of this folder is run: packed textures in and out, and every number that may change a uniform. */
import {env, type TensorInfo} from '@tensorflow/tfjs-core';
import type {GPGPUProgram, MathBackendWebGL} from '@tensorflow/tfjs-backend-webgl';
import {MATH} from './_math';

/** Two numbers for the rows and columns of a matrix. */
export type MatrixShape = readonly [rows: number, columns: number];

export interface Shader {
  /** Textures by their name in the text, as matrices. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly ints?: Readonly<Record<string, number>>;
  readonly output: MatrixShape;
  /** The inputs that `blockAt` is asked for, of `columns` columns. */
  readonly matrices?: readonly TensorInfo[];
  /** The names of inputs of one column: `labelsOfPair` is the two numbers of a pair of rows in `labels`. */
  readonly columns?: readonly string[];
  /** What depends on structure only (which inputs there are, which of two formulas): the text, compiled once. */
  readonly text: string;
}

/**
 * A packed texture holds a matrix in blocks of 2×2, a texel each: (r, c), (r, c+1), (r+1, c), (r+1, c+1), block row after block
 * row. `texel` finds a block by its number, whatever the sides of the texture.
 */
const TEXELS = `
int textureWidth(ivec2 shape) { return (shape.y + 1) >> 1; }
/** index modulo width, and index/width: the quotient of floats is at most one off, and a division of integers slow. */
ivec2 texel(int index, int width) {
  int y = int(float(index) / float(width));
  int x = index - y * width;
  int off = x < 0 ? -1 : x >= width ? 1 : 0;
  return ivec2(x - off * width, y + off);
}
int outputIndex() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  return at.y * textureWidth(outTexShape) + at.x;
}
/** The texel of "gridShape" for a number, and that number in a fragment. */
ivec2 gridTexel(int index) { return ivec2(index & 31, index >> 5); }
int gridIndex() { return (int(gl_FragCoord.y) << 5) + int(gl_FragCoord.x); }
`;

/**
 * The texel of a matrix where the columns from an even one on of rows 2·pair and 2·pair + 1 are, and the texel behind it. Nearly
 * always a pair of rows is a row of the texture; wider ones are wrapped, and a reshaped tensor may lie in a texture of other sides.
 */
const BLOCKS_IN_PLACE = `
ivec2 blockAt(int pair, int column, int width) { return ivec2(column >> 1, pair); }
ivec2 following(ivec2 at, int width) { return ivec2(at.x + 1, at.y); }
/** The pair of rows and the first column of the fragment, which makes a block of such a matrix. */
ivec2 ownBlock() { return ivec2(gl_FragCoord.yx) * ivec2(1, 2); }
`;
const BLOCKS_ANYWHERE = `
ivec2 blockAt(int pair, int column, int width) { return texel(pair * ((columns + 1) >> 1) + (column >> 1), width); }
ivec2 following(ivec2 at, int width) { return at.x + 1 == width ? ivec2(0, at.y + 1) : ivec2(at.x + 1, at.y); }
ivec2 ownBlock() { return texel(outputIndex(), (columns + 1) >> 1).yx * ivec2(1, 2); }
`;
const BLOCKS = `
/** Four columns of a row, from two texels. */
vec4 ofRow(vec4 first, vec4 second, bvec4 isSecond) {
  return mix(vec4(first.xy, second.xy), vec4(first.zw, second.zw), isSecond);
}
`;

function isInPlace(backend: MathBackendWebGL, {dataId, shape}: TensorInfo): boolean {
  const {texture, isPacked, slice, texShape = []} = backend.texData.get(dataId);
  // What is no packed texture yet will be one whose sides are not known here.
  if (texture == null || !isPacked || slice != null) return false;
  const [rows = 0, columns = 0] = shape;
  return texShape[0] === 2 * Math.ceil(rows / 2) && texShape[1] === 2 * Math.ceil(columns / 2);
}

/** Whether textures keep all of a float32. */
export function hasFloat32(): boolean {
  return env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
}

/**
 * What is far below 1 is kept times `unit`: GPUs flush what is smaller than 2⁻¹²⁶ to 0, and a sum of such terms, or their
 * product with a weight, may be larger. `lowest` is the least x whose e^x·unit is normal. A half float has no room for it.
 */
function units(): Readonly<Record<string, number>> {
  return hasFloat32()
    ? {unit: 2 ** 64, perUnit: 2 ** -64, lowest: -131, largest: 3e38}
    : {unit: 1, perUnit: 1, lowest: -87, largest: 65504};
}

function blocksText(backend: MathBackendWebGL, matrices: readonly TensorInfo[] | undefined): string {
  if (matrices === undefined) return '';
  return BLOCKS + (matrices.every((matrix) => isInPlace(backend, matrix)) ? BLOCKS_IN_PLACE : BLOCKS_ANYWHERE);
}

/** A column whose sides are those of the texture needs no division to be found. */
function columnText(backend: MathBackendWebGL, name: string, column: TensorInfo | undefined): string {
  const isThere = column !== undefined && isInPlace(backend, column);
  const at = isThere ? 'ivec2(0, pair)' : `texel(pair, textureWidth(${name}TexShape))`;
  return `vec2 ${name}OfPair(int pair) { return texelFetch(${name}, ${at}, 0).xz; }\n`;
}

/** Runs it. The tensor is a matrix; `reshaped` gives it another shape of that size. */
export function run(
  backend: MathBackendWebGL,
  {inputs, floats = {}, ints = {}, output, matrices, columns = [], text}: Shader,
): TensorInfo {
  const scalars = {...units(), ...floats};
  const wholes = {zero: 0, unitExponent: hasFloat32() ? 64 : 0, ...ints};
  const program: GPGPUProgram = {
    variableNames: Object.keys(inputs),
    outputShape: [...output],
    packedInputs: true,
    packedOutput: true,
    // Shapes are uniforms as well: the last batch of an epoch compiles nothing.
    enableShapeUniforms: true,
    customUniforms: [
      ...Object.keys(scalars).map((name) => ({name, type: 'float' as const})),
      ...Object.keys(wholes).map((name) => ({name, type: 'int' as const})),
    ],
    userCode: [
      MATH,
      TEXELS,
      blocksText(backend, matrices),
      ...columns.map((name) => columnText(backend, name, inputs[name])),
      text,
    ].join(''),
  };
  const values = [...Object.values(scalars), ...Object.values(wholes)].map((value) => [value]);
  return backend.runWebGLProgram(program, Object.values(inputs), 'float32', values);
}

/** The value of a scalar that no shader has made, as the upstream gradient of a loss usually is; it needs no texture. */
export function scalarOnCpu(backend: MathBackendWebGL, {dataId}: TensorInfo): number | undefined {
  const {texture, values} = backend.texData.get(dataId);
  return texture == null && values instanceof Float32Array && values.length === 1 ? values[0] : undefined;
}

/**
 * A matrix for `count` texels of our own, 32 a row. GPUs work on squares of 2×2 fragments: in a column, half of them would be for
 * nothing.
 */
export function gridShape(count: number): MatrixShape {
  return [2 * Math.ceil(count / 32), 64];
}

/** The same numbers under another shape. */
export function reshaped({dataId, dtype}: TensorInfo, shape: readonly number[]): TensorInfo {
  return {dataId, dtype, shape: [...shape]};
}
