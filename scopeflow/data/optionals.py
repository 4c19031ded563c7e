"""Optional: an element that may be missing."""

from __future__ import annotations

from typing import Any

from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.type_spec import TypeSpec
from . import nodes
from . import structure as structures
from .dataset import DatasetV2
from .specs import leaves_of, spec_of


def _as_tensor(value: Any) -> Any:
    return TABLE["convert_to_tensor_or_sparse_tensor"](value) if not isinstance(value, DatasetV2) else value


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
        with name_scope("optional") as scope:
            with name_scope("value"):
                # A value that is no tensor becomes one twice: for its type, and to be held.
                structure = structures.structure_of(structures.map_leaves(_as_tensor, value))
                tensors = structures.to_tensors(structures.map_leaves(_as_tensor, value))
            return Optional(nodes.optional_from_value(tensors, name=scope), structure)

    @staticmethod
    def none_from_structure(value_structure: Any) -> Optional:
        """One that holds nothing."""
        return Optional(nodes.optional_none(), leaves_of(value_structure))

    @property
    def value_structure(self) -> Any:
        """The structure of the element."""
        return spec_of(self._structure)


@public("data.experimental.get_next_as_optional", "contrib.data.get_next_as_optional")
def get_next_as_optional(iterator: Any) -> Optional:
    """The next element of an iterator; at the end an Optional without value instead of an error."""
    made = nodes.iterator_get_next_as_optional(iterator._iterator_resource, **structures.flat_attrs(iterator._structure))
    return Optional(made, iterator._structure)


@public("OptionalSpec", "data.experimental.OptionalStructure")
class OptionalSpec(TypeSpec):
    """The type of an Optional: the structure of its element."""

    def __init__(self, value_structure: Any):
        self._value_structure = value_structure

    @staticmethod
    def from_value(value: Optional) -> OptionalSpec:
        """That of an Optional."""
        return OptionalSpec(value.value_structure)

    @property
    def value_type(self) -> type:
        """Optional."""
        return Optional

    def _serialize(self) -> tuple[Any, ...]:
        return (self._value_structure,)
