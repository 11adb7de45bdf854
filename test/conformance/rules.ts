/** What is asked of a target: data, so that it can go into a browser. */
import type {Tolerance} from './tolerance';

export interface Rules {
  readonly tolerance: Tolerance;
  /** Whether kernels of ours must run; without, any composition of ops will do. */
  readonly expectKernels: boolean;
  /** Whether loss kernels make the gradient ahead for the upstream gradient of training: it is checked as well then. */
  readonly ahead?: boolean;
  /** What a class index out of range does: throw, or make its row NaN. */
  readonly badLabels: 'RangeError' | 'NaN';
}
