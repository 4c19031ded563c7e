"""Defun (tensorflow.python.framework.function): a Python function as one of the graph, with a gradient of its own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ..graph.conversion import to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.public import public
from .custom_gradient import custom_gradient


@public("python.framework.function.Defun")
class Defun:
    """Decorator: calls of the function take tensors of the types given, and have the gradient given.

    Its ops are put into the graph at each call, in a scope of the function's name (TensorFlow keeps them in a function of the graph and
    makes one node a call).

    Args:
      input_types: the types of the arguments; none: those that they have.
      func_name: the scope's name, by default the function's.
      python_grad_func: `f(op, *grads)` returns the gradients at `op.inputs`; else they are those of the function's ops.
      grad_func: a Defun that takes the inputs and the gradients at the outputs, and returns those at the inputs.
      noinline, capture_by_value, out_names, shape_func, **kwargs: accepted.
    """

    def __init__(self, *input_types: Any, func_name: str | None = None, grad_func: Any = None, python_grad_func: Any = None, **kwargs: Any):
        if grad_func is not None and python_grad_func is not None:
            raise ValueError("Gradient defined twice for function")
        self._types = [as_dtype(t).base_dtype for t in input_types]
        self._name, self._grad, self._python_grad = func_name, grad_func, python_grad_func

    def __call__(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function that takes `func`'s place."""
        name = self._name or getattr(func, "__name__", "function")

        @functools.wraps(func)
        def call(*args: Any, name: str = name, **kwargs: Any) -> Any:
            if self._types and len(args) != len(self._types):
                raise ValueError(f"Expected number of arguments: {len(self._types)}, received: {len(args)}")
            with name_scope(name):
                types = self._types or [None] * len(args)
                inputs = [to_tensor(a, t) for a, t in zip(args, types)]
                own = self._grad is not None or self._python_grad is not None
                found = custom_gradient(self._with_gradient(func))(*inputs) if own else func(*inputs)
            return found[0] if isinstance(found, (list, tuple)) and len(found) == 1 else found

        call.name = name  # type: ignore[attr-defined]
        return call

    def _with_gradient(self, func: Callable[..., Any]) -> Callable[..., Any]:
        def computed(*inputs: Any) -> Any:
            result = func(*inputs)
            outputs = list(result) if isinstance(result, (list, tuple)) else [result]

            def grad(*grads: Any, **more: Any) -> Any:
                if self._grad is not None:
                    found = self._grad(*inputs, *grads)
                else:
                    found = self._python_grad(SimpleNamespace(inputs=list(inputs), outputs=outputs), *grads)
                # Variables inside get no gradient: they are no inputs of the function.
                return (found, [None] * len(more["variables"])) if more.get("variables") else found

            return result, grad

        return computed
