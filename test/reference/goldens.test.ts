import {
  reduce,
  rowDivisorWeight,
  sigmoidCrossEntropy,
  sigmoidFocalCrossEntropy,
  softmaxCrossEntropy,
  softmaxFocalCrossEntropy,
  sparseSoftmaxCrossEntropy,
  sparseSoftmaxFocalCrossEntropy,
} from '../../src/reference';
import goldens from '../golden/goldens.json';
import {expectClose} from './_compare';
import type {Nested} from './_compare';

type Text = string | readonly Text[];

interface SoftmaxGolden {
  readonly name: string;
  readonly breaks: string;
  readonly label?: number;
  readonly labels?: readonly number[];
  readonly logits: readonly (number | string)[];
  readonly options: {readonly gamma?: number};
  readonly loss: string;
  readonly logitGradient: Text;
  readonly logitHessian: Text;
  readonly labelGradient?: Text;
  readonly labelLogitHessian?: Text;
}

interface LongRow {
  readonly classes: number;
  readonly multiplier: number;
  readonly modulus: number;
  readonly scale: number;
  readonly label: number;
  readonly labelLogit?: number;
  readonly other: number;
  readonly loss: string;
  readonly gradientAtLabel: string;
  readonly gradientAtOther: string;
}

interface SigmoidGolden {
  readonly options: {readonly gamma?: number; readonly alpha?: number | null};
  readonly elements: readonly {
    readonly y: number;
    readonly z: number;
    readonly loss: string;
    readonly logitGradient: string;
    readonly logitHessian: string;
    readonly labelGradient: string;
    readonly labelLogitHessian: string;
  }[];
}

interface BatchGolden {
  readonly loss: string;
  readonly labels: readonly (number | readonly number[])[];
  readonly logits: readonly (readonly number[])[];
  readonly options: {
    readonly classWeights?: readonly number[];
    readonly ignoreIndex?: number;
    readonly gamma?: number;
    readonly alpha?: number | null;
  };
  readonly reduction: 'mean' | 'sum';
  readonly weights?: readonly number[];
  readonly value: string;
  readonly gradient: Text;
  readonly peers: Readonly<Record<string, {readonly value: number; readonly gradient: readonly (readonly number[])[]}>>;
}

const {softmax, longRows, sigmoid, batches} = goldens as unknown as {
  softmax: readonly SoftmaxGolden[];
  longRows: readonly LongRow[];
  sigmoid: readonly SigmoidGolden[];
  batches: readonly BatchGolden[];
};

// Below 2⁻¹⁰²² float64 has fewer digits to be right in.
const CONTRACT = {relative: 2e-14, absolute: 8 * Number.MIN_VALUE};

function numbers(text: Text): Nested {
  return typeof text === 'string' ? Number(text) : (text.map(numbers) as Nested);
}

describe('softmax rows', () => {
  test.each(softmax.map((golden) => [golden.name, golden] as const))('%s', (name, golden) => {
    const {options, label, labels} = golden;
    const z = golden.logits.map(Number);
    const focal = 'gamma' in options;
    const check = (
      what: 'loss' | 'logitGradient' | 'logitHessian' | 'labelGradient' | 'labelLogitHessian',
      x: Nested,
    ) => expectClose(`${name}, ${what} (breaks: ${golden.breaks})`, x, numbers(golden[what] ?? []), CONTRACT);
    if (label !== undefined) {
      const {loss, logitGradient, logitHessian} = focal ? sparseSoftmaxFocalCrossEntropy : sparseSoftmaxCrossEntropy;
      check('loss', loss(label, z, options));
      check('logitGradient', logitGradient(label, z, options));
      check('logitHessian', logitHessian(label, z, options));
    } else {
      const {loss, logitGradient, logitHessian, ...byLabel} = focal ? softmaxFocalCrossEntropy : softmaxCrossEntropy;
      check('loss', loss(labels ?? [], z, options));
      check('logitGradient', logitGradient(labels ?? [], z, options));
      check('logitHessian', logitHessian(labels ?? [], z, options));
      if (golden.labelGradient === undefined) return;
      check('labelGradient', byLabel.labelGradient(labels ?? [], z, options));
      check('labelLogitHessian', byLabel.labelLogitHessian(labels ?? [], z, options));
    }
  });
});

