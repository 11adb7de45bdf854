"""PyTorch or JAX on one thread, answering bench/_peers.ts: `python3 peers.py torch` or `python3 peers.py jax`.

Questions come on stdin and answers go to stdout, one JSON object per line. The first answer, unasked, is
{"version": ...}, or {"error": ...} where the library is not installed. Then:

  {"ask": "time", "case": CASE, "rows": N, "classes": K, "gradient": bool, "seconds": s}
      -> {"secondsPerCall": ..., "elapsedSeconds": ...}     the mean loss, with its gradient, on inputs made here
  {"ask": "values", "case": CASE, "rows": N, "classes": K, "logits": base64, "labels": base64}
      -> {"loss": base64, "gradient": base64} or {"unsupported": true}     per row (or element), float32

CASE is the LossCase of bench/_losses.ts, with "gamma", "alpha" and "weights" (null or one per class) beside its own.
"""

import os

# Before the libraries are loaded: they read these once.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import base64
import json
import sys
import time


class Unsupported(Exception):
    pass


SIGMOID = ("sigmoidCrossEntropy", "sigmoidFocalCrossEntropy")


class Torch:
    def __init__(self):
        import numpy
        import torch

        torch.set_num_threads(1)
        self.np, self.torch, self.version = numpy, torch, torch.__version__

    def tensors(self, case, logits, labels):
        z = self.torch.from_numpy(logits)
        y = self.torch.from_numpy(labels.astype("int64") if case["labels"] == "index" else labels)
        return z, y

    def loss(self, case, reduction):
        """(z, y) -> the losses, or their mean."""
        torch = self.torch
        F = torch.nn.functional
        op, e = case["op"], case["options"].get("labelSmoothing", 0.0)
        pos_weight, gamma, alpha = case["options"].get("posWeight"), case["gamma"], case["alpha"]
        w = None if case["weights"] is None else torch.tensor(case["weights"], dtype=torch.float32)
        reduced = (lambda x: x.mean()) if reduction == "mean" else (lambda x: x)

        if op in ("softmaxCrossEntropy", "sparseSoftmaxCrossEntropy"):
            return lambda z, y: F.cross_entropy(z, y, weight=w, label_smoothing=e, reduction=reduction)
        if op == "sigmoidCrossEntropy":
            p = None if pos_weight is None else torch.tensor(float(pos_weight))
            smooth = (lambda y: y * (1 - e) + e / 2) if e else (lambda y: y)
            return lambda z, y: F.binary_cross_entropy_with_logits(z, smooth(y), pos_weight=p, reduction=reduction)
        if w is not None or pos_weight is not None:
            raise Unsupported
        if op == "sigmoidFocalCrossEntropy":

            def sigmoid_focal(z, y):  # torchvision.ops.sigmoid_focal_loss
                y = y * (1 - e) + e / 2 if e else y
                p = torch.sigmoid(z)
                ce = F.binary_cross_entropy_with_logits(z, y, reduction="none")
                p_t = p * y + (1 - p) * (1 - y)
                loss = ce * ((1 - p_t) ** gamma)
                return reduced((alpha * y + (1 - alpha) * (1 - y)) * loss)

            return sigmoid_focal

        def softmax_focal(z, q):
            if case["labels"] == "index":
                q = F.one_hot(q, z.shape[-1]).to(z.dtype)
            q = q * (1 - e) + e / z.shape[-1] if e else q
            log_p = F.log_softmax(z, -1)
            return reduced(-(q * (1 - log_p.exp()) ** gamma * log_p).sum(-1))

        return softmax_focal

    def call(self, case, logits, labels, gradient):
        loss = self.loss(case, "mean")
        z, y = self.tensors(case, logits, labels)
        if not gradient:
            return lambda: loss(z, y).item()
        z.requires_grad_(True)

        def value_and_grad():
            value = loss(z, y)
            self.torch.autograd.grad(value, z)
            return value.item()

        return value_and_grad

    def values(self, case, logits, labels):
        z, y = self.tensors(case, logits, labels)
        z.requires_grad_(True)
        value = self.loss(case, "none")(z, y)
        (gradient,) = self.torch.autograd.grad(value, z, self.torch.ones_like(value))
        return value.detach().numpy(), gradient.numpy()


