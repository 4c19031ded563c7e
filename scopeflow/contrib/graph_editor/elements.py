"""Lists of operations and tensors from what programs hand in; placeholders for what a part of a graph lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...graph.graph import Graph
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, export, public


def published(module: str, *more: str) -> Callable[[Any], Any]:
    """Publishes a function under tf.contrib.graph_editor, its module there, and other names."""
    return lambda f: export(f, *(f"contrib.graph_editor.{n}" for n in (f.__name__, f"{module}.{f.__name__}", *more)))


def flat(items: Any) -> list[Any]:
    """The items of (nested) lists, tuples and views; one item as a list."""
    if isinstance(items, Graph):
        return items.get_operations()
    if hasattr(items, "ops") and not isinstance(items, (Tensor, Operation)):
        return list(items.ops)
    if isinstance(items, (list, tuple, set, frozenset, dict)) or (hasattr(items, "__iter__") and not isinstance(items, (str, Tensor))):
        return [x for item in items for x in flat(item)]
    return [items]


def _required(items: list[Any], *kinds: type) -> list[Any]:
    for item in items:
        if not isinstance(item, kinds):
            names = ", ".join(str(k) for k in kinds)
            raise TypeError(f"Expected a type in ({names}), got: {type(item)}")
    if len({item.graph for item in items}) > 1:
        raise ValueError("Operation/Tensor do not all belong to the same graph.")
    return items


@published("util")
def make_list_of_op(ops: Any, check_graph: bool = True, allow_graph: bool = True, ignore_ts: bool = False) -> list[Operation]:
    """A list of operations; of a Graph all. Raises TypeError for anything else (tensors are passed over if `ignore_ts`)."""
    if isinstance(ops, Graph) and not allow_graph:
        raise TypeError("allow_graph is False: cannot convert a Graph.")
    items = flat(ops)
    if ignore_ts:
        items = [i for i in items if not isinstance(i, Tensor)]
    return _required(items, Operation)


@published("util")
def make_list_of_t(ts: Any, check_graph: bool = True, allow_graph: bool = True, ignore_ops: bool = False) -> list[Tensor]:
    """A list of tensors; of a Graph all. Raises TypeError for anything else (operations are passed over if `ignore_ops`)."""
    if isinstance(ts, Graph):
        if not allow_graph:
            raise TypeError("allow_graph is False: cannot convert a Graph.")
        return get_tensors(ts)
    items = flat(ts)
    if ignore_ops:
        items = [i for i in items if not isinstance(i, Operation)]
    return _required(items, Tensor)


@published("util")
def get_tensors(graph: Graph) -> list[Tensor]:
    """All tensors of a graph."""
    if not isinstance(graph, Graph):
        raise TypeError(f"Expected a graph, got: {type(graph)}")
    return [t for op in graph.get_operations() for t in op.outputs]


@published("util")
def get_generating_ops(ts: Any) -> list[Operation]:
    """The operations that make the tensors."""
    return [t.op for t in make_list_of_t(ts, allow_graph=False)]


@published("util")
def get_consuming_ops(ts: Any) -> list[Operation]:
    """The operations that take the tensors."""
    return list(dict.fromkeys(op for t in make_list_of_t(ts, allow_graph=False) for op in t.consumers()))


@public("contrib.graph_editor.ControlOutputs", "contrib.graph_editor.util.ControlOutputs")
class ControlOutputs:
    """For each operation, those that have it as a control input."""

    def __init__(self, graph: Graph):
        if not isinstance(graph, Graph):
            raise TypeError(f"Expected a graph, got: {type(graph)}")
        self._graph = graph
        self.update()

    def update(self) -> ControlOutputs:
        """Looks at the graph again."""
        self._outputs: dict[Operation, list[Operation]] = {}
        for op in self._graph.get_operations():
            for c in op.control_inputs:
                self._outputs.setdefault(c, []).append(op)
        return self

    def get_all(self) -> dict[Operation, list[Operation]]:
        """All of it, as a dictionary."""
        return self._outputs

    def get(self, op: Operation) -> tuple[Operation, ...] | list[Operation]:
        """The operations that have `op` as a control input."""
        return self._outputs.get(op, ())

    @property
    def graph(self) -> Graph:
        return self._graph


# -- placeholders ---------------------------------------------------------------------------
def _scoped(scope: str | None, name: str) -> str:
    return f"{scope.rstrip('/')}/{name}" if scope else name


@published("util")
def placeholder_name(t: Any = None, scope: str | None = None, prefix: str = "geph") -> str:
    """The name of the placeholder that stands for a tensor: geph__NAME_INDEX beside it, or in `scope`."""
    if t is None:
        return _scoped(scope, prefix)
    if not isinstance(t, Tensor):
        raise TypeError(f"Expected a tf.Tfor a name, got: {type(t)}")
    folder, _, base = t.op.name.rpartition("/")
    # What stands for a placeholder of this kind is called as it is.
    own = base if base.startswith(prefix + "__") else f"{prefix}__{base}_{t.value_index}"
    return _scoped(folder if scope is None else scope, own)


@published("util")
def make_placeholder_from_tensor(t: Tensor, scope: str | None = None, prefix: str = "geph") -> Tensor:
    """A placeholder of the tensor's type and shape."""
    return TABLE["placeholder"](t.dtype, t.get_shape(), placeholder_name(t, scope, prefix))


@published("util", "ph")
def make_placeholder_from_dtype_and_shape(dtype: Any, shape: Any = None, scope: str | None = None, prefix: str = "geph") -> Tensor:
    """A placeholder of a type and shape."""
    return TABLE["placeholder"](dtype, shape, placeholder_name(None, scope, prefix))


def in_order(ops: Iterable[Operation]) -> list[Operation]:
    """Each operation once, in the order in which they were made."""
    return sorted(set(ops), key=lambda op: op._id)
