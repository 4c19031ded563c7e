"""Writes tests/golden/checkpoints: small checkpoints of every kind, by real TensorFlow 1.15.5. Runs on the reference interpreter only.

TF115/bin/python tests/golden/record_checkpoints.py
"""

from __future__ import annotations

import os
import shutil
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, FOLDER)

import checkpoint_values as values  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.python.ops import gen_io_ops as io  # noqa: E402

tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
OUT = os.path.join(FOLDER, "checkpoints")


def tensors():
    """(name, slice, tensor) of everything."""
    rows = [(name, "", tf.constant(v)) for name, v in values.PLAIN.items()]
    rows += [(name, "", tf.constant(v, tf.string if v.dtype == object else None)) for name, v in values.SHAPES.items()]
    rows.append(("bfloat16", "", tf.cast(values.BFLOAT16, tf.bfloat16)))
    rows += [(name, "", tf.bitcast(tf.constant(v), getattr(tf, name))) for name, v in values.QUANTIZED.items()]
    return rows


def slices():
    """(name, slice, tensor) of the tensors in slices."""
    dims = " ".join(map(str, values.WHOLE.shape))
    return [
        (name, "%s %s" % (dims, spec), tf.constant(values.cut(values.WHOLE, spec)))
        for name, specs in values.SLICES.items()
        for spec in specs
    ]


def run(op):
    """Runs an op."""
    with tf.compat.v1.Session() as session:
        session.run(op)


def save(path, rows, op=io.save_v2):
    """Writes one file."""
    names, specs, data = zip(*rows)
    run(op(path, list(names), list(specs), list(data)))


def main():
    """Writes all of them."""
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    save(os.path.join(OUT, "types"), tensors())
    save(os.path.join(OUT, "slices"), slices())
    several = slices() + tensors()
    parts = [os.path.join(OUT, "temp", "part-0000%d-of-00003" % i) for i in range(3)]
    for i, part in enumerate(parts):
        save(part, several[i::3])
    run(io.merge_v2_checkpoints(parts, os.path.join(OUT, "shards")))
    old = [r for r in tensors() if r[0] not in values.NOT_IN_OLD] + slices()
    save(os.path.join(OUT, "old"), old, io.save_slices)
    for i in range(2):
        save(os.path.join(OUT, "oldshards-0000%d-of-00002" % i), old[i::2], io.save_slices)
    # for tf.train.init_from_checkpoint
    model = {"a": [1.0, 2.0, 3.0], "s/b": [1, 2], "s/c": [1.0, 2.0], "s/t/b": [5.0, 6.0]}
    rows = [(name, "", tf.constant(v)) for name, v in sorted(model.items())]
    rows += [("p/w", "4 2 %d,2:0,2" % i, tf.ones([2, 2]) * i) for i in (0, 2)]
    save(os.path.join(OUT, "model.ckpt"), rows)
    with open(os.path.join(OUT, "checkpoint"), "w") as f:
        f.write('model_checkpoint_path: "model.ckpt"\n')
    # what tf.train.Checkpoint writes: keys of objects, and the names of variables beside
    with tf.Graph().as_default():
        with tf.compat.v1.variable_scope("net"):
            kernel = tf.compat.v1.get_variable("kernel", initializer=[1.0, 2.0], use_resource=True)
            bias = tf.compat.v1.get_variable("bias", initializer=[3.0], use_resource=True)
        objects = tf.train.Checkpoint(k=kernel, b=bias)
        with tf.compat.v1.Session() as session:
            session.run([kernel.initializer, bias.initializer, objects.save_counter.initializer])
            objects.write(os.path.join(OUT, "objects"), session)
    # an index of several blocks: 262144 bytes make one
    many = [("a/long/scope/name/%05d/%s" % (i, "x" * 100), "", tf.constant(np.float32(i))) for i in range(2500)]
    save(os.path.join(OUT, "blocks"), many)
    os.remove(os.path.join(OUT, "blocks.data-00000-of-00001"))
    for name in sorted(os.listdir(OUT)):
        print(name, os.path.getsize(os.path.join(OUT, name)))


if __name__ == "__main__":
    main()
