"""zero_initializer: an op that gives an uninitialized variable zeros, without a copy of them in the graph."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ...graph import errors
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...lower.state import variable_op
from ...op import shapes
from ...op.declare import _REQUIRED, op
from ...ops.state import handle_data

_TYPES = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"


def _zeros(value: Any, dims: Any, dtype: Any) -> Any:
    if value is not None:
        raise errors.InvalidArgumentError(None, None, "input is already initialized")
    return jnp.zeros(dims, dtype.np_dtype)


@op("ZeroInitializer", "ref: &T -> output_ref: &T", T=_TYPES, writes="ref", uninitialized_ok="ref", shape=shapes.unchanged)
def _zero_reference(ref, *, T, known=None):
    """Zeros of the shape and type of a reference variable."""
    return _zeros(ref, known, T)


@_zero_reference.dynamic
def _declared_dims(node: Operation) -> Dims:
    holder = variable_op(node.inputs[0])
    return None if holder is None else holder.outputs[0]._dims


@op(
    "ZeroVarInitializer",
    "var: resource -> output_var: resource",
    attrs={"dtype": ("dtype", _REQUIRED), "shape": ("shape", _REQUIRED)},
    writes="var",
    uninitialized_ok="var",
    shape=shapes.scalar,
)
def _zero_resource(var, *, dtype, shape):
    """Zeros of the shape and type of a resource variable."""
    # the second is the handle that comes out: whoever uses it looks up the variable by the node, not by this value
    return _zeros(var, shape.as_list(), dtype), np.zeros((), np.bool_)


@public("contrib.framework.zero_initializer", "contrib.slim.zero_initializer")
def zero_initializer(ref: Any, use_locking: bool = True, name: str = "zero_initializer") -> Tensor:
    """The op that sets a variable to zeros. It fails, when run, if the variable has a value already.

    Args:
      ref: a variable.
      use_locking: of no effect.
      name: the op's name.
    """
    if getattr(ref, "handle", None) is not None:
        dtype, dims = handle_data(ref.handle)
        return _zero_resource(ref.handle, dtype=dtype, shape=dims, name=name)
    return _zero_reference(getattr(ref, "_ref", lambda: ref)(), name=name)
