"""map_fn, scan, foldl, foldr: a function applied along the first dimension, by a loop over TensorArrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ..graph import nest
from ..graph.composite import SparseTensor
from ..graph.conversion import make_constant, to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype, int32
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dims, TensorShape
from .loops import while_loop
from .shaping import shape as shape_of
from .tensor_array import TensorArray


@contextmanager
def _caching() -> Iterator[None]:
    """Variables that are read inside are read once, before the loop, as the reference does (where nothing else was asked)."""
    scope = TABLE["get_variable_scope"]()
    if scope.caching_device is not None:
        yield
        return
    scope.set_caching_device(lambda op: op.device)
    try:
        yield
    finally:
        scope.set_caching_device(None)


def _elements(elems: Any, what: str) -> list[Tensor]:
    return [to_tensor(e, None, what) for e in nest.flatten(elems)]


def _length(t: Tensor) -> Any:
    """The first dimension, an int where it is known."""
    dims = t._dims
    return dims[0] if dims and dims[0] is not None else shape_of(t)[0]


def _arrays(tensors: list[Tensor], size: Any) -> list[TensorArray]:
    made = [TensorArray(t.dtype.base_dtype, size, dynamic_size=False, infer_shape=True) for t in tensors]
    return [array.unstack(t) for array, t in zip(made, tensors)]


def _first_dimension(tensors: list[Tensor]) -> int | None:
    """What is known of the first dimension, which all have in common. Raises ValueError if they contradict each other."""
    found = TensorShape(tensors[0]._dims).with_rank_at_least(1)[0]
    for t in tensors[1:]:
        found = found.merge_with(TensorShape(t._dims).with_rank_at_least(1)[0])
    return found.value


def _stacked(array: TensorArray, n: int | None) -> Tensor:
    """All elements; their number is known where that of the function's arguments is."""
    out = array.stack()
    dims: Dims = out._dims
    if dims is not None:
        out.set_shape(TensorShape([n, *dims[1:]]))
    return out


@public("map_fn")
def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
) -> Any:
    """`fn` of each row of `elems` (a tensor, or a structure of tensors with one first dimension), stacked.

    Args:
      dtype: type, or structure of types, of what `fn` returns, if not that of `elems`.
      infer_shape: `fn` returns the same shape for each row.

    Raises:
      TypeError: `fn` is not callable, or `elems` is sparse.
      ValueError: `elems` is a scalar; `fn` returns another structure than `dtype`.
    """
    if not callable(fn):
        raise TypeError("fn must be callable.")
    if isinstance(elems, SparseTensor):
        raise TypeError(
            "To perform a map over the values of a sparse tensor use either SparseTensor(input.indices, fn(input.values), "
            "input.dense_shape) or SparseTensor(input.indices, map_fn(fn, input.values), input.dense_shape)"
        )
    dtype = elems if dtype is None else dtype
    with name_scope(name, "map", nest.flatten(elems)), _caching():
        tensors = _elements(elems, "elem")
        types = [as_dtype(d.dtype if isinstance(d, Tensor) or hasattr(d, "dtype") else d).base_dtype for d in nest.flatten(dtype)]
        if tensors[0]._dims is not None and len(tensors[0]._dims) < 1:
            raise ValueError("elems must be a 1+ dimensional Tensor, not a scalar")
        n = _length(tensors[0])
        arrays = _arrays(tensors, n)
        i = _constant(0)
        outputs = [TensorArray(t, n, dynamic_size=False, infer_shape=infer_shape) for t in types]

        def step(i: Tensor, arrays_out: Any) -> Any:
            values = nest.pack_sequence_as(elems, [a.read(i) for a in arrays])
            result = fn(values)
            nest.assert_same_structure(dtype, result)
            written = [a.write(i, v) for a, v in zip(arrays_out, nest.flatten(result))]
            return i + 1, written

        _, outputs = while_loop(
            lambda i, *unused: i < n,
            step,
            (i, outputs),
            parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=n,
        )
        length = _first_dimension(tensors)
        return nest.pack_sequence_as(dtype, [_stacked(a, length) for a in outputs])


def _constant(value: int) -> Tensor:
    return make_constant(np.array(value, np.int32), int32, "Const")


