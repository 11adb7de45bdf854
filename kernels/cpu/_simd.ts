/**
 * The row kernels of kernels/simd on WebAssembly memory of their own: tensors of this backend are JavaScript arrays, so a
 * tile of rows is copied in, worked on while it is in the processor's cache, and its results are copied out.
 */
import {SIMD_MODULE_BASE64} from '../simd/build/binary';
import {STATS_COLUMNS} from '../../src/kernel_names';
import type {RowKernels, SigmoidRows, SigmoidUpstream, SoftmaxRows, SparseSoftmaxRows} from '../plain';

type Values = Float32Array | Float64Array | Int32Array;

/** An argument of a kernel that stands for an address. An empty array has the address 0. */
interface Block {
  readonly role: 'input' | 'output' | 'shared' | 'room';
  readonly values: Values;
  /** Numbers for each row; of the whole block where it is the same for all rows. */
  readonly length: number;
}

type Argument = number | Block;

/** Floats of logits in a tile: small enough for a second-level cache, large enough that copying has little overhead. */
const TILE = 16384;
const PAGE = 65536;
const NONE = new Float32Array(0);

const input = (values: Values, length: number): Block => ({role: 'input', values, length});
const output = (values: Float32Array, length: number): Block => ({role: 'output', values, length});
const shared = (values: Float32Array): Block => ({role: 'shared', values, length: values.length});
/** Room for `length` float64. */
const room = (length: number): Block => ({role: 'room', values: NONE, length});

/** Compiles the embedded module. Throws where WebAssembly or its SIMD is missing or forbidden. */
export function instantiateSimd(): RowKernels {
  const bytes = Uint8Array.from(atob(SIMD_MODULE_BASE64), (character) => character.charCodeAt(0));
  const {exports} = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return simdRowKernels(new Tiles(exports));
}

class Tiles {
  private readonly memory: WebAssembly.Memory;
  private readonly base: number;

  constructor(private readonly exports: WebAssembly.Exports) {
    this.memory = exports.memory as WebAssembly.Memory;
    this.base = align((exports.heapBase as () => number)());
  }

  /** Calls `name(rows, K, ...args)` for tile after tile, with addresses for the blocks. */
  run(name: keyof RowKernels, {count, classes}: {count: number; classes: number}, args: readonly Argument[]): void {
    const tile = Math.max(1, Math.min(count, Math.floor(TILE / Math.max(classes, 1))));
    const blocks = args.filter((arg) => typeof arg !== 'number');
    let next = this.base;
    const place = (block: Block): number => {
      const {role, values, length} = block;
      if (role !== 'room' && values.length === 0) return 0;
      const address = next;
      const rows = role === 'input' || role === 'output' ? tile : 1;
      next = align(next + rows * length * (role === 'room' ? 8 : values.BYTES_PER_ELEMENT));
      return address;
    };
    const addresses = args.map((arg) => (typeof arg === 'number' ? arg : place(arg)));
    const blockAddresses = addresses.filter((_, i) => typeof args[i] !== 'number');
    this.reserve(next);

    const heap = new Heap(this.memory.buffer);
    const kernel = this.exports[name] as (rows: number, classes: number, ...rest: number[]) => void;
    blocks.forEach(({role, values, length}, i) => {
      if (role === 'shared') heap.write(blockAddresses[i]!, values, 0, length);
    });
    for (let row = 0; row < count; row += tile) {
      const rows = Math.min(tile, count - row);
      blocks.forEach(({role, values, length}, i) => {
        if (role === 'input') heap.write(blockAddresses[i]!, values, row * length, rows * length);
      });
      kernel(rows, classes, ...addresses);
      blocks.forEach(({role, values, length}, i) => {
        if (role === 'output') heap.read(blockAddresses[i]!, values, row * length, rows * length);
      });
    }
  }

  private reserve(bytes: number): void {
    const missing = bytes - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
  }
}

/** Typed views of the memory, made anew for each call because growing detaches them. */
class Heap {
  private readonly float32: Float32Array;
  private readonly float64: Float64Array;
  private readonly int32: Int32Array;

  constructor(buffer: ArrayBuffer) {
    this.float32 = new Float32Array(buffer);
    this.float64 = new Float64Array(buffer);
    this.int32 = new Int32Array(buffer);
  }

  write(address: number, values: Values, from: number, length: number): void {
    if (values.length === 0) return;
    this.like(values).set(values.subarray(from, from + length), address / values.BYTES_PER_ELEMENT);
  }

