/** Every combination of one entry of each list, merged. */
export function crossProduct<T extends object>(...lists: readonly (readonly Partial<T>[])[]): Partial<T>[] {
  return lists.reduce<Partial<T>[]>(
    (combinations, list) => combinations.flatMap((head) => list.map((tail) => ({...head, ...tail}))),
    [{}],
  );
}
