"""What the layers' arguments have in common: sizes, dimensions, collections, and the outputs that collections name."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ...graph import constant_value as constants
from ...graph.default_graph import add_to_collection, add_to_collections, get_collection, get_collection_ref
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...ops.control_flow import cond
from ...variables import Variable

_HERE = "contrib.layers.python.layers.utils."


def _published(*names: str) -> Callable[[Any], Any]:
    return public(*(prefix + name for name in names for prefix in ("contrib.slim.utils.", _HERE)))


@_published("NamedOutputs")
class NamedOutputs(NamedTuple):
    """An output and its name."""

    name: str
    outputs: Any


# -- outputs by name ------------------------------------------------------------------
def add_alias(tensor: Any, alias: str) -> None:
    """Notes another name for a tensor."""
    if alias.endswith("/"):
        alias = alias[:-1]
    if hasattr(tensor, "aliases"):
        tensor.aliases.append(alias)
    else:
        tensor.aliases = [alias]


@_published("collect_named_outputs")
def collect_named_outputs(collections: Any, alias: str, outputs: Any) -> Any:
    """Gives a tensor an alias and adds it to collections. Returns the tensor."""
    if collections:
        add_alias(outputs, alias)
        add_to_collections(collections, outputs)
    return outputs


@_published("append_tensor_alias")
def append_tensor_alias(tensor: Any, alias: str) -> Any:
    """Gives a tensor one more alias. Returns the tensor."""
    add_alias(tensor, alias)
    return tensor


@_published("get_tensor_aliases")
def get_tensor_aliases(tensor: Any) -> list[str]:
    """The aliases of a tensor; its name if it has none."""
    if hasattr(tensor, "aliases"):
        return tensor.aliases
    if tensor.name[-2:] == ":0":
        return [tensor.op.name]
    return [tensor.name]


@_published("gather_tensors_aliases")
def gather_tensors_aliases(tensors: Iterable[Any]) -> list[str]:
    """The aliases of several tensors, in a row."""
    return [alias for t in tensors for alias in get_tensor_aliases(t)]


@_published("convert_collection_to_dict")
def convert_collection_to_dict(collection: Any, clear_collection: bool = False) -> dict[str, Any]:
    """A collection's tensors by their aliases, in order; `clear_collection` empties the collection."""
    out = collections.OrderedDict((alias, t) for t in get_collection(collection) for alias in get_tensor_aliases(t))
    if clear_collection:
        get_collection_ref(collection).clear()
    return out


# -- conditions -----------------------------------------------------------------------
@_published("constant_value")
def constant_value(value_or_tensor_or_var: Any, dtype: Any = None) -> Any:
    """The Python or NumPy value of a value, tensor or variable; None if it is not known now.

    Raises:
      ValueError: `dtype` is given and is not the value's.
    """
    if value_or_tensor_or_var is None:
        raise ValueError("value_or_tensor_or_var cannot be None")
    value = value_or_tensor_or_var
    if isinstance(value, (Tensor, Variable)):
        if dtype and value.dtype != dtype:
            raise ValueError(f"It has the wrong type {value.dtype} instead of {dtype}")
        return None if isinstance(value, Variable) else constants.constant_value(value)
    if dtype and not isinstance(value, dtype):
        raise ValueError(f"It has the wrong type {type(value)} instead of {dtype}")
    return value


@_published("static_cond")
def static_cond(pred: Any, fn1: Callable[[], Any], fn2: Callable[[], Any]) -> Any:
    """`fn1()` or `fn2()`, as a Python value says. Raises TypeError if one of the two is no function."""
    if not callable(fn1):
        raise TypeError("fn1 must be callable.")
    if not callable(fn2):
        raise TypeError("fn2 must be callable.")
    return fn1() if pred else fn2()


@_published("smart_cond")
def smart_cond(pred: Any, fn1: Callable[[], Any], fn2: Callable[[], Any], name: str | None = None) -> Any:
    """`fn1()` or `fn2()`: as `pred` says if it is known now, else a `cond`."""
    known = constant_value(pred)
    return cond(pred, fn1, fn2, name=name) if known is None else static_cond(known, fn1, fn2)


# -- collections of variables ---------------------------------------------------------
@_published("get_variable_collections")
def get_variable_collections(variables_collections: Any, name: str) -> Any:
    """The collections for the variable `name`: those of a dict for it, or the same for all."""
    return variables_collections.get(name) if isinstance(variables_collections, dict) else variables_collections


def add_to_variable_collections(variable: Any, variables_collections: Any, name: str) -> None:
    """Adds a variable (each part of a partitioned one) to its collections."""
    for key in get_variable_collections(variables_collections, name) or []:
        for part in list(variable) if isinstance(getattr(variable, "_get_variable_list", None), Callable) else [variable]:
            add_to_collection(key, part)


# -- sizes ----------------------------------------------------------------------------
def _dimension(shape: TensorShape, at: int, min_rank: int) -> int:
    dims = shape.dims
    if dims is None:
        raise ValueError("dims of shape must be known but is None")
    if len(dims) < min_rank:
        raise ValueError(f"rank of shape must be at least {min_rank} not: {len(dims)}")
    value = dims[at].value
    if value is None:
        raise ValueError(f"dimension {at} of shape must be known but is None: {shape}")
    return value


@_published("channel_dimension")
def channel_dimension(shape: TensorShape, data_format: str, min_rank: int = 1) -> int:
    """The number of channels: the dimension at 1 for formats such as "NCHW", else the last.

    Raises:
      ValueError: it is not known, or there are fewer dimensions than `min_rank`.
    """
    return _dimension(shape, 1 if data_format.startswith("NC") else -1, min_rank)


@_published("last_dimension")
def last_dimension(shape: TensorShape, min_rank: int = 1) -> int:
    """The last dimension. Raises ValueError as `channel_dimension` does."""
    return _dimension(shape, -1, min_rank)


@_published("two_element_tuple")
def two_element_tuple(int_or_tuple: Any) -> tuple[Any, Any]:
    """A size for height and width from an int, a sequence of two or a shape of rank 2.

    Raises:
      ValueError: anything else.
    """
    given = int_or_tuple
    if isinstance(given, (list, tuple)) and len(given) == 2:
        return given[0], given[1]
    if isinstance(given, int):
        return int(given), int(given)
    if isinstance(given, TensorShape) and len(given) == 2:
        return given[0], given[1]
    raise ValueError("Must be an int, a list with 2 elements or a TensorShape of length 2")


@_published("n_positive_integers")
def n_positive_integers(n: int, value: Any) -> tuple[int, ...]:
    """`value`, an int or a sequence of `n`, as a tuple of `n` positive ints. Raises ValueError if it cannot be."""

    def positive(number: int) -> int:
        if number < 1:
            raise ValueError(f"expected positive integer, but received {number}")
        return number

    if not isinstance(n, int) or n < 1:
        raise ValueError("n must be a positive integer")
    if isinstance(value, int):
        return (positive(value),) * n
    try:
        count = len(value)
    except TypeError:
        raise ValueError(f"value must be either an integer or a sequence of {n} integers, but received {value}") from None
    if count != n:
        raise ValueError(f"Expected sequence of {n} positive integers, but received {value!r}")
    try:
        numbers = tuple(int(v) for v in value)
    except (TypeError, ValueError):
        raise ValueError(f"Expected sequence of {n} positive integers, but received {value!r}") from None
    return tuple(positive(v) for v in numbers)
