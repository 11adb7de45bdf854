/** The loops over rows of elements that the sigmoid kernels share. */
import type {SigmoidRows, Upstream} from './rows';
import {elementGradient, elementLoss, smoothLabel} from './_sigmoid_element';
import {upstreamOfRow} from './_upstream';

/** ℓ of each element, or summed over each row. */
export function rowLosses(rows: SigmoidRows, loss: Float32Array): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing, gamma, perElement} =
    rows;
  const single = posWeight.length === 0;
  for (let row = 0; row < count; row++) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const i = row * classes + k;
      const y = smoothLabel(labels[i]!, labelSmoothing);
      const p = (single ? positiveWeight : positiveWeight * posWeight[k]!) * y;
      const element = elementLoss(logits[i]!, p, negativeWeight * (1 - y), gamma);
      if (perElement) loss[i] = element;
      else sum += element;
    }
    if (!perElement) loss[row] = sum;
  }
}

/** scale·dy·∂ℓ/∂z of each element. */
export function rowGradients(rows: SigmoidRows, upstream: Upstream, gradient: Float32Array): void {
  const {count, classes, logits, labels, posWeight, positiveWeight, negativeWeight, labelSmoothing, gamma, perElement} =
    rows;
  const single = posWeight.length === 0;
  for (let row = 0; row < count; row++) {
    const factor = perElement ? upstream.scale : upstreamOfRow(upstream, row);
    for (let k = 0; k < classes; k++) {
      const i = row * classes + k;
      const y = smoothLabel(labels[i]!, labelSmoothing);
      const p = (single ? positiveWeight : positiveWeight * posWeight[k]!) * y;
      const slope = elementGradient(logits[i]!, p, negativeWeight * (1 - y), gamma);
      gradient[i] = slope * (perElement ? factor * upstream.dy[i]! : factor);
    }
  }
}
