import {readArguments} from '../../examples/_arguments';

test('seed and report have defaults', () => {
  expect(readArguments([])).toEqual({seed: 1, report: 'report.html'});
});

test('seed and report are taken as given', () => {
  expect(readArguments(['--seed', '42', '--report', 'a/b.html'])).toEqual({seed: 42, report: 'a/b.html'});
});

test.each(['x', '1.5', '-1', ''])('a seed of "%s" is refused', (seed) => {
  expect(() => readArguments([`--seed=${seed}`])).toThrow('expected a whole number');
});

test('an unknown option is refused', () => {
  expect(() => readArguments(['--sed', '1'])).toThrow('--sed');
});

test('a report without a name is refused', () => {
  expect(() => readArguments(['--report='])).toThrow('expected the name of a file');
});
