/** Second derivatives of a case against the float64 reference. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {sumOfAll} from '../../src/ops/_sum_of_all';
import {MIN_NORMAL} from '../support/ulp';
import type {Case} from './case';
import {applyOp} from './_ops';
import {lossShape, reducing, slopes} from './_reductions';
import type {Rules} from './rules';
import {at, take, tensorOf, uneven} from './_tensors';
import {hasLabelGradient, truthOf} from './_truth';

/**
 * For v random: ∂⟨v, ∂ℓ/∂z⟩/∂z = H·v under an uneven upstream gradient, the same of Σ ½·w_n·ℓ_n² (which reaches the
 * derivative with respect to the upstream gradient), of the mean, and ∂⟨v, ∂ℓ/∂z⟩/∂q.
 */
export async function checkSecondOrder(rules: Rules, c: Case): Promise<void> {
  const inputs = c.inputs();
  const units = truthOf(c, inputs);
  const shape = lossShape(c, inputs);
  const direction = uneven(`direction ${c.name}`, inputs.logits.shape);
  const upstream = uneven(`upstream ${c.name}`, shape);

  const logits = tensorOf(inputs.logits);
  const labels = tensorOf(inputs.labels, inputs.labels.dtype);
  const v = tensorOf(direction);
  const dy = tensorOf(upstream);
  const half = tf.scalar(0.5);
  const none = (q: Tensor, z: Tensor): Tensor => applyOp(c, q, z, {reduction: 'none'});
  const alongV = (f: (z: Tensor) => Tensor, z: Tensor): Tensor => sumOfAll(tf.mul(v, tf.grad(f)(z)));
  const weighted = (q: Tensor) => (z: Tensor) => sumOfAll(tf.mul(none(q, z), dy));
  const squared = (z: Tensor): Tensor => {
    const loss = none(labels, z);
    return sumOfAll(tf.mul(tf.mul(tf.mul(loss, loss), half), dy));
  };
  const mean = (z: Tensor): Tensor => applyOp(c, labels, z, {reduction: 'mean'});

  const outputs = tf.tidy(() => [
    tf.grad((z: Tensor) => alongV(weighted(labels), z))(logits),
    tf.grad((z: Tensor) => alongV(squared, z))(logits),
    tf.grad((z: Tensor) => alongV(mean, z))(logits),
    ...(hasLabelGradient(c, inputs) ? [tf.grad((q: Tensor) => alongV(weighted(q), logits))(labels)] : []),
  ]);
  const [ofWeighted = [], ofSquared = [], ofMean = [], ofLabels] = await take(outputs);
  tf.dispose([logits, labels, v, dy, half]);

  const meanSlope = slopes(reducing('mean', shape, units), units.length, [1]);
  units.forEach((unit, n) => {
    const direct = unit.entries.map((i) => at(direction.values, i));
    const hessian = unit.hessian();
    const curvature = product(hessian, unit.hessianTerms(), direct);
    const gradient = unit.gradient();
    const weight = at(upstream.values, n);
    const slopeAlong = direct.reduce((sum, x, k) => sum + x * at(gradient, k), 0);
    const slopeSize = direct.reduce((sum, x, k) => sum + Math.abs(x * at(gradient, k)), 0);
    const loss = unit.loss();
    const check = (what: string, actual: ArrayLike<number>, truth: readonly Product[]): void => {
      const size = Math.max(...truth.map((entry) => entry.size));
      truth.forEach(({value}, k) => {
        const index = unit.entries[k] ?? -1;
        const error = Math.abs(at(actual, index) - value);
        // Factors below the least normal float32 are flushed or lose their digits.
        if (error <= rules.tolerance.secondOrder * size + MIN_NORMAL) return;
        throw new Error(
          `${c.op} ${JSON.stringify(c.options)}, '${c.name}': ${what}[${index}] is ${at(actual, index)}, the truth is ${value}: ` +
            `${error / size} of the row's largest entry ${size} off, allowed are ${rules.tolerance.secondOrder}. The case breaks: ${c.why}.`,
        );
      });
    };
    check('second derivative', ofWeighted, scaled(curvature, weight));
    check(
      'second derivative of ½ℓ²',
      ofSquared,
      curvature.map(({value, size}, k) => ({
        value: weight * (at(gradient, k) * slopeAlong + loss * value),
        size: Math.abs(weight) * (Math.abs(at(gradient, k)) * slopeSize + loss * size),
      })),
    );
    check('second derivative of the mean', ofMean, scaled(curvature, at(meanSlope, n)));
    if (ofLabels !== undefined && unit.byLabel !== undefined) {
      check(
        'derivative by label and logit',
        ofLabels,
        scaled(product(unit.byLabel.mixed(), unit.byLabel.mixed(), direct), weight),
      );
    }
  });
}

/** A sum, and the sum of its terms' absolute values. */
interface Product {
  readonly value: number;
  readonly size: number;
}

function product(
  rows: readonly ArrayLike<number>[],
  terms: readonly ArrayLike<number>[],
  v: readonly number[],
): Product[] {
  return rows.map((row, i) => ({
    value: v.reduce((sum, x, j) => sum + at(row, j) * x, 0),
    size: v.reduce((sum, x, j) => sum + Math.abs(at(terms[i] ?? [], j) * x), 0),
  }));
}

function scaled(products: readonly Product[], factor: number): Product[] {
  return products.map(({value, size}) => ({value: value * factor, size: size * Math.abs(factor)}));
}
