/** The page: the form, the charts, and what the buttons do. */
import * as tf from '@tensorflow/tfjs';
import {install} from '../../src';
import {availableBackends, prepareBackends, startBackend} from './_backends';
import {bars, byGap, chartIn, curves, logAxis, percentAxis, reliability, valueAxis} from './_charts';
import {type Both, CONTENDERS, builtInName, lossOptions} from './_contenders';
import {element, fillFromAddress, fitControls, offerBackends, readSettings} from './_form';
import {WIDEST_GAP, type Point, type Saturation, saturation} from './_saturation';
import type {Backend, Settings} from './_settings';
import {type Speed, type Work, measureSpeed} from './_speed';
import {change, gapText, number, percent, reliabilityText, speedText, vanishingText} from './_text';
import {type Epoch, type Measured, train} from './_training';

const WASM_FILES = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/';

const form = element('settings', HTMLFormElement);
const fields = element('fields', HTMLFieldSetElement);
const trainButton = element('train', HTMLButtonElement);
const speedButton = element('measure', HTMLButtonElement);
const work = element('work', HTMLSelectElement);
const slider = element('gap', HTMLInputElement);
const progress = element('progress', HTMLProgressElement);
const say = (id: string, text: string): void => {
  element(id, HTMLElement).textContent = text;
};

const charts = {
  loss: chartIn(element('loss-chart', HTMLElement)),
  accuracy: chartIn(element('accuracy-chart', HTMLElement)),
  calibration: chartIn(element('calibration-chart', HTMLElement)),
  reliability: chartIn(element('reliability-chart', HTMLElement)),
  wrong: chartIn(element('wrong-chart', HTMLElement)),
  right: chartIn(element('right-chart', HTMLElement)),
  speed: chartIn(element('speed-chart', HTMLElement)),
};

let backends: readonly Backend[] = [];
let saturated: Saturation | undefined;
let running: AbortController | undefined;
/** What uses the backend goes one after the other. */
let queue: Promise<void> = Promise.resolve();

function inTurn(task: () => Promise<void>): Promise<void> {
  queue = queue.then(task).catch((error: unknown) => {
    say('status', `It has stopped with an error. ${error instanceof Error ? error.message : String(error)}`);
  });
  return queue;
}

/** Runs what a button starts, which is then the button that stops it; the rest of the page waits. */
async function whileStoppable(
  button: HTMLButtonElement,
  other: HTMLButtonElement,
  task: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const label = button.textContent;
  const controller = new AbortController();
  running = controller;
  button.textContent = 'Stop';
  fields.disabled = true;
  other.disabled = true;
  await inTurn(() => task(controller.signal));
  button.textContent = label;
  fields.disabled = false;
  other.disabled = false;
  running = undefined;
}

async function trainBoth(settings: Settings, signal: AbortSignal): Promise<void> {
  say('status', `Starting ${settings.backend}.`);
  progress.max = settings.epochs;
  progress.value = 0;
  await startBackend(settings.backend);
  const epochs: Epoch[] = [];
  for await (const epoch of train(settings, signal)) {
    epochs.push(epoch);
    progress.value = epoch.epoch;
    say('status', `Epoch ${epoch.epoch} of ${settings.epochs} on ${settings.backend}.`);
    showEpochs(epochs, settings.epochs);
  }
  const last = epochs.at(-1)?.epoch ?? 0;
  say('status', signal.aborted ? `Stopped after epoch ${last}.` : `Done: ${last} epochs on ${settings.backend}.`);
}

function showEpochs(epochs: readonly Epoch[], of: number): void {
  const values = (value: (measured: Measured) => number): Both<number[]> => ({
    ours: epochs.map(({measured}) => value(measured.ours)),
    builtIn: epochs.map(({measured}) => value(measured.builtIn)),
  });
  charts.loss(
    curves(
      values(({loss}) => loss),
      of,
      logAxis('nats, logarithmic'),
    ),
  );
  charts.accuracy(
    curves(
      values(({accuracy}) => 100 * accuracy),
      of,
      percentAxis('right in %', 100),
    ),
  );
  charts.calibration(
    curves(
      values(({diagram}) => 100 * diagram.expectedCalibrationError),
      of,
      percentAxis('error in %'),
    ),
  );
  say(
    'loss-text',
    change(epochs, ({loss}) => number(loss)),
  );
  say(
    'accuracy-text',
    change(epochs, ({accuracy}) => percent(accuracy)),
  );
  say(
    'calibration-text',
    change(epochs, ({diagram}) => percent(diagram.expectedCalibrationError)),
  );
  const last = epochs.at(-1);
  if (last === undefined) return;
  const {measured, millisecondsPerStep} = last;
  charts.reliability(reliability({ours: measured.ours.diagram, builtIn: measured.builtIn.diagram}));
  say('reliability-text', reliabilityText(measured));
  for (const contender of CONTENDERS) {
    const {loss, accuracy, f1, diagram} = measured[contender];
    const time = millisecondsPerStep[contender];
    const cells = [number(loss), percent(accuracy), f1.toFixed(2), percent(diagram.expectedCalibrationError)];
    [...cells, Number.isNaN(time) ? '–' : time.toPrecision(3)].forEach((cell, i) => {
      say(`${contender}-${i}`, cell);
    });
  }
}

