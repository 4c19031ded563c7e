"""Who takes which tensor, changed; parts of a graph cut off and put together."""

from __future__ import annotations

from typing import Any

from ...graph.operation import Operation, Tensor
from .elements import ControlOutputs, make_list_of_op, make_list_of_t, make_placeholder_from_tensor, published
from .selecting import check_cios
from .views import SubGraphView, view_of


def _modifiable(consumers: list[Operation], can_modify: Any, cannot_modify: Any) -> list[Operation]:
    allowed = None if can_modify is None else set(make_list_of_op(can_modify))
    refused = set() if cannot_modify is None else set(make_list_of_op(cannot_modify))
    return [c for c in consumers if (allowed is None or c in allowed) and c not in refused]


def _pairs(ts0: Any, ts1: Any) -> list[tuple[Tensor, Tensor]]:
    ts0, ts1 = make_list_of_t(ts0), make_list_of_t(ts1)
    if len(ts0) != len(ts1):
        raise ValueError(f"ts0 and ts1 have different sizes: {len(ts0)} != {len(ts1)}")
    for a, b in zip(ts0, ts1):
        if not a.dtype.is_compatible_with(b.dtype):
            raise ValueError(f"Dtypes {a.dtype} and {b.dtype} are not compatible.")
    return list(zip(ts0, ts1))


def _replace(consumers: list[Operation], old: Tensor, new: Tensor) -> int:
    """Consumers of `old` take `new`; the number of inputs changed."""
    n = 0
    for op in consumers:
        for i, t in enumerate(op.inputs):
            if t is old:
                op._update_input(i, new)
                n += 1
    return n


@published("reroute")
def reroute_ts(ts0: Any, ts1: Any, can_modify: Any = None, cannot_modify: Any = None) -> int:
    """Who takes a tensor of `ts1` takes the one of `ts0` in the same place; the number of inputs changed.

    Args:
      can_modify, cannot_modify: the operations to change, and not to change.

    Raises:
      ValueError: the lists are not of one length, or types differ.
    """
    return sum(_replace(_modifiable(list(dict.fromkeys(b.consumers())), can_modify, cannot_modify), b, a) for a, b in _pairs(ts0, ts1))


@published("reroute")
def swap_ts(ts0: Any, ts1: Any, can_modify: Any = None, cannot_modify: Any = None) -> int:
    """Who takes a tensor of the one list takes that of the other; the number of inputs changed. Arguments as `reroute_ts`."""
    changed = 0
    for a, b in _pairs(ts0, ts1):
        takers = [_modifiable(list(dict.fromkeys(t.consumers())), can_modify, cannot_modify) for t in (a, b)]
        places = [[(op, i) for op in ops for i, t in enumerate(op.inputs) if t is old] for ops, old in zip(takers, (a, b))]
        for where, new in zip(places, (b, a)):
            for op, i in where:
                op._update_input(i, new)
                changed += 1
    return changed


def _reroute_inputs(sgv0: Any, sgv1: Any, swap: bool) -> tuple[SubGraphView, SubGraphView]:
    v0, v1 = view_of(sgv0), view_of(sgv1)
    pairs = _pairs(v0.inputs, v1.inputs)
    for a, b in pairs:
        takers = [[(op, i) for op in v.ops for i, t in enumerate(op.inputs) if t is old] for v, old in ((v0, a), (v1, b))]
        for op, i in takers[1]:
            op._update_input(i, a)
        for op, i in takers[0] if swap else ():
            op._update_input(i, b)
    if swap:
        return v0._with([b for _, b in pairs], None), v1._with([a for a, _ in pairs], None)
    return v0, v1._with([a for a, _ in pairs], None)


@published("reroute")
def reroute_inputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """The second view takes the inputs of the first."""
    return _reroute_inputs(sgv0, sgv1, False)


@published("reroute")
def swap_inputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """The views take each other's inputs."""
    return _reroute_inputs(sgv0, sgv1, True)


@published("reroute")
def reroute_outputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """Who takes the second view's outputs takes the first's."""
    v0, v1 = view_of(sgv0), view_of(sgv1)
    reroute_ts(v0.outputs, v1.outputs, cannot_modify=[*v0.ops, *v1.ops])
    return v0, v1


