/** What the reliability diagrams of these results say, in words. */
import {parseLoss} from '../src';
import type {Evaluation} from './_evaluate';
import {type Result, percent} from './_results';

/** One paragraph for each data set and one for each run with label smoothing that has its plain twin beside it. */
export function calibrationText(results: readonly Result[]): string[] {
  return [...comparisons(results), ...smoothings(results)];
}

function comparisons(results: readonly Result[]): string[] {
  const titles = [...new Set(results.map(({data}) => data.title))];
  return titles.map((title) => {
    const errors = results
      .filter(({data}) => data.title === title)
      .map(({run, evaluation}) => `${percent(evaluation.diagram.expectedCalibrationError)} with ${run.loss}`);
    return `${title}: the calibration error is ${errors.join(', ')}.`;
  });
}

function smoothings(results: readonly Result[]): string[] {
  return results.flatMap((smooth) => {
    const {name, options} = parseLoss(smooth.run.loss);
    const {labelSmoothing: epsilon} = options;
    const plain = results.find(({run}) => run.data === smooth.run.data && run.loss === name);
    if (typeof epsilon !== 'number' || plain === undefined) return [];
    const target = 1 - epsilon + epsilon / smooth.data.classes;
    const before = plain.evaluation.diagram.expectedCalibrationError;
    const after = smooth.evaluation.diagram.expectedCalibrationError;
    return [
      `What label smoothing does: it asks for a probability of ${percent(target)} for the right class instead of ` +
        `100\u00a0%. Without it the network ${sureness(plain.evaluation)}. With it the network ` +
        `${sureness(smooth.evaluation)}. Smoothing therefore makes the calibration error ` +
        `${after < before ? 'smaller' : 'larger'} here, ${percent(after)} instead of ${percent(before)}: it lowers ` +
        'the highest probabilities, which helps a network that is far too sure and hurts one that is about right.',
    ];
  });
}

function sureness({accuracy, diagram: {confidence}}: Evaluation): string {
  const verdict = confidence > accuracy ? 'too sure' : 'too unsure';
  return (
    `is ${percent(confidence)} sure on average and right in ${percent(accuracy)} of the cases, ` +
    `${verdict} by ${Math.abs(100 * (confidence - accuracy)).toFixed(1)} percentage points`
  );
}
