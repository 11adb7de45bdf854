/** The SIMD module on memory that threads share, as the threaded build of tfjs-wasm has. */
import {instantiateSimd, simdRowKernels} from '../../kernels/simd/host';

test.each([true, false])('rows in memory, shared: %s', (shared) => {
  const memory = new WebAssembly.Memory({initial: 1, maximum: 65536, shared});
  const module = instantiateSimd(memory);
  const arrays = {
    logits: new Float32Array(memory.buffer, 16, 3),
    labels: new Int32Array(memory.buffer, 32, 1),
    stats: new Float32Array(memory.buffer, 48, 4),
    loss: new Float32Array(memory.buffer, 64, 1),
  };
  arrays.logits.set([0, 1, 2]);
  arrays.labels.set([2]);
  const ROOM = 1024;
  const kernels = simdRowKernels((name, {count, classes}, args) => {
    const address = (values: {byteOffset: number; length: number}) => (values.length === 0 ? 0 : values.byteOffset);
    const numbers = args.map((arg) =>
      typeof arg === 'number' ? arg : arg.role === 'room' ? ROOM : address(arg.values),
    );
    module[name](count, classes, ...numbers);
  }, false);
  const options = {count: 1, classes: 3, weights: new Float32Array(0), labelSmoothing: 0, gamma: 0, zLoss: 0};
  kernels.sparseSoftmaxCrossEntropyWithLogits({...options, ...arrays}, arrays.loss);
  expect(arrays.loss[0]).toBeCloseTo(Math.log1p(Math.exp(-1) + Math.exp(-2)), 7);
});
