"""Assertions: about values, checked when they run (at once where they are constants), and about types and shapes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.composite import SparseTensor
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, public
from ..op.checks import check
from ..op.declare import OPS, op
from ..op.namespace import is_known
from .flow import no_op, with_dependencies
from .printing import summary
from .shaping import rank as rank_of
from .shaping import shape


@op("Assert", "condition: bool, data: *T -> ", stateful=True, shape=lambda inputs, attrs: [])
def assert_op(condition, data, *, summarize: int = 3):
    """Fails with the tensors `data` in its message unless `condition` is true."""
    if np.ndim(condition):
        raise errors.InvalidArgumentError(None, None, f"In[0] should be a scalar: [{','.join(map(str, np.shape(condition)))}]")
    shown = [summary(v, summarize) if is_known(v) else f"shape {list(np.shape(v))}" for v in data]
    check(condition, "assertion failed: " + " ".join(f"[{v}]" for v in shown))
    return ()


@public("debugging.Assert", "Assert")
def assert_(condition: Any, data: Sequence[Any], summarize: int | None = None, name: str | None = None) -> Operation:
    """An op that fails, with the tensors `data` in its message, unless `condition` is true.

    Args:
      summarize: how many elements of each tensor the message shows (3 if None).
    """
    summarize = 3 if summarize is None else summarize
    with name_scope(name, "Assert", [condition, data]):
        if not isinstance(data, (list, tuple)):
            raise TypeError("values must be a sequence.")
        values = [convert_to_tensor(v) for v in data]
        if not values:
            raise ValueError("Attr 'T' of 'Assert' Op passed list of length 0 less than minimum 1.")
        if all(v.dtype in (dtypes.string, dtypes.int32) for v in values):
            # Such data is on the host already: no branch keeps it from being moved there.
            return assert_op(condition, data, summarize=summarize, name="Assert")
        condition = convert_to_tensor(condition, name="Condition")
        guarded = TABLE["cond"](
            condition, no_op, lambda: assert_op(condition, data, summarize=summarize, name="Assert"), name="AssertGuard"
        )
        return guarded.op


# -- comparisons --------------------------------------------------------------------------------
def _named(what: str, t: Tensor) -> str:
    return f"{what} ({t.name}) = "


def _fail_if_known_false(condition: Any, data: Sequence[Any]) -> None:
    """Raises InvalidArgumentError if the condition, known now, does not hold."""
    if condition:
        return
    parts = []
    for v in data:
        if isinstance(v, Tensor):
            known = constant_value(v)
            v = v if known is None else known
        parts.append(str(v))
    raise errors.InvalidArgumentError(None, None, "\n".join(parts))


def _compare(
    sign: str,
    compare: Callable[..., Any],
    known: Callable[..., Any],
    x: Any,
    y: Any,
    data: Any,
    summarize: Any,
    message: Any,
    name: Any,
    default: str,
) -> Operation:
    with name_scope(name, default, [x, y, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y")
        if data is None:
            data = [f"Condition x {sign} y did not hold element-wise:", _named("x", x), x, _named("y", y), y]
        if message is not None:
            data = [message, *data]
        condition = TABLE["reduce_all"](compare(x, y))
        x_known, y_known = constant_value(x), constant_value(y)
        if x_known is not None and y_known is not None:
            _fail_if_known_false(np.all(known(x_known, y_known)), data)
        return assert_(condition, data, summarize=summarize)


@public("debugging.assert_equal", "assert_equal")
def assert_equal(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x == y` everywhere; InvalidArgumentError at once if both are constants."""
    with name_scope(name, "assert_equal", [x, y, data]):
        # Nothing to ask of one and the same object.
        if x is y:
            return no_op()
    return _compare("==", TABLE["equal"], np.equal, x, y, data, summarize, message, name, "assert_equal")


