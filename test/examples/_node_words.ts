/** The language model of the examples on little text, run by node_words.test.ts in a process of its own: prints a `WordsReport`. */
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {readPackages} from '../../examples/node/_corpus';
import {startTensorFlow} from '../../examples/node/_tensorflow';
import type {WordsResult} from '../../examples/node/_words';
import type {TensorFlowBackend} from '../../kernels/node/_kernel';

const VOCABULARY = 1500;

export interface WordsReport {
  readonly result: WordsResult;
  /** The native ops that it ran. */
  readonly ops: readonly string[];
  readonly table: string;
}

async function main(): Promise<WordsReport> {
  await startTensorFlow();
  const {WORDS_OPTIONS, trainOnWords} = await import('../../examples/node/_words');
  const {wordsTables} = await import('../../examples/node/_words_table');
  const backend = tf.backend() as TensorFlowBackend;
  const execute = backend.executeMultipleOutputs.bind(backend);
  const ops = new Set<string>();
  backend.executeMultipleOutputs = (name, ...rest) => {
    if (name.startsWith('TfjsLosses')) ops.add(name);
    return execute(name, ...rest);
  };
  const packages = readPackages(path.join(__dirname, '../../node_modules'));
  const result = await trainOnWords(
    packages.filter(({name}) => name.startsWith('@')),
    {...WORDS_OPTIONS, vocabulary: VOCABULARY, embedding: 24, hidden: 24, steps: 60, places: 256, testLines: 150},
  );
  return {result, ops: [...ops], table: wordsTables(result, false)};
}

main().then(
  (report) => console.log(JSON.stringify(report)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