describe('long rows', () => {
  test.each(longRows)('$classes classes, label logit $labelLogit', (golden) => {
    const z = Float64Array.from(
      {length: golden.classes},
      (_, k) => ((golden.multiplier * k) % golden.modulus) * golden.scale,
    );
    if (golden.labelLogit !== undefined) z[golden.label] = golden.labelLogit;
    const gradient = sparseSoftmaxCrossEntropy.logitGradient(golden.label, z);
    expectClose('loss', sparseSoftmaxCrossEntropy.loss(golden.label, z), Number(golden.loss), CONTRACT);
    expectClose('label', gradient.slice(golden.label, golden.label + 1), [Number(golden.gradientAtLabel)], CONTRACT);
    expectClose('other', gradient.slice(golden.other, golden.other + 1), [Number(golden.gradientAtOther)], CONTRACT);
  });
});

describe('sigmoid elements', () => {
  test.each(sigmoid.map((golden) => [JSON.stringify(golden.options), golden] as const))('%s', (_, golden) => {
    const reference = 'gamma' in golden.options ? sigmoidFocalCrossEntropy : sigmoidCrossEntropy;
    for (const element of golden.elements) {
      for (const what of ['loss', 'logitGradient', 'logitHessian', 'labelGradient', 'labelLogitHessian'] as const) {
        const actual = reference[what](element.y, element.z, golden.options);
        expectClose(`${what} at y = ${element.y}, z = ${element.z}`, actual, Number(element[what]), CONTRACT);
      }
    }
  });
});

describe('batches', () => {
  const rowsOf = ({loss, labels, logits, options}: BatchGolden) => {
    const rows = logits.map((z, n) => ({z, label: labels[n] ?? []}));
    if (loss.startsWith('sigmoid')) {
      const reference = loss === 'sigmoidCrossEntropy' ? sigmoidCrossEntropy : sigmoidFocalCrossEntropy;
      const elements = rows.flatMap(({z, label}) => z.map((x, k) => ({x, y: (label as readonly number[])[k] ?? NaN})));
      return elements.map(({x, y}) => ({
        loss: reference.loss(y, x, options),
        gradient: [reference.logitGradient(y, x, options)],
        divisorWeight: 1,
      }));
    }
    return rows.map(({z, label}) =>
      typeof label === 'number'
        ? {
            loss: sparseSoftmaxCrossEntropy.loss(label, z, options),
            gradient: Array.from(sparseSoftmaxCrossEntropy.logitGradient(label, z, options)),
            divisorWeight: rowDivisorWeight(label, options),
          }
        : {
            loss: softmaxCrossEntropy.loss(label, z, options),
            gradient: Array.from(softmaxCrossEntropy.logitGradient(label, z, options)),
            divisorWeight: 1,
          },
    );
  };
  const title = ({loss, options, reduction, weights}: BatchGolden) =>
    `${reduction} of ${loss} ${JSON.stringify({...options, weights})}`;
  const named = batches.map((batch) => [title(batch), batch] as const);

  test.each(named)('%s', (_, batch) => {
    const rows = rowsOf(batch);
    const {reduction} = batch;
    const options = {
      reduction,
      divisorWeights: rows.map((row) => row.divisorWeight),
      ...(batch.weights === undefined ? {} : {weights: batch.weights}),
    };
    const losses = rows.map((row) => row.loss);
    expectClose('value', reduce(losses, options), Number(batch.value), CONTRACT);

    // The result is linear in the losses: its slope in ℓ_n is its value where ℓ_n = 1 and the others are 0.
    const gradient = rows.map((row, n) => {
      const slope = reduce(
        rows.map((_, i) => (i === n ? 1 : 0)),
        options,
      );
      return row.gradient.map((g) => g * slope);
    });
    expectClose('gradient', gradient, numbers(batch.gradient), {relative: 1e-13, absolute: 1e-16});
  });

  test.each(named)('peers agree with the golden: %s', (_, batch) => {
    for (const [peer, {value, gradient}] of Object.entries(batch.peers)) {
      expectClose(`${peer}, value`, value, Number(batch.value), {relative: 1e-12});
      expectClose(`${peer}, gradient`, gradient, numbers(batch.gradient), {relative: 1e-12, absolute: 1e-15});
    }
  });

  test('every loss of a peer was compared', () => {
    const pairs = batches.flatMap(({loss, peers}) => Object.keys(peers).map((peer) => `${peer.split(' ')[0]} ${loss}`));
    expect([...new Set(pairs)].sort()).toEqual([
      'PyTorch sigmoidCrossEntropy',
      'PyTorch softmaxCrossEntropy',
      'PyTorch sparseSoftmaxCrossEntropy',
      'optax sigmoidCrossEntropy',
      'optax sigmoidFocalCrossEntropy',
      'optax softmaxCrossEntropy',
      'optax sparseSoftmaxCrossEntropy',
    ]);
  });
});
