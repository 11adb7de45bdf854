/**
 * The examples of the documentation do what their comments claim. A line `expression; // value` is evaluated, with
 * `.print()` left out, and compared in the digits shown; the other lines just run.
 */
import {readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import * as tf from '@tensorflow/tfjs';
import * as losses from '../../src';
import * as calibration from '../../src/calibration';

const SRC = path.join(__dirname, '../../src');

interface Example {
  /** The function that it documents. */
  readonly name: string;
  readonly lines: readonly string[];
}

const examples: Example[] = ['ops', 'losses', 'metrics', 'models', 'calibration']
  .flatMap((folder) => readdirSync(path.join(SRC, folder)).map((file) => path.join(SRC, folder, file)))
  .flatMap((file) => {
    const docs = readFileSync(file, 'utf8').matchAll(
      /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\nexport (?:async )?function (\w+)/g,
    );
    return Array.from(docs).flatMap(([, text = '', name = '']) => {
      const plain = text.replace(/^ ?\* ?/gm, '');
      const code = /@example\n```ts\n(.*?)```/s.exec(plain)?.[1];
      return code === undefined ? [] : [{name, lines: code.split('\n').filter((line) => line.trim() !== '')}];
    });
  });

beforeAll(() => tf.setBackend('cpu'));

const functions = Object.entries({...losses, ...calibration}).filter(([, value]) => typeof value === 'function');

test.each(functions.map(([name]) => name))('%s has an example', (name) => {
  expect(examples.filter((example) => example.name === name)).toHaveLength(1);
});

/** A line that claims a value: an expression, and in a comment numbers, text, true or an object of these. */
const CLAIM = /^(?!const |let )(.*);\s*\/\/ (.+)$/;

test.each(examples)('$name', async ({lines}) => {
  const claims: {readonly actual: unknown; readonly claimed: string}[] = [];
  const code = lines
    .filter((line) => !line.startsWith('import '))
    .map((line) => {
      const [, expression, claimed] = CLAIM.exec(line) ?? [];
      if (expression === undefined) return line;
      return `claim(${expression.replace(/\.print\(\)$/, '')}, ${JSON.stringify(claimed)});`;
    });
  const claim = (actual: unknown, claimed: string): void => void claims.push({actual: plainOf(actual), claimed});
  await vm.runInNewContext(`(async () => {${code.join('\n')}\n})()`, {...losses, ...calibration, tf, claim});
  expect(claims.length).toBeGreaterThan(0);
  for (const {actual, claimed} of claims) expectClaim(actual, claimed);
});

function plainOf(value: unknown): unknown {
  return value instanceof tf.Tensor ? value.arraySync() : value;
}

/** Compares the numbers in the digits that are shown (cut off, not rounded, before '…'), and everything else exactly. */
function expectClaim(actual: unknown, claimed: string): void {
  const shown = (text: string): string[] => text.match(NUMBER) ?? [];
  const actualText = typeof actual === 'string' ? `'${actual}'` : textOf(actual);
  const withoutNumbers = (text: string): string => text.replace(NUMBER, '#').replace(/\s+/g, '');
  expect(withoutNumbers(actualText)).toBe(withoutNumbers(claimed));
  shown(claimed).forEach((text, i) => {
    const digits = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
    const value = Number(shown(actualText)[i]);
    const factor = 10 ** digits;
    const cut = text.endsWith('…') ? Math.trunc(value * factor) / factor : Number(value.toFixed(digits));
    expect({claimed, number: cut}).toEqual({claimed, number: Number.parseFloat(text)});
  });
}

const NUMBER = /-?\d+(?:\.\d+)?(?:e-?\d+)?…?/g;

/** As JavaScript writes it: [0.05, {a: 1}]. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `'${value}'` : String(value);
  return `{${Object.entries(value)
    .map(([key, entry]) => `${key}: ${textOf(entry)}`)
    .join(', ')}}`;
}
