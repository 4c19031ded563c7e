"""Variables as ops: the nodes that hold, read and change state. `variables/` builds the Python variables on them.

A kernel gets the current value of a variable in the place of its reference or handle; an op with `writes` returns the
new value, followed by its outputs that are not references.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..graph import dtypes, errors
from ..graph.dtypes import DType
from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims, TensorShape
from ..lower.state import variable_op
from ..op import shapes
from ..op.checks import changes_rows, check, is_row
from ..op.declare import _REQUIRED, ShapeError, op
from ..op.namespace import is_known

_HOLDER = {"shape": ("shape", _REQUIRED), "container": ("str", ""), "shared_name": ("str", "")}
_NUMBER = "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64"
_ORDERED = "half bfloat16 float double int32 int64"
_INDEX = "int32 int64"


# -- the nodes that hold state --------------------------------------------------------
variable_v2 = op("VariableV2", " -> ref: &dtype", attrs=_HOLDER, variable=True, stateful=True, shape=shapes.from_attr)(None)
variable_v1 = op("Variable", " -> ref: &dtype", attrs=_HOLDER, variable=True, stateful=True, shape=shapes.from_attr)(None)
var_handle_op = op("VarHandleOp", " -> resource: resource", attrs=_HOLDER, dtype="", variable=True, stateful=True, shape=shapes.scalar)(
    None
)


def handle_data(handle: Tensor) -> tuple[DType | None, Dims]:
    """The (element type, static shape) of the variable that a resource handle refers to; (None, None) if unknown."""
    while True:
        found = handle.__dict__.get("_handle_data")
        if found is not None:
            return found
        source = handle.op
        if source.type == "VarHandleOp":
            shape = source.attrs["shape"]
            return source.attrs["dtype"], shape._dims if isinstance(shape, TensorShape) else TensorShape(shape)._dims
        if not source.inputs or source.inputs[0].dtype is not dtypes.resource:
            return None, None
        handle = source.inputs[0]


def _held(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    """The shape of the variable behind the handle that is the first input."""
    return [handle_data(inputs[0])[1]]


def _no_outputs(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return []


@op(
    "IsVariableInitialized",
    "ref: &dtype -> is_initialized: bool",
    reads="ref",
    uninitialized_ok="ref",
    differentiable=False,
    shape=shapes.scalar,
)
def is_variable_initialized(ref):
    """Whether a reference variable has a value."""
    return np.array(ref is not None)


@op(
    "VarIsInitializedOp",
    "resource: resource -> is_initialized: bool",
    reads="resource",
    uninitialized_ok="resource",
    differentiable=False,
    shape=shapes.scalar,
)
def var_is_initialized_op(resource):
    """Whether a resource variable has a value."""
    return np.array(resource is not None)


@op("ReadVariableOp", "resource: resource -> value: dtype", reads="resource", shape=_held)
def read_variable_op(resource):
    """The value of a resource variable."""
    return resource


@op("VariableShape", "input: resource -> output: out_type", out_type="int32 int64 = int32", reads="input", differentiable=False)
def variable_shape(input, *, out_type: dtypes.DType):
    """The shape of a resource variable's value."""
    return np.array(input.shape, out_type.np_dtype)


@variable_shape.shape
def _variable_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = handle_data(inputs[0])[1]
    return [(None,)] if dims is None else [(len(dims),)]


@op("DestroyResourceOp", "resource: resource -> ", writes="resource", uninitialized_ok="resource", shape=_no_outputs)
def destroy_resource_op(resource, *, ignore_lookup_error: bool = True):
    """Makes a resource variable uninitialized again."""
    if resource is None and not ignore_lookup_error:
        raise errors.NotFoundError(None, None, "Resource does not exist.")
    return


