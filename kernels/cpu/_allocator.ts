/** What glibc maps for itself at most (DEFAULT_MMAP_THRESHOLD_MAX), less room for its header and a page of alignment. */
const LARGEST = 32 * 1024 * 1024 - 64 * 1024;

/**
 * Keeps the memory of freed arrays with the process, where malloc is glibc's.
 *
 * tfjs's arrays are handed out to its users, so none can be used twice: each step makes its gradient anew, and the garbage
 * collector frees several at once. glibc gives what is free at the top of its heap back to the system beyond twice the size of
 * the largest block that it has mapped for itself and seen freed (malloc.c, dynamic mmap threshold, since 2.5 of 2006), and memory
 * taken anew costs a page fault for each 4 kB: for a gradient of 4 MB as long as the kernels take. So the largest block that
 * counts is allocated, never touched and left to the garbage collector: from then on up to 64 MB stay.
 */
export function keepFreedMemory(): void {
  const {process} = globalThis as {process?: {platform?: string}};
  if (process?.platform === 'linux') new ArrayBuffer(LARGEST);
}

/** From this many numbers on, zeros cost more than asking Node for memory without them. */
const MANY = 4096;

interface NodeBuffer {
  readonly allocUnsafeSlow?: (bytes: number) => {readonly buffer: ArrayBuffer; readonly byteOffset: number};
}

/**
 * An array whose values are to be written. JavaScript fills new arrays with zeros, which for a gradient of 4 MB takes as long as
 * writing it; Node has memory of its own without them.
 */
export function unwritten(length: number, dtype: 'float32' | 'int32'): Float32Array | Int32Array {
  const {Buffer: nodeBuffer} = globalThis as {Buffer?: NodeBuffer};
  const Values = dtype === 'int32' ? Int32Array : Float32Array;
  if (length < MANY || nodeBuffer?.allocUnsafeSlow === undefined) return new Values(length);
  const {buffer, byteOffset} = nodeBuffer.allocUnsafeSlow(length * Values.BYTES_PER_ELEMENT);
  return new Values(buffer, byteOffset, length);
}
