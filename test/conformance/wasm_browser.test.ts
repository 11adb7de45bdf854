/** The wasm backend in a browser, where tfjs takes its threaded build; and its plain build, on which ours is SIMD all the same. */
import {inBrowser} from '../browser/in_browser';
import {CPU_CONTRACT, runConformance} from './conformance';
import {leftOutOnWasm} from './_wasm_left_out';

const RULES = {tolerance: CPU_CONTRACT, expectKernels: true, badLabels: 'RangeError'} as const;

runConformance(inBrowser({name: 'wasm with threads', backend: 'wasm', ...RULES, leftOut: leftOutOnWasm}));

runConformance(
  inBrowser({
    name: 'wasm without SIMD of its own',
    backend: 'wasm',
    flags: {WASM_HAS_SIMD_SUPPORT: false},
    ...RULES,
    leftOut: (c) => (c.large === true ? 'large: the builds differ in where memory is, not in sizes' : leftOutOnWasm(c)),
  }),
);
