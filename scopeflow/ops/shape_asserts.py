"""tf.debugging.assert_shapes: the sizes of several tensors, and which of them are the same."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from . import array
from .asserts import assert_, assert_rank, assert_rank_in
from .control_flow import cond
from .elementwise import equal


@public("debugging.assert_shapes")
def assert_shapes(
    shapes: Any, data: Any = None, summarize: int | None = None, message: str | None = None, name: str | None = None
) -> Operation:
    """An op that fails unless tensors have the shapes given; ValueError at once where that is known.

    Args:
      shapes: tensors and their shapes, as a dict or list of pairs. A shape is a tuple of sizes and symbols: all dimensions with one symbol
        must be of one size. With "*" in front, there may be more dimensions before the others.
    """
    message = message or ""
    with name_scope(name, "assert_shapes", [shapes, data]):
        pairs = [(convert_to_tensor(x), symbols) for x, symbols in (shapes.items() if isinstance(shapes, dict) else shapes)]
        for x, symbols in pairs:
            if not (hasattr(symbols, "__iter__") or hasattr(symbols, "__getitem__")):
                raise ValueError(
                    f"{message}.  Tensor {x.name}.  Specified shape must be an iterable.  An iterable has the attribute `__iter__` or "
                    f"`__getitem__`.  Received specified shape: {symbols}"
                )
        sized = [(x, _Sizes(x), tuple(symbols)) for x, symbols in pairs]
        checks = [_rank_check(x, s, data, summarize, message) for x, _, s in sized if s[:1] != ("*",)]
        known: dict[Any, tuple[Any, str]] = {}
        for x, sizes, symbols in sized:
            symbols, from_end = (symbols[1:], True) if symbols[:1] == ("*",) else (symbols, False)
            for i, symbol in enumerate(symbols):
                at = i - len(symbols) if from_end else i
                if isinstance(symbol, int):
                    wanted, source = symbol, "Specified explicitly"
                elif symbol in known:
                    wanted, source = known[symbol]
                else:
                    known[symbol] = sizes[at], f"Specified by tensor {x.name} dimension {at}"
                    continue
                checks += _size_check(x, at, sizes[at], wanted, source, data, summarize, message)
        return array.group(*checks)


class _Sizes:
    """The sizes of a tensor: ints where they are known, else tensors. A scalar counts as a vector of one."""

    def __init__(self, x: Tensor):
        shape = array.shape(x)
        if x._dims is None:
            self._shape = cond(equal(array.rank(x), 0), lambda: constant([1]), lambda: shape)
            self._sizes = None
        else:
            self._sizes = [shape[i] if d is None else d for i, d in enumerate(x._dims)] or [1]

    def __getitem__(self, i: int) -> Any:
        return self._shape[i] if self._sizes is None else self._sizes[i]


def _rank_check(x: Tensor, symbols: tuple[Any, ...], data: Any, summarize: Any, message: str) -> Operation:
    if len(symbols) > 1:
        return assert_rank(x, len(symbols), data=data, summarize=summarize, message=message)
    return assert_rank_in(x, [0, 1], data=data, summarize=summarize, message=message)


def _size_check(x: Tensor, at: int, size: Any, wanted: Any, source: str, data: Any, summarize: Any, message: str) -> list[Operation]:
    if isinstance(size, int) and isinstance(wanted, int):
        if size != wanted:
            raise ValueError(
                f"{message}.  {source}.  Tensor {x.name} dimension {at} must have size {wanted}.  Received size {size}, shape {x.shape}"
            )
        return []
    holds = equal(*(constant(s) if isinstance(s, int) else s for s in (size, wanted)))
    if data is None:
        data = [message, source, f"Tensor {x.name} dimension", at, "must have size", wanted, "Received shape: ", array.shape(x)]
    return [assert_(holds, data, summarize=summarize)]
