"""Summaries of tensors, activations and collections."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from ...graph.default_graph import get_collection
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops.casting import cast, to_float
from ...ops.elementwise import greater, less
from ...ops.reduction import reduce_mean


def _scalar(name: str, value: Any) -> Any:
    return TABLE["summary.scalar"](name, value)


def _histogram(name: str, value: Any) -> Any:
    return TABLE["summary.histogram"](name, value)


def _chosen(name_filter: str | None, tensors: Iterable[Any]) -> list[Any]:
    if name_filter is None:
        return list(tensors)
    return [t for t in tensors if re.match(name_filter, t.op.name)]


@public("contrib.layers.summarize_tensor", "contrib.layers.summaries.summarize_tensor", "contrib.slim.summarize_tensor")
def summarize_tensor(tensor: Any, tag: str | None = None) -> Tensor | None:
    """A summary of a tensor: of its value if it is a scalar, else a histogram. None for a bool scalar.

    Args:
      tensor: the tensor.
      tag: its name; the tensor's name with "_summary" if None.
    """
    if tag is None:
        tag = tensor.op.name + "_summary"
    if tensor.get_shape().ndims == 0 and tensor.dtype.base_dtype is TABLE["bool"]:
        return None
    return _scalar(tag, tensor) if tensor.get_shape().ndims == 0 else _histogram(tag, tensor)


@public("contrib.layers.summarize_activation", "contrib.layers.summaries.summarize_activation", "contrib.slim.summarize_activation")
def summarize_activation(op: Any) -> Tensor:
    """Summaries of an activation: a histogram; for relu, relu6 and softplus also how much of their input is below 0 (above 6)."""
    if op.op.type in ("Relu", "Softplus", "Relu6"):
        before = op.op.inputs[0]
        _scalar(op.op.name + "/zeros", reduce_mean(to_float(less(before, cast(0.0, op.dtype)))))
        if op.op.type == "Relu6":
            _scalar(op.op.name + "/sixes", reduce_mean(to_float(greater(before, cast(6.0, op.dtype)))))
    return _histogram(op.op.name + "/activation", op)


@public("contrib.layers.summarize_tensors", "contrib.layers.summaries.summarize_tensors", "contrib.slim.summarize_tensors")
def summarize_tensors(tensors: Iterable[Any], summarizer: Callable[[Any], Any] = summarize_tensor) -> list[Any]:
    """Summaries of several tensors."""
    return [summarizer(t) for t in tensors]


@public("contrib.layers.summarize_collection", "contrib.layers.summaries.summarize_collection", "contrib.slim.summarize_collection")
def summarize_collection(collection: Any, name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_tensor) -> list[Any]:
    """Summaries of a collection's tensors whose op names begin with what the regular expression `name_filter` matches."""
    return summarize_tensors(_chosen(name_filter, get_collection(collection)), summarizer)


@public("contrib.slim.summarize_variables", "contrib.layers.python.layers.summaries.summarize_variables")
def summarize_variables(name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_tensor) -> list[Any]:
    """Summaries of the variables."""
    return summarize_collection(GraphKeys.GLOBAL_VARIABLES, name_filter, summarizer)


@public("contrib.slim.summarize_weights", "contrib.layers.python.layers.summaries.summarize_weights")
def summarize_weights(name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_tensor) -> list[Any]:
    """Summaries of the collection "weights"."""
    return summarize_collection(GraphKeys.WEIGHTS, name_filter, summarizer)


@public("contrib.slim.summarize_biases", "contrib.layers.python.layers.summaries.summarize_biases")
def summarize_biases(name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_tensor) -> list[Any]:
    """Summaries of the collection "biases"."""
    return summarize_collection(GraphKeys.BIASES, name_filter, summarizer)


@public("contrib.layers.summarize_activations", "contrib.layers.summaries.summarize_activations", "contrib.slim.summarize_activations")
def summarize_activations(name_filter: str | None = None, summarizer: Callable[[Any], Any] = summarize_activation) -> list[Any]:
    """Summaries of the collection "activations"."""
    return summarize_collection(GraphKeys.ACTIVATIONS, name_filter, summarizer)
