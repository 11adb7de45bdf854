import * as tf from '@tensorflow/tfjs';
import {ALL, FOCAL, K, LOGITS, N, type Op, labelsOf, of} from './_ops';

/**
 * What is wrong with a call is an error that names the op and the argument, says what came, what was expected and often
 * what to write instead; and no tensor stays behind. The tables say all of it for each op.
 */

beforeAll(() => tf.setBackend('cpu'));

/** Expects an error with all these parts, after the op's name, and no tensor left. */
function expectError(op: Op, args: readonly unknown[], parts: readonly string[], type: typeof Error = Error): void {
  const before = tf.memory().numTensors;
  let message = '';
  try {
    op.apply(args[0], args[1], args[2]);
  } catch (error) {
    expect(error).toBeInstanceOf(type);
    message = error instanceof Error ? error.message : String(error);
  }
  expect(message).toMatch(new RegExp(`^${op.name}: `));
  for (const part of parts) expect(message).toContain(part);
  expect(tf.memory().numTensors).toBe(before);
}

type Case = readonly [why: string, ops: readonly Op[], value: () => unknown, ...parts: string[]];

/** A test for each case and op. */
function each(cases: readonly Case[], check: (op: Op, value: unknown, parts: readonly string[]) => void): void {
  const rows = cases.flatMap(([why, ops, value, ...parts]) =>
    ops.map((op) => [op.name, why, op, value, parts] as const),
  );
  test.each(rows)('%s: %s', (_name, _why, op, value, parts) => {
    tf.tidy(() => check(op, value(), parts));
  });
}

const soft = of('softmax', 'sigmoid');
const sparse = of('sparse');
const softmaxFamily = of('softmax', 'sparse');

describe('logits', () => {
  const cases: Case[] = [
    ['null', ALL, () => null, "'logits' must be a tensor, a number or a (nested) array of numbers, but is null"],
    ['undefined', ALL, () => undefined, "'logits' must be a tensor", 'but is undefined'],
    ['a string', ALL, () => 'z', "'logits' must be a tensor", "but is 'z'"],
    ['an object', ALL, () => ({z: 1}), "'logits' must be a tensor", 'but is an object (Object)'],
    ['a promise, await forgotten', ALL, () => Promise.resolve(), 'but is an object (Promise)'],
    ['an array of strings, which tf.tensor makes NaN of', ALL, () => [['1', '2', '3']], "holds '1' at [0, 0]"],
    ['an array with a null in it', ALL, () => [[1, null, 3]], "'logits' must hold numbers", 'null at [0, 1]'],
    ['a ragged array', ALL, () => [[1, 2], [3]], 'regular array', '[2, 2]', 'an array of length 1 at [1]'],
    ['an array ragged in depth', ALL, () => [[1, 2], 3], 'regular array', '3 at [1]'],
    ['64 bit integers', ALL, () => new BigInt64Array(3), "'logits' must be a tensor", '(BigInt64Array)'],
    [
      'int32',
      ALL,
      () => tf.ones([N, K], 'int32'),
      "'logits' must be of dtype float32, but is int32. Write tf.cast(logits, 'float32').",
    ],
    ['bool', ALL, () => tf.ones([N, K], 'bool'), "'logits' must be of dtype float32, but is bool"],
    ['complex', ALL, () => tf.complex(tf.ones([N, K]), tf.ones([N, K])), 'float32, but is complex64'],
    ['strings', ALL, () => tf.fill([N, K], 'a', 'string'), 'float32, but is string'],
    [
      'a scalar',
      softmaxFamily,
      () => tf.scalar(1),
      "'logits' must have an axis of classes, but is a scalar. Expected shape [..., K].",
    ],
    ['no classes', softmaxFamily, () => tf.zeros([N, 0]), "'logits' of shape [4, 0] has no classes", 'at least 1'],
    ['disposed', ALL, disposed, "'logits' is a float32 tensor of shape [4, 3] that has been disposed"],
  ];
  each(cases, (op, logits, parts) => expectError(op, [labelsOf(op), logits], parts));
});

function disposed(): tf.Tensor {
  const tensor = tf.zeros([N, K]);
  tensor.dispose();
  return tensor;
}

