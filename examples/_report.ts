/** The report of a training: one HTML page that needs nothing else, no script, no network. */
import {calibrationText} from './_calibration_text';
import {accuracyChart, lossChart, reliabilityChart} from './_charts';
import {breakable, escaped, paragraph} from './_html';
import {REPORT_STYLE} from './_report_style';
import {COLUMNS, type Column, type Result, notes, percent} from './_results';
import type {CuredRun, Overconfidence} from './_overconfidence';
import {CURE_COLUMNS, CURE_NOTE, cureIntroduction, cureRows, cureText} from './_overconfidence_text';
import {RECIPES} from './_runs';

const TITLE = 'Training with the losses of tfjs-losses';

/** A colour for each loss, with a contrast of 3 : 1 or more on the light and on the dark page (WCAG 1.4.11). */
const COLORS = ['#2f7de1', '#c9660a', '#12906a', '#a24ee6', '#d63f6f'];

/** The page; `seed` is what the training was started with. */
export function reportPage(results: readonly Result[], study: Overconfidence, seed: number): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>${TITLE}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
<h1>${TITLE}</h1>
${paragraph(introduction(results, seed))}
${table('Results', COLUMNS, results, (i) => i)}
<div class="notes">${notes(results).map(paragraph).join('\n')}</div>
<section>
<h2>Calibration</h2>
${paragraph(
  'A network is calibrated if what it calls 80\u00a0% sure comes true in 80 of 100 cases. A reliability diagram sorts its ' +
    'predictions on the test part by their probability into bins and shows for each bin how often they came true. ' +
    'Below the dashed line the probabilities are too high, above it too low. A point is the larger the more predictions ' +
    'stand behind it (the bars below show their share); where there are few, chance moves it far. With several ' +
    'classes the prediction is the most probable class, with two it is that the sample is of class 1.',
)}
${calibrationText(results).map(paragraph).join('\n')}
</section>
${titles(results)
  .map((title) => section(title, results))
  .join('\n')}
${cureSection(study)}
</main>
</body>
</html>
`;
}

function introduction(results: readonly Result[], seed: number): string {
  const sets = titles(results).map((title) => {
    const {train, test, features, classes} = dataOf(title, results);
    return `${title} (${train.labels.length} samples to train on, ${test.labels.length} to test, ${features} features, ${classes} classes)`;
  });
  return (
    `${results.length} small networks with one hidden layer each, trained with the model API of TensorFlow.js on its ` +
    `cpu backend, with losses given by name: ${sets.join(' and ')}. On one data set all runs share the network, its ` +
    `first weights and the order of the samples (seed ${seed}); only the loss differs. In the charts the test loss is taken at the end of an epoch, the train loss on the way through it.`
  );
}

/** `colorIndex` says which colour belongs to the loss of a row. */
function table<Row>(
  name: string,
  columns: readonly Column<Row>[],
  results: readonly Row[],
  colorIndex: (row: number) => number,
): string {
  const head = columns.map(({head, numeric}) => `<th scope="col"${numericClass(numeric)}>${escaped(head)}</th>`);
  const rows = results.map((result, i) => {
    const cells = columns.map(({head, numeric, cell}) => {
      const text = escaped(cell(result));
      return `<td${numericClass(numeric)}>${head === 'loss' ? lossName(text, colorIndex(i)) : text}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="scroll" role="region" aria-label="${name}" tabindex="0"><table>
<thead><tr>${head.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table></div>`;
}

function section(title: string, results: readonly Result[]): string {
  const cards = results.map((result, i) => (result.data.title === title ? card(result, i, results) : ''));
  return `<section>
<h2>${escaped(title)}</h2>
${cards.join('')}</section>`;
}

function card(result: Result, index: number, results: readonly Result[]): string {
  const {run, history, evaluation} = result;
  const color = colorOf(index);
  const loss = escaped(run.loss);
  const last = history.at(-1);
  const lowest = Math.min(...results.filter(({data}) => data.name === run.data).map(worstAccuracy));
  const accuracy = percent(evaluation.accuracy);
  const calibrationError = percent(evaluation.diagram.expectedCalibrationError);
  return `<article class="run">
<h3>${lossName(loss, index)}</h3>
${paragraph(
  `Test accuracy ${accuracy}, calibration error ${calibrationError}, test loss ${(last?.testLoss ?? NaN).toFixed(3)} nats after ${RECIPES[run.data].epochs} epochs.`,
)}
<div class="charts">
<figure><figcaption>Loss</figcaption>
${lossChart(history, color, `${loss}: loss on the train and the test part by epoch`)}</figure>
<figure><figcaption>Accuracy</figcaption>
${accuracyChart(history, Math.floor(20 * lowest) / 20, color, `${loss}: test accuracy by epoch, ${accuracy} at the end`)}</figure>
<figure><figcaption>Reliability</figcaption>
${reliabilityChart(evaluation.diagram, color, `${loss}: reliability diagram, calibration error ${calibrationError}`)}</figure>
</div>
</article>
`;
}

function cureSection(study: Overconfidence): string {
  return `<section>
<h2>Over-confidence and two cures: ${escaped(study.title)}</h2>
${paragraph(cureIntroduction(study))}
${table('Cures', CURE_COLUMNS, cureRows(study), (row) => row >> 1)}
<div class="notes">${paragraph(CURE_NOTE)}</div>
${cureText(study).map(paragraph).join('\n')}
${study.runs.map(cureCard).join('')}</section>`;
}

function cureCard({loss, trained, scaled}: CuredRun, index: number): string {
  const states = [
    {state: 'As trained', measures: trained},
    {state: `At temperature ${scaled.temperature.toFixed(2)}`, measures: scaled},
  ].map(({state, measures: {diagram, nll}}) => {
    const errors = `calibration error ${percent(diagram.expectedCalibrationError)}, NLL ${nll.toFixed(3)}\u00a0nats`;
    const label = `${escaped(loss)}, ${state.toLowerCase()}: reliability diagram, ${errors}`;
    return {
      text: `${state}: ${errors}.`,
      figure: `<figure><figcaption>${state}</figcaption>\n${reliabilityChart(diagram, colorOf(index), label)}</figure>`,
    };
  });
  return `<article class="run">
<h3>${lossName(escaped(loss), index)}</h3>
${paragraph(states.map(({text}) => text).join(' '))}
<div class="charts">
${states.map(({figure}) => figure).join('\n')}
</div>
</article>
`;
}

function lossName(loss: string, index: number): string {
  return `<span class="loss"><span class="swatch" style="background:${colorOf(index)}"></span><code>${breakable(loss)}</code></span>`;
}

function colorOf(index: number): string {
  return COLORS[index % COLORS.length] ?? 'currentColor';
}

function numericClass(numeric: boolean): string {
  return numeric ? ' class="numeric"' : '';
}

function worstAccuracy({history}: Result): number {
  return Math.min(...history.map(({testAccuracy}) => testAccuracy));
}

function titles(results: readonly Result[]): string[] {
  return [...new Set(results.map(({data}) => data.title))];
}

function dataOf(title: string, results: readonly Result[]): Result['data'] {
  const found = results.find(({data}) => data.title === title);
  if (found === undefined) throw new Error(`No run on ${title}.`);
  return found.data;
}
