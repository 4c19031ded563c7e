"""Arguments that layers share: sizes of windows, paddings, data formats; and functions made from layer classes."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..graph.public import export
from ..ops.nn.window import FORMATS


def window_tuple(value: Any, n: int, name: str) -> tuple[Any, ...]:
    """An int, or `n` of them, as a tuple. Raises ValueError for anything else."""
    if isinstance(value, int):
        return (value,) * n
    text = f"The `{name}` argument must be a tuple of {n} integers. Received: {value}"
    try:
        out = tuple(value)
    except TypeError:
        raise ValueError(text) from None
    if len(out) != n:
        raise ValueError(text)
    for item in out:
        try:
            int(item)
        except (TypeError, ValueError):
            raise ValueError(f"{text} including element {item} of type {type(item)}") from None
    return out


def padding_name(value: Any) -> Any:
    """`value` in lower case: "valid", "same" or "causal"; lists and tuples as they are. Raises ValueError for another."""
    if isinstance(value, (list, tuple)):
        return value
    padding = value.lower()
    if padding not in ("valid", "same", "causal"):
        raise ValueError(
            f'The `padding` argument must be a list/tuple or one of "valid", "same" (or "causal", only for `Conv1D). Received: {padding}'
        )
    return padding


def data_format_name(value: str | None) -> str:
    """`value` in lower case: "channels_last" (the default) or "channels_first". Raises ValueError for another."""
    data_format = "channels_last" if value is None else value.lower()
    if data_format not in ("channels_first", "channels_last"):
        raise ValueError(f'The `data_format` argument must be one of "channels_first", "channels_last". Received: {value}')
    return data_format


def op_data_format(data_format: str, rank: int) -> str:
    """The ops' name ("NHWC", "NCHW", ...) for a layer's data format, with `rank` spatial dimensions."""
    return FORMATS[rank][data_format == "channels_first"]


def functional(layer: type, *names: str) -> Callable[..., Any]:
    """The function that makes a layer and calls it once: `inputs`, the constructor's arguments and, where it shares variables, `reuse`.

    It is published under `names`.
    """
    shares = hasattr(layer, "add_weight") and "trainable" in inspect.signature(layer).parameters
    parameters = [inspect.Parameter("inputs", inspect.Parameter.POSITIONAL_OR_KEYWORD)]
    parameters += [p for p in inspect.signature(layer).parameters.values() if p.kind is not p.VAR_KEYWORD]
    if shares:
        parameters.append(inspect.Parameter("reuse", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None))
    signature = inspect.Signature(parameters)

    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{function.__name__}() {error}") from None
        inputs = given.pop("inputs")
        if shares:
            given.update(_scope=given.get("name"), _reuse=given.pop("reuse", None))
        return layer(**given).apply(inputs)

    function.__name__ = function.__qualname__ = names[0].rpartition(".")[2]
    function.__module__ = layer.__module__
    function.__signature__ = signature  # type: ignore[attr-defined]
    function.__doc__ = f"`tf.layers.{layer.__name__}`, called once on `inputs`; with `reuse`, it shares the variables of that name."
    if not shares:
        function.__doc__ = f"`tf.layers.{layer.__name__}`, called on `inputs`."
    return export(function, *names)