class Jax:
    def __init__(self):
        import jax
        import jax.numpy
        import numpy
        import optax

        self.np, self.jax, self.optax = numpy, jax, optax
        self.version = f"{jax.__version__}, optax {optax.__version__}"
        self.compiled = {}

    def loss(self, case, reduction):
        jax, jnp, optax = self.jax, self.jax.numpy, self.optax
        op, e = case["op"], case["options"].get("labelSmoothing", 0.0)
        pos_weight, gamma, alpha = case["options"].get("posWeight"), case["gamma"], case["alpha"]
        w = None if case["weights"] is None else jnp.asarray(case["weights"], dtype=jnp.float32)
        reduced = (lambda x: x.mean()) if reduction == "mean" else (lambda x: x)

        def targets(z, y):
            q = jax.nn.one_hot(y, z.shape[-1], dtype=z.dtype) if case["labels"] == "index" else y
            q = optax.smooth_labels(q, e) if e else q
            return q if w is None else q * w

        if op == "sparseSoftmaxCrossEntropy" and not e and w is None:
            return lambda z, y: reduced(optax.softmax_cross_entropy_with_integer_labels(z, y))
        if op == "sparseSoftmaxCrossEntropy" and not e:
            return lambda z, y: reduced(w[y] * optax.softmax_cross_entropy_with_integer_labels(z, y))
        if op in ("softmaxCrossEntropy", "sparseSoftmaxCrossEntropy"):
            return lambda z, y: reduced(optax.softmax_cross_entropy(z, targets(z, y)))
        smooth = (lambda y: y * (1 - e) + e / 2) if e else (lambda y: y)
        if op == "sigmoidCrossEntropy" and pos_weight is None:
            return lambda z, y: reduced(optax.sigmoid_binary_cross_entropy(z, smooth(y)))
        if op == "sigmoidCrossEntropy":
            log_sigmoid = jax.nn.log_sigmoid
            return lambda z, y: reduced(-(pos_weight * y * log_sigmoid(z) + (1 - y) * log_sigmoid(-z)))
        if w is not None or pos_weight is not None:
            raise Unsupported
        if op == "sigmoidFocalCrossEntropy":
            return lambda z, y: reduced(optax.sigmoid_focal_loss(z, smooth(y), alpha=alpha, gamma=gamma))

        def softmax_focal(z, y):
            log_p = jax.nn.log_softmax(z, -1)
            return reduced(-(targets(z, y) * (1 - jnp.exp(log_p)) ** gamma * log_p).sum(-1))

        return softmax_focal

    def jitted(self, case, kind):
        """Compiled once per case; jit itself keeps one program per shape."""
        key = (kind, json.dumps(case, sort_keys=True))
        if key not in self.compiled:
            jax = self.jax
            if kind == "forward":
                f = self.loss(case, "mean")
            elif kind == "gradient":
                f = jax.value_and_grad(self.loss(case, "mean"))
            else:
                losses = self.loss(case, "none")

                def f(z, y):
                    value, back = jax.vjp(lambda z: losses(z, y), z)
                    return value, back(jax.numpy.ones_like(value))[0]

            self.compiled[key] = jax.jit(f)
        return self.compiled[key]

    def call(self, case, logits, labels, gradient):
        f = self.jitted(case, "gradient" if gradient else "forward")
        z, y = self.jax.device_put(logits), self.jax.device_put(labels)
        return lambda: self.jax.block_until_ready(f(z, y))

    def values(self, case, logits, labels):
        value, gradient = self.jitted(case, "values")(logits, labels)
        return self.np.asarray(value), self.np.asarray(gradient)


def speed_inputs(np, case, rows, classes):
    """As bench/_speed_inputs.ts."""
    random = np.random.default_rng(0)
    logits = (2 * random.standard_normal((rows, classes))).astype("float32")
    if case["op"] in SIGMOID:
        return logits, random.integers(0, 2, (rows, classes)).astype("float32")
    indices = random.integers(0, classes, rows).astype("int32")
    if case["labels"] == "index":
        return logits, indices
    labels = np.zeros((rows, classes), "float32")
    labels[np.arange(rows), indices] = 1
    return logits, labels


def time_calls(call, seconds):
    """As timeCalls in bench/_rounds.ts."""
    calls, batch, start = 0, 1, time.perf_counter()
    while True:
        for _ in range(batch):
            call()
        calls += batch
        elapsed = time.perf_counter() - start
        if elapsed >= seconds:
            return {"secondsPerCall": elapsed / calls, "elapsedSeconds": elapsed}
        batch = max(1, min(2 * batch, int((seconds - elapsed) * calls / elapsed) + 1))


def encode(array):
    return base64.b64encode(array.astype("<f4").tobytes()).decode()


def main():
    try:
        library = {"torch": Torch, "jax": Jax}[sys.argv[1]]()
    except ImportError as error:
        return say({"error": str(error)})
    say({"version": library.version})
    np = library.np

    latest = (None, None)  # one call's inputs at a time: 256x32000 takes 64 MB
    for line in sys.stdin:
        question = json.loads(line)
        case, rows, classes = question["case"], question["rows"], question["classes"]
        if question["ask"] == "time":
            key = json.dumps([case, rows, classes, question["gradient"]], sort_keys=True)
            if latest[0] != key:
                latest = (None, None)
                latest = (key, library.call(case, *speed_inputs(np, case, rows, classes), question["gradient"]))
            say(time_calls(latest[1], question["seconds"]))
            continue
        logits = np.frombuffer(base64.b64decode(question["logits"]), "<f4").reshape(rows, classes).copy()
        index = case["labels"] == "index"
        labels = np.frombuffer(base64.b64decode(question["labels"]), "<i4" if index else "<f4").copy()
        try:
            loss, gradient = library.values(case, logits, labels if index else labels.reshape(rows, classes))
            say({"loss": encode(loss), "gradient": encode(gradient)})
        except Unsupported:
            say({"unsupported": True})


def say(answer):
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
