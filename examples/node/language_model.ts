/**
 * npm run start:words: trains a small network on tfjs-node to say which word follows, among 32,000, on the text that `npm ci`
 * put on the disk; then measures the loss beside tfjs's own. About a minute on two cores.
 */
import path from 'node:path';
import {startTensorFlow} from './_tensorflow';
import {readPackages} from './_corpus';

async function main(): Promise<void> {
  await startTensorFlow();
  // Not above: they import tfjs-node, which may not be usable.
  const {WORDS_OPTIONS, trainOnWords} = await import('./_words');
  const {wordsTables} = await import('./_words_table');

  console.log('Reading the documentation and the type declarations of the packages in node_modules …');
  const packages = readPackages(path.join(__dirname, '../../node_modules'));
  const result = await trainOnWords(packages, {
    ...WORDS_OPTIONS,
    progress: true,
    onText: ({vocabulary, train, test}) => {
      const count = (lines: readonly unknown[]): string => lines.length.toLocaleString('en');
      console.log(
        `${packages.length} packages, ${count(train)} different lines to train on and ${count(test)} of other packages ` +
          `to test on, a vocabulary of ${vocabulary.size.toLocaleString('en')} words.`,
      );
    },
  });
  console.log(`\n${wordsTables(result, process.stdout.isTTY)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
