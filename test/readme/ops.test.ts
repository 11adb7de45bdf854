/** The README's table of ops has every op and every option that the code knows, and no other. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {REDUCTION_OPTIONS} from '../../src/ops/_reduce';
import {softmaxOptionNames} from '../../src/ops/_softmax';
import {sigmoidOptionNames} from '../../src/ops/sigmoid_loss';
import * as losses from '../../src';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');

/** The names in backquotes of each row of the table below '## Ops', by the first of them. */
function namesByOp(): Map<string, string[]> {
  const section = README.slice(README.indexOf('\n## Ops'), README.indexOf('\n- `reduction`'));
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return new Map(
    rows.map((row) => {
      const cells = row
        .split('|')
        .map((cell) =>
          [...cell.matchAll(/`([A-Za-z]+)`/g)].map(([, name = '']) => name).filter((name) => name !== 'null'),
        );
      return [cells[1]?.[0] ?? '', cells[3] ?? []];
    }),
  );
}

const softmax = softmaxOptionNames({name: '', sparse: false, focal: false});
const sparse = softmaxOptionNames({name: '', sparse: true, focal: false});
const sigmoid = sigmoidOptionNames({name: '', focal: false});
const common: readonly string[] = REDUCTION_OPTIONS;
const without = (names: readonly string[], others: readonly string[]): string[] =>
  names.filter((name) => !others.includes(name));

test.each([
  ['softmaxCrossEntropy', without(softmax, common)],
  // 'The same and', 'its own and': what the row above, or the plain op of the first column, has.
  ['sparseSoftmaxCrossEntropy', without(sparse, softmax)],
  ['softmaxFocalCrossEntropy', without(softmaxOptionNames({name: '', sparse: false, focal: true}), softmax)],
  ['sparseSoftmaxFocalCrossEntropy', without(softmaxOptionNames({name: '', sparse: true, focal: true}), sparse)],
  ['sigmoidCrossEntropy', without(sigmoid, common)],
  ['sigmoidFocalCrossEntropy', without(sigmoidOptionNames({name: '', focal: true}), sigmoid)],
])('%s', (op, options) => {
  expect(losses).toHaveProperty(op);
  expect(namesByOp().get(op)).toEqual(options);
});

test('there are no other rows', () => {
  expect([...namesByOp().keys()].sort()).toEqual(losses.listLosses().sort());
});
