/** The SIMD module as TypeScript sees it: compiled for a memory, and its arguments. */
export {hasSimd, instantiateSimd, type SimdModule} from './_module';
export {simdRowKernels, type Argument, type Block, type Run} from './_row_kernels';
