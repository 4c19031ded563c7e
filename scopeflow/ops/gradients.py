"""tf.gradients and what changes it: registered gradients and overrides; tf.hessians.

A gradient is one `Gradients` node under `gradients/`, lowered by lower/gradient.py. Ops with a gradient function of
the user's own split it: the function is called while building, between the node that gives the gradients at the op's
outputs and the node that goes on from its inputs.
"""

from __future__ import annotations

import collections
import enum
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import IndexedSlices
from ..graph.conversion import make_constant, to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims, TensorShape
from ..lower.gradient import BRANCHES, LOOPS, PASS_SPARSE, is_differentiable_type, joins_within_rows
from ..lower.own_gradients import ARRIVING, MADE_BY_GRADIENT, OWN_GRADIENT, OwnGradient
from ..lower.regions import Region, organize
from ..lower.state import REGIONS, variable_op
from ..op.declare import OPS, make_node
from .gradient_names import gradient_names

GradientFunction = Callable[..., Any]
#: gradients made of ops, registered by users or here: name -> function(op, *grads), None for "not differentiable"
_registered: dict[str, GradientFunction | None] = {}


@public("AggregationMethod")
class AggregationMethod:
    """How gradients are summed; accepted by tf.gradients, where XLA decides."""

    ADD_N = 0
    DEFAULT = ADD_N
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


@public("UnconnectedGradients")
class UnconnectedGradients(enum.Enum):
    """What the gradient of an x that no y depends on is: None or zeros."""

    NONE = "none"
    ZERO = "zero"


@public("RegisterGradient")
class RegisterGradient:
    """Decorator that registers `function(op, *grads)` as the gradient of an op type or of an override's name.

    Raises (when decorating):
      KeyError: a gradient is registered under that name already.
    """

    def __init__(self, op_type: str):
        if not isinstance(op_type, str):
            raise TypeError("op_type must be a string")
        self._op_type = op_type

    def __call__(self, f: GradientFunction) -> GradientFunction:
        register_gradient(self._op_type, f)
        return f


def register_gradient(name: str, function: GradientFunction | None) -> None:
    """Registers the gradient of an op type or override. Raises KeyError if it has one."""
    if name in _registered or name in OPS:
        raise KeyError(f"Registering two gradient with name '{name}'! (A gradient of that name is registered already.)")
    _registered[name] = function


def register_own_gradient(op_type: str) -> Callable[[GradientFunction], GradientFunction]:
    """Decorator: the gradient of a declared op whose kernel cannot be differentiated, as a function that adds ops to the graph."""

    def register(function: GradientFunction) -> GradientFunction:
        _registered[op_type] = function
        return function

    return register


@public("NotDifferentiable", "no_gradient", "NoGradient")
def NotDifferentiable(op_type: str) -> None:  # noqa: N802
    """Declares that gradients do not flow through ops of `op_type`."""
    if not isinstance(op_type, str):
        raise TypeError("op_type must be a string")
    register_gradient(op_type, None)


def _user_gradient(op: Operation) -> GradientFunction | None:
    """The gradient function that stands in place of `op`'s own, if there is one."""
    name = op.attrs.get("_gradient_op_type")
    if name is not None:
        if name in _registered:
            return _registered[name] or _none_gradient
        if name in OPS:
            return functools.partial(_gradient_of_type, name)
        raise LookupError(f"gradient registry has no entry for: {name} (op {op.name!r}, defined at {op.defined_at})")
    found = _registered.get(op.type)
    return found if found is not None or op.type not in _registered else _none_gradient


def _none_gradient(op: Operation, *grads: Any) -> list[None]:
    return [None] * len(op.inputs)


#: gradients that the reference computes from the op's output, so that they mean something else on an op of another type
_OF_OUTPUT: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "Tanh": lambda y, g: g * (1.0 - y * y),
    "Sigmoid": lambda y, g: g * y * (1.0 - y),
    "Exp": lambda y, g: g * y,
    "Sqrt": lambda y, g: g * 0.5 / y,
    "Reciprocal": lambda y, g: -g * y * y,
}