async function showSaturation(settings: Settings): Promise<void> {
  await startBackend(settings.backend);
  saturated = await saturation(settings);
  say('vanishing-text', vanishingText(saturated, settings.backend));
  showGap();
}

function showGap(): void {
  const gap = Number(slider.value);
  say('gap-value', String(gap));
  if (saturated === undefined) return;
  const sizes = (points: Both<readonly Point[]>): Both<number[]> => ({
    ours: points.ours.map(({gradient}) => Math.abs(gradient)),
    builtIn: points.builtIn.map(({gradient}) => Math.abs(gradient)),
  });
  charts.wrong(byGap(sizes(saturated.wrong), gap, {...valueAxis('size of the gradient'), min: 0}));
  charts.right(byGap(sizes(saturated.right), gap, {...logAxis('size of the gradient'), nameGap: 46}));
  say('wrong-text', gapText(saturated.wrong, gap));
  say('right-text', gapText(saturated.right, gap));
}

async function showSpeed(settings: Settings, signal: AbortSignal): Promise<void> {
  const what: Work = work.value === 'loss' ? 'loss' : 'step';
  const speeds: Speed[] = [];
  for (const backend of backends) {
    if (signal.aborted) break;
    say('speed-text', `Measuring on ${backend}.`);
    await startBackend(backend);
    const speed = await measureSpeed(what, {...settings, backend}, signal);
    if (!signal.aborted) speeds.push(speed);
    charts.speed(bars(speeds));
  }
  say('speed-text', speeds.length === 0 ? 'Stopped.' : speedText(speeds, what));
}

/** What one would write, for both. */
function showCode(settings: Settings): void {
  const {loss} = settings;
  const options = Object.entries(lossOptions(settings)).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  if (settings.balanced && settings.task === 'labels') options.push('posWeight: posWeightFromCounts(…)');
  say('our-code', options.length === 0 ? `loss: '${loss}'` : `loss: loss('${loss}', {${options.join(', ')}})`);
  say('their-code', `loss: '${builtInName(settings)}'`);
}

function settingsChanged(): void {
  fitControls(form);
  if (!form.checkValidity()) return;
  const settings = readSettings(form);
  showCode(settings);
  void inTurn(() => showSaturation(settings));
}

async function start(): Promise<void> {
  fillFromAddress(form);
  fitControls(form);
  slider.max = String(WIDEST_GAP);
  const none = {ours: [], builtIn: []};
  charts.loss(curves(none, readSettings(form).epochs, {...valueAxis('nats'), min: 0, max: 5}));
  charts.accuracy(curves(none, readSettings(form).epochs, percentAxis('right in %', 100)));
  charts.calibration(curves(none, readSettings(form).epochs, percentAxis('error in %', 100)));
  const empty = {bins: [], count: 0, confidence: NaN, accuracy: NaN};
  const diagram = {...empty, expectedCalibrationError: NaN, maximumCalibrationError: NaN};
  charts.reliability(reliability({ours: diagram, builtIn: diagram}));

  prepareBackends(WASM_FILES);
  install(tf);
  backends = await availableBackends();
  offerBackends(form, backends);
  charts.speed(bars(backends.map((backend) => ({backend, milliseconds: {ours: NaN, builtIn: NaN}}))));
  form.addEventListener('change', settingsChanged);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (running !== undefined) running.abort();
    else void whileStoppable(trainButton, speedButton, (signal) => trainBoth(readSettings(form), signal));
  });
  speedButton.addEventListener('click', () => {
    if (running !== undefined) running.abort();
    else if (form.reportValidity())
      void whileStoppable(speedButton, trainButton, (signal) => showSpeed(readSettings(form), signal));
  });
  slider.addEventListener('input', showGap);
  settingsChanged();
  await queue;
  trainButton.disabled = false;
  speedButton.disabled = false;
  say('status', 'Ready.');
}

start().catch((error: unknown) => {
  say('status', `The page could not start. ${error instanceof Error ? error.message : String(error)}`);
});
