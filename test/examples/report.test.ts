// Before the table's library is loaded, which asks once: without it a terminal's colours could not be told from none.
process.env.FORCE_COLOR = '1';

import {calibrationText} from '../../examples/_calibration_text';
import {reportPage} from '../../examples/_report';
import type {Overconfidence} from '../../examples/_overconfidence';
import {CURE_COLUMNS, cureRows, cureText} from '../../examples/_overconfidence_text';
import {COLUMNS, type Result} from '../../examples/_results';
import {terminalCureTable, terminalTable} from '../../examples/_table';
import {tagError} from './_markup';
import {madeUpResults, madeUpStudy} from './_results';

let results: Result[];
let study: Overconfidence;
beforeAll(async () => {
  results = await madeUpResults();
  study = await madeUpStudy();
});

describe('table', () => {
  const plain = (): string => terminalTable(results, false);

  test('fits into 100 columns', () => {
    expect(
      Math.max(
        ...[plain(), terminalCureTable(study, false)]
          .join('\n')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100);
  });

  test('has escape sequences on a terminal only', () => {
    const escape = String.fromCharCode(27);
    expect(plain()).not.toContain(escape);
    expect(terminalTable(results, true)).toContain(escape);
    expect(terminalCureTable(study, false)).not.toContain(escape);
    expect(terminalCureTable(study, true)).toContain(escape);
  });

  test('has the numbers of every run', () => {
    const lines = plain().split('\n');
    for (const result of results) {
      const cells = COLUMNS.filter(({numeric}) => numeric).map(({cell}) => cell(result));
      expect(lines.some((line) => cells.every((cell) => line.includes(cell)))).toBe(true);
    }
  });

  test('has the numbers of every cure', () => {
    const lines = terminalCureTable(study, false).split('\n');
    for (const row of cureRows(study)) {
      const cells = CURE_COLUMNS.filter(({numeric}) => numeric).map(({cell}) => cell(row));
      expect(lines.some((line) => cells.every((cell) => line.includes(cell)))).toBe(true);
    }
  });
});

describe('report', () => {
  const page = (): string => reportPage(results, study, 1);

  test('is well-formed', () => {
    expect(tagError(page())).toBeUndefined();
    expect(tagError('<p>a<b></p></b>')).toBe('</p> closes <b>');
    expect(tagError('<p>a')).toBe('<p> stays open');
    expect(tagError('<p>a < b</p>')).toBe("stray '< b'");
  });

  test('needs no script, no network and no other file', () => {
    const withoutNamespace = page().replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
    expect(withoutNamespace).not.toMatch(/<script|https?:|\bsrc=|<link|@import|\burl\((?!#)|\bon\w+="/i);
  });

  test('shows each run its three charts, with names', () => {
    const cards = page().split('<article').slice(1);
    expect(cards).toHaveLength(results.length + 2);
    for (const [i, card] of cards.slice(0, -2).entries()) {
      const names = [...card.matchAll(/<svg role="img" aria-label="([^"]+)"[^>]* viewBox="/g)].map(([, name]) => name);
      expect(names).toEqual(
        ['loss on the train', 'test accuracy', 'reliability diagram'].map(
          (what) => expect.stringContaining(`${results[i]?.run.loss ?? ''}: ${what}`) as string,
        ),
      );
    }
  });

  test('shows each cured run before and after its temperature, with names and numbers', () => {
    const cards = page().split('<article').slice(-2);
    const texts = cards.map((card) => /<p>(.*?)<\/p>/.exec(card)?.[1]?.replaceAll('\u00a0', ' '));
    expect(texts).toEqual([
      'As trained: calibration error 24.0 %, NLL 1.500 nats. At temperature 2.50: calibration error 5.0 %, NLL 0.700 nats.',
      'As trained: calibration error 5.0 %, NLL 0.700 nats. At temperature 0.90: calibration error 5.0 %, NLL 0.690 nats.',
    ]);
    for (const [i, card] of cards.entries()) {
      const names = [...card.matchAll(/<svg role="img" aria-label="([^"]+)"[^>]* viewBox="/g)].map(([, name]) => name);
      expect(names).toEqual(
        ['as trained', 'at temperature'].map(
          (what) => expect.stringContaining(`${study.runs[i]?.loss ?? ''}, ${what}`) as string,
        ),
      );
    }
  });

  test('has unique ids', () => {
    const ids = [...page().matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has in its table the numbers of the runs', () => {
    const rows = [...page().matchAll(/<tr>(<td.*?)<\/tr>/g)].map(([, row = '']) =>
      [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '')),
    );
    const cures = cureRows(study).map((row) => CURE_COLUMNS.map(({cell}) => cell(row)));
    expect(rows.slice(results.length)).toEqual(cures);
    expect(cures[1]).toEqual([
      'sparseSoftmaxCrossEntropy',
      '2.50',
      '75.0\u00a0%',
      '0.700',
      '0.400',
      '5.0\u00a0%',
      '5.0\u00a0%',
    ]);
    expect(rows.slice(0, results.length)).toEqual(
      results.map(({run, history, evaluation, timing}) => [
        run.data,
        run.loss,
        history.at(-1)?.testLoss.toFixed(3),
        `${(100 * evaluation.accuracy).toFixed(1)}\u00a0%`,
        `${(100 * evaluation.diagram.expectedCalibrationError).toFixed(1)}\u00a0%`,
        `${timing.ours.toFixed(0)}\u00a0µs`,
        `${timing.theirs.toFixed(0)}\u00a0µs`,
        `${timing.ratio.toFixed(1)}\u00a0×`,
      ]),
    );
  });
});

