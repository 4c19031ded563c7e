"""The structure of a dataset's elements: nested tuples and dictionaries of tensors, sparse tensors and datasets.

Lists are tensors here, as in the reference: only tuples, dictionaries and named tuples nest.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..graph import dtypes
from ..graph.composite import SparseTensor, SparseTensorValue
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape


@dataclasses.dataclass(frozen=True)
class Leaf:
    """A component of an element. `kind` is "tensor", "sparse" or "dataset"; `inner` the structure of a dataset's elements."""

    kind: str
    dtype: DType
    shape: TensorShape
    inner: Any = None

    def _replace(self, **changes: Any) -> Leaf:
        return dataclasses.replace(self, **changes)

    @property
    def flat_dtype(self) -> DType:
        """The type of the tensor that carries it."""
        return self.dtype if self.kind == "tensor" else dtypes.variant

    @property
    def flat_shape(self) -> TensorShape:
        """The shape of the tensor that carries it: a sparse tensor travels as three variants."""
        if self.kind == "tensor":
            return self.shape
        return TensorShape(None if self.kind == "sparse" else [])


def _is_named(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")


@public("python.data.util.nest.is_sequence")
def is_nested(value: Any) -> bool:
    """Whether `value` is a structure, not a leaf."""
    return isinstance(value, dict) or (isinstance(value, tuple) and not isinstance(value, SparseTensorValue))


@public("python.data.util.nest.flatten")
def flatten(value: Any) -> list[Any]:
    """The leaves, dictionaries' in the order of their sorted keys."""
    if isinstance(value, dict):
        return [leaf for k in sorted(value) for leaf in flatten(value[k])]
    if is_nested(value):
        return [leaf for v in value for leaf in flatten(v)]
    return [value]


@public("python.data.util.nest.pack_sequence_as")
def pack(structure: Any, leaves: Iterable[Any]) -> Any:
    """The leaves in the form of `structure`."""
    return _pack(structure, iter(leaves))


def _pack(structure: Any, leaves: Any) -> Any:
    if isinstance(structure, dict):
        found = {k: _pack(structure[k], leaves) for k in sorted(structure)}
        return type(structure)((k, found[k]) for k in structure)
    if _is_named(structure) and is_nested(structure):
        return type(structure)(*(_pack(v, leaves) for v in structure))
    if is_nested(structure):
        return tuple(_pack(v, leaves) for v in structure)
    return next(leaves)


def map_leaves(function: Callable[..., Any], structure: Any, *others: Any) -> Any:
    """`function` of each leaf (and the leaves of `others` there), in the same form. Raises ValueError if the forms differ."""
    flat = [flatten(structure)] + [flatten_as(structure, o) for o in others]
    return pack(structure, [function(*leaves) for leaves in zip(*flat)])


def flatten_as(structure: Any, value: Any) -> list[Any]:
    """The parts of `value` at the leaves of `structure`; they may be anything. Raises TypeError or ValueError if the forms differ."""
    if isinstance(structure, dict):
        if not isinstance(value, dict) or set(value) != set(structure):
            raise ValueError(f"The two structures don't have the same keys. First: {structure}, second: {value}")
        return [leaf for k in sorted(structure) for leaf in flatten_as(structure[k], value[k])]
    if is_nested(structure):
        if not isinstance(value, (tuple, list)) or len(value) != len(structure):
            raise TypeError(f"The two structures don't have the same nested structure. First: {structure}, second: {value}")
        return [leaf for s, v in zip(structure, value) for leaf in flatten_as(s, v)]
    return [value]


def normalized(element: Any, scope: str | None = "normalize_element") -> Any:
    """An element with tensors, SparseTensors or datasets as leaves."""
    from .dataset import DatasetV2

    def leaf(i: int, value: Any) -> Any:
        if isinstance(value, SparseTensorValue):
            return SparseTensor.from_value(value)
        if isinstance(value, (SparseTensor, DatasetV2)):
            return value
        return convert_to_tensor(value, name=f"component_{i}")

    flat = flatten(element)
    if scope is None:
        return pack(element, [leaf(i, v) for i, v in enumerate(flat)])
    with name_scope(scope):
        return pack(element, [leaf(i, v) for i, v in enumerate(flat)])


def leaf_of(value: Any) -> Leaf:
    """How a tensor, SparseTensor or dataset is described."""
    if isinstance(value, SparseTensor):
        return Leaf("sparse", value.dtype.base_dtype, value.get_shape())
    if isinstance(value, Tensor):
        return Leaf("tensor", value.dtype.base_dtype, value.get_shape())
    return Leaf("dataset", dtypes.variant, TensorShape([]), value._structure)


def structure_of(element: Any) -> Any:
    """The structure of a normalized element."""
    return map_leaves(leaf_of, element)


def to_tensors(element: Any) -> list[Tensor]:
    """A normalized element as the tensors that carry it."""
    from ..ops.sparse_variants import serialize_sparse

    out = []
    for value in flatten(element):
        if isinstance(value, SparseTensor):
            out.append(serialize_sparse(value))
        elif isinstance(value, Tensor):
            out.append(value)
        else:
            out.append(value._variant_tensor)
    return out


def from_tensors(structure: Any, tensors: Sequence[Tensor]) -> Any:
    """The element that tensors carry."""
    from ..ops.sparse_variants import deserialize_sparse
    from .dataset import VariantDataset

    out = []
    for leaf, t in zip(flatten(structure), tensors):
        if leaf.kind == "sparse":
            out.append(deserialize_sparse(t, leaf.dtype, leaf.shape))
        elif leaf.kind == "dataset":
            out.append(VariantDataset(t, leaf.inner))
        else:
            if t._dims is None or None in t._dims:
                t.set_shape(leaf.shape)
            out.append(t)
    return pack(structure, out)


def flat_attrs(structure: Any) -> dict[str, Any]:
    """The attributes `output_types` and `output_shapes` of an op that gives such elements."""
    leaves = flatten(structure)
    return {"output_types": [leaf.flat_dtype for leaf in leaves], "output_shapes": [leaf.flat_shape for leaf in leaves]}


def from_legacy(output_types: Any, output_shapes: Any = None, output_classes: Any = None) -> Any:
    """A structure from types, shapes and classes as iterators and generators are given them."""
    types = map_leaves(as_dtype, _without_lists(output_types))
    if output_shapes is None:
        shapes = [TensorShape(None)] * len(flatten(types))
    else:
        shapes = [as_shape(s) for s in flatten_as(types, output_shapes)]
    classes = [Tensor] * len(shapes) if output_classes is None else flatten_as(types, output_classes)
    kinds = ["sparse" if c is SparseTensor else "tensor" for c in classes]
    return pack(types, [Leaf(k, t, s) for k, t, s in zip(kinds, flatten(types), shapes)])


def _without_lists(value: Any) -> Any:
    # A list of types is a structure here.
    return tuple(_without_lists(v) for v in value) if isinstance(value, list) else value


def output_types(structure: Any) -> Any:
    """The types, in the structure's form."""
    return map_leaves(lambda leaf: leaf.dtype if leaf.kind != "dataset" else output_types(leaf.inner), structure)


def output_shapes(structure: Any) -> Any:
    """The static shapes, in the structure's form."""
    return map_leaves(lambda leaf: leaf.shape if leaf.kind != "dataset" else output_shapes(leaf.inner), structure)


def output_classes(structure: Any) -> Any:
    """The classes, in the structure's form."""
    from .dataset import DatasetV2

    return map_leaves(lambda leaf: {"tensor": Tensor, "sparse": SparseTensor}.get(leaf.kind, DatasetV2), structure)


def batched(structure: Any, rows: int | None) -> Any:
    """The structure of `rows` elements together."""
    return map_leaves(lambda leaf: leaf._replace(shape=TensorShape([rows]).concatenate(leaf.shape)), structure)


def unbatched(structure: Any) -> Any:
    """The structure of a row."""
    return map_leaves(lambda leaf: leaf._replace(shape=leaf.shape[1:]), structure)