  read(address: number, values: Values, from: number, length: number): void {
    const start = address / values.BYTES_PER_ELEMENT;
    values.set(this.like(values).subarray(start, start + length), from);
  }

  private like(values: Values): Values {
    if (values instanceof Float32Array) return this.float32;
    return values instanceof Float64Array ? this.float64 : this.int32;
  }
}

function align(address: number): number {
  return (address + 15) & ~15;
}

function simdRowKernels(tiles: Tiles): RowKernels {
  type Sigmoid = 'sigmoidCrossEntropyWithLogits' | 'sigmoidFocalCrossEntropyWithLogits';
  const sigmoidLoss = (name: Sigmoid) => (rows: SigmoidRows, loss: Float32Array) => {
    const {classes, perElement} = rows;
    const inputs = [input(rows.logits, classes), input(rows.labels, classes), shared(rows.posWeight)];
    const result = output(loss, perElement ? classes : 1);
    tiles.run(name, rows, [...inputs, result, Number(perElement), ...sigmoidScalars(rows)]);
  };
  const sigmoidGradient =
    (name: `${Sigmoid}Grad`) => (rows: SigmoidRows, dy: SigmoidUpstream, gradient: Float32Array) => {
      const {classes} = rows;
      const inputs = [input(rows.logits, classes), input(rows.labels, classes), shared(rows.posWeight)];
      const upstream = [input(dy.rows, 1), input(dy.elements, classes)];
      tiles.run(name, rows, [...inputs, ...upstream, output(gradient, classes), ...sigmoidScalars(rows)]);
    };
  return {
    softmaxCrossEntropyWithLogits(rows, loss) {
      const {classes} = rows;
      const inputs = [input(rows.logits, classes), input(rows.labels, classes), shared(rows.weights)];
      const results = [output(rows.stats, STATS_COLUMNS), output(loss, 1)];
      tiles.run('softmaxCrossEntropyWithLogits', rows, [...inputs, ...results, ...softmaxScalars(rows)]);
    },
    softmaxCrossEntropyWithLogitsGrad(rows, dy, gradient) {
      const {classes} = rows;
      const inputs = [input(rows.logits, classes), input(rows.labels, classes), shared(rows.weights)];
      const more = [input(rows.stats, STATS_COLUMNS), input(dy, 1), output(gradient, classes), room(classes + 3)];
      tiles.run('softmaxCrossEntropyWithLogitsGrad', rows, [...inputs, ...more, ...softmaxScalars(rows)]);
    },
    sparseSoftmaxCrossEntropyWithLogits(rows, loss) {
      const {classes} = rows;
      const inputs = [input(rows.logits, classes), input(rows.labels, 1), shared(rows.weights)];
      const results = [output(rows.stats, STATS_COLUMNS), output(loss, 1)];
      tiles.run('sparseSoftmaxCrossEntropyWithLogits', rows, [
        ...inputs,
        ...results,
        room(classes),
        ...softmaxScalars(rows),
      ]);
    },
    sparseSoftmaxCrossEntropyWithLogitsGrad(rows, dy, gradient) {
      const {classes} = rows;
      const inputs = [input(rows.logits, classes), input(rows.labels, 1), shared(rows.weights)];
      const more = [input(rows.stats, STATS_COLUMNS), input(dy, 1), output(gradient, classes)];
      const rooms = [room(classes + 3), room(classes)];
      tiles.run('sparseSoftmaxCrossEntropyWithLogitsGrad', rows, [
        ...inputs,
        ...more,
        ...rooms,
        ...softmaxScalars(rows),
      ]);
    },
    sigmoidCrossEntropyWithLogits: sigmoidLoss('sigmoidCrossEntropyWithLogits'),
    sigmoidCrossEntropyWithLogitsGrad: sigmoidGradient('sigmoidCrossEntropyWithLogitsGrad'),
    sigmoidFocalCrossEntropyWithLogits: sigmoidLoss('sigmoidFocalCrossEntropyWithLogits'),
    sigmoidFocalCrossEntropyWithLogitsGrad: sigmoidGradient('sigmoidFocalCrossEntropyWithLogitsGrad'),
  };
}

function softmaxScalars({labelSmoothing, gamma, zLoss}: SoftmaxRows | SparseSoftmaxRows): number[] {
  return [labelSmoothing, gamma, zLoss];
}

function sigmoidScalars({labelSmoothing, positiveWeight, negativeWeight, gamma}: SigmoidRows): number[] {
  return [labelSmoothing, positiveWeight, negativeWeight, gamma];
}
