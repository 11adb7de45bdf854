"""Writes calibration.json: measures of calibration from their definitions, to 25 digits, with peers' values next to them.

    python3 test/golden/make_calibration_goldens.py --torch-python /usr/bin/python3

needs mpmath, NumPy and scikit-learn in the Python that runs it and torchmetrics on PyTorch in the one named (it may be the
same). Probabilities, bins and likelihoods are written out with mpmath; the temperature is the root of a numerical
derivative. Inputs are random float32 numbers, kept in the file.
"""

import argparse
import json
import os
import subprocess
import sys

SIGNIFICANT = 25
NORMS = ['l1', 'l2', 'max']


# --- Inputs -----------------------------------------------------------------------------------------------------------


def inputs():
    """Labels drawn from other probabilities than the logits give, so that something is left to calibrate."""
    import numpy as np

    rng = np.random.default_rng(20)

    def normal(scale, *shape):
        return rng.normal(0, scale, shape).astype(np.float32).astype(float)

    def indices(logits, temperature):
        p = np.exp(logits / temperature)
        p /= p.sum(-1, keepdims=True)
        return (rng.random(p.shape[:-1] + (1,)) > p.cumsum(-1)).sum(-1)

    def hard(logits, temperature):
        return (rng.random(logits.shape) < 1 / (1 + np.exp(-logits / temperature))).astype(int)

    multiclass = normal(3, 60, 5)
    classes = indices(multiclass, 2.5)
    unsure = normal(0.5, 40, 3)
    soft = normal(2, 24, 4)
    binary = normal(3, 50)
    labels = normal(2, 16, 4)
    sequence = normal(2, 6, 7, 4)
    steps = indices(sequence, 2)
    steps[rng.random(steps.shape) < 0.3] = -1
    # Quarters, so that the sum of a row is 1 exactly.
    quarters = np.stack([np.eye(4)[indices(soft, 2)] for _ in range(4)]).mean(0)
    return [
        {'name': 'class indices', 'labels': classes, 'logits': multiclass},
        {'name': 'class indices, 10 bins', 'labels': classes, 'logits': multiclass, 'bins': 10},
        {'name': 'class indices, 1 bin', 'labels': classes, 'logits': multiclass, 'bins': 1},
        {'name': 'class indices, too unsure', 'labels': indices(unsure, 0.4), 'logits': unsure},
        {'name': 'one-hot', 'labels': np.eye(5, dtype=int)[classes], 'logits': multiclass},
        {'name': 'probabilities', 'labels': quarters, 'logits': soft},
        {'name': 'binary', 'labels': hard(binary, 2), 'logits': binary, 'activation': 'sigmoid'},
        {'name': 'binary, soft', 'labels': rng.binomial(4, 1 / (1 + np.exp(-binary / 3))) / 4, 'logits': binary, 'activation': 'sigmoid'},
        {'name': 'several labels', 'labels': hard(labels, 2), 'logits': labels, 'activation': 'sigmoid'},
        {'name': 'sequence, steps ignored', 'labels': steps, 'logits': sequence, 'ignoreIndex': -1},
        {'name': 'saturated', 'labels': [0, 1, 1, 0, 2], 'logits': [
            [28, 0, -9], [0, 30, 3], [25, 0, 1], [31, 2, 0], [0, 1, 26],
        ]},
    ]


def plain(case):
    import numpy as np

    return {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in case.items()}


# --- The definitions --------------------------------------------------------------------------------------------------


def flat(value, depth):
    """A list nested `depth` levels too deep as one list of its items."""
    return value if depth == 0 else [item for part in value for item in flat(part, depth - 1)]


def rank(value):
    return 1 + rank(value[0]) if isinstance(value, list) else 0


def pairs(case):
    """What counts, as (target distribution or label, logits or logit)."""
    labels, logits = case['labels'], case['logits']
    if case.get('activation') == 'sigmoid':
        return list(zip(flat(labels, rank(labels) - 1), flat(logits, rank(logits) - 1)))
    rows = flat(logits, rank(logits) - 2)
    if rank(labels) == rank(logits):
        return list(zip(flat(labels, rank(labels) - 2), rows))
    ignored = case.get('ignoreIndex')
    return [
        ([int(k == y) for k in range(len(z))], z)
        for y, z in zip(flat(labels, rank(labels) - 1), rows) if y != ignored
    ]


def probabilities(z):
    """Of all classes, or of the labels 0 and 1."""
    if not isinstance(z, list):
        return [1 / (1 + mpmath.exp(z)), 1 / (1 + mpmath.exp(-mpf(z)))]
    exps = [mpmath.exp(x) for x in z]
    return [e / mpmath.fsum(exps) for e in exps]


def target(q):
    return q if isinstance(q, list) else [1 - mpf(q), mpf(q)]


def nll(rows, beta=1):
    """sum_k q_k (-log p_k), averaged; the logits times beta."""
    def scaled(z):
        return [beta * mpf(x) for x in z] if isinstance(z, list) else beta * mpf(z)

    terms = [
        -mpf(qk) * mpmath.log(pk) for q, z in rows for qk, pk in zip(target(q), probabilities(scaled(z))) if qk != 0
    ]
    return mpmath.fsum(terms) / len(rows)


def brier(rows):
    """sum_k (p_k - q_k)^2 over classes, (p_1 - q_1)^2 for a sigmoid, averaged."""
    terms = []
    for q, z in rows:
        differences = [pk - qk for pk, qk in zip(probabilities(z), target(q))]
        terms += [d**2 for d in (differences if isinstance(z, list) else differences[1:])]
    return mpmath.fsum(terms) / len(rows)


