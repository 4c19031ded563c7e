"""Slots: variables that an optimizer keeps beside a variable, named after it."""

from __future__ import annotations

from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.public import public
from ..ops import array
from ..scopes import get_variable, get_variable_scope, variable_scope
from ..variables import RefVariable, ResourceVariable, SaveSliceInfo, Variable
from ..variables.initializers import Zeros


def _make(primary: Any, value: Any, shape: Any, dtype: Any, validate_shape: bool) -> Any:
    """The slot variable, in the variable scope that is open: its own name is empty."""
    scope = get_variable_scope()
    partitioner = scope.partitioner
    scope.set_partitioner(None)
    use_resource = True if isinstance(primary, ResourceVariable) else False if isinstance(primary, RefVariable) else None
    try:
        slot = get_variable(
            "",
            initializer=value,
            trainable=False,
            use_resource=use_resource,
            shape=shape if callable(value) else None,
            dtype=dtype,
            validate_shape=validate_shape,
        )
    finally:
        scope.set_partitioner(partitioner)
    info = getattr(primary, "_save_slice_info", None)
    if isinstance(primary, Variable) and info is not None:
        own = slot.name[len(primary.op.name + "/") : -2]
        slot._set_save_slice_info(
            SaveSliceInfo(f"{info.full_name}/{own}", list(info.full_shape), list(info.var_offset), list(info.var_shape))
        )
    return slot


def _scope_name(primary: Any, name: str) -> str:
    own = primary._shared_name if isinstance(primary, Variable) else primary.op.name
    return f"{own}/{name}"


@public("contrib.slot_creator.create_slot")
def create_slot(primary: Any, val: Any, name: str, colocate_with_primary: bool = True) -> Any:
    """A variable beside `primary` that starts as `val`, named `<primary>/<name>`."""
    validate = val.get_shape().is_fully_defined()
    return _in_scope(primary, name, colocate_with_primary, val, None, None, validate)


@public("contrib.slot_creator.create_slot_with_initializer")
def create_slot_with_initializer(
    primary: Any, initializer: Any, shape: Any, dtype: Any, name: str, colocate_with_primary: bool = True
) -> Any:
    """A variable of `shape` and `dtype` beside `primary` that `initializer` starts, named `<primary>/<name>`."""
    return _in_scope(primary, name, colocate_with_primary, initializer, shape, dtype, shape.is_fully_defined())


def _in_scope(primary: Any, name: str, colocate: bool, value: Any, shape: Any, dtype: Any, validate: bool) -> Any:
    with variable_scope(None, _scope_name(primary, name)):
        if not colocate:
            return _make(primary, value, shape, dtype, validate)
        with get_default_graph().colocate_with(primary):
            return _make(primary, value, shape, dtype, validate)


@public("contrib.slot_creator.create_zeros_slot")
def create_zeros_slot(primary: Any, name: str, dtype: Any = None, colocate_with_primary: bool = True) -> Any:
    """A variable of zeros beside `primary`, named `<primary>/<name>`, of its type unless `dtype` is given."""
    dtype = primary.dtype.base_dtype if dtype is None else dtype
    shape = primary.get_shape()
    if shape.is_fully_defined():
        return create_slot_with_initializer(primary, Zeros(dtype), shape, dtype, name, colocate_with_primary)
    value = primary.initialized_value() if isinstance(primary, Variable) else primary
    return create_slot(primary, array.zeros(array.shape(value), dtype), name, colocate_with_primary)
