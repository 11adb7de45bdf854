/** What the two ops of the sigmoid family share. */
import * as tf from '@tensorflow/tfjs-core';
import type {Tensor} from '@tensorflow/tfjs-core';
import {
  SigmoidCrossEntropyWithLogits,
  SigmoidFocalCrossEntropyWithLogits,
  type ExpectedUpstream,
} from '../kernel_names';
import {runOnBackend} from './_backend';
import {expectUpstream} from './_expected_upstream';
import type {NumericLike, SigmoidCrossEntropyOptions, SigmoidFocalCrossEntropyOptions} from './options';
import {perClassTensor} from './_per_class';
import {REDUCTION_OPTIONS, checkReduction, reduceLosses} from './_reduce';
import {toTensor} from './_to_tensor';
import {assertDtype, assertKnownOptions, assertNumber, reshapeAdvice, sameShape, shapeText} from './_validate';

export interface SigmoidOp {
  readonly name: string;
  readonly focal: boolean;
}

type AnySigmoidOptions = SigmoidCrossEntropyOptions & SigmoidFocalCrossEntropyOptions;

/** The option names of an op, for messages. */
export function sigmoidOptionNames({focal}: SigmoidOp): string[] {
  return [...REDUCTION_OPTIONS, 'labelSmoothing', 'posWeight', ...(focal ? ['gamma', 'alpha'] : [])];
}

export function sigmoidLoss(
  op: SigmoidOp,
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: AnySigmoidOptions,
): Tensor {
  const {name} = op;
  assertKnownOptions(name, options, sigmoidOptionNames(op));
  return tf.tidy(() => {
    const reduction = checkReduction(name, options);
    const {shape, run} = sigmoidKernel(op, labels, logits, options);
    return reduceLosses(name, {shape, run, divisorWeights: undefined}, reduction);
  });
}

/**
 * One loss per sample, [N] for logits [N, ...]: `scale` times the sum over everything but the first axis, without losses of
 * the elements in between. What a model wants from its loss.
 */
export function sigmoidLossPerSample(
  op: SigmoidOp,
  labels: Tensor,
  logits: Tensor,
  options: Omit<AnySigmoidOptions, 'weights' | 'reduction' | 'normalizer'>,
  scale: number,
): Tensor {
  const [samples = 0] = logits.shape;
  const rows = sigmoidKernel(op, labels, logits, options).run('rows', scale, expectUpstream(1 / samples));
  return rows.rank <= 1 ? rows : tf.sum(rows, [...rows.shape.keys()].slice(1));
}

/** Checks the arguments and returns how to run the kernel on them; 'rows' sums over the last axis. */
function sigmoidKernel(
  {name, focal}: SigmoidOp,
  labels: Tensor | NumericLike,
  logits: Tensor | NumericLike,
  options: AnySigmoidOptions,
): {
  shape: number[];
  run: (reduction: 'none' | 'rows' | 'sum', scale: number, expected: ExpectedUpstream) => Tensor;
} {
  const {labelSmoothing = 0, posWeight = 1} = options;
  const gamma = options.gamma === undefined ? 2 : options.gamma;
  const alpha = options.alpha === undefined ? 0.25 : options.alpha;
  assertNumber(name, 'labelSmoothing', labelSmoothing, 0, 1);
  assertNumber(name, 'gamma', gamma, 0);
  if (alpha !== null) assertNumber(name, 'alpha', alpha, 0, 1);

  const z = toTensor(name, 'logits', logits);
  assertDtype(name, 'logits', z, ['float32'], `Write tf.cast(logits, 'float32').`);
  const y = toTensor(name, 'labels', labels);
  assertDtype(name, 'labels', y, ['float32', 'int32', 'bool'], `Expected numbers in [0, 1] of the logits' shape.`);
  if (!sameShape(y.shape, z.shape)) {
    throw new Error(
      `${name}: 'labels' of shape ${shapeText(y.shape)} must have the shape of 'logits', ${shapeText(z.shape)}.` +
        reshapeAdvice('labels', y.shape, z.shape),
    );
  }
  const classes = z.shape[z.rank - 1] ?? 1;
  let positiveWeight = 1;
  let perLabel: Tensor | undefined;
  if (typeof posWeight === 'number') {
    assertNumber(name, 'posWeight', posWeight, 0);
    positiveWeight = posWeight;
  } else {
    perLabel = perClassTensor(name, 'posWeight', posWeight, classes, `a number, or ${classes} numbers, one per label`);
  }

  const inputs = {
    labels: y.dtype === 'float32' ? y : tf.cast(y, 'float32'),
    logits: z,
    posWeight: perLabel ?? tf.tensor1d([]),
  };
  return {
    shape: z.shape,
    run: (reduction, scale, expected) => {
      const attrs = {...expected, labelSmoothing, reduction, scale};
      if (!focal) return runOnBackend(SigmoidCrossEntropyWithLogits, inputs, {...attrs, positiveWeight});
      const [a, b] = alpha === null ? [1, 1] : [alpha, 1 - alpha];
      const weights = {positiveWeight: positiveWeight * a, negativeWeight: b};
      return runOnBackend(SigmoidFocalCrossEntropyWithLogits, inputs, {...attrs, ...weights, gamma});
    },
  };
}
