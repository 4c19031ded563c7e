"""Python functions as ops: py_func, numpy_function, py_function."""

from __future__ import annotations

import itertools
import traceback
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes, errors
from ..graph.default_graph import get_default_graph
from ..graph.dtypes import DType, as_dtype
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import Dims
from ..op.declare import op
from .gradients import register_own_gradient

_numbers = itertools.count()
#: token -> function; the graph that uses it keeps it alive
_functions: weakref.WeakValueDictionary[str, _Holder] = weakref.WeakValueDictionary()
#: Python errors that have a class of their own; all others are UnknownError
_CLASSES: tuple[tuple[type, type[errors.OpError]], ...] = (
    (StopIteration, errors.OutOfRangeError),
    (MemoryError, errors.ResourceExhaustedError),
    (NotImplementedError, errors.UnimplementedError),
    (TypeError, errors.InvalidArgumentError),
    (ValueError, errors.InvalidArgumentError),
)


class _Holder:
    """A function with the types that it returns."""

    def __init__(self, function: Callable[..., Any], types: list[DType]):
        self.function, self.types = function, types


def _register(graph: Graph, function: Callable[..., Any], types: list[DType]) -> str:
    token = f"pyfunc_{next(_numbers)}"
    _functions[token] = holder = _Holder(function, types)
    graph.__dict__.setdefault("_py_funcs_used_in_graph", []).append(holder)
    return token


def _holder(token: str) -> _Holder:
    holder = _functions.get(token)
    if holder is None:
        raise errors.FailedPreconditionError(None, None, f"callback {token} is not found")
    return holder


def _call(token: str, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    try:
        return function(*arguments)
    except Exception as error:
        cls = next((c for kind, c in _CLASSES if isinstance(error, kind)), errors.UnknownError)
        raise cls(None, None, f"{type(error).__name__}: {error}\n{traceback.format_exc()}") from error


def _results(token: str, value: Any, types: list[DType]) -> list[np.ndarray]:
    """What a function returned, as arrays of exactly the declared types."""
    values = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
    if len(values) != len(types):
        raise errors.InvalidArgumentError(None, None, f"{token} returns {len(values)} values, but expects to see {len(types)} values.")
    out = []
    for i, (v, t) in enumerate(zip(values, types)):
        array = np.asarray(v)
        if array.dtype.kind in "SUO":
            plain = np.empty(array.shape, object)
            plain.reshape(-1)[:] = [s.encode() if isinstance(s, str) else bytes(s) for s in array.ravel().tolist()]
            array = plain
        if array.dtype != t.np_dtype:
            have = as_dtype(array.dtype).proto_name
            raise errors.InvalidArgumentError(None, None, f"{i}-th value returned by {token} is {have}, but expects {t.proto_name}")
        out.append(array)
    return out


def _unknown_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [None] * len(attrs["Tout"])


def _scalars_plain(array: np.ndarray) -> Any:
    return array[()] if array.ndim == 0 else array


@op("PyFunc", "input: *Tin -> output: *Tout", host=True, stateful=True, differentiable=False, shape=_unknown_shapes)
def py_func_op(input, *, token: str):
    """Calls the Python function that `token` stands for with NumPy values."""
    holder = _holder(token)
    return _results(token, _call(token, holder.function, [_scalars_plain(np.asarray(a)) for a in input]), holder.types)


@op("PyFuncStateless", "input: *Tin -> output: *Tout", host=True, differentiable=False, shape=_unknown_shapes)
def py_func_stateless(input, *, token: str):
    """Calls the Python function that `token` stands for, which always gives the same for the same, with NumPy values."""
    return py_func_op.kernel(input, token=token)


class EagerArray(np.ndarray):
    """What a `py_function` gets: an array that also has the methods of an eager tensor that functions use."""

    def numpy(self) -> Any:
        """The value as NumPy has it."""
        return _scalars_plain(np.asarray(self))

    def get_shape(self) -> Any:
        """The shape as a TensorShape."""
        return TABLE["TensorShape"](list(self.shape))


@op(
    "EagerPyFunc",
    "input: *Tin -> output: *Tout",
    attrs={"is_async": ("bool", False)},
    host=True,
    stateful=True,
    differentiable=False,
    shape=_unknown_shapes,
)
def eager_py_func(input, *, token: str):
    """Calls the Python function that `token` stands for; the tensors it makes are computed before it returns."""
    holder = _holder(token)
    graph = Graph()

    def call(*arguments: Any) -> Any:
        with graph.as_default():
            value = holder.function(*[np.asarray(a).view(EagerArray) for a in arguments])
            values = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
            if any(isinstance(v, Tensor) for v in values):
                with TABLE["Session"](graph=graph) as session:
                    values = [session.run(v) if isinstance(v, Tensor) else v for v in values]
            fitted = [v if t is dtypes.string else np.asarray(v).astype(t.np_dtype) for v, t in zip(values, holder.types)]
            return fitted + values[len(fitted) :]

    return _results(token, _call(token, call, input), holder.types)


def _make(node: Any, func: Callable[..., Any], inp: Any, Tout: Any, name: str | None) -> Any:
    single = not isinstance(Tout, (list, tuple))
    types = [as_dtype(t) for t in ([Tout] if single else Tout)]
    token = _register(get_default_graph(), func, types)
    node_made = node.build([list(inp)], {"token": token, "Tout": types}, name)
    if not types:
        return node_made
    return node_made.outputs[0] if single else node_made.outputs


@public("py_func")
def py_func(func: Callable[..., Any], inp: Any, Tout: Any, stateful: bool = True, name: str | None = None) -> Any:
    """The results, of types `Tout`, of the Python function `func` on the values of the tensors `inp`, as NumPy values.

    Args:
      Tout: a type, or a list of them; then the result is a list of tensors (an op if it is empty).
      stateful: False lets runs that do not need the results leave out the call.
    """
    return _make(py_func_op if stateful else py_func_stateless, func, inp, Tout, name)


@public("numpy_function")
def numpy_function(func: Callable[..., Any], inp: Any, Tout: Any, name: str | None = None) -> Any:
    """`py_func`: the results of a Python function on NumPy values."""
    return _make(py_func_op, func, inp, Tout, name)


@public("py_function", "contrib.eager.py_func")
def py_function(func: Callable[..., Any], inp: Any, Tout: Any, name: str | None = None) -> Any:
    """The results, of types `Tout`, of the Python function `func`, which gets arrays that also have `numpy()` and may call tf functions."""
    return _make(eager_py_func, func, inp, Tout, name)


@register_own_gradient("EagerPyFunc")
def _eager_py_func_gradient(op: Operation, *grads: Tensor) -> Any:
    raise errors.UnimplementedError(
        None,
        op,
        f"No gradient can be taken through tf.py_function ({op.name}), whose function scopeflow does not record. "
        "Write it with tf ops, or put tf.stop_gradient around its result.",
    )
