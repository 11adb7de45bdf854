/** How numbers are written in tables and kept in JSON. */

/** Two significant digits below 10, otherwise whole: 0.032, 1.5, 48, 699. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : '∞';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e5) return value.toExponential(1).replace('e+', 'e');
  if (magnitude >= 9.95 || magnitude === 0) return value.toFixed(0);
  return value.toFixed(Math.max(0, 1 - Math.floor(Math.log10(magnitude))));
}

/** Four significant digits: what a measurement is worth, and a diff of JSON can bear. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
