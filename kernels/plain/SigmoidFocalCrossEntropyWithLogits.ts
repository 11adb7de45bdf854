import type {SigmoidRows} from './rows';
import {focalLoss} from './_focal_element';
import {elementLoss} from './_sigmoid_element';
import {rowLosses} from './_sigmoid_rows';

/** ℓ of each element, or summed over each row. Sums of labels as they are, the ordinary case, take a loop of their own. */
export function sigmoidFocalCrossEntropyWithLogits(rows: SigmoidRows, loss: Float32Array): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing, gamma} = rows;
  if (rows.perElement || posWeight.length > 0 || labelSmoothing !== 0 || gamma === 0) {
    rowLosses(rows, loss);
    return;
  }
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let i = row * classes; i < (row + 1) * classes; i++) {
      const y = labels[i]!;
      const z = logits[i]!;
      const p = positiveWeight * y;
      const n = negativeWeight * (1 - y);
      sum += y * y === y ? focalLoss((1 - 2 * y) * z, p + n, gamma) : elementLoss(z, p, n, gamma);
    }
    loss[row] = sum;
  }
}