def bins_of(rows, count):
    """(how many, their mean probability, the share that came true) of each bin [b/count, (b+1)/count)."""
    inside = [[] for _ in range(count)]
    for q, z in rows:
        p = probabilities(z)
        top = p.index(max(p)) if isinstance(z, list) else 1
        inside[min(int(mpmath.floor(p[top] * count)), count - 1)].append((p[top], mpf(target(q)[top])))
    return [
        (len(b), mpmath.fsum(p for p, _ in b) / len(b), mpmath.fsum(t for _, t in b) / len(b)) if b else (0, None, None)
        for b in inside
    ]


def calibration_error(bins, norm):
    filled = [b for b in bins if b[0] > 0]
    total = sum(n for n, _, _ in filled)
    gaps = [(mpf(n) / total, abs(a - c)) for n, c, a in filled]
    if norm == 'max':
        return max(gap for _, gap in gaps)
    if norm == 'l1':
        return mpmath.fsum(share * gap for share, gap in gaps)
    return mpmath.sqrt(mpmath.fsum(share * gap**2 for share, gap in gaps))


def temperature(rows):
    """1/beta at the root of d nll / d beta; the nll is convex in beta."""
    def slope(beta):
        h = mpf(10) ** (-mpmath.mp.dps // 3)
        return (nll(rows, beta + h) - nll(rows, beta - h)) / (2 * h)

    low, high = mpf(0), mpf(64)
    assert slope(low) < 0 < slope(high), 'no temperature is best'
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    return 1 / mpmath.findroot(slope, (low, high), solver='secant', tol=mpf(10) ** -70)


def text(x):
    return None if x is None else mpmath.nstr(x, SIGNIFICANT, strip_zeros=True)


def golden(case):
    mpmath.mp.dps = 100
    rows = pairs(case)
    bins = bins_of(rows, case.get('bins', 15))
    T = temperature(rows)
    return {
        **case,
        'errors': {norm: text(calibration_error(bins, norm)) for norm in NORMS},
        'binned': [[n, text(c), text(a)] for n, c, a in bins],
        'brier': text(brier(rows)),
        'nll': text(nll(rows)),
        'temperature': text(T),
        'nllAfter': text(nll(rows, 1 / T)),
        'peers': {},
    }


# --- Peers ------------------------------------------------------------------------------------------------------------


def torchmetrics_peer(cases):
    import torch
    import torchmetrics
    from torchmetrics.functional.classification import binary_calibration_error, multiclass_calibration_error

    def result(case, norm):
        labels, logits = torch.tensor(case['labels']), torch.tensor(case['logits'], dtype=torch.float64)
        options = {'n_bins': case.get('bins', 15), 'norm': norm}
        if case.get('activation') == 'sigmoid':
            return binary_calibration_error(torch.sigmoid(logits), labels, **options).item()
        # Its class axis is the second.
        p = torch.softmax(logits, -1).movedim(-1, 1)
        return multiclass_calibration_error(p, labels, p.shape[1], ignore_index=case.get('ignoreIndex'), **options).item()

    def hard(case):
        labels = torch.tensor(case['labels'])
        same = labels.ndim == torch.tensor(case['logits']).ndim
        return not labels.is_floating_point() and (case.get('activation') == 'sigmoid' or not same)

    # It gives probabilities of exactly 1, which these are in float64, a bin of their own.
    results = [
        {'errors': {norm: result(case, norm) for norm in NORMS}} if hard(case) and case['name'] != 'saturated' else None
        for case in cases
    ]
    return {'name': f'torchmetrics {torchmetrics.__version__} on PyTorch {torch.__version__}', 'results': results}


def sklearn_peer(cases):
    import numpy as np
    import sklearn
    from sklearn.metrics import brier_score_loss, log_loss

    results = []
    for case in cases:
        rows = pairs(case)
        if any(x not in (0, 1) for q, _ in rows for x in target(q)):
            results.append(None)
            continue
        p = np.array([[float(x) for x in probabilities(z)] for _, z in rows])
        y = [max(range(len(p[0])), key=lambda k: target(q)[k]) for q, _ in rows]
        classes = list(range(len(p[0])))
        sigmoid = case.get('activation') == 'sigmoid'
        results.append({
            'brier': float(brier_score_loss(y, p[:, 1] if sigmoid else p, labels=classes, scale_by_half=sigmoid)),
            'nll': float(log_loss(y, p, labels=classes)),
        })
    return {'name': f'scikit-learn {sklearn.__version__}', 'results': results}


def main(torch_python):
    import numpy as np

    cases = [plain(case) for case in inputs()]
    command = [torch_python, os.path.abspath(__file__), '--torch-peer']
    torch_results = subprocess.run(command, check=True, input=json.dumps(cases), stdout=subprocess.PIPE, text=True).stdout
    goldens = [golden(case) for case in cases]
    peers = [json.loads(torch_results), sklearn_peer(cases)]
    for peer in peers:
        for case, result in zip(goldens, peer['results']):
            if result is not None:
                case['peers'][peer['name']] = result
    made_by = {
        'script': 'test/golden/make_calibration_goldens.py',
        'python': sys.version.split()[0],
        'mpmath': mpmath.__version__,
        'numpy': np.__version__,
        'peers': [peer['name'] for peer in peers],
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'calibration.json')
    with open(path, 'w') as file:
        # A line for each case, so that a change shows in a diff.
        lines = ',\n'.join(json.dumps(case) for case in goldens)
        file.write('{"made_by": ' + json.dumps(made_by) + ',\n"cases": [\n' + lines + '\n]}\n')


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--torch-python', default=sys.executable, help='the Python that has torchmetrics')
    parser.add_argument('--torch-peer', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.torch_peer:
        print(json.dumps(torchmetrics_peer(json.load(sys.stdin))))
    else:
        import mpmath
        from mpmath import mpf

        main(arguments.torch_python)