@public("debugging.assert_none_equal", "assert_none_equal")
def assert_none_equal(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x != y` everywhere; InvalidArgumentError at once if both are constants."""
    return _compare("!=", TABLE["not_equal"], np.not_equal, x, y, data, summarize, message, name, "assert_none_equal")


@public("debugging.assert_less", "assert_less")
def assert_less(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x < y` everywhere; InvalidArgumentError at once if both are constants."""
    return _compare("<", OPS["Less"], np.less, x, y, data, summarize, message, name, "assert_less")


@public("debugging.assert_less_equal", "assert_less_equal")
def assert_less_equal(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x <= y` everywhere; InvalidArgumentError at once if both are constants."""
    return _compare("<=", OPS["LessEqual"], np.less_equal, x, y, data, summarize, message, name, "assert_less_equal")


@public("debugging.assert_greater", "assert_greater")
def assert_greater(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x > y` everywhere; InvalidArgumentError at once if both are constants."""
    return _compare(">", OPS["Greater"], np.greater, x, y, data, summarize, message, name, "assert_greater")


@public("debugging.assert_greater_equal", "assert_greater_equal")
def assert_greater_equal(
    x: Any, y: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x >= y` everywhere; InvalidArgumentError at once if both are constants."""
    return _compare(">=", OPS["GreaterEqual"], np.greater_equal, x, y, data, summarize, message, name, "assert_greater_equal")


def _against_zero(
    compare: Any, swapped: bool, lines: Callable[[Tensor], list[Any]], x: Any, data: Any, summarize: Any, name: Any, default: str
) -> Operation:
    with name_scope(name, default, [x, data]):
        x = convert_to_tensor(x, name="x")
        if data is None:
            data = lines(x)
        zero = convert_to_tensor(0, dtype=x.dtype)
        return compare(zero, x, data=data, summarize=summarize) if swapped else compare(x, zero, data=data, summarize=summarize)


@public("debugging.assert_positive", "assert_positive")
def assert_positive(
    x: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x > 0` everywhere; InvalidArgumentError at once if it is constant."""
    lines = functools.partial(_lines, message or "", "Condition x > 0 did not hold element-wise:")
    return _against_zero(assert_less, True, lines, x, data, summarize, name, "assert_positive")


@public("debugging.assert_negative", "assert_negative")
def assert_negative(
    x: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x < 0` everywhere; InvalidArgumentError at once if it is constant."""
    lines = functools.partial(_lines, message or "", "Condition x < 0 did not hold element-wise:")
    return _against_zero(assert_less, False, lines, x, data, summarize, name, "assert_negative")


@public("debugging.assert_non_negative", "assert_non_negative")
def assert_non_negative(
    x: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x >= 0` everywhere; InvalidArgumentError at once if it is constant."""
    lines = functools.partial(_lines, message or "", "Condition x >= 0 did not hold element-wise:")
    return _against_zero(assert_less_equal, True, lines, x, data, summarize, name, "assert_non_negative")


@public("debugging.assert_non_positive", "assert_non_positive")
def assert_non_positive(
    x: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x <= 0` everywhere; InvalidArgumentError at once if it is constant."""

    def lines(x: Tensor) -> list[Any]:
        # The reference runs these two lines together.
        return [message or "", "Condition x <= 0 did not hold element-wise:" + _named("x", x), x]

    return _against_zero(assert_less_equal, False, lines, x, data, summarize, name, "assert_non_positive")


def _lines(message: str, condition: str, x: Tensor) -> list[Any]:
    return [message, condition, _named("x", x), x]


@public("debugging.assert_near", "assert_near")
def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An op that fails unless `|x - y| < atol + rtol * |y|` everywhere; both tolerances are 10 epsilons of the type if None."""
    with name_scope(name, "assert_near", [x, y, rtol, atol, data]):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y", dtype=x.dtype)
        own = x.dtype.as_numpy_dtype
        if rtol is None or atol is None:
            if not x.dtype.is_floating:
                raise ValueError(f"data type {own!r} not inexact")
            default = 10 * (0.0078125 if x.dtype is dtypes.bfloat16 else np.finfo(own).eps)
        rtol = convert_to_tensor(default if rtol is None else rtol, name="rtol", dtype=x.dtype)
        atol = convert_to_tensor(default if atol is None else atol, name="atol", dtype=x.dtype)
        if data is None:
            data = [
                message or "",
                f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}",
                _named("x", x),
                x,
                _named("y", y),
                y,
            ]
        tolerance = atol + rtol * OPS["Abs"](y)
        difference = OPS["Abs"](x - y)
        condition = TABLE["reduce_all"](OPS["Less"](difference, tolerance))
        return assert_(condition, data, summarize=summarize)


# -- ranks --------------------------------------------------------------------------------------
def _assert_rank(
    x: Tensor,
    ranks: Sequence[Tensor],
    holds: Callable[..., bool],
    node: Callable[[Tensor], Tensor],
    words: str,
    data: Any,
    summarize: Any,
    message: str,
) -> Operation:
    """The common part: `holds(static rank, *known ranks)`, `node(rank of x)` makes the condition."""
    if data is None:
        data = [message, f"Tensor {x.name} must have {words}", *ranks, "Received shape: ", shape(x)]
    for r in ranks:
        assert_type(r, dtypes.int32)
    known = [constant_value(r) for r in ranks]
    if all(k is not None for k in known):
        for k in known:
            if k.ndim:
                raise ValueError("Rank must be a scalar.")
        have = x.shape.ndims
        if have is not None:
            if not holds(have, *known):
                wanted: Any = tuple(known) if words.endswith("in") else int(known[0])
                raise ValueError(f"{message}.  Tensor {x.name} must have {words} {wanted}.  Received rank {have}, shape {x.shape}")
            return no_op(name="static_checks_determined_all_ok")
    condition = node(rank_of(x))
    for r, k in zip(ranks, known):
        if k is None:
            scalar_check = assert_rank(r, 0, data=["Rank must be a scalar. Received rank: ", r])
            condition = with_dependencies([scalar_check], condition)
    return assert_(condition, data, summarize=summarize)


@public("debugging.assert_rank", "assert_rank")
def assert_rank(
    x: Any, rank: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x` has `rank` dimensions; ValueError at once if that is known."""
    with name_scope(name, "assert_rank", [x, *(data or ())]):
        x = convert_to_tensor(x, name="x")
        rank = convert_to_tensor(rank, name="rank")
        equal = TABLE["equal"]
        return _assert_rank(x, [rank], lambda have, want: have == want, lambda r: equal(r, rank), "rank", data, summarize, message or "")


@public("debugging.assert_rank_at_least", "assert_rank_at_least")
def assert_rank_at_least(
    x: Any, rank: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless `x` has at least `rank` dimensions; ValueError at once if that is known."""
    with name_scope(name, "assert_rank_at_least", [x, *(data or ())]):
        x = convert_to_tensor(x, name="x")
        rank = convert_to_tensor(rank, name="rank")
        node = OPS["GreaterEqual"]
        return _assert_rank(
            x, [rank], lambda have, want: have >= want, lambda r: node(r, rank), "rank at least", data, summarize, message or ""
        )


@public("debugging.assert_rank_in", "assert_rank_in")
def assert_rank_in(
    x: Any, ranks: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless the number of `x`'s dimensions is one of `ranks`; ValueError at once if that is known."""
    with name_scope(name, "assert_rank_in", [x, *ranks, *(data or ())]):
        x = convert_to_tensor(x, name="x")
        ranks = [convert_to_tensor(r, name="rank") for r in ranks]
        equal = TABLE["equal"]
        return _assert_rank(
            x,
            ranks,
            lambda have, *want: have in [int(w) for w in want],
            lambda r: functools.reduce(OPS["LogicalOr"], [equal(w, r) for w in ranks]),
            "rank in",
            data,
            summarize,
            message or "",
        )


@public("debugging.assert_scalar", "assert_scalar", "contrib.framework.assert_scalar")
def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Tensor:
    """`tensor`, which must be known to be a scalar. Raises ValueError if it is not."""
    with name_scope(name, "assert_scalar", [tensor]) as scope:
        tensor = convert_to_tensor(tensor, name=scope)
        if tensor.shape.ndims != 0:
            raise ValueError(f"{message or ''}Expected scalar shape for {tensor.name}, saw shape: {tensor.shape}.")
        return tensor


# -- types ----------------------------------------------------------------------------------------
@public("debugging.assert_type", "assert_type")
def assert_type(tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None) -> Operation:
    """An op that does nothing. Raises TypeError at once unless `tensor` is of type `tf_type`."""
    with name_scope(name, "assert_type", [tensor]):
        tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.dtype != as_dtype(tf_type):
            raise TypeError(f"{message or ''}  {tensor.name} must be of type {as_dtype(tf_type)}")
        return no_op("statically_determined_correct_type")


@public("debugging.assert_integer", "assert_integer")
def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Operation:
    """An op that does nothing. Raises TypeError at once unless `x` is of an integer type."""
    with name_scope(name, "assert_integer", [x]):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            found = f"{x.name} of dtype {x.dtype}"
            raise TypeError(f'{message or ""}  Expected "x" to be integer type.  Found: {found}')
        return no_op("statically_determined_was_integer")


@public("debugging.assert_proper_iterable", "assert_proper_iterable")
def assert_proper_iterable(values: Any) -> None:
    """Raises TypeError unless `values` is an iterable of things: not a tensor, an array or a string."""
    if isinstance(values, (Tensor, SparseTensor, np.ndarray, str, bytes)):
        raise TypeError(f'Expected argument "values" to be a "proper" iterable.  Found: {type(values)}')
    if not hasattr(values, "__iter__"):
        raise TypeError(f'Expected argument "values" to be iterable.  Found: {type(values)}')


@public("debugging.assert_same_float_dtype", "assert_same_float_dtype", "contrib.framework.assert_same_float_dtype")
def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> DType:
    """The floating type that all `tensors`, and `dtype` if given, have in common; float32 if there are none.

    Raises:
      ValueError: they differ, or the type is not floating.
    """
    expected = None if dtype is None else as_dtype(dtype).base_dtype
    first = None
    for t in tensors or ():
        if t is None:
            continue
        own = t.dtype.base_dtype
        if expected is None:
            expected, first = own, t
        elif own is not expected:
            beside = f" as {first.name}" if first is not None else ""
            raise ValueError(f"{t.name}, type={own}, must be of the same type ({expected}){beside}.")
    if expected is None:
        return dtypes.float32
    if not expected.is_floating:
        raise ValueError(f"Expected floating point type, got {expected}.")
    return expected


@public("debugging.is_numeric_tensor", "is_numeric_tensor")
def is_numeric_tensor(tensor: Any) -> bool:
    """True for a tensor of numbers: not of strings, booleans, handles."""
    if not isinstance(tensor, Tensor):
        return False
    dtype = tensor.dtype.base_dtype
    return dtype.is_floating or dtype.is_integer or dtype.is_complex or dtype.is_quantized