describe('labels', () => {
  const cases: Case[] = [
    ['null', ALL, () => null, "'labels' must be a tensor, a number or a (nested) array of numbers, but is null"],
    ['undefined', ALL, () => undefined, "'labels' must be a tensor", 'but is undefined'],
    ['names', ALL, () => ['cat', 'dog', 'cat', 'cow'], "'labels' must hold numbers, but holds 'cat' at [0]"],
    ['booleans in an array', ALL, () => [true, false], "'labels' must hold numbers, but holds true at [0]"],
    ['disposed', ALL, disposed, "'labels' is a float32 tensor of shape [4, 3] that has been disposed"],
    [
      'complex',
      ALL,
      () => tf.complex(tf.ones([N, K]), tf.ones([N, K])),
      "'labels' must be of dtype",
      'but is complex64',
    ],
    ['strings', ALL, () => tf.fill([N, K], 'a', 'string'), "'labels' must be of dtype", 'but is string'],
    [
      'bool for class indices',
      sparse,
      () => tf.ones([N], 'bool'),
      "'labels' must be of dtype int32 or float32, but is bool. Expected class indices: write tf.cast(labels, 'int32').",
    ],
    ['too few rows', soft, () => tf.ones([3, K]), "'labels' of shape [3, 3] must have the shape of 'logits', [4, 3]."],
    [
      'one row for all',
      soft,
      () => tf.ones([1, K]),
      "'labels' of shape [1, 3] must have the shape of 'logits', [4, 3].",
    ],
    ['another rank', soft, () => tf.ones([N, K, 1]), "'labels' of shape [4, 3, 1]", "of 'logits', [4, 3]"],
    ['a scalar', soft, () => 1, "'labels' of shape [] must have the shape of 'logits', [4, 3]."],
    ['transposed', of('sigmoid'), () => tf.ones([K, N]), 'Write tf.reshape(labels, [4, 3]).'],
    [
      'too few class indices',
      sparse,
      () => [0, 1, 2],
      "'labels' of shape [3] must be class indices of shape [4] or [4, 1] for 'logits' of shape [4, 3].",
    ],
    ['an index for each of two', sparse, () => tf.ones([2, 2], 'int32'), 'Write tf.reshape(labels, [4]).'],
    ['[1, N] for [N]', sparse, () => tf.ones([1, N], 'int32'), "'labels' of shape [1, 4] must be class indices"],
    ['a scalar index', sparse, () => 1, "'labels' of shape [] must be class indices"],
  ];
  each(cases, (op, labels, parts) => expectError(op, [labels, LOGITS], parts));

  const other: Case[] = [
    ['class indices', of('softmax'), () => tf.ones([N], 'int32'), 'For class indices use sparseSoftmax'],
    ['one-hot', sparse, () => tf.ones([N, K]), 'For probabilities or one-hot labels use softmax'],
  ];
  each(other, (op, labels, parts) => {
    // The op to use instead is one there is, with the same focal factor or without.
    const twin = ALL.find(({family, focal}) => family !== op.family && family !== 'sigmoid' && focal === op.focal);
    expectError(op, [labels, LOGITS], [...parts, `${twin?.name}.`]);
  });

  test.each(of('sigmoid'))('$name: [N] for [N, 1] would broadcast to [N, N]', (op) => {
    tf.tidy(() =>
      expectError(op, [tf.ones([N]), tf.ones([N, 1])], ["'labels' of shape [4]", 'Write tf.reshape(labels, [4, 1]).']),
    );
  });
});

describe('class indices that are no classes', () => {
  const values: [number, number, string][] = [
    [1.9, 0, 'floors to a class elsewhere'],
    [-1, 1, 'wraps around elsewhere'],
    [K, 2, 'is one beyond the last'],
    [NaN, 3, 'is no number'],
    [Infinity, 3, 'is no index'],
    [2 ** 31, 0, 'overflows int32 to a negative number'],
  ];
  const rows = values.flatMap(([value, index, why]) => sparse.map((op) => [op.name, value, why, index, op] as const));
  test.each(rows)('%s: %p %s', (_name, value, _why, index, op) => {
    const labels = [0, 1, 2, 0].map((y, i) => (i === index ? value : y));
    const parts = [`'labels' holds ${Math.fround(value)} at index ${index}`, 'from 0 to 2'];
    for (const options of [{}, {reduction: 'none'}, {weights: [1, 2, 3, 4]}, {classWeights: [1, 2, 3]}]) {
      expectError(op, [labels, LOGITS, options], parts, RangeError);
      // A column of them, too.
      expectError(op, [labels.map((y) => [y]), LOGITS, options], parts, RangeError);
    }
  });

  test.each(sparse)('$name: int32, and a message that names what is ignored', (op) => {
    tf.tidy(() => {
      const labels = tf.tensor1d([0, -100, 7, 1], 'int32');
      const parts = ["'labels' holds 7 at index 2", '-100 (ignoreIndex)'];
      expectError(op, [labels, LOGITS, {ignoreIndex: -100}], parts, RangeError);
    });
  });

  test.each(sparse)('$name: an index out of range in the gradient leaves nothing behind', (op) => {
    tf.tidy(() => {
      const z = tf.tensor2d(LOGITS);
      const before = tf.memory().numTensors;
      expect(() => tf.grad((x: tf.Tensor) => op.apply([0, 1, 2, 3], x))(z)).toThrow(RangeError);
      expect(tf.memory().numTensors).toBe(before);
    });
  });
});

