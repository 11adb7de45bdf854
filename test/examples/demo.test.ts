/** The page of examples/browser, in a real browser and, for what needs none, here. */
import * as tf from '@tensorflow/tfjs';
import {buildPage} from '../../examples/browser/build';
import type {Settings} from '../../examples/browser/_settings';
import {train} from '../../examples/browser/_training';
import {install} from '../../src';
import {openFiles, whyNoBrowser, type OpenPage} from '../browser/open_page';

// Small, so that a GPU that is none can do it.
const ADDRESS = '?backend=webgl&samples=320&epochs=3&batchSize=32';
const PATIENCE = 200_000;

jest.setTimeout(240_000);

const unavailable = whyNoBrowser();
const describeInBrowser = unavailable === undefined ? describe : describe.skip;
const because = unavailable === undefined ? '' : ` (skipped: ${unavailable})`;

describeInBrowser(`the page${because}`, () => {
  let open: OpenPage<object> | undefined;

  beforeAll(async () => {
    open = await openFiles(await buildPage());
    await open.page.setViewportSize({width: 390, height: 844});
    await open.page.goto(open.page.url() + ADDRESS);
    await statusIs(/^Ready/);
  });
  afterAll(async () => open?.close());
  afterEach(() => expect(opened().errors).toEqual([]));

  function opened(): OpenPage<object> {
    if (open === undefined) throw new Error('the page is not open');
    return open;
  }

  /** Waits for a text. */
  async function statusIs(expected: RegExp, id = 'status'): Promise<string> {
    const place = opened().page.locator(`#${id}`).filter({hasText: expected});
    await place.waitFor({timeout: PATIENCE});
    return (await place.textContent()) ?? '';
  }

  /** The numbers of a text. */
  async function numbersIn(id: string): Promise<number[]> {
    const text = (await opened().page.textContent(`#${id}`)) ?? '';
    return (text.match(/\d+(\.\d+)?/g) ?? []).map(Number);
  }

  test('trains by the keyboard: our accuracy rises, the built-in one stays behind on sure mistakes', async () => {
    const {page} = opened();
    await page.focus('#train');
    await page.keyboard.press('Enter');
    expect(await statusIs(/^Done|error/)).toBe('Done: 3 epochs on webgl.');
    const [ourFirst = NaN, ourLast = NaN, , theirLast = NaN] = await numbersIn('accuracy-text');
    expect(ourLast).toBeGreaterThan(ourFirst + 15);
    expect(ourLast).toBeGreaterThan(theirLast);
    const [ourFirstLoss = NaN, ourLastLoss = NaN] = await numbersIn('loss-text');
    expect(ourLastLoss).toBeLessThan(ourFirstLoss / 2);
    // The focus is where it was.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('train');
    for (const id of ['loss', 'accuracy', 'calibration', 'reliability'])
      expect(await page.locator(`#${id}-chart svg path[stroke="#2f7de1"]`).count()).toBeGreaterThan(0);
  });

  test('shows where the built-in gradient is 0, and ours is not', async () => {
    await opened().page.locator('#gap').fill('30');
    expect(await statusIs(/gap of 30/, 'wrong-text')).toBe(
      'At a gap of 30: tfjs-losses loss 30, gradient −1; built-in loss 9.21, gradient 0.',
    );
    expect(await opened().page.textContent('#vanishing-text')).toMatch(/exactly 0 from a gap of 10 on/);
  });

  test('offers the losses and options of the other task, and stops when it is told to', async () => {
    const {page} = opened();
    await page.selectOption('[name=task]', 'labels');
    expect(await page.inputValue('[name=loss]')).toBe('sigmoidCrossEntropy');
    await page.selectOption('[name=loss]', 'sigmoidFocalCrossEntropy');
    await page.fill('[name=alpha]', '0.25');
    await page.selectOption('[name=balanced]', 'true');
    expect(await statusIs(/Focal/, 'our-code')).toBe(
      "loss: loss('sigmoidFocalCrossEntropy', {gamma: 2, alpha: 0.25, posWeight: posWeightFromCounts(…)})",
    );
    await page.fill('[name=epochs]', '200');
    await page.click('#train');
    await statusIs(/^Epoch [1-9]/);
    expect(await page.textContent('#train')).toBe('Stop');
    await page.click('#train');
    expect(await statusIs(/^Stopped|error/)).toMatch(/^Stopped after epoch \d+\.$/);
    expect(await page.isEnabled('[name=task]')).toBe(true);
  });

  test('fits a phone, and what is written later moves nothing', async () => {
    const {page} = opened();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const shifts = await page.evaluate(
      () =>
        new Promise<number>((found) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += 'value' in entry ? Number(entry.value) : 0;
          }).observe({type: 'layout-shift', buffered: true});
          setTimeout(() => found(sum), 200);
        }),
    );
    expect(shifts).toBeLessThan(0.01);
  });
});

describe('training', () => {
  const SETTINGS: Settings = {
    task: 'labels',
    loss: 'sigmoidFocalCrossEntropy',
    backend: 'cpu',
    inputs: 'standardised',
    labelSmoothing: 0.05,
    gamma: 2,
    alpha: null,
    balanced: true,
    epochs: 2,
    samples: 120,
    batchSize: 16,
    seed: 3,
  };

  async function run(settings: Settings, stopAfter = Infinity): Promise<number[][]> {
    const controller = new AbortController();
    const losses: number[][] = [];
    for await (const {epoch, measured} of train(settings, controller.signal)) {
      losses.push([measured.ours.loss, measured.builtIn.loss]);
      if (epoch >= stopAfter) controller.abort();
    }
    return losses;
  }

  test.each<[string, Partial<Settings>]>([
    ['labels', {}],
    ['classes', {task: 'digits', loss: 'sparseSoftmaxCrossEntropy'}],
  ])('is the same for the same seed, starts equal for both losses, and leaves no tensors: %s', async (_, changes) => {
    await tf.setBackend('cpu');
    install(tf);
    const settings = {...SETTINGS, ...changes};
    const before = tf.memory().numTensors;
    const losses = await run(settings);
    expect(tf.memory().numTensors).toBe(before);
    expect(losses).toHaveLength(3);
    expect(losses[0]?.[0]).toBe(losses[0]?.[1]);
    expect(losses[2]?.[0]).toBeLessThan(losses[0]?.[0] ?? NaN);
    expect(await run(settings, 1)).toEqual(losses.slice(0, 2));
    expect(tf.memory().numTensors).toBe(before);
    expect(await run({...settings, seed: 4}, 0)).not.toEqual(losses.slice(0, 1));
  });
});
