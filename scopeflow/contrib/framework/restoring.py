"""Giving variables values from arrays and from checkpoints."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from tensorboard.compat.proto.saver_pb2 import SaverDef

from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...ops.creation import placeholder
from ...ops.flow import group
from ...train.checkpoint_reading import NewCheckpointReader
from ...train.saver import Saver
from .listing import get_variable_full_name, get_variables

log = logging.getLogger("tensorflow")


def _assignments(values: list[tuple[Any, Any]]) -> tuple[Operation, dict[Tensor, Any]]:
    """The op that assigns each variable its value through a placeholder, and what to feed."""
    feeds, ops = {}, []
    for var, value in values:
        fed = placeholder(var.dtype.base_dtype, shape=var.get_shape(), name="placeholder/" + var.op.name)
        ops.append(var.assign(fed))
        feeds[fed] = value.reshape(var.get_shape().as_list())
    return group(*ops), feeds


@public("contrib.framework.assign_from_values", "contrib.slim.assign_from_values")
def assign_from_values(var_names_to_values: Mapping[str, Any]) -> tuple[Operation, dict[Tensor, Any]]:
    """(op, feed_dict) that give variables the values of a dict from their names to arrays.

    Raises:
      ValueError: there is no variable of a name, or a value does not fit its shape.
    """
    found = []
    for name, value in var_names_to_values.items():
        candidates = {v.op.name: v for v in reversed(get_variables(name))}
        if not candidates:
            raise ValueError(f"Variable {name} wasn't found")
        if len(candidates) > 1 and name not in candidates:
            raise ValueError(f"Variable {name} doesn't uniquely identify a variable")
        found.append((candidates[name] if name in candidates else next(iter(candidates.values())), value))
    return _assignments(found)


@public("contrib.framework.assign_from_values_fn", "contrib.slim.assign_from_values_fn")
def assign_from_values_fn(var_names_to_values: Mapping[str, Any]) -> Callable[[Any], None]:
    """A function of a session that gives variables the values of a dict from their names to arrays; see `assign_from_values`."""
    assign_op, feed_dict = assign_from_values(var_names_to_values)

    def assign(session: Any) -> None:
        session.run(assign_op, feed_dict)

    return assign


def _wanted(var_list: Any) -> dict[str, list[Any]]:
    """Name in the checkpoint -> variables, of a list of variables or a dict from names to variables or lists of them."""
    found: dict[str, list[Any]] = {}
    if isinstance(var_list, (tuple, list)):
        for var in var_list:
            found.setdefault(get_variable_full_name(var), []).append(var)
    else:
        for name, var in var_list.items():
            found[name] = list(var) if isinstance(var, (tuple, list)) else [var]
    return found


@public("contrib.framework.assign_from_checkpoint", "contrib.slim.assign_from_checkpoint")
def assign_from_checkpoint(model_path: Any, var_list: Any, ignore_missing_vars: bool = False) -> tuple[Operation, dict[Tensor, Any]]:
    """(op, feed_dict) that give variables their values in a checkpoint.

    Args:
      model_path: the checkpoint's name.
      var_list: list of variables, or dict from names in the checkpoint to variables or lists of parts of one.
      ignore_missing_vars: leave out what the checkpoint lacks.

    Raises:
      ValueError: the checkpoint lacks a variable, or has another shape for it.
    """
    reader = NewCheckpointReader(os.fspath(model_path))
    values = []
    for name, parts in _wanted(var_list).items():
        if not reader.has_tensor(name):
            if not ignore_missing_vars:
                raise ValueError(f"Checkpoint is missing variable [{name}]")
            log.warning("Checkpoint is missing variable [%s]", name)
            continue
        stored = np.asarray(reader.get_tensor(name))
        for var in parts:
            info, value = var._save_slice_info, stored
            if info is not None:
                value = stored[tuple(slice(o, o + n) for o, n in zip(info.var_offset, info.var_shape))]
            shape = tuple(var.get_shape().as_list())
            if value.shape != shape:
                raise ValueError(f"Total size of new array must be unchanged for {name} lh_shape: [{value.shape}], rh_shape: [{shape}]")
            values.append((var, value))
    return _assignments(values)


@public("contrib.framework.assign_from_checkpoint_fn", "contrib.slim.assign_from_checkpoint_fn")
def assign_from_checkpoint_fn(
    model_path: Any, var_list: Any, ignore_missing_vars: bool = False, reshape_variables: bool = False
) -> Callable[[Any], None] | None:
    """A function of a session that gives variables their values in a checkpoint; None if there is none to give.

    Args:
      model_path: the checkpoint's name.
      var_list: list of variables, or dict from names in the checkpoint to variables.
      ignore_missing_vars: leave out what the checkpoint lacks.
      reshape_variables: a variable may have another shape than in the checkpoint, if it has as many elements.

    Raises:
      ValueError: `var_list` is empty.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = NewCheckpointReader(os.fspath(model_path))
        named = var_list if isinstance(var_list, dict) else {var.op.name: var for var in var_list}
        var_list = {name: var for name, var in named.items() if reader.has_tensor(name)}
        for name in named:
            if name not in var_list:
                log.warning("Variable %s missing in checkpoint %s", name, model_path)
    if not var_list:
        log.warning("No Variables to restore")
        return None
    saver = Saver(var_list, reshape=reshape_variables, write_version=SaverDef.V1)

    def restore(session: Any) -> None:
        saver.restore(session, model_path)

    return restore
