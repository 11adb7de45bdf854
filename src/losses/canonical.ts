/**
 * A loss as text: `softmaxCrossEntropy` or `softmaxCrossEntropy(classWeights=[0.2,0.8],labelSmoothing=0.1)`.
 *
 * tfjs saves a model's loss as a string, in Python's snake_case, and turns it back into camelCase when it loads the
 * model. The text is therefore what a configured loss is to a saved model, and must come back unchanged from both.
 */

/** What an option can be in the text of a loss. */
export type OptionValue = number | boolean | null | string | readonly number[];

/** A loss as its name and options. */
export interface ParsedLoss {
  readonly name: string;
  readonly options: Readonly<Record<string, OptionValue>>;
}

const NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const WORD = /^[A-Za-z][A-Za-z0-9-]*$/;
const WHAT_SURVIVES = 'Camel case survives: a small first letter, no two capitals in a row, no digits, no underscores.';
const KEYWORDS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Writes a loss as text: the options sorted by name, without spaces.
 *
 * @throws Error if a value is not a finite number, boolean, null, string or array of finite numbers, or if the text
 *   would change on its way through a saved model (see `afterSaving`).
 *
 * @example
 * ```ts
 * formatLoss('sigmoidFocalCrossEntropy', {gamma: 3, alpha: null}); // 'sigmoidFocalCrossEntropy(alpha=null,gamma=3)'
 * ```
 */
export function formatLoss(name: string, options: Readonly<Record<string, OptionValue>> = {}): string {
  const parts = Object.keys(options)
    .sort()
    .map((option) => {
      const value = options[option];
      if (!NAME.test(option)) {
        throw new Error(`${name}: option '${option}' must consist of letters and digits.`);
      }
      if (value === undefined || !isOptionValue(value)) {
        throw new Error(`${name}: option '${option}' must be ${OPTION_VALUE}, got ${describe(value)}.`);
      }
      return `${option}=${formatValue(value)}`;
    });
  const text = parts.length === 0 ? name : `${name}(${parts.join(',')})`;
  if (afterSaving(text) !== text) {
    throw new Error(
      `${name}: a saved model could not hold this loss: tfjs changes the case of its text, and '${text}' would come ` +
        `back as '${afterSaving(text)}'. ${WHAT_SURVIVES}`,
    );
  }
  return text;
}

/**
 * Reads what `formatLoss` writes; spaces between the parts are allowed. Whether the name and the options exist is not
 * checked here.
 *
 * @throws Error that shows the place where the text stops making sense.
 *
 * @example
 * ```ts
 * parseLoss('softmaxCrossEntropy(labelSmoothing=0.1)'); // {name: 'softmaxCrossEntropy', options: {labelSmoothing: 0.1}}
 * ```
 */
export function parseLoss(text: string): ParsedLoss {
  const open = text.indexOf('(');
  if (open === -1) {
    return {name: text.trim(), options: {}};
  }
  const body = text.trimEnd();
  const options: Record<string, OptionValue> = {};
  let at = open + 1;
  const fail = (expected: string): never => {
    throw new Error(
      `The loss '${text}' cannot be read at position ${at}: expected ${expected}, got ` +
        `${at < body.length ? `'${body.slice(at, at + 12)}'` : 'the end'}. It should look like ` +
        "'softmaxCrossEntropy(classWeights=[0.2,0.8],labelSmoothing=0.1)'.",
    );
  };
  /** The first group of a pattern that matches right here, and a step past the match. */
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(body);
    if (match === null) {
      return undefined;
    }
    at = pattern.lastIndex;
    return match[1];
  };
  let closed = take(/\s*(\))/y) !== undefined;
  while (!closed) {
    const option = take(/\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*/y) ?? fail("an option as 'name='");
    if (Object.hasOwn(options, option)) {
      throw new Error(`The loss '${text}' gives option '${option}' twice.`);
    }
    const start = at;
    const value = parseValue(take(/(\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[^,()[\]"=\s]+)/y) ?? '');
    if (value === undefined) {
      at = start;
      return fail('a number, true, false, null, a word, "text" or [numbers]');
    }
    options[option] = value;
    const next = take(/\s*([,)])/y) ?? fail("',' or ')'");
    closed = next === ')';
  }
  if (at < body.length) {
    fail('nothing more');
  }
  return {name: text.slice(0, open).trim(), options};
}

/**
 * A text as it comes back from a saved model: tfjs-layers' toSnakeCase, then its toCamelCase (utils/generic_utils.ts;
 * neither is exported; the tests compare this copy with real saved models).
 */
export function afterSaving(text: string): string {
  const snake = text
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
  const saved = snake.startsWith('_') ? `private${snake}` : snake;
  return saved.length <= 1 ? saved : saved.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase());
}

/** Throws unless a name can be a loss's name in the text and in a saved model. */
export function checkName(name: string): void {
  if (!NAME.test(name)) {
    throw new Error(`A loss cannot be named '${name}': a name consists of letters and digits, a letter first.`);
  }
  if (afterSaving(name) !== name) {
    throw new Error(
      `A loss cannot be named '${name}': tfjs changes the case of names in saved models, and it would come back as ` +
        `'${afterSaving(name)}'. ${WHAT_SURVIVES}`,
    );
  }
}

/** What `isOptionValue` accepts, in words. */
export const OPTION_VALUE = 'a finite number, a boolean, null, a string or an array of finite numbers';

export function isOptionValue(value: unknown): value is OptionValue {
  return (
    value === null || typeof value === 'boolean' || typeof value === 'string' || isNumber(value) || isNumbers(value)
  );
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

export function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isNumber);
}

/** A value for an error message, cut short. */
export function describe(value: unknown): string {
  const text =
    typeof value === 'string'
      ? `'${value}'`
      : Array.isArray(value)
        ? `[${value.map(String).join(', ')}]`
        : typeof value === 'object' && value !== null
          ? `an object (${value.constructor?.name ?? 'no prototype'})`
          : typeof value === 'function'
            ? 'a function'
            : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function formatValue(value: OptionValue): string {
  if (typeof value === 'string') {
    return WORD.test(value) && !KEYWORDS.has(value) ? value : JSON.stringify(value);
  }
  return typeof value === 'object' && value !== null ? `[${value.join(',')}]` : String(value);
}

function parseValue(text: string): OptionValue | undefined {
  const keyword = KEYWORDS.get(text);
  if (keyword !== undefined) {
    return keyword;
  }
  if (text.startsWith('[')) {
    const inner = text.slice(1, -1).trim();
    const numbers = inner === '' ? [] : inner.split(',').map(parseNumber);
    return isNumbers(numbers) ? numbers : undefined;
  }
  if (text.startsWith('"')) {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'string' ? value : undefined;
    } catch {
      return undefined;
    }
  }
  return parseNumber(text) ?? (WORD.test(text) ? text : undefined);
}

function parseNumber(text: string): number | undefined {
  const isDecimal = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(text);
  return isDecimal && Number.isFinite(Number(text)) ? Number(text) : undefined;
}
