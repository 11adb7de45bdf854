import type {CalibrationNorm} from '../../src/calibration';
import goldens from '../golden/calibration.json';

type Nested = readonly (number | Nested)[];

export interface CalibrationGolden {
  readonly name: string;
  readonly labels: Nested;
  readonly logits: Nested;
  readonly bins?: number;
  readonly activation?: 'sigmoid';
  readonly ignoreIndex?: number;
  readonly errors: Readonly<Record<CalibrationNorm, string>>;
  /** Count, confidence and accuracy of each bin. */
  readonly binned: readonly (readonly [number, string | null, string | null])[];
  readonly brier: string;
  readonly nll: string;
  readonly temperature: string;
  readonly nllAfter: string;
  readonly peers: Readonly<Record<string, PeerResult>>;
}

interface PeerResult {
  readonly errors?: Readonly<Record<CalibrationNorm, number>>;
  readonly brier?: number;
  readonly nll?: number;
}

export const GOLDENS = goldens.cases as unknown as readonly CalibrationGolden[];

export const NORMS = ['l1', 'l2', 'max'] as const;

/** How labels and logits of a golden are to be read. */
export function readingOf({activation, ignoreIndex}: CalibrationGolden): {
  activation?: 'sigmoid';
  ignoreIndex?: number;
} {
  return {...(activation === undefined ? {} : {activation}), ...(ignoreIndex === undefined ? {} : {ignoreIndex})};
}
