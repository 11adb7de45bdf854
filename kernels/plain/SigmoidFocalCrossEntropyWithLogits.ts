/** ℓ of each element, or summed over each row. */
export {rowLosses as sigmoidFocalCrossEntropyWithLogits} from './_sigmoid_rows';
