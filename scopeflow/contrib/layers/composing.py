"""repeat and stack: layers on layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.public import public
from ...scopes import variable_scope
from ..framework.arg_scope import add_arg_scope


def _name_of(layer: Any, default: str) -> str:
    if hasattr(layer, "__name__"):
        return layer.__name__
    function = getattr(layer, "func", None)
    return function.__name__ if hasattr(function, "__name__") else default


@public("contrib.layers.repeat", "contrib.slim.repeat")
@add_arg_scope
def repeat(inputs: Any, repetitions: int, layer: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A layer applied `repetitions` times over, each time to the last result, with variables of its own.

    Args:
      inputs: of the first layer.
      repetitions: how often.
      layer: a layer that takes `scope`; the scopes are numbered from 1: "conv/conv_1", "conv/conv_2".
      args, kwargs: the layer's arguments; `scope` names the scope, which is made of the layer's name otherwise.
    """
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, "Repeat", [inputs]):
        outputs = convert_to_tensor(inputs)
        if scope is None:
            scope = _name_of(layer, "repeat")
        for i in range(repetitions):
            kwargs["scope"] = scope + "_" + str(i + 1)
            outputs = layer(outputs, *args, **kwargs)
        return outputs


@public("contrib.layers.stack", "contrib.slim.stack")
@add_arg_scope
def stack(inputs: Any, layer: Callable[..., Any], stack_args: Sequence[Any], **kwargs: Any) -> Any:
    """A layer applied once for each element of `stack_args`, each time to the last result.

    Args:
      inputs: of the first layer.
      layer: a layer that takes `scope`; the scopes are numbered from 1.
      stack_args: the positional arguments of each: a list or tuple of them, or one alone.
      kwargs: further arguments of all; `scope` names the scope, which is made of the layer's name otherwise.

    Raises:
      ValueError: `stack_args` is no list or tuple.
    """
    scope = kwargs.pop("scope", None)
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError("stack_args need to be a list or tuple")
    with variable_scope(scope, "Stack", [inputs]):
        outputs = convert_to_tensor(inputs)
        if scope is None:
            scope = _name_of(layer, "stack")
        for i, given in enumerate(stack_args):
            kwargs["scope"] = scope + "_" + str(i + 1)
            outputs = layer(outputs, *(given if isinstance(given, (list, tuple)) else [given]), **kwargs)
        return outputs
