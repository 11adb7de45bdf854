/**
 * The row kernels of kernels/simd on WebAssembly memory of their own: tensors of this backend are JavaScript arrays, so a
 * tile of rows is copied in, worked on while it is in the processor's cache, and its results are copied out.
 */
import type {RowKernels} from '../plain';
import {instantiateSimd, simdRowKernels, type Argument, type Block, type Run, type SimdModule} from '../simd/host';
import {keepFreedMemory} from './_allocator';

type Values = Block['values'];

/** Floats of logits in a tile: small enough for a second-level cache, large enough that copying has little overhead. */
const TILE = 16384;
const PAGE = 65536;
const MAXIMAL_PAGES = 65536;
const FLOAT64_BYTES = 8;
/** The address 0 stands for an empty array. */
const BASE = 16;

export function tiledRowKernels(): RowKernels {
  keepFreedMemory();
  const memory = new WebAssembly.Memory({initial: 1, maximum: MAXIMAL_PAGES});
  const tiles = new Tiles(memory, instantiateSimd(memory));
  return simdRowKernels((...call) => tiles.run(...call), true);
}

class Tiles {
  private heap: Heap;

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly module: SimdModule,
  ) {
    this.heap = new Heap(memory.buffer);
  }

  /** Runs tile after tile. */
  readonly run: Run = (name, {count, classes}, args) => {
    const tile = Math.max(1, Math.min(count, Math.floor(TILE / Math.max(classes, 1))));
    const addresses = this.layOut(args, tile);
    const {heap} = this;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (typeof arg !== 'number' && arg.role === 'shared') heap.write(addresses[i]!, arg.values, 0, arg.length);
    }
    for (let row = 0; row < count; row += tile) {
      const rows = Math.min(tile, count - row);
      for (let i = 0; i < args.length; i++) {
        const arg = args[i]!;
        if (typeof arg === 'number' || arg.role !== 'input') continue;
        heap.write(addresses[i]!, arg.values, row * arg.length, rows * arg.length);
      }
      this.module[name](rows, classes, ...addresses);
      for (let i = 0; i < args.length; i++) {
        const arg = args[i]!;
        if (typeof arg === 'number' || arg.role !== 'output') continue;
        heap.read(addresses[i]!, arg.values, row * arg.length, rows * arg.length);
      }
    }
  };

  /** The arguments with addresses for the blocks of a tile, for which the memory has room then. */
  private layOut(args: readonly Argument[], tile: number): number[] {
    let next = BASE;
    const addresses = args.map((arg) => {
      if (typeof arg === 'number') return arg;
      const {role, values, length} = arg;
      if (role !== 'room' && values.length === 0) return 0;
      const address = next;
      const rows = role === 'input' || role === 'output' ? tile : 1;
      next = align(next + rows * length * (role === 'room' ? FLOAT64_BYTES : values.BYTES_PER_ELEMENT));
      return address;
    });
    const missing = next - this.heap.bytes;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
      this.heap = new Heap(this.memory.buffer);
    }
    return addresses;
  }
}

/** Typed views of the memory, which growing detaches. */
class Heap {
  readonly bytes: number;
  private readonly float32: Float32Array;
  private readonly int32: Int32Array;

  constructor(buffer: ArrayBuffer) {
    this.bytes = buffer.byteLength;
    this.float32 = new Float32Array(buffer);
    this.int32 = new Int32Array(buffer);
  }

  write(address: number, values: Values, from: number, length: number): void {
    if (values.length === 0) return;
    // A view costs as much as copying a hundred numbers.
    const part = length === values.length ? values : values.subarray(from, from + length);
    this.like(values).set(part, address / values.BYTES_PER_ELEMENT);
  }

  read(address: number, values: Values, from: number, length: number): void {
    const start = address / values.BYTES_PER_ELEMENT;
    values.set(this.like(values).subarray(start, start + length), from);
  }

  private like(values: Values): Values {
    return values instanceof Float32Array ? this.float32 : this.int32;
  }
}

function align(address: number): number {
  return (address + 15) & ~15;
}
