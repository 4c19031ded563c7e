"""Records what the random ops of real TensorFlow 1.15.5 draw: tests/golden/random.npz. Runs on the reference interpreter (Python 3.7).

TF115/bin/python tests/golden/record_random.py

Each entry is named `op|type|more|...` and holds three consecutive runs of one op in one session; of large draws, the
sums of blocks of 1000 elements' bits. One thread, since the reference's multinomial depends on their number.
"""

from __future__ import annotations

import os
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
SEEDS = {"seed": 12345678901, "seed2": 98765432109876}
RUNS = 3
LARGE = 200001
FLOATS = ("float32", "float64", "float16", "bfloat16")


def bits_of(values):
    """Sums, modulo 2**64, of the bits of 1000 elements at a time."""
    flat = values.ravel()
    unsigned = flat.view({2: np.uint16, 4: np.uint32, 8: np.uint64}[flat.dtype.itemsize]).astype(np.uint64)
    padded = np.concatenate([unsigned, np.zeros(-len(unsigned) % 1000, np.uint64)])
    return padded.reshape(-1, 1000).sum(axis=1)


def entries():
    """(name, function that makes the tensor) of every entry."""
    ops = tf.raw_ops
    draws = {"uniform": ops.RandomUniform, "normal": ops.RandomStandardNormal, "truncated": ops.TruncatedNormal}
    for kind, make in draws.items():
        for dtype in FLOATS:
            for n in (1, 7, 150):
                yield (kind, dtype, n), lambda make=make, dtype=dtype, n=n: make(shape=[n], dtype=dtype, **SEEDS)
    yield ("uniform", "float32", LARGE), lambda: ops.RandomUniform(shape=[LARGE], dtype="float32", **SEEDS)
    for dtype in ("int32", "int64"):
        for n in (1, 7, 40):
            yield (
                ("integers", dtype, n),
                lambda dtype=dtype, n=n: ops.RandomUniformInt(
                    shape=[n], minval=np.array(-3, dtype), maxval=np.array(2**30 + 7, dtype), **SEEDS
                ),
            )
    wide = np.array([-(2**31), 2**31 - 1], np.int32)
    yield ("integers", "int32", "wide"), lambda: ops.RandomUniformInt(shape=[9], minval=wide[0], maxval=wide[1], **SEEDS)
    for n in (1, 2, 5, 100):
        yield ("shuffle", "int32", n), lambda n=n: ops.RandomShuffle(value=np.arange(n, dtype=np.int32), **SEEDS)
    for dtype in FLOATS[:3]:
        for batch, classes, n in ((1, 3, 1), (1, 3, 5), (3, 5, 4), (2, 50, 9)):
            logits = np.random.RandomState(classes).randn(batch, classes).astype(dtype)
            yield (
                ("categorical", dtype, batch, classes, n),
                lambda logits=logits, n=n: ops.Multinomial(logits=logits, num_samples=n, **SEEDS),
            )
        for n in (1, 30):
            alpha = np.array([0.2, 1.0, 7.5], dtype)
            yield ("gamma", dtype, n), lambda n=n, alpha=alpha: ops.RandomGamma(shape=[n], alpha=alpha, **SEEDS)
    for dtype in ("float32", "float16", "int32", "int64"):
        rate = np.array([0.2, 10.0, 75.0, -1.0], np.float32)
        yield ("poisson", dtype, 30), lambda dtype=dtype, rate=rate: ops.RandomPoissonV2(shape=[30], rate=rate, dtype=dtype, **SEEDS)
    for seed in ((0, 0), (2**31 - 5, -7)):
        for kind, make in (
            ("uniform", ops.StatelessRandomUniform),
            ("normal", ops.StatelessRandomNormal),
            ("truncated", ops.StatelessTruncatedNormal),
        ):
            for dtype in FLOATS[:3]:
                yield (
                    ("stateless " + kind, dtype, 9) + seed,
                    lambda make=make, dtype=dtype, seed=seed: make(shape=[9], seed=np.array(seed), dtype=dtype),
                )


def main():
    """Writes the file."""
    out = {}
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    for name, make in entries():
        with tf.Graph().as_default() as graph:
            tensor = make()
            if tensor.dtype == tf.bfloat16:
                tensor = tf.cast(tensor, tf.float32)
            with tf.Session(graph=graph, config=config) as session:
                runs = [session.run(tensor) for _ in range(1 if name[0].startswith("stateless") else RUNS)]
        if name[-1] == LARGE:
            runs = [bits_of(r) for r in runs]
        out["|".join(map(str, name))] = np.stack(runs)
    np.savez_compressed(os.path.join(os.path.dirname(os.path.abspath(__file__)), "random.npz"), **out)
    print(len(out), "entries")


if __name__ == "__main__":
    main()
