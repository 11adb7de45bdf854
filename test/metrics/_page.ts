/** The edge cases in a page, on a backend of tfjs that needs a browser. */
import '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import {EDGE_CASES} from './_edge_cases';

/** Values by what they are. An error is its message. JSON has no NaN, so they are text. */
export async function edgeCases(backend: string): Promise<[what: string, value: string][]> {
  // What is small would run on the cpu. A flag must be set before the backend starts.
  tf.env().setFlags({CHECK_COMPUTATION_FOR_ERRORS: false, WEBGL_CPU_FORWARD: false, WEBGPU_CPU_FORWARD: false});
  if (!(await tf.setBackend(backend))) throw new Error(`the backend '${backend}' does not start in this browser`);
  await tf.ready();
  const values: [string, string][] = [];
  for (const [what, metric] of EDGE_CASES) {
    try {
      const result = tf.tidy(metric);
      const [value = NaN] = await result.data();
      result.dispose();
      values.push([what, String(value)]);
    } catch (error) {
      values.push([what, String(error)]);
    }
  }
  return values;
}
