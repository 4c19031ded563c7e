"""Iterators over datasets in the graph."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tracking import Trackable
from . import nodes
from . import structure as structures

_COLLECTION = "iterators"


@public("data.Iterator")
class Iterator(Trackable):
    """Goes through the elements of a dataset: each run of what `get_next` returns gives the next one.

    Args:
      iterator_resource: the handle.
      initializer: the op that starts it, or None.
      output_types, output_shapes, output_classes: of the elements.
    """

    def __init__(
        self, iterator_resource: Tensor, initializer: Operation | None, output_types: Any, output_shapes: Any, output_classes: Any
    ):
        self._iterator_resource, self._initializer = iterator_resource, initializer
        self._structure = structures.from_legacy(output_types, output_shapes, output_classes)
        self._register()

    @classmethod
    def _of(cls, resource: Tensor, initializer: Operation | None, structure: Any) -> Iterator:
        out = cls.__new__(cls)
        out._iterator_resource, out._initializer, out._structure = resource, initializer, structure
        out._register()
        return out

    def _gather_saveables_for_checkpoint(self) -> dict[str, Any]:
        raise NotImplementedError(
            "The position of a tf.data iterator cannot be saved: leave the iterator out of the Checkpoint, or wrap it in "
            "tf.contrib.checkpoint.NoDependency."
        )

    def _register(self) -> None:
        self._string_handle = nodes.iterator_to_string_handle(self._iterator_resource)
        self._get_next_call_count = 0
        get_default_graph().add_to_collection(_COLLECTION, self._iterator_resource)

    @staticmethod
    def from_structure(
        output_types: Any, output_shapes: Any = None, shared_name: str | None = None, output_classes: Any = None
    ) -> Iterator:
        """An iterator for any dataset of such elements; `make_initializer` gives an op that starts it on one."""
        structure = structures.from_legacy(output_types, output_shapes, output_classes)
        resource = nodes.iterator_v2(shared_name=shared_name or "", **structures.flat_attrs(structure))
        return Iterator._of(resource, None, structure)

    @staticmethod
    def from_string_handle(string_handle: Any, output_types: Any, output_shapes: Any = None, output_classes: Any = None) -> Iterator:
        """The iterator that a string, its `string_handle()` in the same session, stands for: it can be fed."""
        structure = structures.from_legacy(output_types, output_shapes, output_classes)
        string_handle = convert_to_tensor(string_handle, dtypes.string)
        resource = nodes.iterator_from_string_handle_v2(string_handle, **structures.flat_attrs(structure))
        return Iterator._of(resource, None, structure)

    @property
    def initializer(self) -> Operation:
        """The op that starts it (again). Raises ValueError if it needs none, or has none yet."""
        if self._initializer is None:
            raise ValueError("Iterator does not have an initializer.")
        return self._initializer

    def make_initializer(self, dataset: Any, name: str | None = None) -> Operation:
        """An op that starts it on a dataset.

        Raises:
          TypeError, ValueError: the dataset's elements are of other types or shapes.
        """
        graph = get_default_graph()
        with name_scope(name, "make_initializer") as scope:
            mine, theirs = structures.flatten(self._structure), structures.flatten(dataset._structure)
            if [x.dtype for x in mine] != [x.dtype for x in theirs] or len(mine) != len(theirs):
                raise TypeError(f"Expected output types {self.output_types!r} but got dataset with output types {dataset.output_types!r}.")
            if any(not a.shape.is_compatible_with(b.shape) for a, b in zip(mine, theirs)):
                raise TypeError(
                    f"Expected output shapes compatible with {self.output_shapes!r} but got dataset with output shapes "
                    f"{dataset.output_shapes!r}."
                )
            with graph.colocate_with(self._iterator_resource.op):
                return nodes.make_iterator(dataset._variant_tensor, self._iterator_resource, name=scope)

    def get_next(self, name: str | None = None) -> Any:
        """The next element, a nested structure of tensors. Its run raises OutOfRangeError at the end.

        Call it once: each call adds an op that takes an element of its own.
        """
        tensors = nodes.iterator_get_next(self._iterator_resource, name=name, **structures.flat_attrs(self._structure))
        return structures.from_tensors(self._structure, tensors)

    def string_handle(self, name: str | None = None) -> Tensor:
        """A string tensor that stands for the iterator: see `from_string_handle`."""
        return self._string_handle if name is None else nodes.iterator_to_string_handle(self._iterator_resource, name=name)

    @property
    def output_types(self) -> Any:
        """The components' types."""
        return structures.output_types(self._structure)

    @property
    def output_shapes(self) -> Any:
        """The components' static shapes."""
        return structures.output_shapes(self._structure)

    @property
    def output_classes(self) -> Any:
        """The components' classes."""
        return structures.output_classes(self._structure)

    @property
    def element_spec(self) -> Any:
        """The components' types, as `tf.TypeSpec`s."""
        from .specs import spec_of

        return spec_of(self._structure)


def initializable(dataset: Any, shared_name: str | None) -> Iterator:
    """An iterator that its initializer starts."""
    graph = get_default_graph()
    prepared = dataset._with_optimizations()
    resource = nodes.iterator_v2(shared_name=shared_name or "", **structures.flat_attrs(dataset._structure))
    with graph.colocate_with(resource.op):
        initializer = nodes.make_iterator(prepared, resource)
    return Iterator._of(resource, initializer, dataset._structure)
