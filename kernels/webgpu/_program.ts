/** How a WGSL program of this folder is described and run. */
import type {WebGPUBackend, WebGPUProgram} from '@tensorflow/tfjs-backend-webgpu';
import type {TensorInfo} from '@tensorflow/tfjs-core';
import {MATH} from './_math';

type UniformType = 'i32' | 'f32';

/** Uniforms in the order in which the program declares them. */
export type Uniforms = Readonly<Record<string, readonly [UniformType, number]>>;

export interface Program {
  /** Names the program and all of the structure its text depends on; hyper-parameters are uniforms, so they are no part of it. */
  readonly key: string;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly uniforms: Uniforms;
  /** Number of float32 written. */
  readonly size: number;
  /** Number of workgroups, and of threads in each. */
  readonly groups: number;
  readonly threads: number;
  /**
   * Declarations, and `fn main(index : i32)` with the index of the thread among all. Inputs are flat arrays by their names,
   * of i32 also where the tensor is float32 (tf.cast leaves whole numbers as they are), the output is `result`. tfjs may
   * start more workgroups than asked for: `uniforms.groups` says how many there are.
   */
  readonly code: string;
}

const DTYPES = {i32: 'int32', f32: 'float32'} as const;

/** Runs a program; its result gets the given shape. */
export function runProgram(backend: WebGPUBackend, program: Program, shape: number[]): TensorInfo {
  // `zero` keeps compilers from seeing through `opaque`.
  const uniforms: Uniforms = {...program.uniforms, groups: ['i32', program.groups]};
  const entries = Object.entries(uniforms);
  const description: WebGPUProgram = {
    variableNames: Object.keys(program.inputs),
    outputShape: [program.size],
    shaderKey: `tfjs-losses ${program.key}`,
    dispatchLayout: {x: [0]},
    dispatch: [program.groups, 1, 1],
    workgroupSize: [program.threads, 1, 1],
    uniforms: `${entries.map(([name, [type]]) => `${name} : ${type}, `).join('')}zero : u32, `,
    getUserCode: () => readOnce(MATH + program.code, uniforms),
  };
  const data = entries.map(([, [type, value]]) => ({type: DTYPES[type], data: [value]}));
  // Flat: the shapes of inputs are part of tfjs's own key, and would compile the same text again.
  const inputs = Object.values(program.inputs).map((input) => ({...input, shape: [sizeOf(input)]}));
  const result = backend.runWebGPUProgram(description, inputs, 'float32', [...data, {type: 'uint32', data: [0]}]);
  return {...result, shape};
}

/** The code with a copy of each uniform for each thread: software rasterisers check the bounds of every access to a uniform. */
function readOnce(code: string, uniforms: Uniforms): string {
  const types = Object.entries(uniforms).map(([name, [type]]) => [name, type] as const);
  const all = [...types, ['zero', 'u32'], ['NAN', 'f32'], ['INFINITY', 'f32']] as const;
  const used = all.filter(([name]) => code.includes(`uniforms.${name}`));
  const copies = used.map(([name, type]) => `var<private> own_${name} : ${type};`).join('\n');
  const reads = used.map(([name]) => `own_${name} = uniforms.${name};`).join('\n  ');
  const body = code.replace(/uniforms\./g, 'own_').replace('fn main(', 'fn body(');
  return `${copies}\n${body}\nfn main(index : i32) {\n  ${reads}\n  body(index);\n}\n`;
}

/**
 * WGSL text: `body` for k = start, start + step … below `end`, several of them a turn, because a turn costs as much as reading a
 * number and adding it; `afterTurn` follows each turn.
 */
export function forEach(
  {start, end, step}: {readonly start: string; readonly end: string; readonly step: string | number},
  body: string,
  {perTurn = 4, afterTurn = ''}: {readonly perTurn?: number; readonly afterTurn?: string} = {},
): string {
  const each = Array.from({length: perTurn}, (_, i) => `{ let k = at + ${i} * ${step}; ${body} }`).join('\n');
  return `{
  var at = ${start};
  for (; at + ${perTurn - 1} * ${step} < ${end}; at += ${perTurn} * ${step}) {
    ${each}
    ${afterTurn}
  }
  for (; at < ${end}; at += ${step}) {
    { let k = at; ${body} }
    ${afterTurn}
  }
  }`;
}

/** Number of entries. */
export function sizeOf({shape}: TensorInfo): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Zeros, where there is nothing for a program to do: tfjs binds no empty buffers. */
export function zeros(backend: WebGPUBackend, shape: number[]): TensorInfo {
  return backend.makeTensorInfo(shape, 'float32', new Float32Array(shape.reduce((a, b) => a * b, 1)));
}

/** How a row is shared among the threads of a workgroup. */
export interface Sharing {
  /** Threads that work on one row (or part of it), a power of 2. */
  readonly threadsPerRow: number;
  /** Threads in a workgroup: a multiple of the former. */
  readonly threads: number;
}

/** Numbers of a row for one thread, below which more threads would only wait for each other. */
const PER_THREAD = 16;
/** Threads that keep a GPU busy; each further one costs its start and its part in the reductions, so long rows alone get more. */
const BUSY = 4096;
const AT_MOST_PER_THREAD = 512;
/** Neighbouring threads read neighbouring numbers: fewer than these would leave parts of each memory transaction unused. */
const NEIGHBOURS = 8;
const MAX_THREADS = 256;
const USUAL_THREADS = 64;

/** How to share `rows` rows of a length. */
export function sharing(rows: number, length: number): Sharing {
  const busy = Math.max(NEIGHBOURS, BUSY / rows, length / AT_MOST_PER_THREAD);
  const wanted = Math.min(length / PER_THREAD, busy, MAX_THREADS);
  const threadsPerRow = 2 ** Math.max(0, Math.ceil(Math.log2(wanted)));
  return {threadsPerRow, threads: Math.max(threadsPerRow, USUAL_THREADS)};
}
