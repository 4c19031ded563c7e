"""Ops that pass values through or order others: identity, stop_gradient, group, tuple."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph.composite import IndexedSlices, SparseTensor
from ..graph.conversion import convert_to_tensor, to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.graph import op_of
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import op
from ..op.namespace import xp
from ..op.shapes import unchanged


@op("Identity", "input: T -> output: T", shape=unchanged)
def identity_op(input):
    """`input`."""
    return input


@public("identity")
def identity(input: Any, name: str | None = None) -> Tensor:
    """A tensor with the value of `input`, read where this op runs."""
    return identity_op(input, name=name)


def _same_shapes(inputs: Any, attrs: Any) -> list[Dims]:
    return [t._dims for t in inputs]


@public("identity_n")
@op("IdentityN", "input: *T -> output: *T", shape=_same_shapes)
def identity_n(input):
    """Tensors with the values of the list `input`."""
    return list(input)


@public("stop_gradient")
@op("StopGradient", "input: T -> output: T", shape=unchanged, differentiable=False)
def stop_gradient(input):
    """`input`, through which gradients do not flow."""
    return input


@op("PreventGradient", "input: T -> output: T", attrs={"message": ("str", "")}, shape=unchanged)
def prevent_gradient(input):
    """`input`; asking for a gradient through it is an error."""
    return input


@prevent_gradient.gradient
def _no_gradient(inputs: Any, outputs: Any, grads: Any, **attrs: Any) -> Any:
    raise LookupError("Gradient explicitly disabled.")


@public("guarantee_const")
@op("GuaranteeConst", "input: T -> output: T", shape=unchanged, differentiable=False)
def guarantee_const(input):
    """`input`, of which the caller promises that it is constant."""
    return input


@public("no_op")
@op("NoOp", " -> ")
def no_op():
    """Nothing; something to hang control dependencies on."""
    return ()


@op("CheckNumerics", "tensor: T -> output: T", T="bfloat16 half float double", stateful=True, shape=unchanged)
def check_numerics_op(tensor, *, message: str):
    """`tensor`, if all of its elements are finite."""
    arrays = xp(tensor)
    check(~arrays.isnan(tensor), f"{message} : Tensor had NaN values")
    check(~arrays.isinf(tensor), f"{message} : Tensor had Inf values")
    return tensor


@public("debugging.check_numerics", "check_numerics")
def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """`tensor`; a run in which it has an infinite element or NaN fails with `message`."""
    return check_numerics_op(tensor, message=message, name=name)


@public("debugging.assert_all_finite", "verify_tensor_all_finite")
def verify_tensor_all_finite(
    t: Any = None, msg: str | None = None, name: str | None = None, x: Any = None, message: str | None = None
) -> Tensor:
    """`x`; a run in which it has an infinite element or NaN fails with `message` (`t` and `msg` are their old names)."""
    if x is not None and t is not None:
        raise ValueError("Cannot specify both 't' and 'x'")
    if message is not None and msg is not None:
        raise ValueError("Cannot specify both 'msg' and 'message'")
    x = t if x is None else x
    message = msg if message is None else message
    with name_scope(name, "VerifyFinite", [x]):
        x = convert_to_tensor(x, name="x")
        with get_default_graph().colocate_with(x):
            checked = check_numerics_op(x, message=message)
            return with_dependencies([checked], x)


@public("add_check_numerics_ops")
def add_check_numerics_ops() -> Operation:
    """Checks every floating tensor of the graph for infinities and NaN; returns the op that runs the checks."""
    graph = get_default_graph()
    checks: list[Operation] = []
    for o in graph.get_operations():
        for t in o.outputs:
            if t.dtype.base_dtype.name in ("float16", "float32", "float64"):
                if o._context is not None:
                    raise ValueError(
                        "`tf.add_check_numerics_ops() is not compatible with TensorFlow control flow operations "
                        "such as `tf.cond()` or `tf.while_loop()`."
                    )
                with graph.control_dependencies(checks):
                    checks = [check_numerics_op(t, message=t.name).op]
    return group(*checks)


# -- order ------------------------------------------------------------------------------------
def with_dependencies(dependencies: Iterable[Any], output_tensor: Any, name: str | None = None) -> Any:
    """`output_tensor` (a tensor or IndexedSlices), available once `dependencies` have run."""
    dependencies = list(dependencies)
    graph = get_default_graph()
    with name_scope(name, "control_dependency", dependencies + [output_tensor]) as scope:
        with graph.colocate_with(output_tensor), graph.control_dependencies(dependencies):
            output_tensor = _tensor_or_slices(output_tensor)
            if isinstance(output_tensor, IndexedSlices):
                return IndexedSlices(identity_op(output_tensor.values, name=scope), output_tensor.indices, output_tensor.dense_shape)
            return _identity_of(output_tensor, scope)


def _identity_of(value: Any, name: str) -> Tensor:
    if isinstance(value, Tensor) and value.dtype.is_ref:
        from ..op.declare import OPS

        return OPS["RefIdentity"](value, name=name)
    return identity_op(value, name=name)


def _tensor_or_slices(value: Any) -> Any:
    if isinstance(value, (Tensor, IndexedSlices, SparseTensor)):
        return value
    return to_tensor(value, as_ref=True)


@public("group")
def group(*inputs: Any, **kwargs: Any) -> Operation:
    """An op that runs once all `inputs` (ops, tensors, variables, nested lists of them) have run; keyword `name`.

    Raises:
      ValueError: another keyword.
      TypeError: an input is none of these.
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError("Unknown keyword arguments: " + ", ".join(kwargs))
    flat: list[Any] = []
    _flatten(inputs, flat)
    with name_scope(name, "group_deps", flat) as scope:
        by_device: dict[str, list[Operation]] = {}
        for value in flat:
            if not hasattr(value, "device"):
                raise TypeError(f"Expected tf.group() expected Tensor arguments not '{value}' with type '{type(value)}'")
            o = value if isinstance(value, Operation) else op_of(value)
            by_device.setdefault(o.device or "", []).append(o)
        graph = get_default_graph()
        if len(by_device) <= 1:
            return _no_op_after(graph, next(iter(by_device.items()), ("", [])), scope)
        nodes = [_no_op_after(graph, row, None) for row in sorted(by_device.items())]
        with graph.control_dependencies(nodes):
            return no_op(name=scope)


