/** The form of the settings. */
import {BACKENDS, type Backend, LOSSES, type Settings, isFocal, isSigmoid} from './_settings';

type Control = HTMLInputElement | HTMLSelectElement;

export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} '${id}'.`);
  return found;
}

function control(form: HTMLFormElement, name: keyof Settings): Control {
  const found = form.elements.namedItem(name);
  if (found instanceof HTMLInputElement || found instanceof HTMLSelectElement) return found;
  throw new Error(`The form has no control '${name}'.`);
}

/** Controls that the page's address names take their values from there: `?task=labels&epochs=5`. */
export function fillFromAddress(form: HTMLFormElement): void {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const found = form.elements.namedItem(name);
    if (found instanceof HTMLInputElement || found instanceof HTMLSelectElement) found.value = value;
  }
}

/** Backends that this browser lacks stay in the list, which says so. */
export function offerBackends(form: HTMLFormElement, available: readonly Backend[]): void {
  const select = control(form, 'backend');
  if (!(select instanceof HTMLSelectElement)) throw new Error("'backend' must be a select.");
  for (const backend of BACKENDS) {
    const option = Array.from(select.options).find(({value}) => value === backend);
    if (option === undefined || available.includes(backend)) continue;
    option.disabled = true;
    option.text = `${backend} (not in this browser)`;
  }
  if (select.selectedOptions[0]?.disabled !== false) select.value = available[0] ?? 'cpu';
}

/** Only what fits can be chosen: losses of the task, options of the loss. */
export function fitControls(form: HTMLFormElement): void {
  const select = control(form, 'loss');
  if (!(select instanceof HTMLSelectElement)) throw new Error("'loss' must be a select.");
  const losses: readonly string[] = LOSSES[isMultiLabel(control(form, 'task').value) ? 'labels' : 'digits'];
  for (const option of Array.from(select.options)) option.disabled = !losses.includes(option.value);
  if (!losses.includes(select.value)) select.value = losses[0] ?? '';
  const {loss} = readSettings(form);
  control(form, 'gamma').disabled = !isFocal(loss);
  control(form, 'alpha').disabled = !isFocal(loss);
  control(form, 'balanced').disabled = !isSigmoid(loss);
}

export function readSettings(form: HTMLFormElement): Settings {
  const text = (name: keyof Settings): string => control(form, name).value;
  const task = isMultiLabel(text('task')) ? 'labels' : 'digits';
  return {
    task,
    loss: LOSSES[task].find((loss) => loss === text('loss')) ?? LOSSES[task][0],
    backend: BACKENDS.find((backend) => backend === text('backend')) ?? 'cpu',
    inputs: text('inputs') === 'raw' ? 'raw' : 'standardised',
    labelSmoothing: Number(text('labelSmoothing')),
    gamma: Number(text('gamma')),
    alpha: text('alpha') === '' ? null : Number(text('alpha')),
    balanced: text('balanced') === 'true',
    epochs: Number(text('epochs')),
    samples: Number(text('samples')),
    batchSize: Number(text('batchSize')),
    seed: Number(text('seed')),
  };
}

function isMultiLabel(name: string): boolean {
  return name === 'labels';
}
