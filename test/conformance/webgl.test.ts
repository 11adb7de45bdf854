/** The webgl backend in a browser. */
import {inBrowser} from '../browser/in_browser';
import {GPU_CONTRACT, runConformance} from './conformance';

runConformance(
  inBrowser({
    name: 'webgl',
    backend: 'webgl',
    // tfjs runs what is small on the cpu.
    flags: {WEBGL_CPU_FORWARD: false},
    tolerance: GPU_CONTRACT,
    expectKernels: true,
    badLabels: 'NaN',
  }),
);