def _no_op_after(graph: Any, row: tuple[str, list[Operation]], name: str | None) -> Operation:
    device, ops = row
    with graph.control_dependencies(ops):
        if device:
            with graph.device(device):
                return no_op(name=name)
        return no_op(name=name)


def _flatten(values: Any, out: list[Any]) -> None:
    for v in values:
        if isinstance(v, (list, tuple)) and not isinstance(v, Tensor):
            _flatten(v, out)
        elif isinstance(v, dict):
            _flatten([v[k] for k in sorted(v)], out)
        else:
            out.append(v)


@public("tuple")
def tuple_(tensors: Any, name: str | None = None, control_inputs: Any = None) -> list[Any]:
    """The tensors (None stays None), each available once all of them, and `control_inputs`, have been computed.

    Raises:
      ValueError: there is no tensor among `tensors`.
      TypeError: an element of `control_inputs` is neither op nor tensor.
    """
    with name_scope(name, "tuple", tensors):
        tensors = [
            t if t is None or isinstance(t, (Operation, Tensor, IndexedSlices)) or hasattr(t, "op") else convert_to_tensor(t)
            for t in tensors
        ]
        gating = [t if isinstance(t, Operation) else t.op for t in tensors if t is not None]
        for c in control_inputs or ():
            if isinstance(c, Tensor):
                c = c.op
            elif not isinstance(c, Operation):
                raise TypeError(f"Control input must be Operation or Tensor: {c}")
            gating.append(c)
        # A fixed order makes equal graphs of equal programs.
        gating = sorted(set(gating), key=lambda o: o._id)
        if not gating:
            raise ValueError(f"Must have at least one Tensor: {tensors}")
        gate = group(*gating)
        out = []
        for t in tensors:
            if isinstance(t, Operation):
                with get_default_graph().control_dependencies([gate]):
                    out.append(group(t))
            elif t is None:
                out.append(None)
            else:
                out.append(with_dependencies([gate], t))
        return out
