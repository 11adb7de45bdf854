/** scale·dy·∂ℓ/∂z of each element. */
export {rowGradients as sigmoidFocalCrossEntropyWithLogitsGrad} from './_sigmoid_rows';