def _gradient_of_type(op_type: str, op: Operation, *grads: Any) -> list[Any]:
    """The gradient that an op of another type has on the same inputs."""
    if op_type in _OF_OUTPUT:
        return [_OF_OUTPUT[op_type](op.outputs[0], grads[0])]
    attrs = {k: v for k, v in op.attrs.items() if not k.startswith("_") and k in OPS[op_type].attr_kinds}
    stand_in = make_node(op.graph, op_type, tuple(op.inputs), None, op_type, attrs)
    return _pull(
        list(zip(stand_in.outputs, grads)),
        list(op.inputs),
        frozenset(),
        frozenset(),
        (op.graph.get_name_scope() or "gradients") + "/",
        False,
    )


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


@public("gradients")
def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: UnconnectedGradients = UnconnectedGradients.NONE,
) -> list[Any]:
    """The gradients of the sum of `ys` with respect to each x in `xs`.

    Args:
      ys, xs: tensors or variables, or lists of them.
      grad_ys: for each y, the gradient that flows into it, ones if None.
      colocate_gradients_with_ops, gate_gradients, aggregation_method: accepted; XLA decides.
      stop_gradients: tensors to treat as constants.
      unconnected_gradients: what an x that no y depends on gets.

    Returns:
      A Tensor an x; IndexedSlices where it is only gathered from; None where no y depends on it.

    Raises:
      LookupError: an op on the way has no gradient function, or an override that is not registered.
      TypeError, ValueError: wrong types or numbers of arguments.
    """
    unconnected = UnconnectedGradients(unconnected_gradients)
    ys, xs = _as_list(ys), _as_list(xs)
    stops = [] if stop_gradients is None else _as_list(stop_gradients)
    given = xs
    grads = [None] * len(ys) if grad_ys is None else _as_list(grad_ys)
    if len(grads) != len(ys):
        raise ValueError(f"Passed {len(grads)} grad_ys for {len(ys)} ys")
    with name_scope(name, "gradients", ys + xs + stops + [g for g in grads if g is not None]) as scope:
        ys = [_target(y) for y in ys]
        xs = [source_of(x) for x in xs]
        stop_set = frozenset(source_of(s) for s in stops)
        flows = _start(ys, grads)
        barriers = _barriers([y for y, _ in flows], xs, stop_set)
        fixed = frozenset(barriers)
        for op in barriers:
            flows += _through_user_gradient(op, flows, stop_set, fixed, scope)
        out = _pull(flows, xs, stop_set, fixed, scope, gate_gradients)
    if unconnected is UnconnectedGradients.ZERO:
        from .array import zeros_like

        out = [zeros_like(x) if g is None else g for g, x in zip(out, given)]
    return out


def _target(y: Any) -> Tensor:
    if isinstance(y, IndexedSlices):
        return y.values
    return to_tensor(y, None, "y")


def source_of(x: Any) -> Tensor:
    """The tensor that stands for an x: a variable's reference or handle."""
    if isinstance(x, IndexedSlices):
        return x.values
    handle = getattr(x, "handle", None)
    if isinstance(handle, Tensor) and handle.dtype.base_dtype is dtypes.resource:
        return handle
    return to_tensor(x, None, "x", as_ref=True)


def _start(ys: list[Tensor], grads: list[Any]) -> list[tuple[Tensor, Any]]:
    """(y, gradient tensor) pairs, with the constants that stand for gradients not given."""
    flows: list[tuple[Tensor, Any]] = []
    for i, (y, g) in enumerate(zip(ys, grads)):
        base = y.dtype.base_dtype
        if g is None:
            if base.is_complex:
                raise TypeError(f"Gradients of complex tensors must set grad_ys (y.dtype = {y.dtype!r})")
            if base.is_bool:
                raise TypeError("Expected bool, got 1 of type 'int' instead.")  # the reference's text: it makes ones of y's type
            if not base.is_floating:
                continue
            flows.append((y, _ones_of(y, i)))
            continue
        if isinstance(g, IndexedSlices):
            g = to_tensor(g, None, f"grad_ys_{i}")
        else:
            g = to_tensor(g, base if not isinstance(g, Tensor) else None, f"grad_ys_{i}")
        if g.dtype.base_dtype != base:
            if base.is_floating or base.is_complex:
                raise TypeError(
                    f"Gradient type {g.dtype.name} generated for real tensor {y} with type {y.dtype.name} must be real or the same: {g}"
                )
        flows.append((y, g))
    return flows


