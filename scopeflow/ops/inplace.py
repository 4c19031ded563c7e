"""Rows of tensors changed "in place": here each function gives a new tensor, which XLA keeps in place where it can."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..op.declare import Op, op
from ..op.namespace import is_known
from ..op.shapes import unchanged
from .shaping import expand_dims, reshape


def _declare(op_type: str, method: str, doc: str) -> Op:
    def change(x, i, v):
        i = i.reshape(-1)
        if is_known(x, i, v):
            x = x.copy()
            {"set": lambda: x.__setitem__(i, v), "add": lambda: np.add.at(x, i, v), "subtract": lambda: np.subtract.at(x, i, v)}[method]()
            return x
        return getattr(jnp.asarray(x).at[i], method)(v)

    change.__name__, change.__doc__ = method, doc
    return op(op_type, "x: T, i: int32, v: T -> y: T", shape=unchanged)(change)


_update = _declare("InplaceUpdate", "set", "`x` with its rows `i` replaced by `v`.")
_add = _declare("InplaceAdd", "add", "`x` with `v` added to its rows `i`.")
_sub = _declare("InplaceSub", "subtract", "`x` with `v` subtracted from its rows `i`.")


def _rows(change: Op, x: Any, i: Any, v: Any) -> Tensor:
    """All of `x` if `i` is None, one row if it is a scalar, else the rows it lists."""
    x = convert_to_tensor(x)
    v = convert_to_tensor(v, x.dtype)
    if i is None:
        return reshape(change(reshape(x, [1, -1]), [0], reshape(v, [1, -1])), x.shape.as_list())
    i = convert_to_tensor(i)
    if i.shape.ndims == 0:
        return change(x, reshape(i, [1]), expand_dims(v, 0))
    return change(x, i, v)


_PATH = "python.ops.inplace_ops."


@public(_PATH + "alias_inplace_update", _PATH + "inplace_update")
def inplace_update(x: Any, i: Any, v: Any) -> Tensor:
    """`x` with its rows `i` (a number, several, or None for all) replaced by `v`."""
    return _rows(_update, x, i, v)


@public(_PATH + "alias_inplace_add", _PATH + "inplace_add")
def inplace_add(x: Any, i: Any, v: Any) -> Tensor:
    """`x` with `v` added to its rows `i`."""
    return _rows(_add, x, i, v)


@public(_PATH + "alias_inplace_sub", _PATH + "inplace_sub")
def inplace_sub(x: Any, i: Any, v: Any) -> Tensor:
    """`x` with `v` subtracted from its rows `i`."""
    return _rows(_sub, x, i, v)


@op("DeepCopy", "x: T -> y: T", stateful=True, shape=unchanged)
def deep_copy(x):
    """`x`."""
    return x


export(deep_copy, _PATH + "inplace_copy")
