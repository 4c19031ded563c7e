"""tf.get_variable: finding or making a variable by its name in the variable scope."""

from __future__ import annotations

from typing import Any

from ..graph.default_graph import get_default_graph
from ..graph.graph import GraphKeys
from ..graph.public import public
from ..variables.modes import AUTO, NO_AGGREGATION
from .scope import scope_store
from .store import variable_store


@public("get_variable")
def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: Any = None,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: Any = None,
    custom_getter: Any = None,
    constraint: Any = None,
    synchronization: Any = AUTO,
    aggregation: Any = NO_AGGREGATION,
) -> Any:
    """The variable `name` of the current variable scope: made if it is new, shared if the scope's `reuse` says so.

    What is None comes from the variable scope. Name scopes play no part in the variable's name.

    Args:
      name: the variable's name within the scope.
      shape: required unless the initializer is a value.
      dtype: its type; float32 unless the scope says otherwise.
      initializer: a value, or a function of (shape, dtype[, partition_info]); Glorot uniform, or zeros, if None.
      regularizer: function of the new variable; its result goes to the regularization losses.
      trainable: whether it is listed as trainable.
      collections: where it is listed; global variables if None.
      caching_device: where its value is kept for reading.
      partitioner: function of shape and dtype that says into how many parts each axis is cut.
      validate_shape: False: the variable may take values of any shape.
      use_resource: whether to make a resource variable.
      custom_getter: called in place of this function, which it gets as its first argument.
      constraint: function of a new value, applied by optimizers.

    Raises:
      ValueError: the variable exists though `reuse` is off, or does not though it is on; or what is asked for differs from
        what exists.
    """
    graph = get_default_graph()
    return scope_store(graph).current_scope.get_variable(
        variable_store(graph), name, shape, dtype, initializer, regularizer, None, trainable, collections, caching_device, partitioner,
        validate_shape, use_resource, custom_getter, constraint, synchronization, aggregation,
    )  # fmt: skip


@public("get_local_variable")
def get_local_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: Any = False,
    collections: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: Any = None,
    custom_getter: Any = None,
    constraint: Any = None,
    synchronization: Any = AUTO,
    aggregation: Any = NO_AGGREGATION,
) -> Any:
    """`get_variable` for a variable that is local: not trainable, not saved, listed among the local variables.

    A list of `collections` gets the local variables' key appended.
    """
    if collections:
        collections += [GraphKeys.LOCAL_VARIABLES]
    else:
        collections = [GraphKeys.LOCAL_VARIABLES]
    return get_variable(
        name, shape, dtype, initializer, regularizer, False, collections, caching_device, partitioner, validate_shape, use_resource,
        custom_getter, constraint, synchronization, aggregation,
    )  # fmt: skip


@public("no_regularizer")
def no_regularizer(_: Any) -> None:
    """The regularizer that overrides a scope's with none."""
    return
