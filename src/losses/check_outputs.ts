import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {type FinalActivation, finalActivation, isProbability, isRecurrent} from '../models/output_activation';
import {activationOf, isOwnLoss} from './model_loss';
import type {LossConfig} from './registry';

/**
 * Compares the end of a model with what its loss takes. A loss of logits on a softmax layer computes the softmax of a
 * softmax: it trains, slowly, to wrong probabilities, and nothing says so.
 *
 * @throws Error that names the layer and what to write.
 */
export function checkOutput(outputName: string, output: SymbolicTensor, {name, options}: LossConfig): void {
  if (!isOwnLoss(name)) {
    return;
  }
  const end = finalActivation(output);
  if (options['fromLogits'] === false) {
    if (end?.name === 'linear') {
      throw new Error(
        `${name}: with fromLogits: false the outputs must be probabilities, but output '${outputName}' ends in layer ` +
          `'${end.layer.name}' without activation. Leave fromLogits out, or write activation: '${activationOf(name)}' there.`,
      );
    }
  } else if (end !== undefined && isProbability(end.name)) {
    throw new Error(probabilitiesText(name, outputName, end));
  }
}

function probabilitiesText(loss: string, outputName: string, {name, layer}: FinalActivation): string {
  const advice = isRecurrent(layer)
    ? `Put a dense layer without activation after it`
    : `Leave activation: '${name}' out there and put it on for deployment with withProbabilities(model); for a model that ` +
      `exists, train logitsOf(model), which shares its weights`;
  return (
    `${loss}: the outputs must be logits, but output '${outputName}' ends in the ${name} of layer '${layer.name}'. ` +
    `${advice}; to compute the loss from probabilities (less exact), write loss('${loss}', {fromLogits: false}).`
  );
}
