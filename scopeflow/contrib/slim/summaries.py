"""slim.summaries: summaries called after their tensors, with a prefix."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...graph.default_graph import add_to_collection
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops.nn.activation import zero_fraction


def _name(tensor: Any, name: str | None, prefix: str | None, postfix: str | None = None) -> str:
    name = name or tensor.op.name
    if prefix:
        name = prefix + "/" + name
    return name + "/" + postfix if postfix else name


def _printed(summary: Tensor, value: Any, name: str, wanted: bool) -> Tensor:
    """The summary, which prints the value when it is computed if that is wanted."""
    if wanted:
        summary = TABLE["Print"](summary, [value], name)
        add_to_collection(GraphKeys.SUMMARIES, summary)
    return summary


@public("contrib.slim.summaries.add_histogram_summary")
def add_histogram_summary(tensor: Any, name: str | None = None, prefix: str | None = None) -> Tensor:
    """A histogram of a tensor, called `prefix`/`name`; the tensor's name if `name` is None."""
    return TABLE["summary.histogram"](_name(tensor, name, prefix), tensor)


@public("contrib.slim.summaries.add_image_summary")
def add_image_summary(tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False) -> Tensor:
    """A summary of images; see `add_scalar_summary`."""
    full = _name(tensor, name, prefix)
    # Printed, it is listed among the summaries only as what prints it.
    summary = TABLE["summary.image"](name=full, tensor=tensor, **({"collections": []} if print_summary else {}))
    return _printed(summary, tensor, full, print_summary)


@public("contrib.slim.summaries.add_scalar_summary")
def add_scalar_summary(tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False) -> Tensor:
    """A summary of a scalar, called `prefix`/`name`.

    Args:
      name: the tensor's name if None.
      prefix: what the name begins with.
      print_summary: whether the value is also printed.
    """
    full = _name(tensor, name, prefix)
    summary = TABLE["summary.scalar"](name=full, tensor=tensor, **({"collections": []} if print_summary else {}))
    return _printed(summary, tensor, full, print_summary)


@public("contrib.slim.summaries.add_zero_fraction_summary")
def add_zero_fraction_summary(tensor: Any, name: str | None = None, prefix: str | None = None, print_summary: bool = False) -> Tensor:
    """A summary of how much of a tensor is zero, called `prefix`/`name`/Fraction_of_Zero_Values; see `add_scalar_summary`."""
    full = _name(tensor, name, prefix, "Fraction_of_Zero_Values")
    return add_scalar_summary(zero_fraction(tensor), full, print_summary=print_summary)


@public("contrib.slim.summaries.add_histogram_summaries")
def add_histogram_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Tensor]:
    """`add_histogram_summary` of each."""
    return [add_histogram_summary(t, prefix=prefix) for t in tensors]


@public("contrib.slim.summaries.add_image_summaries")
def add_image_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Tensor]:
    """`add_image_summary` of each."""
    return [add_image_summary(t, prefix=prefix) for t in tensors]


@public("contrib.slim.summaries.add_scalar_summaries")
def add_scalar_summaries(tensors: Iterable[Any], prefix: str | None = None, print_summary: bool = False) -> list[Tensor]:
    """`add_scalar_summary` of each."""
    return [add_scalar_summary(t, prefix=prefix, print_summary=print_summary) for t in tensors]


@public("contrib.slim.summaries.add_zero_fraction_summaries")
def add_zero_fraction_summaries(tensors: Iterable[Any], prefix: str | None = None) -> list[Tensor]:
    """`add_zero_fraction_summary` of each."""
    return [add_zero_fraction_summary(t, prefix=prefix) for t in tensors]
