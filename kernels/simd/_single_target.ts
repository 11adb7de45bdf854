/** The class that holds all of a row's target, or −1 where none or several do (NaN counts as one that does). */
export function singleTarget(labels: usize, classes: i32): i32 {
  let single = -1;
  let k = 0;
  for (; k + 16 <= classes; k += 16) {
    const p = labels + (<usize>k << 2);
    const any = v128.or(
      v128.or(v128.load(p), v128.load(p, 16)),
      v128.or(v128.load(p, 32), v128.load(p, 48)),
    );
    if (!v128.any_true(any)) continue;
    for (let i = k; i < k + 16; i++) {
      if (load<f32>(labels + (<usize>i << 2)) == 0) continue;
      if (single >= 0) return -1;
      single = i;
    }
  }
  for (; k < classes; k++) {
    if (load<f32>(labels + (<usize>k << 2)) == 0) continue;
    if (single >= 0) return -1;
    single = k;
  }
  return single;
}