def _ones_of(y: Tensor, index: int) -> Tensor:
    """A tensor of ones in y's shape, made of the reference's nodes."""
    from .array import fill, shape

    dims = shape(y)
    one = make_constant(np.ones((), y.dtype.base_dtype.np_dtype), y.dtype.base_dtype, f"grad_ys_{index}")
    return fill(dims, one, name="Fill")


# -- which ops lie between ------------------------------------------------------------
def _between(
    ys: Iterable[Tensor], xs: Sequence[Tensor], stops: frozenset[Tensor], fixed: frozenset[Operation]
) -> tuple[list[Operation], set[Tensor], set[Tensor]]:
    """(ops from xs to ys that gradients go through, tensors that depend on xs, tensors that gradients arrive at)."""
    ys = list(ys)
    order, owner = _ancestors([y.op for y in ys])
    active: set[Tensor] = set(xs)
    carrying: list[Any] = []
    for op in order:
        if op in fixed or not _differentiable(op):
            continue
        if any(t in active and t not in stops for t in _inputs_with_gradient(op)):
            carrying.append(op)
            active.update(_reached_in(op, active) if op.type in REGIONS else (t for t in op.outputs if is_differentiable_type(t)))
    arriving: set[Tensor] = set(ys)
    between: list[Any] = []
    for op in reversed(carrying):
        if any(t in arriving and t not in stops for t in op.outputs):
            between.append(op)
            if op.type in REGIONS:
                arriving.update(_arriving_in(op, active, arriving))
            else:
                arriving.update(t for t in _inputs_with_gradient(op) if t in active)
    return _in_order_of_arrival(between, ys, owner), active, arriving


def _ancestors(ops: list[Operation]) -> tuple[list[Any], dict[Operation, Region]]:
    """(`ops` and all that they depend on, each after what it depends on; the loop that each op of a loop belongs to).

    Loops stand as regions among them. (Ops in a branch are older than their inputs.)
    """
    found: dict[Operation, None] = {}
    open_ = list(ops)
    while open_:
        op = open_.pop()
        if op not in found:
            found[op] = None
            open_ += [t.op for t in _dependencies(op)]
    owner: dict[Operation, Region] = {}
    if any(op.type in ("Exit", "RefExit") for op in found):
        # Inside a loop's body, its own ops are single ones.
        level = ops[0].graph._control_flow_context
        owner = organize(sorted(found, key=lambda op: op._id), level, lambda key: True, ordered=False).owner
    out: dict[Any, None] = {}
    entered: set[Any] = set()
    todo = [(owner.get(op, op), False) for op in ops]
    while todo:
        op, done = todo.pop()
        if done:
            out.setdefault(op)
        elif op not in entered:
            entered.add(op)
            todo.append((op, True))
            todo += [(u, False) for t in _dependencies(op) if (u := owner.get(t.op, t.op)) not in entered]
    return list(out), owner


def _in_order_of_arrival(between: list[Any], ys: list[Tensor], owner: dict[Operation, Region]) -> list[Any]:
    """`between` such that going through it backwards takes each op when the gradients at its outputs are complete, first
    come, first served. The order in which the reference sums gradients, and so the rows of IndexedSlices, follow it.
    """
    inside = set(between)
    waiting = dict.fromkeys(between, 0)
    for op in between:
        for t in _dependencies(op):
            u = owner.get(t.op, t.op)
            if u in inside:
                waiting[u] += 1
    starts = dict.fromkeys(owner.get(y.op, y.op) for y in ys)
    queue = collections.deque(op for op in starts if op in inside and not waiting[op])
    out: list[Any] = []
    while queue:
        op = queue.popleft()
        out.append(op)
        for t in _dependencies(op):
            u = owner.get(t.op, t.op)
            if u in inside:
                waiting[u] -= 1
                if not waiting[u]:
                    queue.append(u)
    out.reverse()
    return out


