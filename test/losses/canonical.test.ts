import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import {afterSaving, checkName, formatLoss, parseLoss} from '../../src/losses/canonical';

beforeAll(() => tf.setBackend('cpu'));

/** What tfjs makes of a loss's text on its way through a saved model: the real thing, not the copy. */
async function throughTfjs(text: string): Promise<unknown> {
  const model = tf.sequential({layers: [tf.layers.dense({units: 1, inputShape: [1]})]});
  model.compile({optimizer: 'sgd', loss: 'meanSquaredError'});
  model.loss = text;
  let saved: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = artifacts;
      return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});
    }),
    {includeOptimizer: true},
  );
  // Loading calls compile on a prototype; ours sees what the text has become.
  let loaded: unknown;
  const compile = jest.spyOn(tf.LayersModel.prototype, 'compile').mockImplementation((args) => {
    loaded = args.loss;
  });
  const copy = await tf.loadLayersModel(tf.io.fromMemory(saved));
  compile.mockRestore();
  copy.dispose();
  model.dispose();
  return loaded;
}

describe('formatLoss and parseLoss', () => {
  const cases: [string, Parameters<typeof formatLoss>[1], string][] = [
    ['softmaxCrossEntropy', {}, 'softmaxCrossEntropy'],
    ['softmaxCrossEntropy', {labelSmoothing: 0.1}, 'softmaxCrossEntropy(labelSmoothing=0.1)'],
    [
      'sparseSoftmaxFocalCrossEntropy',
      {labelSmoothing: 0.1, alpha: [0.2, 0.8], ignoreIndex: -100},
      'sparseSoftmaxFocalCrossEntropy(alpha=[0.2,0.8],ignoreIndex=-100,labelSmoothing=0.1)',
    ],
    ['sigmoidFocalCrossEntropy', {alpha: null, gamma: 1e-7}, 'sigmoidFocalCrossEntropy(alpha=null,gamma=1e-7)'],
    ['sigmoidCrossEntropy', {labelReduction: 'sum'}, 'sigmoidCrossEntropy(labelReduction=sum)'],
    ['own', {a: true, b: false, c: 1e21, d: []}, 'own(a=true,b=false,c=1e+21,d=[])'],
    // Words that would be read as something else are quoted.
    ['own', {a: 'true', b: 'x, (y)=[1] "z"', c: ''}, 'own(a="true",b="x, (y)=[1] \\"z\\"",c="")'],
  ];
  test.each(cases)('%s %j ↔ %s', async (name, options = {}, text) => {
    expect(formatLoss(name, options)).toBe(text);
    expect(parseLoss(text)).toEqual({name, options});
    expect(await throughTfjs(text)).toBe(text);
  });

  test('spaces, exponents, signs and empty parentheses are read', () => {
    expect(parseLoss(' softmaxCrossEntropy ( classWeights = [ .5 , 1. , +2E-1 ] , zLoss=1e-4 ) ')).toEqual({
      name: 'softmaxCrossEntropy',
      options: {classWeights: [0.5, 1, 0.2], zLoss: 1e-4},
    });
    expect(parseLoss('softmaxCrossEntropy()')).toEqual({name: 'softmaxCrossEntropy', options: {}});
  });

  test.each([
    ['f(', "position 2: expected an option as 'name=', got the end"],
    ['f(a', "expected an option as 'name='"],
    ['f(a=)', 'position 4: expected a number, true, false, null, a word, "text" or [numbers], got \')\''],
    ['f(a=1', "expected ',' or ')', got the end"],
    ['f(a=1,)', "expected an option as 'name='"],
    ['f(a=1)b', "position 6: expected nothing more, got 'b'"],
    ['f()b', 'expected nothing more'],
    ['f(a=[1,x])', 'position 4: expected a number'],
    ['f(a=[[1]])', 'expected a number'],
    ['f(a=0x10)', 'expected a number'],
    ['f(a=1e999)', 'expected a number'],
    ['f(a="\\q")', 'expected a number'],
    ['f(a=1,a=2)', "gives option 'a' twice"],
    ['f(1=a)', "expected an option as 'name='"],
  ])('%s does not parse', (text, message) => {
    expect(() => parseLoss(text)).toThrow(message);
  });

  test.each([
    [{a: NaN}, "option 'a' must be a finite number, a boolean, null, a string or an array of finite numbers, got NaN"],
    [{a: Infinity}, 'got Infinity'],
    [{a: [1, NaN]}, 'got [1, NaN]'],
    [{'a b': 1}, "option 'a b' must consist of letters and digits"],
    // What a saved model would not give back:
    [{a: 'snake_case'}, 'would come back as \'own(a="snakeCase")\''],
    [{a: 'BIG'}, "would come back as 'own(a=big)'"],
    [{useXY: 1}, "would come back as 'own(useXy=1)'"],
  ])('%j does not format', (options, message) => {
    expect(() => formatLoss('own', options)).toThrow(message);
  });

  test('reading what was written gives the same back', () => {
    const value = fc.oneof(
      fc.double({noNaN: true, noDefaultInfinity: true}).map((x) => x + 0 || 0),
      fc.boolean(),
      fc.constant(null),
      fc.stringMatching(/^[a-z "(),=[\]\\.0-9-]*$/),
      fc.array(fc.double({noNaN: true, noDefaultInfinity: true}).map((x) => x || 0)),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}([A-Z][a-z]{1,4})?$/), value), (options) => {
        const text = formatLoss('ownLoss', options);
        expect(parseLoss(text)).toEqual({name: 'ownLoss', options: {...options}});
        expect(afterSaving(text)).toBe(text);
      }),
    );
  });
});

describe('saved models', () => {
  // Both the texts that survive and those that don't: the copy of tfjs's functions must be right about either.
  test.each([
    'bceWithLogits',
    'BceWithLogits',
    'my_loss',
    '_mine',
    'useXY',
    'aBCd',
    'aX2Yc',
    'l2D',
    'l2Norm',
    'ABC',
    'x',
    'X',
    'focal(gamma=2,labelSmoothing=1e-7,alpha=[0.2,1e+21])',
    'own(a="Ab_c")',
    'own(a="x_")',
  ])('tfjs gives %s back as afterSaving says', async (text) => {
    expect(await throughTfjs(text)).toBe(afterSaving(text));
  });

  test.each([
    ['BceLoss', "it would come back as 'bceLoss'"],
    ['bce_loss', 'a name consists of letters and digits'],
    ['lossXY', "it would come back as 'lossXy'"],
    ['loss2D', "it would come back as 'loss2d'"],
    ['', 'a name consists of letters and digits'],
    ['2loss', 'a letter first'],
    ['f(a=1)', 'a name consists of letters and digits'],
  ])('%s cannot be a name', (name, message) => {
    expect(() => checkName(name)).toThrow(message);
  });
});
