"""Initializing variables, and finding out which are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..graph.conversion import constant, to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops import state
from ..ops.flow import group, no_op
from .listing import global_variables, local_variables


@public("initializers.variables", "variables_initializer")
def variables_initializer(var_list: Sequence[Any] | None, name: str = "init") -> Operation:
    """An op that initializes the variables `var_list`."""
    return group(*[v.initializer for v in var_list or ()], name=name)


@public("initialize_variables")
def initialize_variables(var_list: Sequence[Any] | None, name: str = "init") -> Operation:
    """The old name of `variables_initializer`."""
    return variables_initializer(var_list, name=name)


@public("initializers.global_variables", "global_variables_initializer")
def global_variables_initializer() -> Operation:
    """An op that initializes all global variables made so far."""
    return variables_initializer(global_variables())


@public("initialize_all_variables")
def initialize_all_variables() -> Operation:
    """The old name of `global_variables_initializer`."""
    return global_variables_initializer()


@public("initializers.local_variables", "local_variables_initializer")
def local_variables_initializer() -> Operation:
    """An op that initializes all local variables made so far."""
    return variables_initializer(local_variables())


@public("initializers.tables_initializer", "tables_initializer", "initialize_all_tables")
def tables_initializer(name: str = "init_all_tables") -> Operation:
    """An op that runs the initializers of the default graph's lookup tables."""
    initializers = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
    return group(*initializers, name=name) if initializers else no_op(name=name)


@public("initialize_local_variables")
def initialize_local_variables() -> Operation:
    """The old name of `local_variables_initializer`."""
    return local_variables_initializer()


@public("is_variable_initialized")
def is_variable_initialized(variable: Any) -> Tensor:
    """A bool tensor: whether `variable` has a value."""
    if variable.dtype.is_ref:
        return state.is_variable_initialized(variable)
    return variable.is_initialized()


@public("assert_variables_initialized")
def assert_variables_initialized(var_list: Sequence[Any] | None = None) -> Tensor | None:
    """A tensor whose evaluation raises FailedPreconditionError if a variable (of all, if None) has no value."""
    from ..ops.packing import stack
    from ..ops.shaping import rank_op

    if var_list is None:
        var_list = global_variables() + local_variables()
    if not var_list:
        var_list = [v for v in get_default_graph().get_operations() if v.type in ("Variable", "VariableV2", "AutoReloadVariable")]
    if not var_list:
        return None
    ranks = []
    for v in var_list:
        graph = get_default_graph()
        with graph.colocate_with(v.op), graph.name_scope("Rank") as scope:
            # Not the static rank: reading it must need the value. A resource variable is read twice, as in the reference.
            to_tensor(v)
            ranks.append(rank_op(v, name=scope))
    return ranks[0] if len(ranks) == 1 else stack(ranks)


@public("report_uninitialized_variables")
def report_uninitialized_variables(var_list: Sequence[Any] | None = None, name: str = "report_uninitialized_variables") -> Tensor:
    """A string tensor [n]: the names of the variables (of all global and local ones, if None) that have no value."""
    from ..ops import elementwise
    from ..ops.gathering import boolean_mask
    from ..ops.packing import stack

    graph = get_default_graph()
    if var_list is None:
        var_list = global_variables() + local_variables()
        if not var_list:
            var_list = [op.outputs[0] for op in graph.get_operations() if op.type in ("Variable", "VariableV2", "AutoReloadVariable")]
    with graph.name_scope(name):
        flags = [is_variable_initialized(v) for v in var_list]
        with graph.device("/cpu:0"):
            if not flags:
                return constant(np.array([], object), dtype="string")
            missing = elementwise.logical_not(stack(flags))
            names = constant([v.op.name for v in var_list])
            return boolean_mask(names, missing)
