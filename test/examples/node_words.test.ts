/** The language model of the examples, on little text: its text, its paddings, its training. */
import * as tf from '@tensorflow/tfjs-core';
import {type Package} from '../../examples/node/_corpus';
import {MAX_LENGTH, readText} from '../../examples/node/_text';
import {UNKNOWN, Vocabulary, tokens} from '../../examples/node/_vocabulary';
import {seededRandom} from '../../examples/_random';
import {startTensorFlow} from '../node/_tensorflow';
import {withTfjsNode} from '../node/_tfjs_node';
import {runInNode} from './_in_node';
import type {WordsReport} from './_node_words';

// A real training, on a machine that may be busy.
jest.setTimeout(5 * 60_000);

describe('the text', () => {
  test('is cut into words, digits and signs', () => {
    expect(tokens('export const zähler2 = [10];')).toEqual([
      ...['export', 'const', 'zähler', '2', '=', '[', '1', '0', ']', ';'],
    ]);
    expect(tokens(' \t')).toEqual([]);
  });

  test('has a vocabulary of its most frequent words, of equally frequent ones the first', () => {
    const lines = [['b', 'a', 'c'], ['c', 'a'], ['d']];
    const vocabulary = Vocabulary.of(lines, 3);
    expect(vocabulary.size).toBe(3);
    // a and c are there twice; b and d are unknown.
    expect([...vocabulary.encode(['a', 'c', 'b', 'd', 'e'])]).toEqual([1, 2, UNKNOWN, UNKNOWN, UNKNOWN]);
    expect(vocabulary.counts).toEqual([2, 2, 2]);
    expect(() => Vocabulary.of(lines, 9)).toThrow('The text has 4 different words, too few for a vocabulary of 9');
  });

  test('holds out every tenth package, without the lines that are in others, and counts equal lines once', () => {
    const packages: Package[] = Array.from({length: 20}, (_, i) => ({
      name: `p${i}`,
      texts: [`in all of them\nof number ${String.fromCharCode(97 + i)}\nalone`],
    }));
    const {train, test, vocabulary} = readText(packages, 10);
    expect(train).toHaveLength(1 + 18);
    expect(test).toHaveLength(2);
    expect(vocabulary.counts.reduce((sum, count) => sum + count, 0)).toBe(4 + 18 * 3);
    expect(readText(packages, 10)).toEqual({train, test, vocabulary});
  });

  test('cuts long lines without losing a transition between two words', () => {
    const words = Array.from({length: 2 * MAX_LENGTH + 3}, (_, i) => `w${'abcdefghij'[i % 10] ?? ''}`);
    const {train} = readText([{name: 'one', texts: [words.join(' ')]}], 5);
    expect(train.map(({length}) => length)).toEqual([MAX_LENGTH + 1, MAX_LENGTH + 1, 3]);
    expect(train[1]?.[0]).toBe(train[0]?.at(-1));
  });
});

