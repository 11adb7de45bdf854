"""Writes metrics.json: metrics of logits, computed by scikit-learn in float64, with random and with awkward inputs.

    python3 test/golden/make_metric_goldens.py

needs scikit-learn. Logits are multiples of 1/8, so they are the same in float32 and ties do happen. What scikit-learn takes
(predictions, probabilities or scores) is made of them here by the definitions: threshold 0, the first of the largest, log-odds
of the softmax.
"""

import json
import os
import sys
import warnings

import numpy
import sklearn
from sklearn import metrics

AVERAGES = ('micro', 'macro', 'weighted')
SCORES = {'precision': metrics.precision_score, 'recall': metrics.recall_score, 'f1': metrics.f1_score}


def logits_of(random, *shape):
    return numpy.round(random.normal(0, 2, shape) * 8) / 8


def scores_of(labels, predictions, classes, weights):
    """Every score by average. A class that occurs nowhere is left out of scikit-learn's mean, too, if it is not named."""
    averages = (None,) if classes == 'binary' else AVERAGES
    chosen = None if classes == 'binary' else classes
    return {
        name: {
            average
            or 'binary': float(
                score(
                    labels,
                    predictions,
                    labels=chosen,
                    average=average or 'binary',
                    zero_division=0,
                    sample_weight=weights,
                )
            )
            for average in averages
        }
        for name, score in SCORES.items()
    }


def auc(labels, scores, weights=None):
    if len(set(labels)) < 2:
        return None
    return float(metrics.roc_auc_score(labels, scores, sample_weight=weights))


def mean_auc(labels, scores):
    """Over the columns that have both positives and negatives; as in torchmetrics, the others are left out."""
    areas = [auc(labels[:, k], scores[:, k]) for k in range(labels.shape[1])]
    defined = [area for area in areas if area is not None]
    return sum(defined) / len(defined) if defined else None


def log_odds(logits):
    """log(p_k / (1 - p_k)) of the softmax, without rounding p_k to 1."""
    rest = numpy.stack([numpy.delete(logits, k, axis=1) for k in range(logits.shape[1])], axis=1)
    largest = rest.max(axis=2, keepdims=True)
    return logits - (largest[:, :, 0] + numpy.log(numpy.exp(rest - largest).sum(axis=2)))


def binary_case(name, labels, logits, weights=None):
    predictions = (logits > 0).astype(int)
    return {
        'name': name,
        'labels': labels.tolist(),
        'logits': logits.tolist(),
        'weights': None if weights is None else weights.tolist(),
        'accuracy': float(metrics.accuracy_score(labels, predictions, sample_weight=weights)),
        'scores': scores_of(labels, predictions, 'binary', weights),
        'rocAuc': auc(labels, logits, weights),
        'crossEntropy': float(
            numpy.average(
                numpy.maximum(logits, 0) - logits * labels + numpy.log1p(numpy.exp(-numpy.abs(logits))), weights=weights
            )
        ),
    }


def multi_label_case(name, labels, logits):
    predictions = (logits > 0).astype(int)
    return {
        'name': name,
        'labels': labels.tolist(),
        'logits': logits.tolist(),
        # Per label; scikit-learn's accuracy asks for all labels of a sample to be right.
        'accuracy': float(1 - metrics.hamming_loss(labels, predictions)),
        'scores': scores_of(labels, predictions, None, None),
        'rocAuc': mean_auc(labels, logits),
        'crossEntropy': float(
            numpy.mean(numpy.maximum(logits, 0) - logits * labels + numpy.log1p(numpy.exp(-numpy.abs(logits))))
        ),
    }


def multi_class_case(name, labels, logits, subset, weights=None):
    classes = logits.shape[1]
    predictions = logits.argmax(axis=1)
    one_hot = numpy.eye(classes, dtype=int)[labels]
    scores = {f'k={k}': top_k(labels, logits, k, weights) for k in range(1, classes + 1)}
    largest = logits.max(axis=1)
    losses = largest + numpy.log(numpy.exp(logits - largest[:, None]).sum(axis=1)) - logits[range(len(labels)), labels]
    return {
        'name': name,
        'labels': labels.tolist(),
        'logits': logits.tolist(),
        'weights': None if weights is None else weights.tolist(),
        'accuracy': float(metrics.accuracy_score(labels, predictions, sample_weight=weights)),
        'topK': scores,
        'scores': scores_of(labels, predictions, None, weights),
        'subset': subset,
        'subsetScores': scores_of(labels, predictions, subset, weights),
        'rocAuc': mean_auc(one_hot, log_odds(logits)) if weights is None else None,
        'crossEntropy': float(numpy.average(losses, weights=weights)),
    }


