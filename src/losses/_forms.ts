/** The forms in which tfjs-layers takes something for each output: one for all, a list, or a dict by output name. */

/** An object, functions not counted: the loss of a model may be one. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The same form with each entry replaced. */
export function mapEntries(given: unknown, replace: (one: unknown) => unknown): unknown {
  if (Array.isArray(given)) {
    return given.map(replace);
  }
  return isObject(given)
    ? Object.fromEntries(Object.entries(given).map(([name, one]) => [name, replace(one)]))
    : replace(given);
}

/** What a form says for each output. */
export function forOutputs(given: unknown, outputNames: readonly string[]): unknown[] {
  return outputNames.map((name, i) =>
    Array.isArray(given) ? (given as unknown[])[i] : isObject(given) ? (Reflect.get(given, name) as unknown) : given,
  );
}
