/** The webgpu backend in a browser. */
import {inBrowser} from '../browser/in_browser';
import {GPU_CONTRACT, runConformance} from './conformance';

runConformance(
  inBrowser({
    name: 'webgpu',
    backend: 'webgpu',
    // tfjs runs what is small on the cpu.
    flags: {WEBGPU_CPU_FORWARD: false},
    tolerance: GPU_CONTRACT,
    expectKernels: true,
    badLabels: 'NaN',
  }),
);
