import {loadData} from '../../examples/_data';
import {type Evaluation, evaluate} from '../../examples/_evaluate';
import {CURED_LOSSES, type Measures, type Overconfidence} from '../../examples/_overconfidence';
import type {Result} from '../../examples/_results';
import {RUNS} from '../../examples/_runs';

/** Results of the real runs on the real data, but with made-up predictions and times that differ from run to run. */
export function madeUpResults(): Promise<Result[]> {
  return Promise.all(
    RUNS.map(async (run, i) => ({
      run,
      data: loadData(run.data),
      history: [2, 1, 0.5].map((loss, epoch) => ({
        trainLoss: loss / (i + 1),
        testLoss: (1.1 * loss) / (i + 1),
        testAccuracy: 0.7 + 0.1 * epoch,
      })),
      evaluation: await (run.labels === 'binary'
        ? binary(0.1 * (i - 2))
        : threeOfFourRight(run.loss.includes('(') ? 0.45 : 0.9)),
      timing: {ours: 100 + i, theirs: 250 + 10 * i, ratio: (250 + 10 * i) / (100 + i)},
    })),
  );
}

/** Made-up cures: a network that is 99 % sure and right in three cases of four becomes 80 % sure by either. */
export async function madeUpStudy(): Promise<Overconfidence> {
  const [sure, unsure] = await Promise.all([0.99, 0.8].map(async (p) => (await threeOfFourRight(p)).diagram));
  const trained: Measures = {temperature: 1, nll: 1.5, brier: 0.5, diagram: sure!};
  const scaled: Measures = {temperature: 2.5, nll: 0.7, brier: 0.4, diagram: unsure!};
  const [plain, smooth] = CURED_LOSSES;
  return {
    title: 'Handwritten digits',
    classes: 10,
    counts: {train: 60, validation: 199, test: 4},
    runs: [
      {loss: plain, trained, scaled},
      {loss: smooth, trained: {...scaled, temperature: 1}, scaled: {...scaled, temperature: 0.9, nll: 0.69}},
    ],
  };
}

/** Always as sure as this. */
function threeOfFourRight(probability: number): Promise<Evaluation> {
  const rest = Math.log((1 - probability) / 9);
  const logits = [Math.log(probability), ...new Array<number>(9).fill(rest)];
  return evaluate([logits, logits, logits, logits], [0, 0, 0, 1]);
}

/** All of class 1, predicted with a probability that lacks this much. */
function binary(lack: number): Promise<Evaluation> {
  const logit = [Math.log((1 - lack) / lack)];
  return evaluate([logit, logit], [1, 1]);
}
