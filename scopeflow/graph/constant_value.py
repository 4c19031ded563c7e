"""What the graph alone says about a tensor's value (`tf.get_static_value`); op/fold.py asks the kernels as well."""

from __future__ import annotations

from typing import Any

import numpy as np

from .operation import Tensor
from .public import public
from .tensor_shape import TensorShape


@public("get_static_value", "contrib.util.constant_value")
def constant_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor that is a constant, or a shape, range, cast, pack or the like of known ones; else None.

    Constants that are used so can no longer be fed.
    """
    if not isinstance(tensor, Tensor):
        return None
    value = _value(tensor, partial)
    if value is not None:
        tensor.graph.prevent_feeding(tensor)
    return value


def _value(tensor: Tensor, partial: bool = False) -> Any:
    op = tensor.op
    kind = op.type
    if kind == "Const":
        return op.attrs["value"]
    if kind in ("Shape", "Size"):
        dims = op.inputs[0]._dims
        if dims is None or None in dims:
            return None
        np_type = op.outputs[0].dtype.np_dtype
        return np.array(dims if kind == "Shape" else int(np.prod(dims, dtype=np.int64)), np_type)
    if kind == "Rank":
        dims = op.inputs[0]._dims
        return None if dims is None else np.array(len(dims), np.int32)
    if kind not in ("Range", "Cast", "Concat", "ConcatV2", "Pack", "Fill", "Equal", "NotEqual"):
        return None
    if kind == "Pack" and partial:
        parts = [constant_value(t) for t in op.inputs]
        return np.array(parts, dtype=object)
    if kind == "Pack" and (op.attrs["axis"] != 0 or not op.inputs):
        return None
    if kind == "Fill":
        value, shape = constant_value(op.inputs[1]), tensor.shape
        if value is None or not shape.is_fully_defined():
            return None
        return np.full(shape.as_list(), value, value.dtype)
    values = [constant_value(t) for t in op.inputs]
    if any(v is None for v in values):
        return None
    if kind == "Range":
        return np.arange(*values, dtype=values[0].dtype)
    if kind == "Cast":
        return values[0].astype(op.attrs["DstT"].np_dtype)
    if kind == "Concat":
        return np.concatenate(values[1:], axis=int(values[0]))
    if kind == "ConcatV2":
        return np.concatenate(values[:-1], axis=int(values[-1]))
    if kind == "Pack":
        return np.array(values)
    return np.equal(*values) if kind == "Equal" else np.not_equal(*values)


def constant_value_as_shape(tensor: Tensor) -> TensorShape:
    """The TensorShape that a shape-valued tensor is known to describe, with unknown dimensions where it is not."""
    value = constant_value(tensor)
    if value is not None:
        return TensorShape([None if d < 0 else int(d) for d in value.tolist()])
    op = tensor.op
    if op.type == "Shape":
        return op.inputs[0].shape
    if op.type == "Pack":
        sizes = [constant_value(t) for t in op.inputs]
        return TensorShape([None if s is None or s < 0 else int(s) for s in sizes])
    if op.type == "ConcatV2":
        out = TensorShape([])
        for t in op.inputs[:-1]:
            out = out.concatenate(constant_value_as_shape(t))
        return out
    if op.type == "StridedSlice":
        begin, end, step = (constant_value(t) for t in op.inputs[1:])
        attrs = op.attrs
        plain = not (attrs["ellipsis_mask"] or attrs["new_axis_mask"] or attrs["shrink_axis_mask"])
        if plain and begin is not None and end is not None and step is not None and begin.size == 1:
            base = constant_value_as_shape(op.inputs[0])
            if base.ndims is not None:
                b = None if attrs["begin_mask"] & 1 else int(begin[0])
                e = None if attrs["end_mask"] & 1 else int(end[0])
                return TensorShape(base.as_list()[b : e : int(step[0])])
    dims = tensor._dims
    if dims is None or len(dims) != 1 or dims[0] is None:
        return TensorShape(None)
    return TensorShape([None] * dims[0])