def _reached_in(region: Region, active: set[Tensor]) -> list[Tensor]:
    """The outputs of a loop that depend on tensors of `active`."""
    inside = _active_in(region, active)
    return [t for t in region.outputs if t in inside]


def _active_in(region: Region, active: set[Tensor]) -> set[Tensor]:
    """What in a loop depends, differentiably, on tensors of `active`, round and round."""
    inside = {t for t in region._inputs if t in active}
    before = -1
    while len(inside) != before:
        before = len(inside)
        for op in region.ops:
            if _differentiable(op) and any(t in inside for t in _inputs_with_gradient(op)):
                inside.update(t for t in op.outputs if is_differentiable_type(t))
    return inside


def _arriving_in(region: Region, active: set[Tensor], arriving: set[Tensor]) -> list[Tensor]:
    """The inputs of a loop at which gradients arrive that come in through outputs of `arriving`."""
    inside = _active_in(region, active)
    found = {t for t in region.outputs if t in arriving}
    before = -1
    while len(found) != before:
        before = len(found)
        for op in reversed(region.ops):
            if any(t in found for t in op.outputs) and _differentiable(op):
                found.update(t for t in _inputs_with_gradient(op) if t in inside)
    return [t for t in region._inputs if t in found]


def _inputs_with_gradient(op: Operation) -> list[Tensor]:
    """What the op, or loop, depends on that gradients can flow to."""
    blocked = op.spec.no_gradient if op.spec is not None else ()
    if blocked:
        return [t for t, name in zip(op._inputs, op.spec.flat_input_names(op)) if name not in blocked and is_differentiable_type(t)]
    return [t for t in _dependencies(op) if is_differentiable_type(t)]


def _differentiable(op: Any) -> bool:
    if op.type in REGIONS:
        return op.contexts[0].back_prop
    if op.type in LOOPS or op.type == "Gradients" or op.type in PASS_SPARSE or op.type in BRANCHES:
        return True
    if op.attrs.get("_gradient_op_type") is not None or op.type in _registered:
        return True
    spec = op.spec
    if spec is not None and spec.gradient_missing:
        return True  # gradients that get there raise
    return spec is not None and spec.differentiable and spec.kernel is not None and not spec.writes and not spec.host


def _barriers(ys: list[Tensor], xs: list[Tensor], stops: frozenset[Tensor]) -> list[Operation]:
    """The ops between xs and ys with gradient functions of their own, last one first."""
    between, active, _ = _between(ys, xs, stops, frozenset())
    barriers = [op for op in between if op.attrs.get("_gradient_op_type") is not None or op.type in _registered]
    for op in between:
        if op.type in REGIONS:
            _prepare_in_loop(op, active)
    _require_gradient_functions(ys, xs, stops)
    return sorted(barriers, key=lambda op: -op._id)


def _require_gradient_functions(ys: list[Tensor], xs: list[Tensor], stops: frozenset[Tensor]) -> None:
    """Raises LookupError where a gradient arrives at an op that depends on xs and has no gradient function.

    That the op depends on them through others that stop gradients makes no difference to the reference.
    """
    order, _ = _ancestors([y.op for y in ys])
    if not any(op.spec is not None and op.spec.gradient_missing for op in order):
        return
    depending: set[Tensor] = set(xs)
    for op in order:
        if any(t in depending and t not in stops for t in _dependencies(op)):
            depending.update(_reached_in(op, depending) if op.type in REGIONS else (t for t in op.outputs if is_differentiable_type(t)))
    arriving = set(ys)
    for op in reversed(order):
        if not any(t in arriving and t not in stops for t in op.outputs) or not any(t in depending for t in _dependencies(op)):
            continue
        own = op.attrs.get("_gradient_op_type") is not None or op.type in _registered
        if op.spec is not None and op.spec.gradient_missing and not own:
            raise LookupError(f"No gradient defined for operation '{op.name}' (op type: {op.type})")
        if op.type in REGIONS:
            arriving.update(_arriving_in(op, depending, arriving))
        elif _differentiable(op):
            arriving.update(t for t in _inputs_with_gradient(op) if t in depending)