@public("scan")
def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All values of `a` as `a = fn(a, row)` goes along the rows of `elems`, stacked.

    Args:
      initializer: what `a` starts as; the first row (the last, with `reverse`) if None.
      infer_shape: `fn` returns the same shape each time.
      reverse: goes from the last row to the first.

    Raises:
      TypeError: `fn` is not callable.
      ValueError: `fn` returns another structure than `a` has.
    """
    if not callable(fn):
        raise TypeError("fn must be callable.")
    with name_scope(name, "scan", nest.flatten(elems)), _caching():
        tensors = _elements(elems, "elem")
        n = _length(tensors[0])
        arrays = _arrays(tensors, n)
        if initializer is None:
            structure, first = elems, [a.read(n - 1 if reverse else 0) for a in arrays]
            i = 1
        else:
            structure, first = initializer, [to_tensor(v) for v in nest.flatten(initializer)]
            i = 0
        outputs = [
            TensorArray(v.dtype.base_dtype, n, dynamic_size=False, element_shape=v.shape if infer_shape else None, infer_shape=infer_shape)
            for v in first
        ]
        if i == 1:
            outputs = [a.write(n - 1 if reverse else 0, v) for a, v in zip(outputs, first)]

        def step(i: Tensor, carried: Any, arrays_out: Any) -> Any:
            row = nest.pack_sequence_as(elems, [a.read(i) for a in arrays])
            result = fn(nest.pack_sequence_as(structure, carried), row)
            nest.assert_same_structure(structure, result)
            flat = nest.flatten(result)
            written = [a.write(i, v) for a, v in zip(arrays_out, flat)]
            return (i - 1 if reverse else i + 1), flat, written

        if reverse:
            start = n - 1 - i
            goes_on: Callable[..., Any] = lambda i, *unused: i >= 0  # noqa: E731
        else:
            start = i
            goes_on = lambda i, *unused: i < n  # noqa: E731
        _, _, outputs = while_loop(
            goes_on,
            step,
            (start, first, outputs),
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=n,
        )
        length = _first_dimension(tensors)
        return nest.pack_sequence_as(structure, [_stacked(a, length) for a in outputs])


def _fold(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any,
    parallel_iterations: int,
    back_prop: bool,
    swap_memory: bool,
    name: str | None,
    default: str,
    backwards: bool,
) -> Any:
    if not callable(fn):
        raise TypeError("fn must be callable.")
    with name_scope(name, default, nest.flatten(elems)), _caching():
        tensors = _elements(elems, "elem")
        n = _length(tensors[0])
        arrays = [_arrays([t], n)[0] for t in tensors]

        def row(i: Any) -> Any:
            return nest.pack_sequence_as(elems, [a.read(i) for a in arrays])

        if backwards:
            start = n
            if initializer is None:
                start = n - 1
                first = nest.map_structure(lambda a: a.read(start), nest.pack_sequence_as(elems, arrays))
            else:
                first = initializer

            def step(i: Tensor, a: Any) -> Any:
                i = i - 1
                return [i, fn(a, row(i))]

            goes_on: Callable[..., Any] = lambda i, a: i > 0  # noqa: E731
        else:
            if initializer is None:
                first, start = nest.pack_sequence_as(elems, [a.read(0) for a in arrays]), _constant(1)
            else:
                first, start = initializer, _constant(0)

            def step(i: Tensor, a: Any) -> Any:
                result = fn(a, row(i))
                return [i + 1, result]

            goes_on = lambda i, a: i < n  # noqa: E731
        return while_loop(
            goes_on,
            step,
            [start, first],
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=n,
        )[1]


@public("foldl")
def foldl(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last value of `a` as `a = fn(a, row)` goes along the rows of `elems`; `a` starts as `initializer` or the first row.

    Raises:
      TypeError: `fn` is not callable.
    """
    return _fold(fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name, "foldl", False)


@public("foldr")
def foldr(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last value of `a` as `a = fn(a, row)` goes backwards along the rows of `elems`; it starts as `initializer` or the last row.

    Raises:
      TypeError: `fn` is not callable.
    """
    return _fold(fn, elems, initializer, parallel_iterations, back_prop, swap_memory, name, "foldr", True)
