"""Python's operators on tensors, and the same operators for the classes that stand for tensors (variables)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor
from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.graph import Scope
from ..graph.operation import Tensor
from ..op.declare import OPS
from . import elementwise as e
from .matmul import matmul


def _add(x: Any, y: Any, name: str | None) -> Tensor:
    return (e.add if x.dtype.base_dtype is dtypes.string else e.add_v2)(x, y, name=name)


def _multiply(x: Any, y: Any, name: str | None) -> Any:
    if isinstance(y, SparseTensor):
        values = OPS["SparseDenseCwiseMul"](y.indices, y.values, y.dense_shape, x, name=name)
        return SparseTensor(y.indices, values, y.dense_shape)
    return e.multiply(x, y, name)


def _div(x: Any, y: Any, name: str | None) -> Tensor:
    return e.div(x, y, name)


#: operator without underscores -> (name of its nodes, function)
_BINARY: dict[str, tuple[str, Callable[[Any, Any, str | None], Any]]] = {
    "add": ("add", _add),
    "sub": ("sub", e.subtract),
    "mul": ("mul", _multiply),
    "div": ("div", _div),
    "truediv": ("truediv", e.true_quotient),
    "floordiv": ("floordiv", e.floordiv),
    "mod": ("mod", lambda x, y, name: e.floormod(x, y, name=name)),
    "pow": ("pow", e.pow_),
    "and": ("and", lambda x, y, name: e.logical_and(x, y, name=name)),
    "or": ("or", lambda x, y, name: e.logical_or(x, y, name=name)),
    "xor": ("xor", e.logical_xor),
    "matmul": ("matmul", lambda x, y, name: matmul(x, y, name=name)),
}
#: those that are one node where both sides are tensors of one type already: no name scope to open
_ONE_NODE = {"add", "sub", "mul", "floordiv", "mod", "pow", "and", "or", "matmul"}


class _OperatorScope:
    """The name scope of an operator's nodes, in the graph of its tensor side."""

    __slots__ = ("_graph", "_graph_context", "_scope")

    def __init__(self, tensor: Tensor, name: str):
        default = get_default_graph()
        # A function that is being traced captures tensors of other graphs.
        self._graph = default if default._capturing else tensor.op.graph
        self._graph_context = None if default is self._graph else self._graph.as_default()
        self._scope = Scope(self._graph, name)

    def __enter__(self) -> str:
        if self._graph_context is not None:
            self._graph_context.__enter__()
        return self._scope.__enter__()

    def __exit__(self, *info: Any) -> None:
        self._scope.__exit__(*info)
        if self._graph_context is not None:
            self._graph_context.__exit__(*info)


def _binary(operator: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
    name, function = _BINARY[operator]
    one_node = operator in _ONE_NODE
    reflected = f"__r{operator}__"

    def forward(x: Any, y: Any) -> Any:
        if type(y) is Tensor:
            if one_node:
                return function(x, y, name)
            with _OperatorScope(x, name) as scope:
                return function(x, y, scope)
        with _OperatorScope(x, name) as scope:
            if not isinstance(y, SparseTensor):
                try:
                    y = to_tensor(y, None, "y", x.dtype.base_dtype)
                except TypeError:
                    if hasattr(type(y), reflected):
                        return NotImplemented
                    raise
            return function(x, y, scope)

    def backward(y: Any, x: Any) -> Any:
        with _OperatorScope(y, name) as scope:
            return function(to_tensor(x, y.dtype.base_dtype, "x"), y, scope)

    forward.__doc__ = f"The operator of {name!r} nodes; what is not a tensor is converted to the other side's type."
    backward.__doc__ = f"The operator of {name!r} nodes, with a tensor on the right."
    return forward, backward


def _install() -> None:
    methods: dict[str, Callable[..., Any]] = {}
    for operator in _BINARY:
        methods[f"__{operator}__"], methods[f"__r{operator}__"] = _binary(operator)
    for operator, function in (("lt", e.less), ("le", e.less_equal), ("gt", e.greater), ("ge", e.greater_equal)):
        methods[f"__{operator}__"] = lambda x, y, function=function: function(x, y)
    methods["__neg__"] = lambda x: e.negative(x)
    methods["__abs__"] = lambda x: e.abs_(x)
    methods["__invert__"] = lambda x: e.logical_not(x)
    for name, method in methods.items():
        method.__name__ = method.__qualname__ = name
        Tensor._override_operator(name, method)
    Tensor.OVERLOADABLE_OPERATORS.update(methods, ["__getitem__", "__eq__", "__ne__"])


def overload_operators(cls: type) -> None:
    """Gives `cls`, whose `value()` is a Tensor, the operators of Tensor (except indexing and equality)."""
    for operator in Tensor.OVERLOADABLE_OPERATORS - {"__getitem__", "__eq__", "__ne__"}:
        method = getattr(Tensor, operator)

        def run(self: Any, *args: Any, _method: Callable[..., Any] = method) -> Any:
            return _method(self.value(), *args)

        run.__name__ = run.__qualname__ = operator
        run.__doc__ = method.__doc__
        setattr(cls, operator, run)
    cls.__array_priority__ = 100  # type: ignore[attr-defined]


_install()