describe('options', () => {
  const noOptions: Case[] = [
    ['null', ALL, () => null, "'options' must be an object like {reduction: 'sum'}, but is null", 'no options are {}'],
    ['a reduction as in tf.losses', ALL, () => 'mean', "but is 'mean'"],
    ['weights as in tf.losses', ALL, () => tf.ones([N]), 'a float32 tensor of shape [4]. Sample weights are {weights'],
    ['weights as an array', ALL, () => [1, 2, 3, 4], 'an array of length 4. Sample weights are {weights: …}'],
    ['a number', ALL, () => 0.1, 'but is 0.1'],
  ];
  each(noOptions, (op, options, parts) => expectError(op, [labelsOf(op), LOGITS, options], parts));

  const unknown: Case[] = [
    ['misspelt', ALL, () => ({labelSmothing: 0.1}), "unknown option 'labelSmothing'. Did you mean 'labelSmoothing'?"],
    ['in snake case', ALL, () => ({label_smoothing: 0.1}), "Did you mean 'labelSmoothing'?"],
    ['singular', softmaxFamily, () => ({classWeight: [1, 1, 1]}), "Did you mean 'classWeights'?"],
    ['PyTorch’s', of('sigmoid'), () => ({pos_weight: 1}), "Did you mean 'posWeight'?"],
    ['the list', ALL, () => ({foo: 1}), 'The options are weights, reduction, normalizer, labelSmoothing, '],
    ['of the sparse ops only', of('softmax', 'sigmoid'), () => ({ignoreIndex: 0}), "unknown option 'ignoreIndex'"],
    ['of the sigmoid ops only', softmaxFamily, () => ({posWeight: 1}), "unknown option 'posWeight'"],
    ['of the softmax ops only', of('sigmoid'), () => ({axis: 1}), "unknown option 'axis'"],
    ['of the focal ops only', ALL.filter(({focal}) => !focal), () => ({gamma: 2}), "unknown option 'gamma'"],
    ['of a model only', ALL, () => ({fromLogits: true}), "unknown option 'fromLogits'"],
  ];
  each(unknown, (op, options, parts) => expectError(op, [labelsOf(op), LOGITS, options], parts));

  test.each(ALL)('$name lists its own options', (op) => {
    const own = [
      'weights, reduction, normalizer, labelSmoothing',
      op.family === 'sigmoid' ? ', posWeight' : ', classWeights, axis, zLoss',
      op.family === 'sparse' ? ', ignoreIndex' : '',
      op.focal ? ', gamma, alpha' : '',
    ].join('');
    expectError(op, [labelsOf(op), LOGITS, {foo: 1}], [`The options are ${own}.`]);
    // One that is undefined is as good as left out, known or not.
    expect(op.apply(labelsOf(op), LOGITS, {foo: undefined, weights: undefined}).shape).toEqual([]);
  });

  const values: Case[] = [
    ['ε = 1.5', ALL, () => ({labelSmoothing: 1.5}), "'labelSmoothing' must be a finite number from 0 to 1, but is 1.5"],
    ['ε < 0', ALL, () => ({labelSmoothing: -0.1}), "'labelSmoothing' must be", 'but is -0.1'],
    ['ε = NaN', ALL, () => ({labelSmoothing: NaN}), "'labelSmoothing' must be", 'but is NaN'],
    ['ε = null', ALL, () => ({labelSmoothing: null}), "'labelSmoothing' must be", 'but is null'],
    ['ε as text', ALL, () => ({labelSmoothing: '0.1'}), "'labelSmoothing' must be", "but is '0.1'"],
    ['γ < 0', FOCAL, () => ({gamma: -1}), "'gamma' must be a finite number of at least 0, but is -1"],
    ['γ = NaN', FOCAL, () => ({gamma: NaN}), "'gamma' must be", 'but is NaN'],
    ['γ = ∞', FOCAL, () => ({gamma: Infinity}), "'gamma' must be", 'but is Infinity'],
    ['γ = null', FOCAL, () => ({gamma: null}), "'gamma' must be", 'but is null'],
    ['λ < 0', softmaxFamily, () => ({zLoss: -1e-4}), "'zLoss' must be a finite number of at least 0, but is -0.0001"],
    ['an axis too far', softmaxFamily, () => ({axis: 2}), "'axis' is 2", '[4, 3]', 'Expected -2 to 1'],
    ['an axis too far back', softmaxFamily, () => ({axis: -3}), "'axis' is -3", 'Expected -2 to 1'],
    ['half an axis', softmaxFamily, () => ({axis: 0.5}), "'axis' must be an integer, but is 0.5"],
    ['a null axis', softmaxFamily, () => ({axis: null}), "'axis' must be an integer, but is null"],
    ['half an index', sparse, () => ({ignoreIndex: 0.5}), "'ignoreIndex' must be an integer, but is 0.5"],
    ['a null index', sparse, () => ({ignoreIndex: null}), "'ignoreIndex' must be an integer, but is null"],
    ['no reduction', ALL, () => ({reduction: 'avg'}), "'reduction' must be 'none', 'sum' or 'mean', but is 'avg'"],
    ['a null reduction', ALL, () => ({reduction: null}), "'reduction' must be", 'but is null'],
    [
      'a normalizer of a sum',
      ALL,
      () => ({normalizer: 8, reduction: 'sum'}),
      "'normalizer' replaces the divisor of reduction 'mean', but 'reduction' is 'sum'. Leave one of them out.",
    ],
    ['a normalizer of no reduction', ALL, () => ({normalizer: 8, reduction: 'none'}), "'reduction' is 'none'"],
    ['a normalizer of 0', ALL, () => ({normalizer: 0}), "'normalizer' must be a finite number above 0, but is 0"],
    ['a normalizer of ∞', ALL, () => ({normalizer: Infinity}), "'normalizer' must be", 'but is Infinity'],
    ['a null normalizer', ALL, () => ({normalizer: null}), "'normalizer' must be", 'but is null'],
  ];
  each(values, (op, options, parts) => expectError(op, [labelsOf(op), LOGITS, options], parts));

  test.each(ALL)('$name: an options object of no prototype', (op) => {
    const options: unknown = Object.assign(Object.create(null), {reduction: 'sum'});
    expect(op.apply(labelsOf(op), LOGITS, options).shape).toEqual([]);
  });
});

