/**
 * tfjs-losses/calibration: how far a model's probabilities can be trusted, from its logits, and a temperature that helps.
 *
 * Everything is computed in float64, from tensors of any backend (which are read without blocking, so all is asynchronous) or
 * from arrays. No tensor is created.
 */
export {brierScore} from './brier_score';
export {expectedCalibrationError} from './expected_calibration_error';
export type {ExpectedCalibrationErrorOptions} from './expected_calibration_error';
export {fitTemperature} from './fit_temperature';
export type {FitTemperatureOptions, TemperatureFit} from './fit_temperature';
export {maximumCalibrationError} from './maximum_calibration_error';
export {negativeLogLikelihood} from './negative_log_likelihood';
export type * from './options';
export {reliabilityDiagram} from './reliability_diagram';
export type {ReliabilityBin} from './reliability_bin';
export type {ReliabilityDiagram} from './reliability_diagram';
export {reliabilityDiagramSvg} from './reliability_diagram_svg';
export type {ReliabilityDiagramSvgOptions} from './reliability_diagram_svg';
export {showReliabilityDiagram} from './show_reliability_diagram';
export type {Visualiser, VisorSurface} from './show_reliability_diagram';
