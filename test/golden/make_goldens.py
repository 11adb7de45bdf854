"""Writes goldens.json: losses and derivatives from the definitions, to 25 digits, with peers' values next to them.

    python3 test/golden/make_goldens.py --torch-python /usr/bin/python3

needs mpmath, jax and optax in the Python that runs it and PyTorch in the one named (it may be the same). The losses are
written as the papers state them and differentiated numerically, with enough digits that no cancellation matters; no
closed form of a gradient and no stable rearrangement appears here. Inputs are float32 numbers, so that kernels can be
tested on them too.
"""

import argparse
import json
import os
import struct
import subprocess
import sys

SIGNIFICANT = 25


def f32(x):
    """The float32 nearest to x."""
    return struct.unpack('f', struct.pack('f', x))[0]


# --- The definitions --------------------------------------------------------------------------------------------------


def weighted(weight, value):
    """weight * value with 0 * inf = 0."""
    return weight * value if weight != 0 else 0 * weight


def softmax_loss(labels, logits, options):
    """sum_k w_k alpha_k ((1-eps) q_k + eps/K) (1-p_k)^gamma (-log p_k) + lambda (log sum_k e^z_k)^2."""
    classes = len(logits)
    eps = mpf(options.get('labelSmoothing', 0))
    weights = options.get('classWeights', [1] * classes)
    alpha = options.get('alpha')
    alphas = alpha if isinstance(alpha, list) else [1 if alpha is None else alpha] * classes
    gamma = mpf(options.get('gamma', 0))
    exps = [mpmath.exp(z) for z in logits]
    total = mpmath.fsum(exps)
    loss = mpf(options.get('zLoss', 0)) * mpmath.log(total) ** 2
    for k in range(classes):
        p = exps[k] / total
        q = mpf(weights[k]) * mpf(alphas[k]) * ((1 - eps) * labels[k] + eps / classes)
        loss += weighted(q, (1 - p) ** gamma * -mpmath.log(p))
    return loss


def sigmoid_loss(y, z, options):
    """w alpha y' (1-p)^gamma (-log p) + (1-alpha) (1-y') p^gamma (-log(1-p)), p = 1/(1+e^-z), y' = (1-eps) y + eps/2."""
    eps = mpf(options.get('labelSmoothing', 0))
    gamma = mpf(options.get('gamma', 0))
    alpha = options.get('alpha')
    target = (1 - eps) * y + eps / 2
    positive = mpf(options.get('posWeight', 1)) * (1 if alpha is None else mpf(alpha)) * target
    negative = (1 if alpha is None else 1 - mpf(alpha)) * (1 - target)
    up, down = 1 + mpmath.exp(z), 1 + mpmath.exp(-z)  # 1/(1-p), 1/p
    return weighted(positive, up**-gamma * mpmath.log(down)) + weighted(negative, down**-gamma * mpmath.log(up))


def one_hot(index, classes):
    return [int(k == index) for k in range(classes)]


# --- Numerical derivatives --------------------------------------------------------------------------------------------


def moved(x, i, step):
    return [v + step if k == i else v for k, v in enumerate(x)]