@published("reroute")
def swap_outputs(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """Who takes the one view's outputs takes the other's."""
    v0, v1 = view_of(sgv0), view_of(sgv1)
    swap_ts(v0.outputs, v1.outputs, cannot_modify=[*v0.ops, *v1.ops])
    return v0, v1


@published("reroute")
def reroute_ios(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """The second view takes the inputs of the first, and who takes its outputs takes those of the first."""
    return reroute_inputs(*reroute_outputs(sgv0, sgv1))


@published("reroute")
def swap_ios(sgv0: Any, sgv1: Any) -> tuple[SubGraphView, SubGraphView]:
    """The views change places."""
    return swap_inputs(*swap_outputs(sgv0, sgv1))


@published("reroute")
def add_control_inputs(op: Operation, cops: Any) -> None:
    """Lets `op` wait for operations. Raises ValueError if it does so already."""
    for c in make_list_of_op(cops, allow_graph=False):
        if c in op.control_inputs:
            raise ValueError(f"{c.name} is already a control_input of {op.name}")
        op._add_control_input(c)


@published("reroute")
def remove_control_inputs(op: Operation, cops: Any) -> None:
    """Lets `op` no longer wait for operations. Raises ValueError if it does not."""
    cops = make_list_of_op(cops, allow_graph=False)
    for c in cops:
        if c not in op.control_inputs:
            raise ValueError(f"{op.name} is not a control_input of {c.name}")
    op._control_inputs = tuple(c for c in op._control_inputs if c not in cops)
    op.graph._changed()


# -- cutting off ----------------------------------------------------------------------------
@published("edit")
def detach_control_inputs(sgv: Any) -> None:
    """The view no longer waits for operations outside."""
    view = view_of(sgv)
    for op in view.ops:
        outside = [c for c in op.control_inputs if c not in view.ops]
        if outside:
            remove_control_inputs(op, outside)


@published("edit")
def detach_control_outputs(sgv: Any, control_outputs: ControlOutputs) -> None:
    """Operations outside no longer wait for the view."""
    view = view_of(sgv)
    for op in view.ops:
        for after in list(control_outputs.get(op)):
            if after not in view.ops:
                remove_control_inputs(after, op)


@published("edit")
def detach_inputs(sgv: Any, control_inputs: bool = False) -> tuple[SubGraphView, list[Tensor]]:
    """The view takes placeholders in place of its inputs: (the view, the placeholders)."""
    view = view_of(sgv)
    placeholders = []
    with view.graph.as_default():
        for t in view.inputs:
            placeholders.append(make_placeholder_from_tensor(t))
            _replace(view.ops, t, placeholders[-1])
    if control_inputs:
        detach_control_inputs(view)
    return view._with(placeholders, None), placeholders


@published("edit")
def detach_outputs(sgv: Any, control_outputs: Any = None) -> tuple[SubGraphView, list[Tensor]]:
    """Who takes the view's outputs takes placeholders: (the view, the placeholders)."""
    view = view_of(sgv)
    placeholders = []
    with view.graph.as_default():
        for t in view.outputs:
            takers = [c for c in dict.fromkeys(t.consumers()) if c not in view.ops]
            if takers:
                placeholders.append(make_placeholder_from_tensor(t))
                _replace(takers, t, placeholders[-1])
    if control_outputs is not None:
        detach_control_outputs(view, control_outputs)
    return view, placeholders


@published("edit")
def detach(
    sgv: Any, control_inputs: bool = False, control_outputs: Any = None, control_ios: Any = None
) -> tuple[SubGraphView, list[Tensor], list[Tensor]]:
    """Cuts a view off on both sides: (the view, its placeholders, those of who took its outputs)."""
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    view, inputs = detach_inputs(sgv, control_inputs)
    view, outputs = detach_outputs(view, control_outputs)
    return view, inputs, outputs


@published("edit")
def connect(sgv0: Any, sgv1: Any, disconnect_first: bool = False) -> tuple[SubGraphView, SubGraphView]:
    """The second view takes the outputs of the first as its inputs."""
    v0, v1 = view_of(sgv0), view_of(sgv1)
    if disconnect_first:
        detach_outputs(v0)
        v1, _ = detach_inputs(v1)
    for a, b in _pairs(v0.outputs, v1.inputs):
        _replace(v1.ops, b, a)
    return v0, v1._with(v0.outputs, None)


@published("edit")
def bypass(sgv: Any) -> tuple[SubGraphView, list[Tensor]]:
    """Who takes the view's outputs takes its inputs instead: (the view, its placeholders)."""
    view = view_of(sgv)
    inputs = view.inputs
    view, placeholders = detach_inputs(view)
    reroute_ts(inputs, view.outputs)
    return view, placeholders