describe('calibration in words', () => {
  test('names the error of every run', () => {
    const [digits, cancer] = calibrationText(results);
    expect(digits).toBe(
      'Handwritten digits: the calibration error is 15.0\u00a0% with softmaxCrossEntropy, 30.0\u00a0% with ' +
        'softmaxCrossEntropy(labelSmoothing=0.1), 15.0\u00a0% with sparseSoftmaxCrossEntropy.',
    );
    expect(cancer).toMatch(/^Breast cancer: the calibration error is 10\.0\u00a0% with sigmoidCrossEntropy, /);
  });

  test('says from the numbers what smoothing does', () => {
    const text = calibrationText(results)[2]?.replaceAll('\u00a0', ' ');
    expect(text).toContain('a probability of 91.0 % for the right class');
    expect(text).toContain(
      '90.0 % sure on average and right in 75.0 % of the cases, too sure by 15.0 percentage points',
    );
    expect(text).toContain('45.0 % sure on average and right in 75.0 % of the cases, too unsure by 30.0 percentage');
    expect(text).toContain('larger here, 30.0 % instead of 15.0 %');
  });

  test('says so if smoothing helps', () => {
    const [plain, smooth, ...others] = results;
    const swapped = [
      {...plain!, evaluation: smooth!.evaluation},
      {...smooth!, evaluation: plain!.evaluation},
      ...others,
    ];
    expect(calibrationText(swapped)[2]?.replaceAll('\u00a0', ' ')).toContain('smaller here, 15.0 % instead of 30.0 %');
  });

  test('is silent about smoothing without a run to compare with', () => {
    expect(calibrationText(results.slice(1))).toHaveLength(2);
  });
});

describe('cures in words', () => {
  const text = (of: Overconfidence): string[] => cureText(of).map((paragraph) => paragraph.replaceAll('\u00a0', ' '));

  test('say from the numbers what each did', () => {
    const [smoothing, temperature] = text(study);
    expect(smoothing).toContain('a probability of 98.2 % for the right class, 6.2 nats above the others');
    expect(smoothing).toContain('The calibration error falls from 24.0 % to 5.0 %.');
    expect(smoothing).toContain('80.0 % sure on average instead of 99.0 %, and right in 75.0 % of the cases');
    expect(temperature).toContain('A temperature of 2.50 leaves every predicted class what it is');
    expect(temperature).toContain(
      'The NLL falls from 1.500 nats to 0.700 nats, the calibration error falls from 24.0 %',
    );
  });

  test('say so if they do harm', () => {
    const [plain, smooth] = study.runs;
    const harmful: Overconfidence = {
      ...study,
      runs: [
        {...plain, trained: plain.scaled, scaled: plain.trained},
        {...smooth, trained: plain.trained},
      ],
    };
    const [smoothing, temperature] = text(harmful);
    expect(smoothing).toContain('The calibration error rises from 5.0 % to 24.0 %.');
    expect(temperature).toContain('The NLL rises from 0.700 nats to 1.500 nats');
  });
});