describe('one number per class or label', () => {
  const [softmaxFocal, sigmoid] = [FOCAL.filter(({family}) => family !== 'sigmoid'), of('sigmoid')];
  const arguments_: [string, Op[], string][] = [
    ['classWeights', softmaxFamily, '3 numbers, one per class'],
    ['alpha', softmaxFocal, 'null, a number, or 3 numbers, one per class'],
    ['posWeight', sigmoid, 'a number, or 3 numbers, one per label'],
  ];
  const wrong = (argument: string, ops: Op[], expected: string): Case[] => {
    const must = `'${argument}' must be ${expected}`;
    const hold = `'${argument}' must hold finite numbers of at least 0, but holds`;
    const given =
      (value: () => unknown): (() => unknown) =>
      () => ({[argument]: value()});
    return [
      [`${argument}, two`, ops, given(() => [1, 2]), `${must}, but is an array of length 2.`],
      [
        `${argument}, typed, four`,
        ops,
        given(() => new Float32Array(4)),
        `${must}, but is an array of length 4 (Float32Array).`,
      ],
      [`${argument} with NaN`, ops, given(() => [1, NaN, 1]), `${hold} NaN at index 1.`],
      [`${argument} with ∞`, ops, given(() => Float32Array.of(1, 1, Infinity)), `${hold} Infinity at index 2.`],
      [`${argument} below 0`, ops, given(() => [-1, 1, 1]), `${hold} -1 at index 0.`],
      [`${argument} with text`, ops, given(() => [1, '1', 1]), `${hold} '1' at index 1.`],
      [`${argument} as text`, ops, given(() => 'balanced'), `${must}, but is 'balanced'.`],
      [
        `${argument} as a matrix`,
        ops,
        given(() => tf.ones([1, 3])),
        `${must} (as a tensor: float32 of shape [3]), but is a float32 tensor of shape [1, 3].`,
      ],
      [`${argument} as int32`, ops, given(() => tf.ones([3], 'int32')), must, 'an int32 tensor'.replace('an ', 'a ')],
      [
        `${argument}, disposed`,
        ops,
        given(() => {
          const tensor = tf.ones([3]);
          tensor.dispose();
          return tensor;
        }),
        `${must} (as a tensor: float32 of shape [3]), but is a float32 tensor of shape [3], disposed.`,
      ],
    ];
  };
  const cases = arguments_.flatMap(([argument, ops, expected]) => wrong(argument, ops, expected));
  each(cases, (op, options, parts) => expectError(op, [labelsOf(op), LOGITS, options], parts));

  const scalars: Case[] = [
    [
      'classWeights, one for all',
      softmaxFamily,
      () => ({classWeights: 2}),
      "'classWeights' must be 3 numbers",
      'but is 2',
    ],
    ['classWeights, null', softmaxFamily, () => ({classWeights: null}), "'classWeights' must be", 'but is null'],
    ['α < 0', softmaxFocal, () => ({alpha: -1}), "'alpha' must be a finite number of at least 0, but is -1"],
    ['α = NaN', softmaxFocal, () => ({alpha: NaN}), "'alpha' must be", 'but is NaN'],
    [
      'α > 1',
      FOCAL.filter(({family}) => family === 'sigmoid'),
      () => ({alpha: 1.5}),
      "'alpha' must be a finite number from 0 to 1, but is 1.5",
    ],
    [
      'α per label',
      FOCAL.filter(({family}) => family === 'sigmoid'),
      () => ({alpha: [0.2, 0.5, 0.3]}),
      "'alpha' must be a finite number from 0 to 1, but is an array of length 3",
    ],
    ['w₊ < 0', sigmoid, () => ({posWeight: -1}), "'posWeight' must be a finite number of at least 0, but is -1"],
    ['w₊ = null', sigmoid, () => ({posWeight: null}), "'posWeight' must be a number, or 3 numbers", 'but is null'],
  ];
  each(scalars, (op, options, parts) => expectError(op, [labelsOf(op), LOGITS, options], parts));
});