def _prepare_in_loop(region: Region, active: set[Tensor]) -> None:
    """Calls the gradient functions of the user's own for the ops in a loop that gradients go through, once each.

    Raises LookupError for an op that has no gradient.
    """
    inside = _active_in(region, active)
    for op in region.ops:
        if not any(t in inside for t in _inputs_with_gradient(op)) or not _differentiable(op):
            continue
        if not any(is_differentiable_type(t) for t in op.outputs):
            continue  # no gradient can get there
        if op.attrs.get("_gradient_op_type") is None and op.type not in _registered:
            if op.spec is not None and op.spec.gradient_missing:
                raise LookupError(f"No gradient defined for operation '{op.name}' (op type: {op.type})")
            continue
        if OWN_GRADIENT not in op.attrs:
            op.attrs[OWN_GRADIENT] = _own_gradient(op)
            op.graph._changed()


def _own_gradient(op: Operation) -> OwnGradient:
    """The nodes of `op`'s own gradient function, made where the op lies."""
    graph = op.graph
    first = graph._last_id
    with graph.control_dependencies(None), name_scope(op.name + "_grad"):
        graph._control_flow_context = op._context
        try:
            arriving = [graph.add_op(ARRIVING, None, (), {}, (t.dtype.base_dtype,), [t._dims], "arriving").outputs[0] for t in op.outputs]
            result = _as_list(_user_gradient(op)(op, *arriving))
            results = [None if g is None else to_tensor(g, None, "grad") for g in result]
        finally:
            graph._control_flow_context = None
    if len(results) != len(op.inputs):
        raise ValueError(f"Num gradients {len(results)} generated for op {op.node_def} do not match num inputs {len(op.inputs)}")
    # What enters the loop for it is the loop's.
    nodes = [n for n in graph._ops.values() if n._id > first and n.type not in ("Enter", "RefEnter") and n._context is not None]
    for n in nodes:
        n.attrs[MADE_BY_GRADIENT] = True
    return OwnGradient(arriving, results, nodes)


def _through_user_gradient(
    op: Operation, flows: list[tuple[Tensor, Any]], stops: frozenset[Tensor], fixed: frozenset[Operation], scope: str
) -> list[tuple[Tensor, Any]]:
    """Calls `op`'s own gradient function on what arrives at its outputs; gives (input, gradient) pairs."""
    function = _user_gradient(op)
    grads = _pull(flows, list(op.outputs), stops, fixed, scope, False)
    if all(g is None for g in grads):
        return []
    from .array import zeros_like

    with name_scope(op.name + "_grad"):
        filled = [zeros_like(t) if g is None and _holds_numbers(t) else g for g, t in zip(grads, op.outputs)]
        result = function(op, *filled)
    result = _as_list(result)
    if len(result) != len(op.inputs):
        raise ValueError(f"Num gradients {len(result)} generated for op {op.node_def} do not match num inputs {len(op.inputs)}")
    out = []
    for t, g in zip(op.inputs, result):
        if g is not None:
            out.append((t, to_tensor(g, None, "grad")))
    return out


def _holds_numbers(t: Tensor) -> bool:
    return is_differentiable_type(t) and t.dtype.base_dtype is not dtypes.resource


