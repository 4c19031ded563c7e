"""tf.custom_gradient: a function with a gradient of its own; what is built on it."""

from __future__ import annotations

import functools
import inspect
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from ..graph import dtypes
from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.graph import Graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..lower.state import variable_op
from ..ops.array import identity
from ..ops.flow import identity_n
from ..ops.gradients import gradients, register_gradient, source_of
from .variable import scope_uses_resource


@public("custom_gradient")
def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator for a function that returns (result, grad_fn): the gradient of the result is what grad_fn says.

    `grad_fn(*grad_results)` returns a gradient an argument; if `f` uses variables, it takes `variables=` and returns
    (gradients of the arguments, gradients of the variables).

    Raises (when called):
      TypeError: `f` uses variables, and grad_fn does not accept them.
      ValueError: `f` uses keyword arguments.
    """

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if kwargs:
            raise ValueError("The custom_gradient decorator currently supports keywords arguments only when eager execution is enabled.")
        return _custom(f, args)

    return decorated


def _custom(f: Callable[..., Any], args: Sequence[Any]) -> Any:
    graph = get_default_graph()
    name = f"CustomGradient-{uuid.uuid4()}"
    inputs = [to_tensor(a) for a in args]
    before = {id(v) for v in _all_variables(graph)}
    result, grad_fn = f(*inputs)
    if any(id(v) not in before and not _is_resource(v) for v in _all_variables(graph)):
        raise TypeError(
            "All variables used by `f` passed to tf.custom_gradient must be ResourceVariables. Ensure that no `variable_scope` is created "
            "with `use_resource=False`."
        )
    outputs = [to_tensor(r) for r in _flatten(result)]
    variables = _variables_used(graph, outputs, inputs)
    named, accepts = _takes_variables(grad_fn)
    if variables and not accepts:
        names = ", ".join(v.name for v in variables)
        raise TypeError(
            "If using @custom_gradient with a function that uses variables, then grad_fn must accept a 'variables' keyword argument. "
            f"Variables: {names}"
        )
    if named and not variables and not scope_uses_resource(graph):
        raise TypeError(
            "If using @custom_gradient with a function that uses variables, the enclosing variable scope must have use_resource=True."
        )

    def grad(op: Operation, *grads: Any) -> list[Any]:
        own = grads[: len(outputs)]
        if variables:
            input_grads, variable_grads = grad_fn(*own, variables=variables)
            if len(variable_grads) != len(variables):
                raise ValueError("Must return gradient for each variable from @custom_gradient grad_fn.")
        else:
            input_grads, variable_grads = grad_fn(*own), []
        # IdentityN's inputs are the results, the arguments and the variables; only the latter two get gradients.
        return [None] * len(outputs) + _flatten(input_grads) + list(variable_grads)

    register_gradient(name, grad)
    for t in outputs:
        identity(t)  # a node of the reference's that nothing uses
    with graph._attr_scope_with({"_gradient_op_type": name}):
        joined = identity_n(outputs + inputs + [source_of(v) for v in variables])
    return _pack_like(result, list(joined[: len(outputs)]))


def _all_variables(graph: Graph) -> list[Any]:
    return graph.get_collection("variables") + graph.get_collection("local_variables")


def _is_resource(variable: Any) -> bool:
    return isinstance(getattr(variable, "handle", None), Tensor) and variable.handle.dtype is dtypes.resource


def _variables_used(graph: Graph, outputs: list[Tensor], inputs: list[Tensor]) -> list[Any]:
    """The trainable resource variables that the ops from `inputs` to `outputs` read."""
    by_op = {variable_op(v.handle): v for v in graph.get_collection("trainable_variables") if _is_resource(v)}
    seen: set[Operation] = set()
    found: dict[int, Any] = {}
    stop = {t.op for t in inputs}
    todo = [t.op for t in outputs]
    while todo:
        op = todo.pop()
        if op in seen or op in stop:
            continue
        seen.add(op)
        if op in by_op:
            found[id(by_op[op])] = by_op[op]
        todo += [t.op for t in op._inputs]
    return list(found.values())


def _takes_variables(grad_fn: Callable[..., Any]) -> tuple[bool, bool]:
    """Whether `grad_fn` has a parameter `variables`, and whether it accepts one."""
    try:
        parameters = inspect.signature(grad_fn).parameters.values()
    except (TypeError, ValueError):
        return False, False
    named = any(p.name == "variables" for p in parameters)
    return named, named or any(p.kind is p.VAR_KEYWORD for p in parameters)


def _flatten(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [x for v in value for x in _flatten(v)]
    return [value]


def _pack_like(structure: Any, values: list[Any]) -> Any:
    if isinstance(structure, (list, tuple)):
        parts = [_pack_like(s, values) for s in structure]
        return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)
    return values.pop(0)


@public("grad_pass_through")
def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: the gradient of `f` is the identity, whatever `f` does."""

    @custom_gradient
    def passing(*args: Any) -> Any:
        def grad(*grads: Any, variables: Any = None) -> Any:
            own = grads[0] if len(grads) == 1 else list(grads)
            return (own, [None] * len(variables)) if variables else own

        return f(*args), grad

    return functools.wraps(f)(lambda *args: passing(*args))


@public("recompute_grad")
def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Decorator: `f` is computed again for its gradient instead of being kept."""

    @custom_gradient
    def computed(*args: Any) -> Any:
        def grad(*grads: Any, variables: Any = None) -> Any:
            again = [identity(a) for a in args]
            found = gradients(_flatten(f(*again)), again + list(variables or ()), grad_ys=list(grads))
            return (found[: len(args)], found[len(args) :]) if variables else found

        return f(*args), grad

    return functools.wraps(f)(lambda *args: computed(*args))
