"""Nested structures (lists, tuples, named tuples, dicts) of values: flattening, packing, mapping."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Iterator
from typing import Any

from .composite import IndexedSlices, SparseTensor
from .public import public


def _is_namedtuple(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")


def _components(value: Any) -> list[Any]:
    """The tensors a composite is made of; a missing dense shape is left out."""
    if isinstance(value, IndexedSlices):
        return [value.values, value.indices] + ([] if value.dense_shape is None else [value.dense_shape])
    return [value.indices, value.values, value.dense_shape]


def _is_composite(value: Any) -> bool:
    return isinstance(value, (IndexedSlices, SparseTensor))


@public("nest.is_nested", "contrib.framework.nest.is_sequence")
def is_nested(seq: Any) -> bool:
    """True for a structure: a sequence or mapping that is not a string, array or tensor."""
    return isinstance(seq, collections.abc.Mapping) or (isinstance(seq, collections.abc.Sequence) and not isinstance(seq, (str, bytes)))


def _sorted_keys(value: Any) -> list[Any]:
    try:
        return sorted(value)
    except TypeError:
        raise TypeError("nest only supports dicts with sortable keys.") from None


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, collections.abc.Mapping):
        return iter([value[k] for k in _sorted_keys(value)])
    return iter(value)


@public("nest.flatten", "contrib.framework.nest.flatten")
def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of a structure in order (dicts by sorted key); a leaf alone is its own list.

    With `expand_composites`, sparse tensors and indexed slices count as the tensors they are made of.
    """
    out: list[Any] = []
    _flatten(structure, expand_composites, out)
    return out


def _flatten(structure: Any, expand: bool, out: list[Any]) -> None:
    if is_nested(structure):
        for child in _children(structure):
            _flatten(child, expand, out)
    elif expand and _is_composite(structure):
        out += _components(structure)
    else:
        out.append(structure)


@public("nest.pack_sequence_as", "contrib.framework.nest.pack_sequence_as")
def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """A structure like `structure` with the leaves `flat_sequence`.

    Raises:
      ValueError: there are too few or too many leaves.
      TypeError: `flat_sequence` is not a list.
    """
    if not is_nested(flat_sequence):
        raise TypeError("flat_sequence must be a sequence")
    flat = list(flat_sequence)
    wanted = len(flatten(structure, expand_composites))
    if wanted != len(flat):
        if not is_nested(structure) and not (expand_composites and _is_composite(structure)):
            raise ValueError(f"Structure is a scalar but len(flat_sequence) == {len(flat)} > 1")
        raise ValueError(
            f"Could not pack sequence. Structure had {wanted} elements, but flat_sequence had {len(flat)} elements.  "
            f"Structure: {structure}, flat_sequence: {flat}."
        )
    return _pack(structure, iter(flat), expand_composites)


def _pack(structure: Any, leaves: Iterator[Any], expand: bool) -> Any:
    if isinstance(structure, collections.abc.Mapping):
        values = {k: _pack(structure[k], leaves, expand) for k in _sorted_keys(structure)}
        ordered = [(k, values[k]) for k in structure]
        if type(structure).__name__ == "defaultdict":
            return type(structure)(structure.default_factory, ordered)
        return type(structure)(ordered)
    if is_nested(structure):
        values_list = [_pack(v, leaves, expand) for v in structure]
        return type(structure)(*values_list) if _is_namedtuple(structure) else type(structure)(values_list)
    if expand and _is_composite(structure):
        parts = [next(leaves) for _ in _components(structure)]
        return IndexedSlices(*parts) if isinstance(structure, IndexedSlices) else SparseTensor(*parts)
    return next(leaves)


