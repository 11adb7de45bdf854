/** The examples for tfjs-node, with small settings. */
import {mkdtempSync, readFileSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {readTrainArguments} from '../../examples/node/_train_arguments';
import {withTfjsNode} from '../node/_tfjs_node';
import {runInNode} from './_in_node';
import type {TrainingReport} from './_node_trainings';

// Real trainings, on a machine that may be busy.
jest.setTimeout(5 * 60_000);

describe('npm run start:node, without TensorFlow', () => {
  test('reads its arguments and refuses what makes no sense', () => {
    expect(readTrainArguments([])).toEqual({seed: 1, out: 'trained', resume: false});
    expect(readTrainArguments(['--resume', '--epochs', '8', '--out', 'x'])).toEqual({
      seed: 1,
      out: 'x',
      resume: true,
      epochs: 8,
    });
    expect(() => readTrainArguments(['--epochs', '0'])).toThrow('--epochs 0: expected a whole number from 1');
    expect(() => readTrainArguments(['--seed', '1.5'])).toThrow('--seed 1.5: expected a whole number from 0');
    expect(() => readTrainArguments(['--seed', '2', '--resume'])).toThrow('leave --seed out');
    expect(() => readTrainArguments(['--out', ''])).toThrow('--out: expected the name of a folder');
  });

  test('says what to run where tfjs-node is not usable', async () => {
    const said = await runInNode('test/examples/_without_tfjs_node.ts');
    expect(said).toContain("Run 'npm run setup'");
    expect(said).toContain('(It said: the addon can not be found)');
  });
});

withTfjsNode(() => {
  describe('npm run start:node', () => {
    let folder: string;
    let report: TrainingReport;
    beforeAll(async () => {
      folder = mkdtempSync(path.join(tmpdir(), 'tfjs-losses-'));
      report = JSON.parse(await runInNode('test/examples/_node_trainings.ts', [folder])) as TrainingReport;
    });
    afterAll(() => {
      rmSync(folder, {recursive: true, force: true});
    });

    test('learns to read digits: from the first epoch on, and more with more epochs', () => {
      const {once, whole} = report.trainings;
      expect(once.result.accuracy).toBeGreaterThan(0.8);
      expect(whole.result.accuracy).toBeGreaterThanOrEqual(0.94);
      expect(whole.result.accuracy).toBeGreaterThan(once.result.accuracy);
      expect(whole.result.loss).toBeLessThan(once.result.loss);
    });

    test('learns to tell tumours apart', () => {
      const {sigmoid, focal} = report.trainings;
      for (const {result} of [sigmoid, focal]) expect(result.accuracy).toBeGreaterThan(0.93);
    });

    test.each([
      ['whole', 'sparseSoftmaxCrossEntropy', 'SparseSoftmaxCrossEntropyWithLogits'],
      ['sigmoid', 'sigmoidCrossEntropy', 'SigmoidCrossEntropyWithLogits'],
      ['focal', 'sigmoidFocalCrossEntropy(alpha=null,gamma=2)', 'SigmoidFocalCrossEntropyWithLogits'],
    ] as const)('%s: the loss is one native op, which makes the gradient too', (name, loss, op) => {
      const {result, ops} = report.trainings[name];
      expect(result.run.loss).toBe(loss);
      expect([...ops].sort()).toEqual([`TfjsLosses2${op}`]);
    });

    test('2 epochs, saved, loaded and resumed for 2 more, are the 4 epochs of one training, to the bit', () => {
      const {half, resumed, whole, otherSeed} = report.trainings;
      expect(half.result).toMatchObject({epochs: 2, resumedAfter: 0});
      expect(resumed.result).toMatchObject({epochs: 4, resumedAfter: 2});
      expect(resumed.weights).toBe(whole.weights);
      expect(resumed.result.loss).toBe(whole.result.loss);
      // The comparison can tell: after 2 epochs, or from another seed, the file is another.
      expect(half.weights).not.toBe(whole.weights);
      expect(otherSeed.weights).not.toBe(whole.weights);
    });

    test('resumes nothing where all is done, and says so where there is nothing', () => {
      const {nothingLeft, resumed} = report.trainings;
      expect(nothingLeft.result).toMatchObject({epochs: 4, resumedAfter: 4, accuracy: resumed.result.accuracy});
      expect(nothingLeft.weights).toBe(resumed.weights);
      expect(report.nowhere).toContain('There is no training to resume in');
    });

    test("writes TensorBoard's files: loss and accuracy of both parts, once an epoch", () => {
      const {result} = report.trainings.whole;
      for (const part of ['train', 'val']) {
        const logs = path.join(result.folder, 'logs', part);
        const files = readdirSync(logs).filter((file) => file.startsWith('events.out.tfevents.'));
        expect(files).toHaveLength(1);
        const content = readFileSync(path.join(logs, files[0] ?? ''), 'latin1');
        for (const name of ['epoch_loss', 'epoch_acc']) expect(content.split(name)).toHaveLength(4 + 1);
      }
    });

    test('leaves one whole checkpoint behind, and no tensors but those that tfjs-node keeps', () => {
      expect(readdirSync(report.trainings.whole.result.folder).sort()).toEqual(['logs', 'model']);
      for (const {result, tensors} of Object.values(report.trainings)) {
        // Five for each of the two writers of a new folder of logs, one for each time that an optimizer is saved.
        const writers = result.resumedAfter === 0 ? 2 : 0;
        expect(tensors).toBeLessThanOrEqual(5 * writers + result.epochs - result.resumedAfter);
      }
    });
  });
});
