/** The class that holds all of a row's target, or −1 where none or several do (NaN counts as one that does). */
export function singleTarget(labels: Float32Array, offset: number, classes: number): number {
  let single = -1;
  for (let k = 0; k < classes; k++) {
    if (labels[offset + k] === 0) continue;
    if (single >= 0) return -1;
    single = k;
  }
  return single;
}
