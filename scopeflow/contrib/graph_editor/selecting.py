"""Operations and tensors by name, and by how they are connected."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ...graph.graph import Graph
from ...graph.operation import Operation, Tensor
from .elements import ControlOutputs, flat, get_consuming_ops, make_list_of_op, make_list_of_t, published

_REGEX = re.compile("").__class__


@published("select")
def can_be_regex(obj: Any) -> bool:
    """Whether `obj` is, or can be compiled to, a regular expression."""
    return isinstance(obj, (str, _REGEX))


@published("select")
def make_regex(obj: Any) -> re.Pattern[str]:
    """A compiled regular expression. Raises ValueError."""
    if not can_be_regex(obj):
        raise ValueError(f"Expected a string or a regex, got: {type(obj)}")
    return re.compile(obj)


def _filter(items: list[Any], positive_filter: Any) -> list[Any]:
    if positive_filter is True:
        return items
    return [i for i in items if positive_filter(i)]


@published("select")
def filter_ts(ops: Any, positive_filter: Any) -> list[Tensor]:
    """The tensors that `ops` make for which a function (or True) says so."""
    return _filter([t for op in make_list_of_op(ops) for t in op.outputs], positive_filter)


@published("select")
def filter_ts_from_regex(ops: Any, regex: Any) -> list[Tensor]:
    """The tensors that `ops` make whose names a regular expression finds."""
    return filter_ts(make_list_of_op(ops), lambda t, found=make_regex(regex).search: found(t.name) is not None)


@published("select")
def filter_ops(ops: Any, positive_filter: Any) -> list[Operation]:
    """The operations for which a function (or True) says so."""
    return _filter(make_list_of_op(ops), positive_filter)


@published("select")
def filter_ops_from_regex(ops: Any, regex: Any) -> list[Operation]:
    """The operations whose names a regular expression finds."""
    return filter_ops(make_list_of_op(ops), lambda op, found=make_regex(regex).search: found(op.name) is not None)


@published("select")
def get_name_scope_ops(ops: Any, scope: str) -> list[Operation]:
    """The operations in a name scope."""
    if scope and scope[-1] == "/":
        scope = scope[:-1]
    return filter_ops_from_regex(ops, f"^{re.escape(scope)}(/.*)?$")


def _select(args: tuple[Any, ...], kwargs: dict[str, Any], by_regex: Callable[..., Any], kinds: tuple[type, ...]) -> list[Any]:
    graph, positive_filter = kwargs.pop("graph", None), kwargs.pop("positive_filter", None)
    restrict = kwargs.pop("restrict_ops_regex", False) or kwargs.pop("restrict_ts_regex", False)
    if kwargs:
        raise TypeError(f"Unexpected keyword arguments: {kwargs}")
    if graph is not None and not isinstance(graph, Graph):
        raise TypeError(f"Expected a tf.Graph, got: {type(graph)}")
    found: dict[Any, None] = {}
    for arg in args:
        if can_be_regex(arg):
            if graph is None:
                raise ValueError("Use the keyword argument 'graph' to use regex.")
            regex = make_regex(arg)
            if regex.pattern.startswith("(?#ts)" if Operation in kinds else "(?#ops)") or (
                restrict and not regex.pattern.startswith("(?#ops)" if Operation in kinds else "(?#ts)")
            ):
                continue
            found.update(dict.fromkeys(by_regex(graph, regex)))
            continue
        for item in flat(arg):
            if not isinstance(item, (Operation, Tensor)):
                raise TypeError(f"Expected a type in ({Operation}, {Tensor}), got: {type(item)}")
            if isinstance(item, kinds):
                found.setdefault(item)
    return [i for i in found if positive_filter is None or positive_filter(i)]


@published("select")
def select_ops(*args: Any, **kwargs: Any) -> list[Operation]:
    """Operations: given themselves, in lists, or as regular expressions of names (with `graph`).

    Keywords: graph; positive_filter, a function; restrict_ops_regex: only patterns that begin with "(?#ops)" count.
    """
    return _select(args, kwargs, filter_ops_from_regex, (Operation,))


@published("select")
def select_ts(*args: Any, **kwargs: Any) -> list[Tensor]:
    """Tensors: given themselves, in lists, or as regular expressions of names (with `graph`).

    Keywords: graph; positive_filter, a function; restrict_ts_regex: only patterns that begin with "(?#ts)" count.
    """
    return _select(args, kwargs, filter_ts_from_regex, (Tensor,))


@published("select")
def select_ops_and_ts(*args: Any, **kwargs: Any) -> tuple[list[Operation], list[Tensor]]:
    """(operations, tensors); patterns that begin with "(?#ts)" are for tensors."""
    return select_ops(*args, **dict(kwargs)), select_ts(*args, restrict_ts_regex=True, **dict(kwargs))


# -- connections ----------------------------------------------------------------------------
@published("select")
def check_cios(control_inputs: Any = False, control_outputs: Any = None, control_ios: Any = None) -> tuple[bool, Any]:
    """(whether control inputs count, ControlOutputs or None), from the three ways to say it. Raises TypeError, ValueError."""
    if control_ios is not None:
        if not isinstance(control_ios, ControlOutputs):
            raise TypeError(f"Expected a ControlOutputs, got: {type(control_ios)}")
        if control_outputs is not None:
            raise ValueError("control_outputs should be None when using control_ios.")
        return True, control_ios
    if control_outputs is not None and not isinstance(control_outputs, ControlOutputs):
        raise TypeError(f"Expected a ControlOutputs, got: {type(control_outputs)}")
    return control_inputs, control_outputs


def _walk(
    seeds: list[Operation], inclusive: bool, within: Callable[[Operation], bool], step: Callable[[Operation], Any]
) -> list[Operation]:
    """The operations reached from `seeds`, nearest first."""
    found = dict.fromkeys(op for op in seeds if within(op))
    todo = list(found)
    while todo:
        for n in step(todo.pop(0)):
            if n not in found and within(n):
                found[n] = None
                todo.append(n)
    return [op for op in found if inclusive or op not in set(seeds)]


def _within(within_ops: Any, within_ops_fn: Any) -> Callable[[Operation], bool]:
    allowed = None if within_ops is None else frozenset(make_list_of_op(within_ops, allow_graph=False))
    return lambda op: (allowed is None or op in allowed) and (within_ops_fn is None or within_ops_fn(op))


@published("select")
def get_backward_walk_ops(
    seed_ops: Any,
    inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Any = None,
    stop_at_ts: Any = (),
    control_inputs: bool = False,
) -> list[Operation]:
    """What operations (or those that make tensors) depend on, nearest first.

    Args:
      seed_ops: operations or tensors.
      inclusive: with the operations themselves.
      within_ops, within_ops_fn: the walk stays among these, and where the function says so.
      stop_at_ts: tensors that are not followed.
      control_inputs: follows those too.
    """
    items = flat(seed_ops)
    seeds = [t.op for t in make_list_of_t(items)] if items and isinstance(items[0], Tensor) else make_list_of_op(items)
    stop = frozenset(make_list_of_t(stop_at_ts))

    def step(op: Operation) -> list[Operation]:
        return [t.op for t in op.inputs if t not in stop] + (list(op.control_inputs) if control_inputs else [])

    return _walk(seeds, inclusive, _within(within_ops, within_ops_fn), step)


@published("select")
def get_forward_walk_ops(
    seed_ops: Any,
    inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Any = None,
    stop_at_ts: Any = (),
    control_outputs: Any = None,
) -> list[Operation]:
    """What depends on operations (or on tensors), nearest first. Arguments as those of `get_backward_walk_ops`."""
    _, control_outputs = check_cios(False, control_outputs)
    items = flat(seed_ops)
    seeds = get_consuming_ops(items) if items and isinstance(items[0], Tensor) else make_list_of_op(items)
    stop = frozenset(make_list_of_t(stop_at_ts))

    def step(op: Operation) -> list[Operation]:
        after = [c for t in op.outputs if t not in stop for c in t.consumers()]
        return after + (list(control_outputs.get(op)) if control_outputs is not None else [])

    return _walk(seeds, inclusive, _within(within_ops, within_ops_fn), step)


def _both_walks(forward: Any, backward: Any, options: tuple[Any, ...]) -> tuple[list[Operation], list[Operation]]:
    forward_inclusive, backward_inclusive, within_ops, within_ops_fn, control_inputs, control_outputs, control_ios = options
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    return (
        get_forward_walk_ops(forward, forward_inclusive, within_ops, within_ops_fn, control_outputs=control_outputs),
        get_backward_walk_ops(backward, backward_inclusive, within_ops, within_ops_fn, control_inputs=control_inputs),
    )


@published("select")
def get_walks_intersection_ops(
    forward_seed_ops: Any,
    backward_seed_ops: Any,
    forward_inclusive: bool = True,
    backward_inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Any = None,
    control_inputs: bool = False,
    control_outputs: Any = None,
    control_ios: Any = None,
) -> list[Operation]:
    """The operations on the ways from the ones to the others."""
    options = (forward_inclusive, backward_inclusive, within_ops, within_ops_fn, control_inputs, control_outputs, control_ios)
    forward, backward = _both_walks(forward_seed_ops, backward_seed_ops, options)
    reached = set(backward)
    return [op for op in forward if op in reached]


@published("select")
def get_walks_union_ops(
    forward_seed_ops: Any,
    backward_seed_ops: Any,
    forward_inclusive: bool = True,
    backward_inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Any = None,
    control_inputs: bool = False,
    control_outputs: Any = None,
    control_ios: Any = None,
) -> list[Operation]:
    """What depends on the ones, and what the others depend on."""
    options = (forward_inclusive, backward_inclusive, within_ops, within_ops_fn, control_inputs, control_outputs, control_ios)
    forward, backward = _both_walks(forward_seed_ops, backward_seed_ops, options)
    return list(dict.fromkeys([*forward, *backward]))


@published("select")
def get_ops_ios(ops: Any, control_inputs: bool = False, control_outputs: Any = None, control_ios: Any = None) -> list[Operation]:
    """The operations directly before and after `ops`."""
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    out: dict[Operation, None] = {}
    for op in make_list_of_op(ops):
        out.update(dict.fromkeys(t.op for t in op.inputs))
        out.update(dict.fromkeys(c for t in op.outputs for c in t.consumers()))
        out.update(dict.fromkeys(op.control_inputs if control_inputs else ()))
        out.update(dict.fromkeys(control_outputs.get(op) if control_outputs is not None else ()))
    return list(out)


@published("select")
def compute_boundary_ts(ops: Any) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """(tensors that `ops` take from outside, those they make for outside, those that stay inside)."""
    ops = make_list_of_op(ops)
    inside = frozenset(ops)
    made = [t for op in ops for t in op.outputs]
    own = frozenset(made)
    taken = dict.fromkeys(t for op in ops for t in op.inputs if t not in own)
    out, within = [], []
    for t in made:
        consumers = t.consumers()
        if not consumers or any(c not in inside for c in consumers):
            out.append(t)
        if any(c in inside for c in consumers):
            within.append(t)
    return list(taken), out, within


@published("select")
def get_within_boundary_ops(
    ops: Any,
    seed_ops: Any,
    boundary_ops: Any = (),
    inclusive: bool = True,
    control_inputs: bool = False,
    control_outputs: Any = None,
    control_ios: Any = None,
) -> list[Operation]:
    """Those of `ops` that `seed_ops` are connected with without crossing `boundary_ops`. Raises ValueError if none of them is inside."""
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    ops, boundary = make_list_of_op(ops), set(make_list_of_op(boundary_ops, allow_graph=False))
    seeds = make_list_of_op(seed_ops, allow_graph=False)
    if not set(seeds) <= set(ops):
        raise ValueError("Expected all seed_ops to be in ops.")

    def step(op: Operation) -> list[Operation]:
        return [] if op in boundary else get_ops_ios(op, control_inputs, control_outputs)

    found = _walk(seeds, True, frozenset(ops).__contains__, step)
    return [op for op in ops if op in set(found) and (inclusive or op not in boundary)]
