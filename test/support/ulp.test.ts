import {MIN_NORMAL, ulp32, ulpError, worstUlp} from './ulp';

const SMALLEST = 2 ** -149;
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

test('the spacing doubles at powers of 2 and is constant among the denormals', () => {
  expect(ulp32(1)).toBe(2 ** -23);
  expect(ulp32(-1)).toBe(2 ** -23);
  expect(ulp32(1 - 2 ** -53)).toBe(2 ** -24);
  expect(ulp32(2)).toBe(2 ** -22);
  expect(ulp32(LARGEST)).toBe(2 ** 104);
  expect(ulp32(MIN_NORMAL)).toBe(SMALLEST);
  expect(ulp32(MIN_NORMAL / 2)).toBe(SMALLEST);
  expect(ulp32(0)).toBe(SMALLEST);
});

test('every power of 2 starts its own spacing', () => {
  for (let e = -126; e <= 127; e++) {
    expect(ulp32(2 ** e)).toBe(2 ** (e - 23));
    expect(ulp32(2 ** e * (1 - 2 ** -52))).toBe(e === -126 ? SMALLEST : 2 ** (e - 24));
  }
});

test('rounding is at most half a unit, the next float one', () => {
  expect(ulpError(Math.fround(0.1), 0.1)).toBeLessThanOrEqual(0.5);
  expect(ulpError(1 + 2 ** -23, 1)).toBe(1);
  expect(ulpError(-1, 1)).toBe(2 ** 24);
  expect(ulpError(0, -0)).toBe(0);
});

test('0 for a small value counts its denormal spacings, not less', () => {
  expect(ulpError(0, SMALLEST)).toBe(1);
  expect(ulpError(0, SMALLEST / 4)).toBe(0.25);
  expect(ulpError(0, 1e-30)).toBeCloseTo(1e-30 / ulp32(1e-30), 0);
  expect(ulpError(0, 1e-30)).toBeGreaterThan(2 ** 23);
});

test.each([
  [NaN, NaN, 0],
  [Infinity, Infinity, 0],
  [-Infinity, -Infinity, 0],
  [Infinity, 1e39, 0],
  [-Infinity, -1e39, 0],
  [LARGEST, LARGEST, 0],
  [NaN, Infinity, Infinity],
  [Infinity, NaN, Infinity],
  [NaN, 1, Infinity],
  [1, NaN, Infinity],
  [Infinity, -Infinity, Infinity],
  [Infinity, LARGEST, Infinity],
  [LARGEST, Infinity, Infinity],
  [LARGEST, 1e39, Infinity],
  [0, NaN, Infinity],
])('%p for %p is %p off', (actual, exact, expected) => {
  expect(ulpError(actual, exact)).toBe(expected);
});

test('the worst entry is named, NaN among them', () => {
  expect(worstUlp([1, 1 + 2 ** -23, 1], [1, 1, 1])).toEqual({ulp: 1, index: 1, actual: 1 + 2 ** -23, exact: 1});
  expect(worstUlp([1, NaN, 2], [1, 1, 1])).toMatchObject({ulp: Infinity, index: 1});
  expect(worstUlp([3], [3])).toEqual({ulp: 0, index: 0, actual: 3, exact: 3});
  expect(worstUlp([], [])).toMatchObject({ulp: 0, index: -1});
  expect(() => worstUlp([1], [])).toThrow(RangeError);
});
