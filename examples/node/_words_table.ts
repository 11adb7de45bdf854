import {type Column, percent} from '../_results';
import {drawn, wrapped} from '../_table';
import type {Cost} from './_compare_losses';
import type {WordsResult} from './_words';

interface PerplexityRow {
  readonly model: string;
  readonly perplexity: number;
}

const PERPLEXITY_COLUMNS: readonly Column<PerplexityRow>[] = [
  {head: 'model', numeric: false, cell: ({model}) => model.replaceAll(' ', SPACE)},
  {head: 'perplexity', numeric: true, cell: ({perplexity}) => perplexity.toFixed(1)},
];

interface CostRow extends Cost {
  readonly loss: string;
}

const COST_COLUMNS: readonly Column<CostRow>[] = [
  {head: 'loss with gradient', numeric: false, cell: ({loss}) => loss.replaceAll(' ', SPACE)},
  {head: 'value', numeric: true, cell: ({value}) => value.toFixed(4)},
  {head: 'time', numeric: true, cell: ({milliseconds}) => `${milliseconds.toFixed(1)}${SPACE}ms`},
  {head: 'peak memory', numeric: true, cell: ({bytes}) => `${(bytes / 1e6).toFixed(0)}${SPACE}MB`},
];

/** Where no line may break. */
const SPACE = '\u00a0';

export function wordsTables(result: WordsResult, colored: boolean): string {
  const {perplexity, trained, unknown, shape, paddings, comparison} = result;
  const {ours, theirs} = comparison;
  const models: PerplexityRow[] = [
    {model: 'how frequent each word is', perplexity: perplexity.unigram},
    {model: 'the network before training', perplexity: perplexity.before},
    {model: 'the network after training', perplexity: perplexity.after},
  ];
  const costs: CostRow[] = [
    {loss: 'sparseSoftmaxCrossEntropy', ...ours},
    {loss: 'tf.losses, one-hot labels', ...theirs},
  ];
  const places = shape.slice(0, -1).reduce((product, size) => product * size, 1);
  return [
    drawn(PERPLEXITY_COLUMNS, models, colored),
    wrapped(
      `Perplexity: e^loss on lines of packages that were held out, where every word out of the vocabulary ` +
        `(${percent(unknown)} of the text) is the same word.`,
    ),
    wrapped(
      `Trained on ${trained.words.toLocaleString('en')} words in ${trained.seconds.toFixed(0)} s: ` +
        `${(trained.words / trained.seconds).toFixed(0)} words a second.`,
    ),
    '',
    drawn(COST_COLUMNS, costs, colored),
    wrapped(
      `One evaluation on logits [${shape.join(',')}], ${paddings} of whose ${places} places are padding: tfjs's own takes ` +
        `${(theirs.milliseconds / ours.milliseconds).toFixed(1)} times as long and ` +
        `${(theirs.bytes / ours.bytes).toFixed(1)} times the memory. Peak memory: tensors beside labels and logits, as tfjs counts them; the ` +
        `gradient is ${((4 * places * (shape.at(-1) ?? 0)) / 1e6).toFixed(0)} MB of it.`,
    ),
  ].join('\n');
}