def top_k(labels, logits, k, weights):
    """TensorFlow's in_top_k: classes that tie at the boundary are all in. (scikit-learn breaks ties by index.)"""
    above = (logits > logits[range(len(labels)), labels][:, None]).sum(axis=1)
    within = float(numpy.average(above < k, weights=weights))
    distinct = all(len(set(row)) == len(row) for row in logits.tolist())
    if distinct and logits.shape[1] > 2:
        peer = metrics.top_k_accuracy_score(
            labels, logits, k=k, labels=list(range(logits.shape[1])), sample_weight=weights
        )
        assert abs(peer - within) < 1e-12, (peer, within)
    return within


def binary_cases():
    random = numpy.random.default_rng(1)
    for name, size, rate in (('few', 9, 0.5), ('many', 200, 0.4), ('rare positives', 120, 0.05)):
        labels = (random.random(size) < rate).astype(int)
        yield binary_case(name, labels, logits_of(random, size) + labels)
    labels = (random.random(60) < 0.5).astype(int)
    weights = random.integers(0, 9, 60) / 4
    yield binary_case('weighted', labels, logits_of(random, 60) + labels, weights)
    labels = numpy.array([1, 0, 1, 1, 0, 0])
    yield binary_case('logits of 0 are not above the threshold', labels, numpy.zeros(6))
    yield binary_case('nothing predicted', labels, numpy.full(6, -1.0))
    yield binary_case('everything predicted', labels, numpy.full(6, 1.0))
    yield binary_case('no positives', numpy.zeros(4, int), numpy.array([1.0, -1, 2, -2]))
    yield binary_case('no negatives', numpy.ones(4, int), numpy.array([1.0, -1, 2, -2]))
    yield binary_case('no positives, none predicted', numpy.zeros(3, int), numpy.array([-1.0, -1, -2]))
    yield binary_case('all right', labels, labels * 2.0 - 1)
    yield binary_case('all wrong', labels, 1 - labels * 2.0)


def multi_label_cases():
    random = numpy.random.default_rng(2)
    for name, shape in (('few', (7, 3)), ('many', (80, 5))):
        labels = (random.random(shape) < 0.3).astype(int)
        yield multi_label_case(name, labels, logits_of(random, *shape) + labels)
    labels = numpy.array([[0, 1, 0], [0, 1, 1], [0, 1, 0], [0, 1, 1]])
    yield multi_label_case('labels of one value', labels, logits_of(random, 4, 3))


def multi_class_cases():
    random = numpy.random.default_rng(3)
    for name, size, classes in (('two classes', 30, 2), ('few', 12, 3), ('many', 150, 6)):
        labels = random.integers(0, classes, size)
        logits = logits_of(random, size, classes) + numpy.eye(classes)[labels]
        yield multi_class_case(name, labels, logits, [0, classes - 1])
    labels = random.integers(0, 4, 50)
    weights = random.integers(0, 5, 50) / 2
    yield multi_class_case('weighted', labels, logits_of(random, 50, 4), [3, 1], weights)
    # Class 4 occurs nowhere, class 3 in predictions only, class 0 in labels only.
    labels = numpy.array([0, 1, 2, 1, 2, 2])
    logits = numpy.array(
        [[0, 1, 0, 0, -9], [0, 2, 1, 0, -9], [0, 1, 3, 0, -9], [0, 1, 0, 4, -9], [0, 1, 3, 0, -9], [0, 5, 3, 0, -9]],
        dtype=float,
    )
    yield multi_class_case('classes that do not occur', labels, logits, [1, 3])
    yield multi_class_case('all logits equal', numpy.array([0, 1, 2, 1]), numpy.zeros((4, 3)), [0, 1])


def main():
    warnings.simplefilter('ignore')
    goldens = {
        'made_by': {
            'script': 'test/golden/make_metric_goldens.py',
            'python': sys.version.split()[0],
            'numpy': numpy.__version__,
            'scikit-learn': sklearn.__version__,
        },
        'binary': list(binary_cases()),
        'multiLabel': list(multi_label_cases()),
        'multiClass': list(multi_class_cases()),
    }
    path = os.path.join(os.path.dirname(__file__), 'metrics.json')
    with open(path, 'w', encoding='utf-8') as file:
        json.dump(goldens, file)
        file.write('\n')
    print(f'{path}: {sum(len(goldens[kind]) for kind in ("binary", "multiLabel", "multiClass"))} cases')


if __name__ == '__main__':
    main()