def _pull(
    flows: list[tuple[Tensor, Any]], xs: list[Tensor], stops: frozenset[Tensor], fixed: frozenset[Operation], scope: str, gate: bool
) -> list[Any]:
    """One Gradients node from `flows` to `xs`; a Tensor, IndexedSlices or None an x."""
    flows = [(y, g) for y, g in flows if g is not None]
    if not flows:
        return [None] * len(xs)
    between, active, arriving = _between([y for y, _ in flows], xs, stops, fixed)
    connected = [x for x in dict.fromkeys(xs) if x in arriving and (x in active)]
    starts = {y for y, _ in flows}
    connected = [x for x in connected if x in starts or any(x in _dependencies(b) for b in between)]
    if not connected:
        return [None] * len(xs)
    sparse = _sparse_tensors(between, active, stops, starts)
    node = _gradients_node(flows, connected, between, active, stops, sparse)
    from .array import identity

    names = gradient_names(connected, between, stops, starts, gate)
    at = 0
    by_x: dict[Tensor, Any] = {}
    # The names are whole paths: several of them lie in one gradient function's scope.
    with name_scope(None):
        for x in connected:
            label = scope + names[x]
            if x in sparse:
                values = identity(node.outputs[at], name=label)
                indices = identity(node.outputs[at + 1], name=label)
                by_x[x] = IndexedSlices(values, indices, _dense_shape(x, label))
                at += 2
            else:
                by_x[x] = identity(node.outputs[at], name=label)
                at += 1
    return [by_x.get(x) for x in xs]


def _dense_shape(x: Tensor, label: str) -> Tensor:
    """The shape of the table that rows belong to."""
    dims = _dims_of(x)
    if dims is not None and None not in dims:
        return make_constant(np.array(dims, np.int32), dtypes.int32, label.rpartition("/")[0] + "/Cast")
    from .array import shape

    if x.dtype.base_dtype is dtypes.resource:
        raise ValueError(f"The gradient of {x.op.name} is IndexedSlices, for which its shape must be known; it is {TensorShape(dims)}.")
    return shape(x, name=label.rpartition("/")[0] + "/Cast")


def _dims_of(x: Tensor) -> Dims:
    if x.dtype.base_dtype is dtypes.resource:
        root = variable_op(x)
        shape = None if root is None else root.attrs.get("shape")
        return None if shape is None else TensorShape(shape)._dims
    return x._dims


def _dtype_of(x: Tensor) -> dtypes.DType:
    if x.dtype.base_dtype is dtypes.resource:
        return variable_op(x).attrs["dtype"].base_dtype
    return x.dtype.base_dtype


def _sparse_tensors(
    between: list[Operation], active: set[Tensor], stops: frozenset[Tensor], starts: set[Tensor]
) -> dict[Tensor, list[Tensor]]:
    """The tensors whose gradient is IndexedSlices, as all that arrives comes from gathers; with the gathers' indices."""
    sparse: dict[Tensor, list[Tensor]] = {}
    is_dense: set[Tensor] = set(starts)
    arriving: set[Tensor] = set(starts)
    for op in reversed(between):
        if not any(t in arriving and t not in stops for t in op.outputs):
            continue
        rule = op.spec.sparse_rule(op) if op.spec is not None and op.spec.sparse_rule is not None else None
        wanted = [i for i, t in enumerate(op._inputs) if t in active and is_differentiable_type(t)]
        for i in wanted:
            t = op._inputs[i]
            arriving.add(t)
            if rule is not None and wanted == [rule[0]]:
                sparse.setdefault(t, []).append(op._inputs[rule[1]])
            elif op.outputs[0] in sparse and op.outputs[0] not in is_dense and _keeps_rows(op):
                sparse.setdefault(t, []).extend(sparse[op.outputs[0]])
            else:
                is_dense.add(t)
    return {t: i for t, i in sparse.items() if t not in is_dense}


def _keeps_rows(op: Operation) -> bool:
    """Whether a gradient of rows alone is one for what `op` reads, too."""
    return op.type in PASS_SPARSE or (op.type == "ConcatV2" and joins_within_rows(op))


def _total_size(indices: list[Tensor]) -> int | None:
    """How many indices there are, if that is known."""
    sizes = [t.shape.num_elements() for t in indices]
    return None if None in sizes else sum(sizes)


