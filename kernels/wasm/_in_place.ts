/** The row kernels of kernels/simd on the memory of tfjs-backend-wasm: an array, being a view of it, knows its address. */
import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import type {RowKernels} from '../plain';
import {instantiateSimd, simdRowKernels, type Argument} from '../simd/host';
import {memoryOf} from './_memory';

/** Float32 in a float64. */
const FLOAT64 = 2;
const FLOAT64_BYTES = 8;

export function inPlaceRowKernels(backend: BackendWasm): RowKernels {
  const module = instantiateSimd(memoryOf(backend));
  return simdRowKernels((name, {count, classes}, args) => {
    // Before room is made, which may grow the memory: the views are detached then, and the addresses still right.
    const fixed = args.map(addressOf);
    withRoom(backend, roomIn(args), (room) => {
      let next = room;
      const place = (arg: Argument | undefined): number => {
        const address = next;
        if (arg !== undefined && typeof arg !== 'number') next += arg.length * FLOAT64_BYTES;
        return address;
      };
      module[name](count, classes, ...fixed.map((address, i) => address ?? place(args[i])));
    });
  }, true);
}

/** Undefined for room. */
function addressOf(arg: Argument): number | undefined {
  if (typeof arg === 'number') return arg;
  if (arg.role === 'room') return undefined;
  return arg.values.length === 0 ? 0 : arg.values.byteOffset;
}

/** In float64. */
function roomIn(args: readonly Argument[]): number {
  return args.reduce<number>((sum, arg) => sum + (typeof arg === 'number' || arg.role !== 'room' ? 0 : arg.length), 0);
}

/** Calls `use` with the address of room for that many float64. */
function withRoom(backend: BackendWasm, length: number, use: (address: number) => void): void {
  const room = backend.makeOutput([length * FLOAT64], 'float32');
  try {
    use(backend.typedArrayFromHeap(room).byteOffset);
  } finally {
    backend.disposeData(room.dataId);
  }
}
