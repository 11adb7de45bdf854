/** A reliability diagram in words and numbers, for whoever does not see it. */
import type {ReliabilityDiagram} from './reliability_diagram';

/** '12.5 %', with a space where no line may break. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)}\u00a0%`;
}

/** The errors and each bin that holds something. */
export function diagramText(diagram: ReliabilityDiagram): string {
  const bins = diagram.bins
    .filter(({count}) => count > 0)
    .map(
      ({from, to, count, confidence, accuracy}) =>
        `${percent(from)} to ${percent(to)}: ${count} predicted with ${percent(confidence)}, ${percent(accuracy)} came true`,
    );
  return (
    `${diagram.count} predictions with a mean probability of ${percent(diagram.confidence)}, of which ` +
    `${percent(diagram.accuracy)} came true. Expected calibration error ${percent(diagram.expectedCalibrationError)}, ` +
    `maximum ${percent(diagram.maximumCalibrationError)}. By probability: ${bins.join('; ')}.`
  );
}