#: ops whose gradient depends on no value, and ops (with two inputs) whose gradient at one input depends on the other alone
_LINEAR = frozenset(
    (
        "Add AddV2 Sub Neg Identity IdentityN Reshape Transpose Sum "
        "Mean ConcatV2 Pack Unpack Split SplitV StridedSlice Slice Pad "
        "Tile ExpandDims Squeeze BiasAdd AddN Cast GatherV2 ResourceGather GatherNd "
        "ReverseV2 Cumsum Real Imag Complex Conj Fill BroadcastTo ReadVariableOp "
        "Enter RefIdentity AvgPool MatrixDiag MatrixDiagPart Diag DiagPart SpaceToDepth DepthToSpace "
        "UnsortedSegmentSum SegmentSum "
    ).split()
)
_BILINEAR = frozenset("Mul MatMul BatchMatMul BatchMatMulV2 Conv2D Conv3D DepthwiseConv2dNative".split())


def _values_used(between: list[Operation], active: set[Tensor]) -> dict[Tensor, None]:
    """The tensors whose values the way back through `between` depends on."""
    used: dict[Tensor, None] = {}
    for op in between:
        if op.type == "Gradients":
            used.update(dict.fromkeys(op.attrs["$uses"]))
        elif op.type in _BILINEAR:
            a, b = op._inputs
            used.update(dict.fromkeys(([b] if a in active else []) + ([a] if b in active else [])))
        elif op.type not in _LINEAR:
            used.update(dict.fromkeys(op._inputs))
    return used


def _dependencies(op: Operation) -> Any:
    """The tensors that an op's results depend on."""
    return op.attrs["$uses"] if op.type == "Gradients" else op._inputs


def _gradients_node(
    flows: list[tuple[Tensor, Any]],
    xs: list[Tensor],
    between: list[Operation],
    active: set[Tensor],
    stops: frozenset[Tensor],
    sparse: dict[Tensor, list[Tensor]],
) -> Operation:
    graph = xs[0].graph
    ys, grad_ys = [y for y, _ in flows], [g for _, g in flows]
    types: list[Any] = []
    dims: list[Dims] = []
    for x in xs:
        types.append(_dtype_of(x))
        own = _dims_of(x)
        if x in sparse:
            types.append(sparse[x][0].dtype.base_dtype)
            rows = _total_size(sparse[x])
            dims += [None if own is None else (rows, *own[1:]), (rows,)]
        else:
            dims.append(own)
    attrs = {
        "$ys": ys,
        "$grad_ys": grad_ys,
        "$xs": xs,
        "$between": between,
        "$active": frozenset(active),
        "$stops": stops,
        "$sparse": [x in sparse for x in xs],
        "$uses": tuple(dict.fromkeys([*_values_used(between, active), *grad_ys])),
        "N": len(xs),
    }
    inputs = tuple(dict.fromkeys([*ys, *grad_ys, *xs]))
    with graph._without_overrides():
        return graph.add_op("Gradients", None, inputs, attrs, tuple(types), dims, "Gradients")


# -- hessians -------------------------------------------------------------------------
@public("hessians")
def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
) -> list[Tensor]:
    """For each x, the matrix of second derivatives of the sum of `ys`: shape x.shape + x.shape.

    Raises:
      ValueError: no y depends on an x, or an x's static shape is not fully defined.
    """
    from .array import gather, reshape, stack, zeros

    xs = _as_list(xs)
    out = []
    firsts = gradients(ys, xs, name=name)
    for x, first in zip(xs, firsts):
        if first is None:
            raise ValueError(f"hessians: no y depends on {x}")
        x = to_tensor(x)
        size = x.shape.num_elements()
        if size is None:
            raise ValueError(f"hessians: the static shape of {x} must be fully defined, is {x.shape}. Set it with set_shape.")
        flat = reshape(to_tensor(first), [-1])
        rows = []
        for i in range(size):
            (row,) = gradients(gather(flat, i), x)
            rows.append(zeros([size], x.dtype.base_dtype) if row is None else reshape(to_tensor(row), [-1]))
        dims = x.shape.as_list()
        out.append(reshape(stack(rows), dims + dims, name=name))
    return out
