"""Describes the nodes that a call makes, on any TensorFlow-like module: real TensorFlow 1.15 (Python 3.7) or scopeflow."""

from __future__ import annotations

import os
import re

import numpy as np

SETUP = """
n = tf.placeholder(tf.int32, [], name='n')
m = tf.placeholder(tf.int32, [], name='m')
s = tf.placeholder(tf.int32, [2], name='s')
u = tf.placeholder(tf.float32, name='u')
x = tf.placeholder(tf.float32, [4, 3], name='x')
y = tf.placeholder(tf.float32, [None, 3], name='y')
z = tf.placeholder(tf.float32, [None, 8, 8, 3], name='z')
i = tf.placeholder(tf.int32, [None], name='i')
l = tf.placeholder(tf.int64, [None], name='l')
b = tf.placeholder(tf.bool, [], name='b')
bs = tf.placeholder(tf.bool, [None], name='bs')
st = tf.placeholder(tf.string, [None], name='st')
"""
#: attributes that say what the program chose; types and counts show in inputs and outputs
_ATTRS = (
    "axis batch_dims begin_mask end_mask ellipsis_mask new_axis_mask shrink_axis_mask squeeze_dims mode block_size data_format "
    "summarize message template placeholder seq_dim batch_dim keep_dims ksizes strides rates padding adjoint_a adjoint_b concat_dim sorted"
).split()


def describe(tf, case):
    """The lines that tell what `case` (expressions separated by " ;; "; the last one is the result) makes in a graph.

    Nodes whose names contain the case's `skip` are left out.
    """
    here = os.getcwd()
    # files are named from this folder
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    try:
        # A sharded Saver's folder for parts has a name of its own each time.
        return [re.sub("_temp_[0-9a-f]{32}", "_temp_<uuid>", line) for line in _lines(tf, case)]
    finally:
        os.chdir(here)


def _lines(tf, case):
    lines = []
    graph = tf.Graph()
    with graph.as_default():
        names = {"tf": tf, "np": np}
        exec(SETUP, names)
        first = len(graph.get_operations())
        result, raised = None, None
        try:
            *before, last = case.split(" ;; ")
            for part in before:
                exec(part, names)
            result = eval(last, names)
        except Exception as error:
            raised = "raises %s: %s" % (type(error).__name__, str(error).split("\n")[0])
        if raised:
            # What was made before an error does not matter.
            return [raised]
        for op in graph.get_operations()[first:]:
            if "skip" in names and names["skip"] in op.name:
                continue
            inputs = [_short(t.name) for t in op.inputs] + sorted("^" + c.name for c in op.control_inputs)
            outputs = " ".join(t.dtype.name + _shape(t) for t in op.outputs)
            lines.append("%s %s(%s) -> %s%s" % (op.name, op.type, ", ".join(inputs), outputs, _details(tf, op)))
    return lines + ["= " + _result(result)]


def _short(name):
    return name[:-2] if name.endswith(":0") else name


def _shape(t):
    shape = t.get_shape()
    return "?" if shape.ndims is None else "[%s]" % ",".join("?" if d is None else str(d) for d in shape.as_list())


def _details(tf, op):
    if op.type == "Const":
        value = op.get_attr("value")
        if not isinstance(value, np.ndarray):
            value = tf.make_ndarray(value)
        if value.size > 24:
            return ""
        return " %r" % (value.astype(np.float32) if value.dtype.name == "bfloat16" else value).tolist()
    found = []
    for key in _ATTRS:
        if key in op.node_def.attr:
            value = op.get_attr(key)
            value = value.decode() if isinstance(value, bytes) else value
            value = [v.decode() if isinstance(v, bytes) else v for v in value] if isinstance(value, list) else value
            found.append("%s=%s" % (key, value))
    return " " + " ".join(found) if found else ""


def _result(value):
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_result(v) for v in value) + "]"
    if hasattr(value, "dense_shape"):
        return _result([value.indices, value.values, value.dense_shape])
    if hasattr(value, "dtype") and hasattr(value, "op"):
        return "%s %s%s" % (_short(value.name), value.dtype.name, _shape(value))
    if hasattr(value, "ListFields"):
        return " ".join("%s=%s" % (field.name, content) for field, content in value.ListFields())
    return "^" + value.name if hasattr(value, "node_def") else str(value)