def derivative(f, x, i):
    """df/dx_i by central differences: with the step h below, exact to about dps/2 digits."""
    h = mpf(10) ** (-mpmath.mp.dps // 4)
    return (f(moved(x, i, h)) - f(moved(x, i, -h))) / (2 * h)


def derivatives(f, x):
    """Over the finite entries of x; a masked class (-inf) counts as 0."""
    return [derivative(f, x, i) if mpmath.isfinite(x[i]) else mpf(0) for i in range(len(x))]


def text(x):
    """Numbers as decimal strings, nested lists as they are. What second differences leave of an exact 0 becomes '0'."""
    if isinstance(x, list):
        return [text(v) for v in x]
    if not mpmath.isfinite(x):
        return {'+inf': 'Infinity', '-inf': '-Infinity', 'nan': 'NaN'}[mpmath.nstr(x)]
    noise = mpf(10) ** (40 - mpmath.mp.dps // 2)
    return '0' if abs(x) < noise else mpmath.nstr(x, SIGNIFICANT, strip_zeros=True)


# --- Softmax rows -----------------------------------------------------------------------------------------------------

BIG = f32(3e38)
W4 = [f32(0.3), 2.0, 1.25, f32(0.7)]
EPS = f32(0.1)
LAMBDA = f32(1e-3)
ALPHAS = [0.25, f32(0.6), 1.0, 1.5]
PLAIN = [0.5, -1.25, 2.0, 0.125]
SOFT = [f32(0.6), f32(0.3), 0.0, f32(0.1)]

# name, what it breaks, label or labels, logits, options
SOFTMAX = [
    ('ordinary', '', 1, PLAIN, {}),
    ('soft labels', '', SOFT, PLAIN, {}),
    ('labels that do not sum to 1', 'p - q as the gradient', [f32(0.2), 1.5, 0.0, 0.5], PLAIN, {}),
    ('smoothing', '', 2, PLAIN, {'labelSmoothing': EPS}),
    ('class weights', '', 0, PLAIN, {'classWeights': W4}),
    ('smoothing with class weights', 'one weight w_y for the whole smoothed row', 3, PLAIN,
     {'labelSmoothing': EPS, 'classWeights': W4}),
    ('soft labels, smoothing, class weights, z-loss', '', SOFT, PLAIN,
     {'labelSmoothing': EPS, 'classWeights': W4, 'zLoss': LAMBDA}),
    ('z-loss', '', 1, PLAIN, {'zLoss': LAMBDA}),
    ('z-loss of shifted logits', 'lse as shift invariant', 1, [1e6, 1e6 - 1, 1e6 + 0.5], {'zLoss': 0.5}),
    ('ties', 'leaving out every maximal term instead of one', 0, [1.5, 1.5, 1.5], {}),
    ('ties, soft', '', [0.25, 0.75, 0.5], [-2.0, -2.0, -3.0], {'gamma': 2.0}),
    ('one class', '1 - p = 0 in a denominator', 0, [3.25], {'zLoss': 0.25, 'gamma': 0.5}),
    ('two classes, nearly equal', '', 1, [f32(1e-6), 0.0], {'gamma': 1.0}),
    ('gap 20 at the label', 'log(sum) - 0: the loss is 0 in float32 from gap 17', 0, [20.0, 0.0, -1.0], {}),
    ('gap 40 at the label', 'log(1 + x), p - 1: 0 even in float64', 0, [40.0, 0.0, f32(0.3)], {}),
    ('gap 100 at the label', 'log(1 + x), p - 1', 2, [f32(-0.1), 0.25, 100.0], {}),
    ('gap 700 at the label', 'log(1 + x), p - 1', 0, [700.0, 0.0, 1.0], {}),
    ('gap 100 at the label, soft remainder', 'R - r_y as a difference', [1.0, 0.0, f32(1e-30)], [100.0, 0.0, 1.0], {}),
    ('gap 100 elsewhere', '', 1, [100.0, 0.0, f32(0.7)], {}),
    ('gap 100 elsewhere, smoothing', '', 1, [100.0, 0.0, f32(0.7)], {'labelSmoothing': EPS}),
    ('gap 700 elsewhere', '', 1, [0.0, -700.0, f32(-699.3)], {}),
    ('differences that round', 'exp of a rounded z - m', 0, [f32(700.1), f32(5e-14), f32(3.7)], {}),
    ('differences that round, elsewhere', 'exp of a rounded z - m', 1, [f32(700.1), f32(5e-14), f32(3.7)], {}),
    ('shift by 1e6', 'exp(z) without the maximum', 1, [1e6, 1e6 - 1, 1e6 + 0.5], {}),
    ('shift by -1e6', 'exp(z) without the maximum', 0, [-1e6, -1e6 - 1, -1e6 + 0.5], {'labelSmoothing': EPS}),
    ('+-3e38 at the label', 'z - m in float32 is -inf', 0, [BIG, -BIG, 0.0], {}),
    ('+-3e38 elsewhere', 'z - m in float32 is -inf', 1, [BIG, -BIG, 0.0], {}),
    ('+-3e38, soft', '0 * inf', [0.0, 0.5, 0.5], [BIG, -BIG, 1.0], {'zLoss': 0.5}),
    ('a masked class', '0 * inf', 1, [0.5, -1.0, float('-inf'), 2.0], {}),
    ('a masked class, focal', '0 * inf', SOFT, [0.5, -1.0, float('-inf'), 2.0], {'gamma': 2.0, 'alpha': ALPHAS}),
    ('focal 0', '', 1, PLAIN, {'gamma': 0.0}),
    ('focal 0.5', '', 2, PLAIN, {'gamma': 0.5}),
    ('focal 1', '', 1, PLAIN, {'gamma': 1.0}),
    ('focal 2', '', 1, PLAIN, {'gamma': 2.0}),
    ('focal 5, alpha', '', 3, PLAIN, {'gamma': 5.0, 'alpha': 0.25}),
    ('focal 2, alphas', '', 0, PLAIN, {'gamma': 2.0, 'alpha': ALPHAS}),
    ('focal, all options', 'alpha or w on the z-loss', SOFT, PLAIN,
     {'gamma': 1.5, 'alpha': ALPHAS, 'labelSmoothing': EPS, 'classWeights': W4, 'zLoss': LAMBDA}),
    ('focal, index, all options', 'alpha or w on the z-loss', 2, PLAIN,
     {'gamma': 0.75, 'alpha': ALPHAS, 'labelSmoothing': EPS, 'classWeights': W4, 'zLoss': LAMBDA}),
    ('focal 0.5, gap 100 at the label', '(1 - p)^(gamma - 1) at p = 1', 0, [100.0, 0.0, 1.0], {'gamma': 0.5}),
    ('focal 2, gap 20 at the label', '1 - p', 0, [20.0, 0.0, 1.0], {'gamma': 2.0}),
    ('focal 2, gap 100 at the label', '1 - p', 0, [100.0, 0.0, 1.0], {'gamma': 2.0, 'alpha': ALPHAS[:3]}),
    ('focal 5, gap 100 at the label', '1 - p', 0, [100.0, 0.0, 1.0], {'gamma': 5.0}),
    ('focal 2, gap 100 elsewhere', '', 2, [100.0, 0.0, 1.0], {'gamma': 2.0}),
    ('focal 2, gap 700 elsewhere', '', 2, [700.0, 0.0, 1.0], {'gamma': 2.0, 'labelSmoothing': EPS}),
    ('focal 2, +-3e38', '(1 - p)^(gamma - 1), 0 * inf', 0, [BIG, -BIG, 0.0], {'gamma': 2.0}),
    ('focal 0.5, +-3e38 elsewhere', '(1 - p)^(gamma - 1), 0 * inf', 1, [BIG, -BIG, 0.0], {'gamma': 0.5}),
]


def precision(values):
    """Digits that leave half for differences at the largest gap a float64 result can show (e^-745 = 1e-323)."""
    finite = [v for v in values if abs(v) != float('inf')]
    return 240 if max(finite) - min(finite) < 45 and max(map(abs, finite)) < 50 else 900


def softmax_golden(case):
    name, breaks, label, logits, options = case
    mpmath.mp.dps = precision(logits + [0.0])
    sparse = isinstance(label, int)
    q = [mpf(x) for x in (one_hot(label, len(logits)) if sparse else label)]
    z = [mpf(x) for x in logits]

    def gradient(labels):
        return derivatives(lambda x: softmax_loss(labels, x, options), z)

    golden = {
        'name': name,
        'breaks': breaks,
        'label' if sparse else 'labels': label,
        'logits': ['-Infinity' if x == float('-inf') else x for x in logits],
        'options': options,
        'loss': text(softmax_loss(q, z, options)),
        'logitGradient': text(gradient(q)),
        'logitHessian': text([
            derivatives(lambda y: derivative(lambda x: softmax_loss(q, x, options), y, i), z)
            if mpmath.isfinite(z[i]) else [mpf(0)] * len(z)
            for i in range(len(z))
        ]),
    }
    if all(mpmath.isfinite(x) for x in z) and not sparse:
        golden['labelGradient'] = text(derivatives(lambda x: softmax_loss(x, z, options), q))
        # The loss is affine in the labels: a whole unit is as good a step as any.
        base = gradient(q)
        golden['labelLogitHessian'] = text([
            [a - b for a, b in zip(gradient(moved(q, i, 1)), base)] for i in range(len(q))
        ])
    return golden


# --- Long rows --------------------------------------------------------------------------------------------------------

# z_k = (multiplier * k mod modulus) * scale, and z_label replaced if given.
LONG = [
    {'classes': 100000, 'multiplier': 7919, 'modulus': 1009, 'scale': 2.0**-7, 'label': 4321},
    {'classes': 100000, 'multiplier': 7919, 'modulus': 1009, 'scale': 2.0**-7, 'label': 4321, 'labelLogit': 110.0},
    {'classes': 32003, 'multiplier': 31, 'modulus': 997, 'scale': 2.0**-3, 'label': 7, 'labelLogit': 60.0},
    {'classes': 50000, 'multiplier': 0, 'modulus': 1, 'scale': 1.0, 'label': 49999},
]


def long_golden(row):
    mpmath.mp.dps = 240
    classes, label = row['classes'], row['label']
    z = [mpf(row['multiplier'] * k % row['modulus']) * mpf(row['scale']) for k in range(classes)]
    z[label] = mpf(row.get('labelLogit', z[label]))
    other = 1 if label == 0 else 0
    counts = {}
    for k, v in enumerate(z):
        if k not in (label, other):
            counts[v] = counts.get(v, 0) + 1
    rest = mpmath.fsum(n * mpmath.exp(v) for v, n in counts.items())

    def loss(pair):
        return mpmath.log(rest + mpmath.exp(pair[0]) + mpmath.exp(pair[1])) - pair[0]

    pair = [z[label], z[other]]
    at_label, at_other = derivatives(loss, pair)
    return {**row, 'other': other, 'loss': text(loss(pair)), 'gradientAtLabel': text(at_label),
            'gradientAtOther': text(at_other)}


# --- Sigmoid elements -------------------------------------------------------------------------------------------------

ORDINARY_Z = [0.0, -0.75, f32(1.3), f32(-6.1)]
EXTREME_Z = [f32(1e-6), 17.5, f32(-40.1), 100.0, -100.0, -700.0, 700.0, BIG, -BIG]
SIGMOID = [
    ({}, [0.0, 1.0, f32(0.3)], ORDINARY_Z + EXTREME_Z),
    ({'gamma': 2.0, 'alpha': 0.25}, [0.0, 1.0, f32(0.3)], ORDINARY_Z + EXTREME_Z),
    ({'gamma': 0.5, 'alpha': None}, [0.0, 1.0], ORDINARY_Z + EXTREME_Z),
    ({'labelSmoothing': EPS, 'posWeight': 3.0}, [0.0, 1.0, f32(0.3)], ORDINARY_Z[1:] + [100.0, -700.0]),
    ({'gamma': 2.0, 'alpha': None}, [1.0, f32(0.3)], [f32(1.3), f32(1e-6), f32(-40.1)]),
    ({'gamma': 0.0, 'alpha': 0.25}, [0.0, 1.0], [f32(1.3), -100.0]),
    ({'gamma': 1.0, 'alpha': 0.75}, [0.0, f32(0.3)], [f32(1.3), 17.5, -100.0]),
    ({'gamma': 5.0, 'alpha': f32(0.1), 'labelSmoothing': EPS, 'posWeight': f32(0.7)}, [1.0, f32(0.3)],
     [-0.75, f32(-6.1), 17.5, 100.0]),
]


def sigmoid_golden(y, z, options):
    mpmath.mp.dps = precision([z, 0.0])
    y_, z_ = mpf(y), mpf(z)

    def gradient(label):
        return derivative(lambda x: sigmoid_loss(label, x[0], options), [z_], 0)

    return {
        'y': y,
        'z': z,
        'loss': text(sigmoid_loss(y_, z_, options)),
        'logitGradient': text(gradient(y_)),
        'logitHessian': text(
            derivative(lambda x: derivative(lambda t: sigmoid_loss(y_, t[0], options), x, 0), [z_], 0)),
        # The loss is affine in the label.
        'labelGradient': text(sigmoid_loss(y_ + 1, z_, options) - sigmoid_loss(y_, z_, options)),
        'labelLogitHessian': text(gradient(y_ + 1) - gradient(y_)),
    }


# --- Batches, with peers ----------------------------------------------------------------------------------------------

LOGITS = [[f32(x) for x in row] for row in [
    [0.3, -1.2, 2.1, 0.4], [1.7, 0.2, -0.6, -2.3], [-0.9, 3.1, 0.8, 0.1], [2.2, 2.0, -1.4, 0.6], [0.0, -3.3, 1.1, 4.2],
]]
INDICES = [2, 0, -100, 1, 3]
PROBABILITIES = [[f32(x) for x in row] for row in [
    [0.1, 0.2, 0.6, 0.1], [1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25], [0, 0.5, 0.5, 0], [0.05, 0.15, 0.1, 0.7],
]]
MULTI_LABELS = [[1, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0], [f32(0.3), 0, f32(0.9), 0.5]]
HARD_LABELS = [[1, 0, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 0]]
IGNORE = {'ignoreIndex': -100}


def cross_product():
    """Index labels: smoothing x class weights x ignored row x reduction (pytorch#73205, #69339, #91383, #72056)."""
    for smoothing in [{}, {'labelSmoothing': EPS}]:
        for weights in [{}, {'classWeights': W4}]:
            for ignore in [{}, IGNORE]:
                options = {**smoothing, **weights, **ignore}
                labels = INDICES if ignore else [max(0, i) for i in INDICES]
                yield {'loss': 'sparseSoftmaxCrossEntropy', 'labels': labels, 'options': options, 'reduction': 'mean'}


BATCHES = [
    *cross_product(),
    {'loss': 'sparseSoftmaxCrossEntropy', 'labels': INDICES, 'reduction': 'sum',
     'options': {'labelSmoothing': EPS, 'classWeights': W4, **IGNORE}},
    {'loss': 'sparseSoftmaxCrossEntropy', 'labels': INDICES, 'reduction': 'mean', 'weights': [2.0, 1.0, 3.0, 0.0, 0.5],
     'options': {'labelSmoothing': EPS, 'classWeights': W4, **IGNORE}},
    {'loss': 'softmaxCrossEntropy', 'labels': PROBABILITIES, 'reduction': 'mean', 'options': {}},
    {'loss': 'softmaxCrossEntropy', 'labels': PROBABILITIES, 'reduction': 'mean',
     'options': {'labelSmoothing': EPS, 'classWeights': W4}},
    {'loss': 'sigmoidCrossEntropy', 'labels': MULTI_LABELS, 'reduction': 'mean', 'options': {}},
    {'loss': 'sigmoidCrossEntropy', 'labels': MULTI_LABELS, 'reduction': 'mean', 'options': {'posWeight': 3.0}},
    {'loss': 'sigmoidFocalCrossEntropy', 'labels': HARD_LABELS, 'reduction': 'mean',
     'options': {'gamma': 2.0, 'alpha': 0.25}},
    {'loss': 'sigmoidFocalCrossEntropy', 'labels': HARD_LABELS, 'reduction': 'sum',
     'options': {'gamma': 1.5, 'alpha': None}},
]


def batch_loss(batch, logits):
    """'mean' is PyTorch's: sum_n v_n l_n / sum_n v_n d_n with d_n = w_y for indices (0 for an ignored row), 1 otherwise."""
    options, loss = batch['options'], batch['loss']
    count = len(logits)
    terms, divisors = [], []
    for n, v in enumerate(batch.get('weights', [1] * count)):
        label, row = batch['labels'][n], logits[n]
        if loss.startswith('sigmoid'):
            terms += [v * sigmoid_loss(mpf(y), z, options) for y, z in zip(label, row)]
            divisors += [v] * len(row)
        elif loss == 'softmaxCrossEntropy':
            terms.append(v * softmax_loss([mpf(q) for q in label], row, options))
            divisors.append(v)
        elif label != options.get('ignoreIndex'):
            terms.append(v * softmax_loss(one_hot(label, len(row)), row, options))
            divisors.append(v * mpf(options['classWeights'][label] if 'classWeights' in options else 1))
    total = mpmath.fsum(terms)
    return total / mpmath.fsum(divisors) if batch['reduction'] == 'mean' else total


def batch_golden(batch):
    mpmath.mp.dps = 120
    z = [[mpf(x) for x in row] for row in LOGITS]
    gradient = [derivatives(lambda x: batch_loss(batch, moved_row(z, n, x)), z[n]) for n in range(len(z))]
    return {**batch, 'logits': LOGITS, 'value': text(batch_loss(batch, z)), 'gradient': text(gradient), 'peers': {}}


def moved_row(rows, n, row):
    return [row if i == n else r for i, r in enumerate(rows)]


def torch_peer(batches):
    import torch
    import torch.nn.functional as F

    results = []
    for batch in batches:
        options, loss = batch['options'], batch['loss']
        if 'weights' in batch or loss == 'sigmoidFocalCrossEntropy':
            results.append(None)
            continue
        z = torch.tensor(LOGITS, dtype=torch.float64, requires_grad=True)
        if loss == 'sigmoidCrossEntropy':
            value = F.binary_cross_entropy_with_logits(
                z, torch.tensor(batch['labels'], dtype=torch.float64), reduction=batch['reduction'],
                pos_weight=torch.tensor(options['posWeight'], dtype=torch.float64) if 'posWeight' in options else None)
        else:
            sparse = loss.startswith('sparse')
            value = F.cross_entropy(
                z, torch.tensor(batch['labels'], dtype=torch.int64 if sparse else torch.float64),
                weight=torch.tensor(options['classWeights'], dtype=torch.float64) if 'classWeights' in options else None,
                label_smoothing=options.get('labelSmoothing', 0.0), reduction=batch['reduction'],
                **({'ignore_index': options['ignoreIndex']} if 'ignoreIndex' in options else {}))
        value.backward()
        results.append({'value': value.item(), 'gradient': z.grad.tolist()})
    return {'name': 'PyTorch ' + torch.__version__, 'results': results}


def optax_peer(batches):
    import jax
    import optax

    jax.config.update('jax_enable_x64', True)
    import jax.numpy as jnp

    def value(batch, z):
        options, loss = batch['options'], batch['loss']
        labels = jnp.array(batch['labels'])
        if loss == 'softmaxCrossEntropy':
            labels = optax.smooth_labels(labels, options.get('labelSmoothing', 0.0))
            if 'classWeights' in options:
                labels = labels * jnp.array(options['classWeights'])
            losses = optax.softmax_cross_entropy(z, labels)
        elif loss == 'sparseSoftmaxCrossEntropy':
            losses = optax.softmax_cross_entropy_with_integer_labels(z, labels)
        elif loss == 'sigmoidCrossEntropy':
            losses = optax.sigmoid_binary_cross_entropy(z, labels)
        else:
            losses = optax.sigmoid_focal_loss(z, labels, alpha=options['alpha'], gamma=options['gamma'])
        return jnp.mean(losses) if batch['reduction'] == 'mean' else jnp.sum(losses)

    results = []
    for batch in batches:
        beyond = {'ignoreIndex', 'posWeight'} | ({'classWeights', 'labelSmoothing'} if batch['loss'].startswith('sparse') else set())
        if 'weights' in batch or beyond & set(batch['options']):
            results.append(None)
            continue
        v, g = jax.value_and_grad(lambda z: value(batch, z))(jnp.array(LOGITS))
        results.append({'value': float(v), 'gradient': g.tolist()})
    return {'name': f'optax {optax.__version__} on JAX {jax.__version__}', 'results': results}


def run_torch_peer(python):
    return json.loads(subprocess.run([python, os.path.abspath(__file__), '--torch-peer'], check=True,
                                     capture_output=True, text=True).stdout)


def main(torch_python):
    batches = [batch_golden(batch) for batch in BATCHES]
    peers = [run_torch_peer(torch_python), optax_peer(BATCHES)]
    for peer in peers:
        for batch, result in zip(batches, peer['results']):
            if result is not None:
                batch['peers'][peer['name']] = result
    goldens = {
        'made_by': {
            'script': 'test/golden/make_goldens.py',
            'python': sys.version.split()[0],
            'mpmath': mpmath.__version__,
            'peers': [peer['name'] for peer in peers],
        },
        'softmax': [softmax_golden(case) for case in SOFTMAX],
        'longRows': [long_golden(row) for row in LONG],
        'sigmoid': [
            {'options': options, 'elements': [sigmoid_golden(y, z, options) for y in labels for z in logits]}
            for options, labels, logits in SIGMOID
        ],
        'batches': batches,
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'goldens.json')
    with open(path, 'w') as file:
        file.write(lines(goldens))


def lines(goldens):
    """JSON with one line per case, so that a change shows in a diff."""
    parts = ['{"made_by": ' + json.dumps(goldens['made_by'])]
    for section in ['softmax', 'longRows', 'sigmoid', 'batches']:
        parts.append(f'"{section}": [\n' + ',\n'.join(json.dumps(case) for case in goldens[section]) + '\n]')
    return ',\n'.join(parts) + '\n}\n'


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--torch-python', default=sys.executable, help='the Python that has PyTorch')
    parser.add_argument('--torch-peer', action='store_true', help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.torch_peer:
        print(json.dumps(torch_peer(BATCHES)))
    else:
        import mpmath
        from mpmath import mpf

        main(arguments.torch_python)
