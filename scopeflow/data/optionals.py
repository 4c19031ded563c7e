"""Optional: an element that may be missing."""

from __future__ import annotations

from typing import Any

from ..graph.operation import Tensor
from ..graph.public import public
from . import nodes
from . import structure as structures


@public("data.experimental.Optional", "contrib.data.Optional")
class Optional:
    """An element, or none."""

    def __init__(self, variant_tensor: Tensor, structure: Any):
        self._variant_tensor, self._structure = variant_tensor, structure

    def has_value(self, name: str | None = None) -> Tensor:
        """Whether there is an element, a bool scalar."""
        return nodes.optional_has_value(self._variant_tensor, name=name)

    def get_value(self, name: str | None = None) -> Any:
        """The element. Its run raises InvalidArgumentError if there is none."""
        tensors = nodes.optional_get_value(self._variant_tensor, name=name, **structures.flat_attrs(self._structure))
        return structures.from_tensors(self._structure, tensors)

    @staticmethod
    def from_value(value: Any) -> Optional:
        """One that holds `value`."""
        element = structures.normalized(value, "optional")
        return Optional(nodes.optional_from_value(structures.to_tensors(element)), structures.structure_of(element))

    @staticmethod
    def none_from_structure(value_structure: Any) -> Optional:
        """One that holds nothing."""
        return Optional(nodes.optional_none(), value_structure)


@public("data.experimental.get_next_as_optional", "contrib.data.get_next_as_optional")
def get_next_as_optional(iterator: Any) -> Optional:
    """The next element of an iterator; at the end an Optional without value instead of an error."""
    made = nodes.iterator_get_next_as_optional(iterator._iterator_resource, **structures.flat_attrs(iterator._structure))
    return Optional(made, iterator._structure)
