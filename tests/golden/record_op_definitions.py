"""Writes the definitions of all ops of TensorFlow 1.15.5 into scopeflow/graph/op_definitions.pb.gz, without their descriptions.

Runs on the reference interpreter only (Python 3.7):

    TF115/bin/python tests/golden/record_op_definitions.py
"""

from __future__ import annotations

import gzip
import importlib
import os
import pkgutil
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
warnings.simplefilter("ignore")

import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import op_def_pb2  # noqa: E402
from tensorflow.python import pywrap_tensorflow  # noqa: E402
from tensorflow.python.framework import test_ops  # noqa: E402

TARGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scopeflow", "graph", "op_definitions.pb.gz")


def load_contrib():
    """The parts of tf.contrib register their ops when they are imported."""
    for module in pkgutil.walk_packages(tf.contrib.__path__, "tensorflow.contrib.", onerror=lambda name: None):
        if "test" not in module.name:
            try:
                importlib.import_module(module.name.replace("tensorflow_core", "tensorflow"))
            except (Exception, SystemExit):
                continue


def definitions():
    """All definitions but those of TensorFlow's own tests, sorted by name; descriptions left out."""
    buffer = pywrap_tensorflow.TF_GetAllOpList()
    found = op_def_pb2.OpList.FromString(pywrap_tensorflow.TF_GetBuffer(buffer))
    out = op_def_pb2.OpList()
    for op in sorted(found.op, key=lambda o: o.name):
        if op.name in test_ops._op_def_lib._ops:
            continue
        for part in (op, *op.input_arg, *op.output_arg, *op.attr):
            part.description = ""
        op.summary = ""
        out.op.add().CopyFrom(op)
    return out


def main():
    """Writes the file; the same content gives the same bytes."""
    load_contrib()
    ops = definitions()
    with open(TARGET, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as f:
            f.write(ops.SerializeToString())
    print("%d ops, %d bytes" % (len(ops.op), os.path.getsize(TARGET)))


if __name__ == "__main__":
    main()