withTfjsNode(() => {
  beforeAll(startTensorFlow);

  /** Loaded here, because they need tfjs-node. */
  const load = async () => ({
    ...(await import('../../examples/node/_padded_batches')),
    ...(await import('../../examples/node/_language_model')),
    ...(await import('../../examples/node/_compare_losses')),
  });
  const sequences = [
    [3, 1, 4, 1, 5],
    [9, 2, 6],
    [5, 3],
    [5, 8, 9, 7, 9, 3, 2, 3],
  ].map((words) => Int32Array.from(words));
  const CLASSES = 11;

  describe('padding', () => {
    test('batches hold each word of the sequences once, whatever their lengths', async () => {
      const {allBatches, countWords, randomBatches} = await load();
      const batches = [...allBatches(sequences, 16)];
      expect(batches.reduce((sum, batch) => sum + countWords(batch), 0)).toBe(4 + 2 + 1 + 7);
      for (const {xs, ys} of batches) expect(xs.shape).toEqual(ys.shape);
      const random = randomBatches(sequences, 16, seededRandom(1));
      for (let i = 0; i < 5; i++) expect(random.next().value.xs.shape).toEqual([2, 8]);
    });

    test('has no word and no label; each label is the word that follows', async () => {
      const {PADDING: none, padded} = await load();
      const {xs, ys} = padded(sequences.slice(0, 2), 5);
      expect(xs.arraySync()).toEqual([
        [3, 1, 4, 1, 0],
        [9, 2, 0, 0, 0],
      ]);
      expect(ys.arraySync()).toEqual([
        [1, 4, 1, 5, none],
        [2, 6, none, none, none],
      ]);
    });

    test('changes neither the loss nor the gradient of the logits, to the bit', async () => {
      const {padded, ourLoss} = await load();
      const [short, long] = [padded(sequences, 8), padded(sequences, 24)];
      const z = tf.randomNormal<tf.Rank.R3>([sequences.length, 8, CLASSES], 0, 3, 'float32', 1);
      // What a network makes of paddings is anything.
      const rest = tf.randomNormal<tf.Rank.R3>([sequences.length, 16, CLASSES], 0, 50, 'float32', 2);
      const valueAndGrad = (ys: tf.Tensor) => tf.valueAndGrad((logits: tf.Tensor) => ourLoss(ys, logits).asScalar());
      const one = valueAndGrad(short.ys)(z);
      const other = valueAndGrad(long.ys)(tf.concat([z, rest], 1));
      expect(other.value.dataSync()).toEqual(one.value.dataSync());
      expect(tf.slice(other.grad, [0, 0, 0], z.shape).dataSync()).toEqual(one.grad.dataSync());
      expect(tf.max(tf.abs(tf.slice(other.grad, [0, 8, 0], rest.shape))).dataSync()[0]).toBe(0);
      // As labels of a class, paddings would count.
      const counting = valueAndGrad(tf.relu(long.ys))(tf.concat([z, rest], 1));
      expect(Math.abs((counting.value.dataSync()[0] ?? 0) - (one.value.dataSync()[0] ?? 0))).toBeGreaterThan(1);
    });

    test('changes neither the loss nor the gradient of any weight of the network', async () => {
      const {buildLanguageModel, padded, ourLoss} = await load();
      const counts = new Array<number>(CLASSES).fill(1);
      const model = buildLanguageModel(counts, {embedding: 5, hidden: 6}, 1);
      const gradients = (length: number) => {
        const {xs, ys} = padded(sequences, length);
        return tf.variableGrads(() => ourLoss(ys, model.apply(xs, {training: true}) as tf.Tensor).asScalar());
      };
      const [short, long] = [gradients(8), gradients(24)];
      expect(long.value.dataSync()[0]).toBeCloseTo(short.value.dataSync()[0] ?? NaN, 6);
      const names = Object.keys(short.grads);
      expect(names).toHaveLength(model.trainableWeights.length);
      for (const name of names) {
        const [a = [], b = []] = [short, long].map(({grads}) => [...(grads[name]?.dataSync() ?? [])]);
        const largest = Math.max(...a.map(Math.abs));
        expect([name, largest > 0]).toEqual([name, true]);
        // Sums over more places are added up in another order.
        for (const [i, x] of a.entries()) expect(Math.abs(x - (b[i] ?? NaN))).toBeLessThanOrEqual(1e-5 * largest);
      }
    });
  });

  test('the first guess of the network is how frequent each word is', async () => {
    const {buildLanguageModel, unigramLogits} = await load();
    const counts = [7, 0, 3, 1, 1];
    const model = buildLanguageModel(counts, {embedding: 2, hidden: 2}, 1);
    const bias = model.weights.at(-1)?.read().dataSync();
    expect(bias).toEqual(Float32Array.from(unigramLogits(counts)));
    const p = tf.softmax(tf.tensor1d(unigramLogits(counts))).dataSync();
    for (const [i, count] of counts.entries()) expect(p[i]).toBeCloseTo((count + 1) / 17, 6);
  });

  describe('npm run start:words', () => {
    let report: WordsReport;
    beforeAll(async () => {
      report = JSON.parse(await runInNode('test/examples/_node_words.ts')) as WordsReport;
    });

    test('ends with a perplexity far below that of the frequencies, where it began', () => {
      const {unigram, before, after} = report.result.perplexity;
      expect(Math.abs(before / unigram - 1)).toBeLessThan(0.02);
      expect(after).toBeLessThan(0.6 * unigram);
      expect(after).toBeGreaterThan(1);
    });

    test('its loss is native ops', () => {
      expect([...report.ops].sort()).toEqual(['TfjsLosses2SparseSoftmaxCrossEntropyWithLogits']);
    });

    test("the loss is that of tfjs's own on one-hot labels, which takes more memory", () => {
      const {comparison, shape, paddings} = report.result;
      expect(comparison.ours.value).toBeCloseTo(comparison.theirs.value, 4);
      const logits = 4 * shape.reduce((product, size) => product * size, 1);
      // The gradient at least.
      expect(comparison.ours.bytes).toBeGreaterThanOrEqual(logits);
      expect(comparison.theirs.bytes).toBeGreaterThan(2 * comparison.ours.bytes);
      expect(paddings).toBeGreaterThan(0);
      for (const {milliseconds} of Object.values(comparison)) expect(milliseconds).toBeGreaterThan(0);
    });

    test('prints what it found, on lines of a terminal', () => {
      const {table, result} = report;
      expect(table).toContain(result.perplexity.after.toFixed(1));
      expect(table).toContain(`[${result.shape.join(',')}]`);
      expect(table).toContain(`${result.trained.words.toLocaleString('en')} words`);
      for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    });
  });
});
