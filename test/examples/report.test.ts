// Before the table's library is loaded, which asks once: without it a terminal's colours could not be told from none.
process.env.FORCE_COLOR = '1';

import {calibrationText} from '../../examples/_calibration_text';
import {reportPage} from '../../examples/_report';
import {COLUMNS} from '../../examples/_results';
import {terminalTable} from '../../examples/_table';
import {tagError} from './_markup';
import {RESULTS} from './_results';

describe('table', () => {
  const plain = terminalTable(RESULTS, false);

  test('fits into 100 columns', () => {
    expect(Math.max(...plain.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('has escape sequences on a terminal only', () => {
    const escape = String.fromCharCode(27);
    expect(plain).not.toContain(escape);
    expect(terminalTable(RESULTS, true)).toContain(escape);
  });

  test('has the numbers of every run', () => {
    const lines = plain.split('\n');
    for (const result of RESULTS) {
      const cells = COLUMNS.filter(({numeric}) => numeric).map(({cell}) => cell(result));
      expect(lines.some((line) => cells.every((cell) => line.includes(cell)))).toBe(true);
    }
  });
});

describe('report', () => {
  const page = (): string => reportPage(RESULTS, 1);

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
    expect(cards).toHaveLength(RESULTS.length);
    for (const [i, card] of cards.entries()) {
      const names = [...card.matchAll(/<svg role="img" aria-label="([^"]+)"[^>]* viewBox="/g)].map(([, name]) => name);
      expect(names).toEqual(
        ['loss on the train', 'test accuracy', 'reliability diagram'].map(
          (what) => expect.stringContaining(`${RESULTS[i]?.run.loss ?? ''}: ${what}`) as string,
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
    expect(rows).toEqual(
      RESULTS.map(({run, history, evaluation, timing}) => [
        run.data,
        run.loss,
        history.at(-1)?.testLoss.toFixed(3),
        `${(100 * evaluation.accuracy).toFixed(1)}\u00a0%`,
        `${(100 * evaluation.calibrationError).toFixed(1)}\u00a0%`,
        `${timing.ours.toFixed(0)}\u00a0µs`,
        `${timing.theirs.toFixed(0)}\u00a0µs`,
        `${timing.ratio.toFixed(1)}\u00a0×`,
      ]),
    );
  });
});

describe('calibration in words', () => {
  test('names the error of every run', () => {
    const [digits, cancer] = calibrationText(RESULTS);
    expect(digits).toBe(
      'Handwritten digits: the calibration error is 15.0\u00a0% with softmaxCrossEntropy, 30.0\u00a0% with ' +
        'softmaxCrossEntropy(labelSmoothing=0.1), 15.0\u00a0% with sparseSoftmaxCrossEntropy.',
    );
    expect(cancer).toMatch(/^Breast cancer: the calibration error is 10\.0\u00a0% with sigmoidCrossEntropy, /);
  });

  test('says from the numbers what smoothing does', () => {
    const text = calibrationText(RESULTS)[2]?.replaceAll('\u00a0', ' ');
    expect(text).toContain('a probability of 91.0 % for the right class');
    expect(text).toContain(
      '90.0 % sure on average and right in 75.0 % of the cases, too sure by 15.0 percentage points',
    );
    expect(text).toContain('45.0 % sure on average and right in 75.0 % of the cases, too unsure by 30.0 percentage');
    expect(text).toContain('larger here, 30.0 % instead of 15.0 %');
  });

  test('says so if smoothing helps', () => {
    const [plain, smooth, ...others] = RESULTS;
    const swapped = [
      {...plain!, evaluation: smooth!.evaluation},
      {...smooth!, evaluation: plain!.evaluation},
      ...others,
    ];
    expect(calibrationText(swapped)[2]?.replaceAll('\u00a0', ' ')).toContain('smaller here, 15.0 % instead of 30.0 %');
  });

  test('is silent about smoothing without a run to compare with', () => {
    expect(calibrationText(RESULTS.slice(1))).toHaveLength(2);
  });
});
