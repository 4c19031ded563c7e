"""Stacking tensors: the Pack op, `tf.stack`, and lists that contain tensors as arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..graph import errors
from ..graph.conversion import constant, convert_to_tensor, register_tensor_conversion_function
from ..graph.default_graph import name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dims
from ..op.declare import ShapeError, op
from ..op.namespace import xp
from ..op.shapes import merge


@op("Pack", "values: N*T -> output: T")
def pack(values, *, axis: int = 0):
    """The tensors `values`, of one shape, as one tensor with a new dimension `axis`."""
    for i, v in enumerate(values):
        if v.shape != values[0].shape:
            shapes = [f"[{','.join(map(str, s))}]" for s in (values[0].shape, v.shape)]
            raise errors.InvalidArgumentError(
                None, None, f"Shapes of all inputs must match: values[0].shape = {shapes[0]} != values[{i}].shape = {shapes[1]}"
            )
    return xp(*values).stack(values, axis=axis)


@pack.shape
def _pack_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    n = len(inputs)
    dims = inputs[-1]._dims
    for i in range(n - 2, -1, -1):
        try:
            dims = merge(inputs[i]._dims, dims)
        except ShapeError as error:
            raise ShapeError(f"{error}\n\tFrom merging shape {i} with other shapes.") from None
    if dims is None:
        return [None]
    axis = attrs["axis"]
    rank = len(dims) + 1
    if not -rank <= axis < rank:
        raise ShapeError(f"Invalid axis: {axis}; must be in [{-rank},{rank})")
    axis %= rank
    return [dims[:axis] + (n,) + dims[axis:]]


@public("stack")
def stack(values: Any, axis: int = 0, name: str = "stack") -> Tensor:
    """Tensors of one shape and type as one tensor with a new dimension `axis`.

    Raises:
      ValueError: `axis` is outside [-(rank + 1), rank + 1).
    """
    if axis == 0:
        try:
            # Constants become one constant, lists of tensors a Pack.
            return convert_to_tensor(values, name=name)
        except (TypeError, ValueError):
            pass
    first = convert_to_tensor(values[0], name=name)
    if first._dims is not None:
        rank = len(first._dims) + 1
        if not -rank <= axis < rank:
            raise ValueError(f"axis = {axis} not in [{-rank}, {rank})")
    return pack(values, axis=axis, name=name)


# -- lists as arguments ----------------------------------------------------------
_PLAIN = frozenset((int, float, str, bool, bytes, complex))


def is_tensor_like(value: Any) -> bool:
    """True for a Tensor or a variable."""
    return isinstance(value, Tensor) or hasattr(type(value), "_as_graph_element")


def _dtype_in(values: Sequence[Any]) -> DType | None:
    """The type of the first tensor in a nested list, or None if there is none."""
    for v in values:
        kind = type(v)
        if kind in _PLAIN:
            continue
        if kind is list or kind is tuple or isinstance(v, (list, tuple)):
            found = _dtype_in(v)
            if found is not None:
                return found
        elif is_tensor_like(v):
            return v.dtype.base_dtype
    return None


def _cast_nested(values: Sequence[Any], dtype: DType) -> list[Any]:
    out = []
    for v in values:
        if is_tensor_like(v):
            out.append(v if v.dtype.base_dtype is dtype.base_dtype else TABLE["cast"](v, dtype))
        elif isinstance(v, (list, tuple)):
            out.append(_cast_nested(v, dtype))
        else:
            out.append(v)
    return out


def _pack_nested(values: Sequence[Any], dtype: DType, name: str) -> Any:
    """A nested list as a Pack of Packs; a list without tensors stays one."""
    with name_scope(name) as scope:
        items: list[Any] = []
        must_pack = False
        for i, v in enumerate(values):
            if is_tensor_like(v):
                if v.dtype.base_dtype is not dtype:
                    raise TypeError(f"Cannot convert a list containing a tensor of dtype {v.dtype} to {dtype} (Tensor is: {v!r})")
                must_pack = True
            elif isinstance(v, (list, tuple)):
                v = _pack_nested(v, dtype, str(i))
                must_pack = must_pack or isinstance(v, Tensor)
            items.append(v)
        if not must_pack:
            return items
        tensors = [v if is_tensor_like(v) else constant(v, dtype=dtype, name=str(i)) for i, v in enumerate(items)]
        return pack(tensors, name=scope)


def _convert_list(value: Any, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    """The conversion of lists and tuples: only those that contain tensors are its concern."""
    inferred = _dtype_in(value)
    if inferred is None:
        return NotImplemented
    if dtype is None:
        dtype = inferred
    elif inferred is not dtype or len(value) > 1:
        dtype = as_dtype(dtype).base_dtype
        value = _cast_nested(value, dtype)
    return _pack_nested(value, dtype, "packed" if name is None else name)


register_tensor_conversion_function((list, tuple), _convert_list, 99)
