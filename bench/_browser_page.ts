/** What runs in the browser for bench/browser.ts: the losses of one shape, ours and tfjs's own, interleaved. */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-webgpu';
import type {Tensor} from '@tensorflow/tfjs';
import type {Implementation} from './_backends';
import {tensorContender, type Pass} from './_contenders';
import {SPEED_CASES} from './_losses';
import {rounded} from './_numbers';
import {ourLoss} from './_ours';
import {interleave, type Contender, type RoundPlan} from './_rounds';
import {speedInputs, type Shape} from './_speed_inputs';
import {median, ratios, type Spread} from './_statistics';
import {tfjsLoss} from './_tfjs_own';

export interface BrowserFigure {
  readonly shape: string;
  readonly loss: string;
  readonly pass: Pass;
  /** Medians over the rounds. */
  readonly oursMs: number;
  readonly tfjsMs: number;
  /** tfjs's time in units of ours in the same round. */
  readonly ratio: Spread;
}

const OURS: Implementation = {name: 'ours', loss: ourLoss, select: () => undefined};
const TFJS: Implementation = {name: 'tfjs', loss: tfjsLoss, select: () => undefined};

/** Waits for a result by reading one of its numbers: a copy of all would cost more than the loss. */
async function readOne(tensor: Tensor): Promise<void> {
  const one =
    tensor.size === 1
      ? tensor
      : tf.slice(
          tensor,
          tensor.shape.map(() => 0),
          tensor.shape.map(() => 1),
        );
  // On webgl the asynchronous read waits for a timer, which takes longer than a small loss.
  if (tf.getBackend() === 'webgl') one.dataSync();
  else await one.data();
  if (one !== tensor) one.dispose();
}

export async function setUp(backend: string): Promise<{browser: string; tfjs: string}> {
  if (!(await tf.setBackend(backend))) throw new Error(`the backend '${backend}' does not start in this browser`);
  await tf.ready();
  const [browser = ''] = /Chrom\w*\/[\d.]+/.exec(navigator.userAgent) ?? [];
  return {browser, tfjs: tf.version.tfjs};
}

/** The figures of one loss at one shape. */
export async function measure(title: string, shape: Shape, pass: Pass, plan: RoundPlan): Promise<BrowserFigure> {
  const lossCase = SPEED_CASES.find((candidate) => candidate.title === title);
  if (lossCase === undefined) throw new Error(`There is no loss '${title}' here.`);
  const inputs = speedInputs(lossCase, shape);
  const contenders = [OURS, TFJS]
    .map((implementation) =>
      tensorContender({implementation, lossCase, pass, inputs, read: readOne, expectedSeconds: 0}),
    )
    .filter((contender): contender is Contender => contender !== undefined);
  const samples = await interleave(contenders, plan, () => undefined);
  tf.dispose([inputs.labels, inputs.logits]);
  const [ours = [], own = []] = [samples.get('ours'), samples.get('tfjs')];
  const ratio = ratios(own, ours);
  if (ratio === undefined) throw new Error(`'${title}' was not measured.`);
  const ms = (values: readonly (number | undefined)[]): number =>
    rounded(median(values.filter((value) => value !== undefined)) * 1e3);
  return {
    shape: `${shape.rows}×${shape.classes}`,
    loss: title,
    pass,
    oursMs: ms(ours),
    tfjsMs: ms(own),
    ratio: {median: rounded(ratio.median), min: rounded(ratio.min), max: rounded(ratio.max)},
  };
}
