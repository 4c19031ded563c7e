"""The default graph and session, name_scope, and the functions that act on the default graph."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from .graph import ControlDependencies, Graph, Scope
from .operation import Operation, Tensor
from .public import export, public


class _Stacks(threading.local):
    def __init__(self) -> None:
        self.graphs: list[Graph] = []
        self.sessions: list[Any] = []


_stacks = _Stacks()
_global_graph: Graph | None = None


class DefaultGraph:
    """Makes a graph the default one; may be entered again."""

    __slots__ = ("_graph",)

    def __init__(self, graph: Graph):
        self._graph = graph

    def __enter__(self) -> Graph:
        _stacks.graphs.append(self._graph)
        return self._graph

    def __exit__(self, kind: Any, *unused: Any) -> None:
        stack = _stacks.graphs
        if stack and stack[-1] is self._graph:
            stack.pop()
        elif kind is None:
            raise AssertionError(f"Nesting violated for default stack of {type(self._graph)} objects")


@public("get_default_graph")
def get_default_graph() -> Graph:
    """The graph that new ops go to."""
    stack = _stacks.graphs
    if stack:
        return stack[-1]
    global _global_graph
    if _global_graph is None:
        _global_graph = Graph()
    return _global_graph


@public("reset_default_graph")
def reset_default_graph() -> None:
    """Replaces the global default graph by an empty one. Raises AssertionError inside `Graph.as_default`."""
    if _stacks.graphs:
        raise AssertionError(
            "Do not use tf.reset_default_graph() to clear nested graphs. If you need a cleared graph, exit the nesting and "
            "create a new graph."
        )
    global _global_graph
    _global_graph = Graph()


def default_session() -> Any:
    """The innermost session entered by `as_default`, or None."""
    return _stacks.sessions[-1] if _stacks.sessions else None


export(default_session, "get_default_session")


def push_session(session: Any) -> None:
    """Makes `session` the default one of this thread."""
    _stacks.sessions.append(session)


def pop_session(session: Any) -> None:
    """Undoes `push_session`, wherever in the stack it is."""
    for i in range(len(_stacks.sessions) - 1, -1, -1):
        if _stacks.sessions[i] is session:
            del _stacks.sessions[i]
            return


def graph_of_inputs(inputs: Any, graph: Graph | None = None) -> Graph:
    """The graph that `inputs` (tensors, ops, variables; others are passed over) belong to, or the default one.

    Raises:
      ValueError: they belong to different graphs.
    """
    current = get_default_graph()
    if graph is None and current._capturing:
        return current
    original = None
    for value in inputs:
        element = None
        if isinstance(value, (Operation, Tensor)):
            element = value
        else:
            convert = getattr(value, "_as_graph_element", None)
            if convert is not None:
                element = convert()
            elif type(value).__name__ in ("SparseTensor", "IndexedSlices"):
                element = value
        if element is None:
            continue
        if graph is None:
            graph, original = element.graph, element
        elif original is not None:
            if element.graph is not graph:
                raise ValueError(f"{element} must be from the same graph as {original}.")
        elif element.graph is not graph:
            raise ValueError(f"{element} is not from the passed-in graph.")
    return graph or current


@public("name_scope", "keras.backend.name_scope")
class name_scope:
    """A context in which op names get a prefix: `with tf.name_scope("a"): ...` makes ops `a/...`.

    Args:
      name: the scope; ending in "/" it is an absolute path; None for `default_name`.
      default_name: used if `name` is None.
      values: tensors that tell the graph to use.
    """

    __slots__ = ("_name", "_default_name", "_values", "_scope", "_graph_context")

    def __init__(self, name: Any, default_name: Any = None, values: Any = None):
        self._name = default_name if name is None else name
        if not (default_name is None or isinstance(default_name, str)):
            raise TypeError(
                f"`default_name` type ({type(default_name)}) is not a string type. You likely meant to pass this into the `values` kwarg."
            )
        self._default_name, self._values = default_name, values

    @property
    def name(self) -> Any:
        return self._name

    def __enter__(self) -> str:
        values = self._values
        if self._name is None and values is not None:
            raise ValueError(f"At least one of name ({self._name}) and default_name ({self._default_name}) must be provided.")
        graph = get_default_graph()
        self._graph_context = None
        if values:
            found = graph_of_inputs(values)
            if found is not graph:
                self._graph_context = found.as_default()
                self._graph_context.__enter__()
                graph = found
        self._scope = Scope(graph, self._name)
        try:
            return self._scope.__enter__()
        except BaseException:
            if self._graph_context is not None:
                self._graph_context.__exit__(None, None, None)
            raise

    def __exit__(self, *info: Any) -> None:
        self._scope.__exit__(*info)
        if self._graph_context is not None:
            self._graph_context.__exit__(*info)


@public("control_dependencies")
def control_dependencies(control_inputs: Any) -> ControlDependencies:
    """`Graph.control_dependencies` of the default graph."""
    return get_default_graph().control_dependencies(control_inputs)


@public("device")
def device(device_name_or_function: Any) -> Any:
    """`Graph.device` of the default graph."""
    return get_default_graph().device(device_name_or_function)


@public("container")
def container(container_name: str) -> Any:
    """`Graph.container` of the default graph."""
    return get_default_graph().container(container_name)


@public("colocate_with")
def colocate_with(op: Any, ignore_existing: bool = False) -> Any:
    """`Graph.colocate_with` of the default graph."""
    return get_default_graph().colocate_with(op, ignore_existing)


@public("init_scope")
@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """A context outside control dependencies and control flow, in the current name scope."""
    graph = get_default_graph()
    scope = graph._name_stack
    with graph.control_dependencies(None), Scope(graph, scope + "/" if scope else scope):
        yield


@public("add_to_collection")
def add_to_collection(name: Any, value: Any) -> None:
    """`Graph.add_to_collection` of the default graph."""
    get_default_graph().add_to_collection(name, value)


@public("add_to_collections")
def add_to_collections(names: Any, value: Any) -> None:
    """`Graph.add_to_collections` of the default graph."""
    get_default_graph().add_to_collections(names, value)


@public("get_collection")
def get_collection(key: Any, scope: str | None = None) -> list[Any]:
    """`Graph.get_collection` of the default graph."""
    return get_default_graph().get_collection(key, scope)


@public("get_collection_ref")
def get_collection_ref(key: Any) -> list[Any]:
    """`Graph.get_collection_ref` of the default graph."""
    return get_default_graph().get_collection_ref(key)


#: seeds are taken modulo this
_SEEDS = 2**31 - 1


@public("random.set_random_seed", "set_random_seed")
def set_random_seed(seed: int | None) -> None:
    """Sets the default graph's random seed: from it and their number, ops without a seed of their own get theirs."""
    get_default_graph().seed = seed


@public("random.get_seed", "get_seed")
def get_seed(op_seed: int | None) -> tuple[int | None, int | None]:
    """The (graph seed, op seed) pair that a random op made now would get, from `op_seed` and the graph's seed."""
    graph = get_default_graph()
    if graph._seed is not None:
        seeds = graph._seed, graph._last_id if op_seed is None else op_seed
    elif op_seed is not None:
        seeds = 87654321, op_seed
    else:
        return None, None
    seeds = seeds[0] % _SEEDS, seeds[1] % _SEEDS
    # Two zeros would mean "no seed".
    return (0, _SEEDS) if seeds == (0, 0) else seeds
