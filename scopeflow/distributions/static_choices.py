"""Logic and choices on shapes that are settled while the graph is built where the values are known then.

What is settled early still makes the constants that TensorFlow makes of it: names and op seeds after them depend on their number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE
from ..ops import array
from ..ops.elementwise import equal


def known_value(x: Any) -> Any:
    """The value of `x`, made a tensor if it is none; None where it is not known while the graph is built."""
    return constant_value(convert_to_tensor(x))


def are_equal(x: Any, y: Any) -> Tensor:
    """Whether two scalars are equal."""
    a, b = known_value(x), known_value(y)
    return equal(x, y) if a is None or b is None else array.constant(bool(np.array_equal(a, b)))


def negation(x: Tensor) -> Tensor:
    """Not x."""
    known = known_value(x)
    return TABLE["logical_not"](x) if known is None else array.constant(not bool(known))


def conjunction(*conditions: Tensor) -> Tensor:
    """Whether all conditions hold: known as soon as one is known not to."""
    known = [known_value(c) for c in conditions]
    if any(k is not None and not k for k in known):
        return array.constant(False)
    if all(k is not None for k in known):
        return array.constant(True)
    return TABLE["logical_and"](*conditions) if len(conditions) == 2 else TABLE["reduce_all"](list(conditions))


def length_of(shape: Tensor) -> Tensor:
    """The number of dimensions that a vector of sizes tells of."""
    size = shape.shape.with_rank(1)[0].value
    return array.shape(shape)[0] if size is None else array.constant(size)


def joined(*vectors: Any) -> Tensor:
    """Vectors one after the other."""
    known = [known_value(v) for v in vectors]
    if any(k is None for k in known):
        return array.concat(list(vectors), 0)
    return array.constant([int(size) for vector in known for size in vector], dtype="int32")


def chosen_scalar(condition: Tensor, if_true: Any, if_false: Any) -> Any:
    """One of two scalars."""
    known = known_value(condition)
    return TABLE["where_v2"](condition, if_true, if_false) if known is None else if_true if known else if_false


def chosen_vector(condition: Any, if_true: Any, if_false: Any, name: str = "pick_vector") -> Any:
    """One of two vectors, which may differ in length."""
    with name_scope(name, values=[condition, if_true, if_false]):
        condition = convert_to_tensor(condition, name="cond")
        known = constant_value(condition)
        if known is not None:
            return if_true if known else if_false
        if_true, if_false = convert_to_tensor(if_true, name="true_vector"), convert_to_tensor(if_false, name="false_vector")
        size = array.shape(if_true)[0]
        both = array.concat([if_true, if_false], 0)
        return array.slice_(both, [TABLE["where_v2"](condition, 0, size)], [TABLE["where"](condition, size, -1)])
