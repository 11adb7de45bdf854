/** Errors of computed values against the truth, in ULP. */
import {MIN_NORMAL, ulp32, ulpError} from '../test/support/ulp';
import type {ErrorFigure, Quantity} from './_figures';
import {rounded} from './_numbers';
import type {Truth} from './_truth';

export interface Values {
  readonly loss: Float32Array;
  readonly gradient: Float32Array;
}

export type Errors = Partial<Record<Quantity, ErrorFigure>>;

class Accumulator {
  private worst = 0;
  private sum = 0;
  private count = 0;

  add(error: number): void {
    this.worst = Math.max(this.worst, error);
    this.sum += error;
    this.count++;
  }

  /** undefined of nothing. */
  get figure(): ErrorFigure | undefined {
    if (this.count === 0) return undefined;
    return {worst: inJson(this.worst), mean: inJson(this.sum / this.count)};
  }
}

function inJson(error: number): number | 'Infinity' {
  return Number.isFinite(error) ? rounded(error) : 'Infinity';
}

/** |actual − exact| in ULP of `unit` (|unit| ≥ |exact|); NaN and ∞ as ulpError has them. */
function errorInUnits(actual: number, exact: number, unit: number): number {
  const error = ulpError(actual, exact);
  return error === 0 || error === Infinity ? error : (error * ulp32(exact)) / ulp32(unit);
}

/** Gradients beside the label count where they are normal floats, as the contract says. */
export function errorsOf(values: Values, truth: Truth): Errors {
  const loss = new Accumulator();
  const label = new Accumulator();
  const others = new Accumulator();
  truth.loss.forEach((exact, i) => loss.add(ulpError(values.loss[i] ?? NaN, exact)));
  truth.gradient.forEach((exact, i) => {
    const unit = truth.unit[i] ?? NaN;
    const atLabel = truth.atLabel[i] === 1;
    if (!atLabel && Math.abs(unit) < MIN_NORMAL) return;
    (atLabel ? label : others).add(errorInUnits(values.gradient[i] ?? NaN, exact, unit));
  });
  return {
    ...named('loss', loss.figure),
    ...named('gradient at the label', label.figure),
    ...named('other gradients', others.figure),
  };
}

function named(quantity: Quantity, figure: ErrorFigure | undefined): Errors {
  return figure === undefined ? {} : {[quantity]: figure};
}

/** The quantities whose worst error exceeds what is allowed. */
export function breaches(
  errors: Errors,
  contract: {readonly loss: number; readonly gradient: number},
  onlyFinite: boolean,
): Quantity[] {
  const quantities: readonly Quantity[] = ['loss', 'gradient at the label', 'other gradients'];
  return quantities.filter((quantity) => {
    const worst = errors[quantity]?.worst ?? 0;
    if (worst === 'Infinity') return true;
    return !onlyFinite && worst > (quantity === 'loss' ? contract.loss : contract.gradient);
  });
}