describe('sample weights', () => {
  const common: Case[] = [
    ['null', ALL, () => null, "'weights' must be a tensor", 'but is null'],
    ['text', ALL, () => ['a'], "'weights' must hold numbers, but holds 'a' at [0]"],
    ['strings', ALL, () => tf.fill([N], 'a', 'string'), "'weights' must be of dtype", 'but is string'],
    ['complex', ALL, () => tf.complex(tf.ones([N]), tf.ones([N])), "'weights' must be of dtype", 'but is complex64'],
    ['too many', ALL, () => [1, 2, 3, 4, 5], "'weights' of shape [5] do not broadcast to the losses of shape"],
    [
      'a rank too many',
      ALL,
      () => tf.ones([1, N, K]),
      "'weights' of shape [1, 4, 3] do not broadcast",
      'axes of length 1',
    ],
    ['a column for rows', of('softmax', 'sparse'), () => tf.ones([N, 1]), "'weights' of shape [4, 1]", 'shape [4].'],
    ['a weight per sample for [N, K]', of('sigmoid'), () => [1, 2, 3, 4], "'weights' of shape [4]", 'shape [4, 3].'],
  ];
  each(common, (op, weights, parts) => {
    for (const reduction of ['none', 'sum', 'mean']) {
      expectError(op, [labelsOf(op), LOGITS, {weights, reduction}], parts);
    }
  });
});

test.each(ALL)('$name leaves nothing behind but its result, with every argument as an array', (op) => {
  const before = tf.memory().numTensors;
  const perClass =
    op.family === 'sigmoid'
      ? {posWeight: [1, 2, 3], weights: [1, 2, 3]}
      : {classWeights: [1, 2, 3], weights: [1, 2, 3, 4]};
  for (const reduction of ['none', 'sum', 'mean']) {
    const result = op.apply(labelsOf(op), LOGITS, {...perClass, reduction});
    expect(tf.memory().numTensors).toBe(before + 1);
    result.dispose();
  }
});
