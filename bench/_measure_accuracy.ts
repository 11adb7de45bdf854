/** Measures the accuracy of one backend's losses and of the peers on the very same float32 inputs. */
import * as tf from '@tensorflow/tfjs';
import type {Backend, Implementation} from './_backends';
import {breaches, errorsOf, type Values} from './_errors';
import {familiesOf, type Batch} from './_families';
import type {AccuracyFigure, AccuracyFigures} from './_figures';
import type {LossCase} from './_losses';
import {describeMachine} from './_machine';
import type {PeersByName} from './_peers';
import {truthOf} from './_truth';

export interface AccuracySettings {
  readonly cases: readonly LossCase[];
  readonly peers: PeersByName;
  /** Told what is being measured. */
  readonly say: (text: string) => void;
}

export interface AccuracyResult {
  readonly figures: AccuracyFigures;
  /** Where ours is outside the contract, one line each. */
  readonly breaches: readonly string[];
}

export async function measureAccuracy(backend: Backend, settings: AccuracySettings): Promise<AccuracyResult> {
  const {cases, peers, say} = settings;
  const ours = await backend.setUp();
  const implementations = [...ours, backend.own];
  const errors: AccuracyFigure[] = [];
  const broken: string[] = [];
  for (const lossCase of cases) {
    say(`${backend.name}: ${lossCase.title}`);
    for (const family of familiesOf(lossCase)) {
      const batch = family.batch(lossCase);
      const truth = truthOf(lossCase, batch);
      const {onlyFinite = false} = family;
      const note = (contender: string, values: Values | undefined): AccuracyFigure | undefined => {
        if (values === undefined) return undefined;
        const figure = {
          loss: lossCase.title,
          family: family.name,
          onlyFinite,
          contender,
          errors: errorsOf(values, truth),
        };
        errors.push(figure);
        return figure;
      };
      for (const implementation of implementations) {
        const figure = note(implementation.name, await valuesOf(implementation, lossCase, batch));
        if (figure === undefined || !ours.includes(implementation)) continue;
        for (const quantity of breaches(figure.errors, backend.contract, onlyFinite)) {
          const worst = figure.errors[quantity]?.worst ?? NaN;
          broken.push(
            `${backend.name}, ${implementation.name}, ${lossCase.title}, ${family.name}: ${quantity} ${worst} ULP`,
          );
        }
      }
      for (const [name, peer] of peers) note(name, await peer?.values(lossCase, batch));
    }
  }
  const contenders = [...implementations.map(({name}) => name), ...peers.keys()];
  return {figures: {machine: describeMachine(peers), contenders, errors}, breaches: broken};
}

/** undefined where the implementation has no such loss. */
async function valuesOf(
  {loss, select}: Implementation,
  lossCase: LossCase,
  {rows, classes, logits, labels}: Batch,
): Promise<Values | undefined> {
  const lossFunction = loss(lossCase, classes);
  if (lossFunction === undefined) return undefined;
  select();
  const y = labels instanceof Int32Array ? tf.tensor1d(labels, 'int32') : tf.tensor2d(labels, [rows, classes]);
  const z = tf.tensor2d(logits, [rows, classes]);
  // With 'none' the upstream gradient is 1 per loss: the errors are of single rows, not of a mean.
  const {value, grad} = tf.valueAndGrad((x: tf.Tensor) => lossFunction(y, x, 'none'))(z);
  const values = {loss: await floats(value), gradient: await floats(grad)};
  tf.dispose([y, z, value, grad]);
  return values;
}

async function floats(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data<'float32'>());
}
