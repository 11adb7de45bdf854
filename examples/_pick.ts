/** The items at these places. */
export function pick<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => {
    const item = items[place];
    if (item === undefined) throw new Error(`There is no item ${place} among ${items.length}.`);
    return item;
  });
}
