"""
The coefficients of the kernels' exponentials and logarithms: minimax polynomials by the algorithm of Remez (1934), in mpmath.

    python3 kernels/simd/minimax.py
"""
import mpmath as mp

mp.mp.dps = 50
GRID = 1000


def alternating(points, errors, count):
    """The largest error of each run of one sign, `count` of them."""
    extrema = []
    for point, error in zip(points, errors):
        if extrema and (error > 0) == (extrema[-1][1] > 0):
            if abs(error) > abs(extrema[-1][1]):
                extrema[-1] = (point, error)
        else:
            extrema.append((point, error))
    while len(extrema) > count:
        extrema.pop(0 if abs(extrema[0][1]) < abs(extrema[-1][1]) else -1)
    return [point for point, _ in extrema]


def remez(f, weight, low, high, degree, turns=30):
    """The polynomial P of least max |weight(x)·(P(x) − f(x))| between `low` and `high`, from its constant on, and that error."""
    count = degree + 2
    middle, half = (low + high) / 2, (high - low) / 2
    points = [middle - half * mp.cos(mp.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    grid = [low + (high - low) * mp.mpf(i) / GRID for i in range(GRID + 1)]
    for _ in range(turns):
        matrix, values = mp.matrix(count, count), mp.matrix(count, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                matrix[i, j] = x**j
            matrix[i, degree + 1] = (-1) ** i / weight(x)
            values[i] = f(x)
        solution = mp.lu_solve(matrix, values)
        coefficients = [solution[j] for j in range(degree + 1)]
        errors = [weight(x) * (mp.polyval(coefficients[::-1], x) - f(x)) for x in grid]
        found = alternating(grid, errors, count)
        if len(found) < count:
            break
        points = found
    return coefficients, max(abs(error) for error in errors)


def show(title, f, weight, low, high, degree):
    coefficients, error = remez(f, weight, mp.mpf(low), mp.mpf(high), degree)
    print(f"{title}, degree {degree}: relative error 2^{mp.nstr(mp.log(error, 2), 3)}")
    print("  " + ", ".join(mp.nstr(coefficient, 20) for coefficient in coefficients))


# A weight of exactly 0 has no alternating error to look for.
TINY = mp.mpf("1e-18")


def rest_of_exp(x):
    """P with e^x = 1 + x + x²·P(x)."""
    return mp.mpf(1) / 2 + x / 6 if abs(x) < mp.mpf("1e-12") else (mp.exp(x) - 1 - x) / x**2


def rest_of_atanh(w):
    """Q with atanh(s) = s·(1 + w·Q(w)), w = s²; log1p(e) = 2·atanh(e/(2+e)), log f = 2·atanh((f−1)/(f+1))."""
    if w < mp.mpf("1e-12"):
        return mp.mpf(1) / 3 + w / 5
    s = mp.sqrt(w)
    return (mp.atanh(s) / s - 1) / w


def ratio_of_power(w):
    """R with 2^f = (R(f²) + f)/(R(f²) − f), w = f²: f·coth(f·ln 2/2)."""
    if w < mp.mpf("1e-20"):
        return 2 / mp.log(2) + w * mp.log(2) / 6
    f = mp.sqrt(w)
    return f * mp.coth(f * mp.log(2) / 2)


def share_of_ratio(w):
    """What an error of R is as a relative one of 2^f: (1/(R−f) − 1/(R+f)) of it."""
    return 2 * (mp.sqrt(w) + TINY) / (ratio_of_power(w) ** 2 - w)


# A little more than half of the distance between two whole n, for what rounding x·log₂e shifts.
HALF = mp.log(2) / 2 * mp.mpf("1.0005")
for degree in (4, 8):
    show("P, |x| ≤ ln 2/2", rest_of_exp, lambda x: (x * x + TINY) / mp.exp(x), -HALF, HALF, degree)
show("P, |x| ≤ ln 2/16", rest_of_exp, lambda x: (x * x + TINY) / mp.exp(x), -HALF / 8, HALF / 8, 4)
for degree in (2, 4):
    show("R, |f| ≤ 1/2", ratio_of_power, share_of_ratio, 0, (HALF / mp.log(2)) ** 2, degree)
for degree in (3, 5):
    show("Q, 0 ≤ e ≤ 1", rest_of_atanh, lambda w: w + TINY, 0, mp.mpf(1) / 9, degree)
show("Q, √½ ≤ f ≤ √2", rest_of_atanh, lambda w: w + TINY, 0, "0.0295", 4)
