/** What the page's form asks for. */
export const BACKENDS = ['webgl', 'wasm', 'webgpu', 'cpu'] as const;
export type Backend = (typeof BACKENDS)[number];

export const LOSSES = {
  digits: ['softmaxCrossEntropy', 'sparseSoftmaxCrossEntropy', 'softmaxFocalCrossEntropy'],
  labels: ['sigmoidCrossEntropy', 'sigmoidFocalCrossEntropy'],
} as const;
export type TaskName = keyof typeof LOSSES;
export type LossName = (typeof LOSSES)[TaskName][number];

export interface Settings {
  readonly task: TaskName;
  readonly loss: LossName;
  readonly backend: Backend;
  /** Pixels as they are in image files, 0 to 255, or scaled to mean 0 and deviation 1. */
  readonly inputs: 'raw' | 'standardised';
  readonly labelSmoothing: number;
  /** Of the focal losses. */
  readonly gamma: number;
  /** Of the focal losses; null for none. */
  readonly alpha: number | null;
  /** Of the sigmoid losses: whether the positives of each label weigh as much as its negatives. */
  readonly balanced: boolean;
  readonly epochs: number;
  /** How many samples of the train part are used; the test part shrinks with it. */
  readonly samples: number;
  readonly batchSize: number;
  readonly seed: number;
}

export const isFocal = (loss: LossName): boolean => loss.includes('Focal');
export const isSigmoid = (loss: LossName): boolean => loss.startsWith('sigmoid');
export const takesIndices = (loss: LossName): boolean => loss.startsWith('sparse');
