/** What an editor and the compiler know of compile's arguments in a project that has the packed package. */
import {mkdirSync, readFileSync, symlinkSync, unlinkSync} from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import {type Packed, pack} from './_packed';

let packed: Packed;
beforeAll(() => {
  packed = pack();
}, 180_000);
afterAll(() => packed.remove());

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
  skipLibCheck: true,
};

/** The messages of the compiler about a file of the project, and about the package's own types. */
function messages(file: string, options: ts.CompilerOptions = {}): string[] {
  const program = ts.createProgram([file], {...OPTIONS, ...options});
  return ts
    .getPreEmitDiagnostics(program)
    .filter(
      ({file: where}) =>
        where === undefined || where.fileName === file || where.fileName.includes('/tfjs-losses/dist/'),
    )
    .map(({messageText}) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

/** What an editor offers inside of the first '' of a text. */
function offered(name: string, text: string): string[] {
  const file = packed.write(name, text);
  const service = ts.createLanguageService({
    getCompilationSettings: () => OPTIONS,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (asked) =>
      ts.sys.fileExists(asked) ? ts.ScriptSnapshot.fromString(readFileSync(asked, 'utf8')) : undefined,
    getCurrentDirectory: () => packed.project,
    getDefaultLibFileName: (options) => ts.getDefaultLibFilePath(options),
    fileExists: (asked) => ts.sys.fileExists(asked),
    readFile: (asked) => ts.sys.readFile(asked),
    directoryExists: (asked) => ts.sys.directoryExists(asked),
    realpath: (asked) => ts.sys.realpath?.(asked) ?? asked,
  });
  return (service.getCompletionsAtPosition(file, text.indexOf("''") + 1, {})?.entries ?? []).map((entry) => entry.name);
}

const IMPORTS = `
  import * as tf from '@tensorflow/tfjs';
  import {install, loss, precision} from 'tfjs-losses';
  install(tf);
  const made = tf.model({inputs: tf.input({shape: [1]}), outputs: []});
`;

test.each([
  ['a model', 'made'],
  ['a sequential', 'tf.sequential()'],
])('the names of losses and metrics are offered: %s', (_what, model) => {
  expect(offered('loss.ts', `${IMPORTS} ${model}.compile({optimizer: 'sgd', loss: ''});`)).toEqual(
    expect.arrayContaining(['sparseSoftmaxCrossEntropy', 'sigmoidFocalCrossEntropy', 'meanSquaredError']),
  );
  expect(offered('list.ts', `${IMPORTS} ${model}.compile({optimizer: 'sgd', loss: ['']});`)).toContain(
    'softmaxCrossEntropy',
  );
  expect(
    offered(
      'metrics.ts',
      `${IMPORTS} ${model}.compile({optimizer: 'sgd', loss: 'softmaxCrossEntropy', metrics: ['']});`,
    ),
  ).toEqual(expect.arrayContaining(['accuracy', 'crossentropy', 'topKCategoricalAccuracy']));
});

test('what compiles and what does not', () => {
  const file = packed.write(
    'compile.ts',
    `${IMPORTS}
    made.compile({optimizer: 'sgd', loss: 'softmaxCrossEntropy(labelSmoothing=0.1)', metrics: ['accuracy', precision]});
    made.compile({optimizer: 'sgd', loss: [loss('sigmoidCrossEntropy'), 'meanSquaredError', 'mine']});
    made.compile({optimizer: 'sgd', loss: {a: loss('sigmoidCrossEntropy', {posWeight: [1]}), b: 'mine'}, metrics: {a: ['acc', 'ce']}});
    made.compile({optimizer: tf.train.sgd(1), loss: tf.losses.absoluteDifference});
    // @ts-expect-error a number
    made.compile({optimizer: 'sgd', loss: 1});
    // @ts-expect-error no optimizer
    made.compile({loss: 'softmaxCrossEntropy'});
    // @ts-expect-error a name that is misspelt
    made.compile({optimizer: 'sgd', losses: 'softmaxCrossEntropy'});
  `,
  );
  expect(messages(file)).toEqual([]);
});

test('without tfjs-layers the types of the package are no errors, checked to the last file', () => {
  const scope = path.join(packed.project, 'node_modules/@tensorflow');
  unlinkSync(scope);
  mkdirSync(scope);
  symlinkSync(path.join(__dirname, '../../node_modules/@tensorflow/tfjs-core'), path.join(scope, 'tfjs-core'), 'dir');
  const file = packed.write(
    'core.ts',
    `
    import * as tf from '@tensorflow/tfjs-core';
    import {softmaxCrossEntropy} from 'tfjs-losses';
    export const value: tf.Tensor = softmaxCrossEntropy([[0, 1]], tf.zeros([1, 2]));
    // @ts-expect-error the types are there
    softmaxCrossEntropy([[0, 1]], tf.zeros([1, 2]), {labelSmothing: 0.1});
  `,
  );
  expect(messages(file, {skipLibCheck: false})).toEqual([]);
});