@public("nest.assert_same_structure", "contrib.framework.nest.assert_same_structure")
def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Requires two structures to be nested alike.

    Raises:
      ValueError: they have different numbers or nesting of leaves, or different dict keys.
      TypeError: their sequence types differ and `check_types` is set.
    """
    try:
        _same(nest1, nest2, check_types, expand_composites)
    except (ValueError, TypeError) as error:
        whole = [pack_sequence_as(n, [_LEAF] * len(flatten(n))) for n in (nest1, nest2)]
        raise type(error)(
            f"The two structures don't have the same nested structure.\n\nFirst structure: {_shown(nest1)}\n\n"
            f"Second structure: {_shown(nest2)}\n\nMore specifically: {error}\n"
            f"Entire first structure:\n{whole[0]}\nEntire second structure:\n{whole[1]}"
        ) from None


class _Leaf:
    def __repr__(self) -> str:
        return "."


_LEAF = _Leaf()


def _shown(value: Any) -> str:
    return f"type={type(value).__name__} str={value}"


def _same(a: Any, b: Any, check_types: bool, expand: bool) -> None:
    nested = is_nested(a) or (expand and _is_composite(a))
    if nested != (is_nested(b) or (expand and _is_composite(b))):
        one, other = (a, b) if nested else (b, a)
        raise ValueError(f'Substructure "{_shown(one)}" is a sequence, while substructure "{_shown(other)}" is not')
    if not nested:
        return
    if expand and _is_composite(a) and _is_composite(b):
        if type(a) is not type(b):
            raise TypeError(f"The types differ: {type(a)} and {type(b)}")
        return
    mappings = isinstance(a, collections.abc.Mapping) and isinstance(b, collections.abc.Mapping)
    if check_types and type(a) is not type(b) and not mappings:
        same_fields = _is_namedtuple(a) and _is_namedtuple(b) and a._fields == b._fields and type(a).__name__ == type(b).__name__
        if not same_fields:
            raise TypeError(
                "The two namedtuples don't have the same sequence type. "
                f"First structure {_shown(a)} has type {type(a).__name__}, while second structure {_shown(b)} has type {type(b).__name__}"
            )
    if mappings and set(a) != set(b):
        raise ValueError(
            "The two dictionaries don't have the same set of keys. "
            f"First structure has keys {_shown(list(a))}, while second structure has keys {_shown(list(b))}"
        )
    for x, y in zip(_children(a), _children(b)):
        _same(x, y, check_types, expand)
    if len(a) != len(b):
        raise ValueError(
            f"The two structures don't have the same number of elements. First structure: {_shown(a)}. Second structure: {_shown(b)}"
        )


@public("nest.map_structure", "contrib.framework.nest.map_structure")
def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """`func` of the corresponding leaves of one or more structures, in a structure like the first.

    Raises:
      ValueError: no structure is given, or an unknown keyword.
      TypeError: `func` is not callable.
    """
    if not callable(func):
        raise TypeError(f"func must be callable, got: {func}")
    if not structure:
        raise ValueError("Must provide at least one structure")
    check_types, expand = kwargs.pop("check_types", True), kwargs.pop("expand_composites", False)
    if kwargs:
        raise ValueError("Only valid keyword arguments are `check_types` and `expand_composites`, not: `" + "`, `".join(kwargs) + "`")
    for other in structure[1:]:
        assert_same_structure(structure[0], other, check_types, expand)
    columns = [flatten(s, expand) for s in structure]
    return pack_sequence_as(structure[0], [func(*row) for row in zip(*columns)], expand)


@public("nest.flatten_dict_items", "contrib.framework.nest.flatten_dict_items")
def flatten_dict_items(dictionary: Any) -> dict[Any, Any]:
    """A dict whose keys and values may be nested (alike), as one from leaf to leaf.

    Raises:
      TypeError: it is no dict.
      ValueError: a key and its value differ in size, or a leaf is twice among the keys.
    """
    if not isinstance(dictionary, collections.abc.Mapping):
        raise TypeError("input must be a dictionary")
    flat: dict[Any, Any] = {}
    for key, value in dictionary.items():
        keys, values = (flatten(key), flatten(value)) if is_nested(key) else ([key], [value])
        if len(keys) != len(values):
            raise ValueError(
                f"Could not flatten dictionary. Key had {len(keys)} elements, but value had {len(values)} elements. "
                f"Key: {keys}, value: {values}."
            )
        for k, v in zip(keys, values):
            if k in flat:
                raise ValueError(f"Could not flatten dictionary: key {k} is not unique.")
            flat[k] = v
    return flat