# -- assignment -----------------------------------------------------------------------
def _assigned(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    ref, value = inputs[0]._dims, inputs[1]._dims
    return [shapes.merge(ref, value) if attrs.get("validate_shape", True) else value]


def _require_same_size(ref: Any, value: Any) -> None:
    if ref.shape != value.shape:
        raise errors.InvalidArgumentError(None, None, "Parameters and update must be the same size")


def _require_same_shape(ref: Any, value: Any) -> None:
    if ref.shape != value.shape:
        have, given = shapes.bracket(ref.shape), shapes.bracket(value.shape)
        text = f"Cannot update variable with shape {have} using a Tensor with shape {given}, shapes must be equal."
        raise errors.InvalidArgumentError(None, None, text)


@op("Assign", "ref: &T, value: T -> output_ref: &T", writes="ref", uninitialized_ok="ref", shape=_assigned)
def assign(ref, value, *, validate_shape: bool = True, use_locking: bool = True, known=None):
    """Gives a reference variable a value."""
    if known is not None and None in known:
        raise errors.InvalidArgumentError(None, None, f"Shape {shapes.bracket(known)} is not fully defined")
    if validate_shape:
        have = () if ref is None else ref.shape
        if ref is None and known is not None:
            have = known
        if tuple(have) != value.shape:
            lhs, rhs = shapes.bracket(have), shapes.bracket(value.shape)
            raise errors.InvalidArgumentError(
                None, None, f"Assign requires shapes of both tensors to match. lhs shape= {lhs} rhs shape= {rhs}"
            )
    return value


@assign.dynamic
def _declared_shape(node: Any) -> Dims:
    """The shape the variable was made with; () if it was made without."""
    root = variable_op(node.inputs[0])
    dims = None if root is None else root.outputs[0]._dims
    return () if dims is None else dims


@op("AssignAdd", "ref: &T, value: T -> output_ref: &T", T=_NUMBER, writes="ref", shape=_assigned)
def assign_add(ref, value, *, use_locking: bool = False):
    """Adds to a reference variable."""
    _require_same_size(ref, value)
    return ref + value


@op("AssignSub", "ref: &T, value: T -> output_ref: &T", T=_NUMBER, writes="ref", shape=_assigned)
def assign_sub(ref, value, *, use_locking: bool = False):
    """Subtracts from a reference variable."""
    _require_same_size(ref, value)
    return ref - value


def _assigned_to_handle(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    shapes.merge(handle_data(inputs[0])[1], inputs[1]._dims)
    return []


@op("AssignVariableOp", "resource: resource, value: dtype -> ", writes="resource", uninitialized_ok="resource", shape=_assigned_to_handle)
def assign_variable_op(resource, value):
    """Gives a resource variable a value."""
    return value


@op("AssignAddVariableOp", "resource: resource, value: dtype -> ", writes="resource", shape=_assigned_to_handle)
def assign_add_variable_op(resource, value):
    """Adds to a resource variable."""
    _require_same_shape(resource, value)
    return resource + value


@op("AssignSubVariableOp", "resource: resource, value: dtype -> ", writes="resource", shape=_assigned_to_handle)
def assign_sub_variable_op(resource, value):
    """Subtracts from a resource variable."""
    _require_same_shape(resource, value)
    return resource - value


# -- counting -------------------------------------------------------------------------
def _count(value: Any, limit: int) -> tuple[Any, Any]:
    if value >= limit:
        raise errors.OutOfRangeError(None, None, f"Reached limit of {limit}")
    return value + value.dtype.type(1), value


@op("CountUpTo", "ref: &T -> output: T", T=_INDEX, writes="ref", host=True, differentiable=False, shape=shapes.scalar)
def count_up_to(ref, *, limit: int):
    """Adds one to a reference variable and gives the value before. Raises OutOfRangeError at the limit."""
    return _count(ref, limit)


@op(
    "ResourceCountUpTo",
    "resource: resource -> output: T",
    T=_INDEX,
    writes="resource",
    host=True,
    differentiable=False,
    shape=shapes.scalar,
)
def resource_count_up_to(resource, *, limit: int):
    """Adds one to a resource variable and gives the value before. Raises OutOfRangeError at the limit."""
    return _count(resource, limit)


# -- gathering ------------------------------------------------------------------------
def _gathered(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, indices, batch = shapes.at_least(handle_data(inputs[0])[1], 1), inputs[1]._dims, attrs["batch_dims"]
    if dims is None or indices is None:
        return [None]
    return [indices[:batch] + indices[batch:] + dims[batch + 1 :]]


def _check_rows(indices: Any, rows: int) -> None:
    ok = (indices >= 0) & (indices < rows)
    text = f"indices is not in [0, {rows})"
    if is_known(indices) and not np.all(ok):
        at = np.argwhere(~np.asarray(ok))[0]
        text = f"indices{shapes.bracket(tuple(at.tolist()))} = {np.asarray(indices)[tuple(at)]} is not in [0, {rows})"
    check(ok, text)


@op("ResourceGather", "resource: resource, indices: Tindices -> output: dtype", Tindices=_INDEX, reads="resource", shape=_gathered)
def resource_gather(resource, indices, *, batch_dims: int = 0, validate_indices: bool = True):
    """Rows of a resource variable: out[..., :] = resource[indices[...], :]."""
    _check_rows(indices, resource.shape[batch_dims])
    if resource.dtype == object:
        return resource[indices]
    table = jnp.asarray(resource)
    if not batch_dims:
        return jnp.take(table, indices, axis=0, mode="clip")
    at = jnp.clip(indices, 0, resource.shape[batch_dims] - 1)
    grid = jnp.meshgrid(*(jnp.arange(n) for n in indices.shape[:batch_dims]), indexing="ij")
    return table[tuple(g.reshape(g.shape + (1,) * (indices.ndim - batch_dims)) for g in grid) + (at,)]


@resource_gather.sparse_gradient
def _gather_rows(node: Any) -> tuple[int, int] | None:
    return (0, 1) if not node.attrs["batch_dims"] else None


def _gathered_nd(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, indices = handle_data(inputs[0])[1], shapes.at_least(inputs[1]._dims, 1)
    if dims is None or indices is None or indices[-1] is None:
        return [None]
    if indices[-1] > len(dims):
        raise ShapeError(
            f"indices.shape[-1] must be <= params.rank, but saw indices shape: {shapes.bracket(indices)} and params shape: "
            f"{shapes.bracket(dims)}"
        )
    return [indices[:-1] + dims[indices[-1] :]]


def _columns(indices: Any, shape: Sequence[int], what: str) -> tuple[Any, ...]:
    """Index arrays, one an indexed dimension, from indices [..., depth]; checks that they are in range of `what`."""
    depth = indices.shape[-1]
    if depth > len(shape):
        raise errors.InvalidArgumentError(None, None, f"indices of depth {depth} do not index into {what} {shapes.bracket(tuple(shape))}")
    columns = tuple(indices[..., i] for i in range(depth))
    ok: Any = True
    for column, size in zip(columns, shape):
        ok = ok & (column >= 0) & (column < size)
    text = f"indices do not index into {what} {shapes.bracket(tuple(shape))}"
    if is_known(indices) and not np.all(ok):
        at = tuple(np.argwhere(~np.asarray(ok))[0].tolist())
        row = np.asarray(indices)[at].tolist()
        text = f"indices{shapes.bracket(at)} = {row} does not index into {what} {shapes.bracket(tuple(shape))}"
    check(ok, text)
    return columns


@op("ResourceGatherNd", "resource: resource, indices: Tindices -> output: dtype", Tindices=_INDEX, reads="resource", shape=_gathered_nd)
def resource_gather_nd(resource, indices):
    """Slices of a resource variable: out[...] = resource[indices[..., 0], indices[..., 1], ...]."""
    columns = _columns(indices, resource.shape, "param shape")
    if resource.dtype == object:
        return resource[columns]
    return jnp.asarray(resource).at[columns].get(mode="clip")


# -- scattering -----------------------------------------------------------------------
def _scattered(ref: Dims, indices: Dims, updates: Dims) -> None:
    """Requires updates.shape = indices.shape + ref.shape[1:], or a scalar."""
    shapes.at_least(ref, 1)
    if ref is not None and indices is not None and updates:
        shapes.merge(updates, indices + ref[1:])


def _scatter_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _scattered(*(t._dims for t in inputs))
    return [inputs[0]._dims]


def _resource_scatter_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _scattered(handle_data(inputs[0])[1], inputs[1]._dims, inputs[2]._dims)
    return []


def _put(ref: Any, at: Any, updates: Any, how: str) -> Any:
    if ref.dtype == object:  # strings stay on the host, and can only be replaced
        out = ref.copy()
        out[at] = updates
        return out
    place = jnp.asarray(ref).at[at]
    updates = jnp.asarray(updates)
    if how == "sub":
        return place.add(-updates)
    if how == "div":
        return place.divide(updates).astype(ref.dtype)
    return getattr(place, {"update": "set", "mul": "multiply"}.get(how, how))(updates)


def _scatter_pair(how: str, types: str, use_locking: bool) -> tuple[Any, Any]:
    """The ref and the resource op that combine rows with updates by `how`."""
    suffix = how.capitalize()

    def rows(ref, indices, updates):
        if updates.shape and updates.shape != indices.shape + ref.shape[1:]:
            given, at, have = (shapes.bracket(a.shape) for a in (updates, indices, ref))
            text = "Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = [], got "
            raise errors.InvalidArgumentError(None, None, f"{text}updates.shape {given}, indices.shape {at}, params.shape {have}")
        if is_known(indices):
            _check_rows(indices, ref.shape[0])
        else:
            check(is_row(indices, ref.shape[0]), f"indices is not in [0, {ref.shape[0]})")
            changes_rows(0, indices, jnp.asarray(ref).at[indices].get(mode="fill", fill_value=0))
        return _put(ref, (indices,), updates, how)

    def by_reference(ref, indices, updates, *, use_locking: bool = use_locking):
        return rows(ref, indices, updates)

    def by_handle(resource, indices, updates):
        return rows(resource, indices, updates)

    by_reference.__name__, by_handle.__name__ = f"scatter_{how}", f"resource_scatter_{how}"
    by_reference.__doc__ = f"Rows of a reference variable, changed by `{how}` with updates [indices..., row...]."
    by_handle.__doc__ = f"Rows of a resource variable, changed by `{how}` with updates [indices..., row...]."
    ref = op(
        f"Scatter{suffix}",
        "ref: &T, indices: Tindices, updates: T -> output_ref: &T",
        T=types,
        Tindices=_INDEX,
        writes="ref",
        knows_padding=True,
        shape=_scatter_shape,
    )
    handle = op(
        f"ResourceScatter{suffix}",
        "resource: resource, indices: Tindices, updates: dtype -> ",
        dtype=types,
        Tindices=_INDEX,
        writes="resource",
        knows_padding=True,
        shape=_resource_scatter_shape,
    )
    return ref(by_reference), handle(by_handle)


scatter_update, resource_scatter_update = _scatter_pair("update", "", True)
scatter_add, resource_scatter_add = _scatter_pair("add", _NUMBER, False)
scatter_sub, resource_scatter_sub = _scatter_pair("sub", _NUMBER, False)
scatter_mul, resource_scatter_mul = _scatter_pair("mul", _NUMBER, False)
scatter_div, resource_scatter_div = _scatter_pair("div", _NUMBER, False)
scatter_min, resource_scatter_min = _scatter_pair("min", _ORDERED, False)
scatter_max, resource_scatter_max = _scatter_pair("max", _ORDERED, False)


def _scattered_nd(ref: Dims, indices: Dims, updates: Dims) -> None:
    """Requires updates.shape = indices.shape[:-1] + ref.shape[depth:]."""
    if ref is None or indices is None or updates is None or not indices or indices[-1] is None:
        return
    depth = indices[-1]
    outer = len(indices) - 1
    text = (
        f"updates ({shapes.bracket(updates)}) must be indices.shape[:-1] + shape[indices.shape[-1]:], for indices "
        f"{shapes.bracket(indices)} into {shapes.bracket(ref)}"
    )
    if depth > len(ref):
        return  # found when it runs
    if len(updates) != outer + len(ref) - depth:
        raise ShapeError(text)
    shapes.merge(updates, indices[:-1] + ref[depth:])


def _scatter_nd_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _scattered_nd(*(t._dims for t in inputs))
    return [inputs[0]._dims]


def _resource_scatter_nd_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    _scattered_nd(handle_data(inputs[0])[1], inputs[1]._dims, inputs[2]._dims)
    return []


def _scatter_nd_pair(how: str, types: str, use_locking: bool) -> tuple[Any, Any]:
    suffix = how.capitalize()

    def by_reference(ref, indices, updates, *, use_locking: bool = use_locking):
        return _put(ref, _columns(indices, ref.shape, "shape"), updates, how)

    def by_handle(ref, indices, updates, *, use_locking: bool = True):
        return _put(ref, _columns(indices, ref.shape, "shape"), updates, how)

    by_reference.__name__, by_handle.__name__ = f"scatter_nd_{how}", f"resource_scatter_nd_{how}"
    by_reference.__doc__ = f"Slices of a reference variable at indices [..., depth], changed by `{how}`."
    by_handle.__doc__ = f"Slices of a resource variable at indices [..., depth], changed by `{how}`."
    ref = op(
        f"ScatterNd{suffix}",
        "ref: &T, indices: Tindices, updates: T -> output_ref: &T",
        T=types,
        Tindices=_INDEX,
        writes="ref",
        shape=_scatter_nd_shape,
    )
    handle = op(
        f"ResourceScatterNd{suffix}",
        "ref: resource, indices: Tindices, updates: T -> ",
        Tindices=_INDEX,
        writes="ref",
        shape=_resource_scatter_nd_shape,
    )
    return ref(by_reference), handle(by_handle)


scatter_nd_update, resource_scatter_nd_update = _scatter_nd_pair("update", "", True)
scatter_nd_add, resource_scatter_nd_add = _scatter_nd_pair("add", _NUMBER, False)
scatter_nd_sub, resource_scatter_nd_sub = _scatter_nd_pair("sub", _NUMBER, False)


# -- assigning to slices --------------------------------------------------------------
def slice_index(
    begin: Any, end: Any, strides: Any, begin_mask: int, end_mask: int, ellipsis_mask: int, new_axis_mask: int, shrink_axis_mask: int
) -> tuple[Any, ...]:
    """The Python index that a StridedSlice's inputs and masks spell."""
    index: list[Any] = []
    for i in range(len(begin)):
        bit = 1 << i
        if ellipsis_mask & bit:
            index.append(Ellipsis)
        elif new_axis_mask & bit:
            index.append(None)
        elif shrink_axis_mask & bit:
            index.append(int(begin[i]))
        else:
            index.append(slice(None if begin_mask & bit else int(begin[i]), None if end_mask & bit else int(end[i]), int(strides[i])))
    return tuple(index)


def _assign_slice(ref: Any, value: Any, index: tuple[Any, ...]) -> Any:
    if ref.dtype == object:
        out = ref.copy()
        out[index] = value
        return out
    return jnp.asarray(ref).at[index].set(value)


def _first_input(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [inputs[0]._dims]


@op("StridedSliceAssign", "ref: &T, begin: Index, end: Index, strides: Index, value: T -> output_ref: &T", Index=_INDEX, writes="ref",
    static="begin end strides", shape=_first_input)  # fmt: skip
def strided_slice_assign(
    ref,
    begin,
    end,
    strides,
    value,
    *,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
):
    """ref[begin:end:strides] = value for a reference variable."""
    return _assign_slice(ref, value, slice_index(begin, end, strides, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask))


@op("ResourceStridedSliceAssign", "ref: resource, begin: Index, end: Index, strides: Index, value: T -> ", Index=_INDEX, writes="ref",
    static="begin end strides", shape=_no_outputs)  # fmt: skip
def resource_strided_slice_assign(
    ref,
    begin,
    end,
    strides,
    value,
    *,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
):
    """ref[begin:end:strides] = value for a resource variable."""
    return _assign_slice(ref, value, slice_index(begin, end, strides, begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask))
