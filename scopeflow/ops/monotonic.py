"""Whether a tensor's elements rise: is_non_decreasing, is_strictly_increasing."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from . import array
from .control_flow import cond
from .elementwise import less, less_equal
from .reduction import reduce_all


def _steps(x: Any) -> Tensor:
    """The differences between neighbours in `x`, in row-major order. Raises TypeError if `x` is not numeric."""
    x = array.reshape(x, [-1])
    base = x.dtype.base_dtype
    if not (base.is_floating or base.is_integer or base.is_complex or base.is_quantized):
        raise TypeError(f"Expected x to be numeric, instead found: {x}")
    is_short = less(array.size(x), 2)
    last = array.shape(x) - 1

    def none() -> Tensor:
        return convert_to_tensor([], dtype=base)

    def steps() -> Tensor:
        return array.strided_slice(x, [1], [1] + last) - array.strided_slice(x, [0], last)

    return cond(is_short, none, steps)


@public("math.is_non_decreasing", "debugging.is_non_decreasing", "is_non_decreasing")
def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """True if no element of `x`, in row-major order, is below the one before it. Raises TypeError if `x` is not numeric."""
    with name_scope(name, "is_non_decreasing", [x]):
        steps = _steps(x)
        return reduce_all(less_equal(convert_to_tensor(0, dtype=steps.dtype), steps))


@public("math.is_strictly_increasing", "debugging.is_strictly_increasing", "is_strictly_increasing")
def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """True if each element of `x`, in row-major order, is above the one before it. Raises TypeError if `x` is not numeric."""
    with name_scope(name, "is_strictly_increasing", [x]):
        steps = _steps(x)
        return reduce_all(less(convert_to_tensor(0, dtype=steps.dtype), steps))
