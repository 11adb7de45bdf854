import {exp} from '../../kernels/plain/_exp';

/** Relative errors that the comment above `exp` allows. */
function allowed(x: number): number {
  return 2 ** -51 + Math.abs(x) * 2 ** -52;
}

test('e^x is right to nearly all digits', () => {
  for (let x = -700; x <= 709; x += 0.0371) {
    const exact = Math.exp(x);
    expect({x, isClose: Math.abs(exp(x) - exact) <= allowed(x) * exact}).toEqual({x, isClose: true});
  }
});

test('e^0 is 1', () => {
  expect([exp(0), exp(-0)]).toEqual([1, 1]);
});

test.each([
  [-Infinity, 0],
  [-Number.MAX_VALUE, 0],
  [-800, 0],
  [-750, 0],
  [710, Infinity],
  [740, Infinity],
  [800, Infinity],
  [Number.MAX_VALUE, Infinity],
  [Infinity, Infinity],
  [NaN, NaN],
])('e^%p is %p', (x, expected) => {
  expect(exp(x)).toBe(expected);
});
