/** What the figures are written into: blocks of the README for all backends at once, and bench/README.md in full. */
import {accuracyBlock} from './_accuracy_tables';
import {browserBlock, type BrowserFigures} from './_browser_tables';
import {FIGURES_FILE, readFigures, type AccuracyFigures, type ByBackend, type SpeedFigures} from './_figures';
import {linearBlock, linearSummary, type LinearFigures} from './_linear_tables';
import {speedBlock} from './_speed_tables';
import {accuracySummary, speedSummary} from './_summary';

/** The figures of the last runs with --readme. */
export interface AllFigures {
  readonly accuracy: ByBackend<AccuracyFigures>;
  readonly speed: ByBackend<SpeedFigures>;
  readonly browser: ByBackend<BrowserFigures>;
  readonly linear: ByBackend<LinearFigures>;
}

export function allFigures(): AllFigures {
  return {
    accuracy: readFigures(FIGURES_FILE.accuracy),
    speed: readFigures(FIGURES_FILE.bench),
    browser: readFigures(FIGURES_FILE.browser),
    linear: readFigures(FIGURES_FILE.linear),
  };
}

/** The README's blocks by name. */
export function readmeBlocks({accuracy, speed, browser, linear}: AllFigures): Readonly<Record<string, string>> {
  return {accuracy: accuracySummary(accuracy), speed: speedSummary(speed, browser), linear: linearSummary(linear)};
}

/** bench/README.md. */
export function tablesInFull({accuracy, speed, browser, linear}: AllFigures): string {
  const sections = <Figures>(title: string, figures: ByBackend<Figures>, block: (of: Figures) => string): string[] =>
    Object.entries(figures).map(([backend, of]) => `## ${title} on ${backend}\n\n${block(of)}`);
  return `${[
    '# Figures in full',
    'Made by `npm run accuracy`, `npm run bench`, `npm run bench:browser` and `npm run bench:linear`, each with `-- --readme`.',
    ...sections('Accuracy', accuracy, accuracyBlock),
    ...sections('Speed and memory', speed, speedBlock),
    ...sections('Speed', browser, browserBlock),
    ...sections('The linear loss', linear, linearBlock),
  ].join('\n\n')}\n`;
}
