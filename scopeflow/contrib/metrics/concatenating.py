"""All values so far, in a variable that grows."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import control_dependencies
from ...graph.operation import Tensor
from ...graph.public import public
from ...metrics.accumulation import listed, metric_variable
from ...metrics.means import Metric
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import ceil, log, minimum
from ...ops.flow import no_op
from ...scopes import variable_scope
from ...variables.assignment import assign


@public("contrib.metrics.streaming_concat")
def streaming_concat(
    values: Any,
    axis: int = 0,
    max_size: int | None = None,
    metrics_collections: Any = None,
    updates_collections: Any = None,
    name: Any = None,
) -> Metric:
    """All values so far, concatenated along `axis`: (value, update).

    Args:
      max_size: how many are kept at most along `axis`: the first ones.

    Raises:
      ValueError: an unknown rank, another axis, or sizes not known but along `axis`.
    """
    with variable_scope(name, "streaming_concat", (values,)):
        values = convert_to_tensor(values)
        dims = values.get_shape()
        if dims.ndims is None:
            raise ValueError("`values` must have known statically known rank")
        ndim = dims.ndims
        if axis < 0:
            axis = ndim + axis
        if not 0 <= axis < ndim:
            raise ValueError(f"axis = {axis} not in [0, {ndim})")
        fixed = [d for i, d in enumerate(dims.as_list()) if i != axis]
        if any(d is None for d in fixed):
            raise ValueError("all dimensions of `values` other than the dimension to concatenate along must have statically known size")
        # The variable has the axis first.
        all_values = metric_variable([max_size or 0, *fixed], values.dtype, validate_shape=False, name="array")
        size = metric_variable([], dtypes.int32, name="size")
        others = [i for i in range(ndim) if i != axis]
        kept = all_values[:size]
        kept.set_shape([None, *fixed])
        back = [0 if i == axis else others.index(i) + 1 for i in range(ndim)]
        value = array.transpose(kept, back, name="concat")
        number = array.shape(values)[axis]
        if max_size is not None:
            number = minimum(number, max_size - size)
        batch = array.transpose(values, [axis, *others])[:number]
        new_size = size + number
        room = array.shape(all_values)[0]

        def grow() -> Any:
            zeros = array.zeros(array.stack([_with_room(new_size), *fixed]), dtype=values.dtype)
            old = all_values.value()
            with control_dependencies([old]):
                emptied = assign(all_values, zeros, validate_shape=False)
            with control_dependencies([emptied]):
                copied = all_values[:size].assign(old[:size])
            with control_dependencies([copied]):
                return no_op()

        with control_dependencies([cond(new_size > room, grow, no_op)]):
            appended = all_values[size:new_size].assign(batch)
        with control_dependencies([appended]):
            update = size.assign(new_size)
        return listed(metrics_collections, value), listed(updates_collections, update)


def _with_room(size: Tensor) -> Tensor:
    """The first power of 1.5, rounded up, that is at least `size`."""
    factor = 1.5
    exponent = ceil(log(cast(size, dtypes.float32)) / log(cast(factor, dtypes.float32)))
    return cast(ceil(factor**exponent), dtypes.int32)
