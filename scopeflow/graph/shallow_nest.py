"""Structures taken apart only as deep as another, shallower one."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable
from typing import Any

from .nest import flatten, is_nested, pack_sequence_as
from .public import public


@public("contrib.framework.nest.assert_shallow_structure")
def assert_shallow_structure(shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Requires `input_tree` to be nested like `shallow_tree` as far as that goes.

    Raises:
      TypeError: a leaf, or with `check_types` another type of sequence, where `shallow_tree` has a sequence.
      ValueError: other lengths or keys.
    """
    if not is_nested(shallow_tree):
        return
    if not is_nested(input_tree):
        raise TypeError(f"If shallow structure is a sequence, input must also be a sequence. Input has type: {type(input_tree)}.")
    mappings = isinstance(shallow_tree, collections.abc.Mapping) and isinstance(input_tree, collections.abc.Mapping)
    if check_types and type(shallow_tree) is not type(input_tree) and not mappings:
        fields = getattr(shallow_tree, "_fields", None)
        alike = fields is not None and fields == getattr(input_tree, "_fields", None)
        if not alike or type(shallow_tree).__name__ != type(input_tree).__name__:
            raise TypeError(
                f"The two structures don't have the same sequence type. Input structure has type {type(input_tree)}, while shallow "
                f"structure has type {type(shallow_tree)}."
            )
    if len(shallow_tree) != len(input_tree):
        raise ValueError(
            f"The two structures don't have the same sequence length. Input structure has length {len(input_tree)}, while shallow "
            f"structure has length {len(shallow_tree)}."
        )
    if mappings:
        missing = sorted(set(shallow_tree) - set(input_tree))
        if missing:
            raise ValueError(
                "The shallow_tree's keys are not a subset of the input_tree's keys. The shallow_tree has the following keys that are "
                f"not in the input_tree: {missing}."
            )
    for shallow, deep in _pairs(shallow_tree, input_tree):
        assert_shallow_structure(shallow, deep, check_types)


def _pairs(shallow: Any, deep: Any) -> list[tuple[Any, Any]]:
    if isinstance(shallow, collections.abc.Mapping):
        return [(shallow[k], deep[k]) for k in sorted(shallow)]
    return list(zip(shallow, deep))


@public("contrib.framework.nest.flatten_up_to")
def flatten_up_to(shallow_tree: Any, input_tree: Any, check_types: bool = True, expand_composites: bool = False) -> list[Any]:
    """What `input_tree` has at the leaves of `shallow_tree`, in order. Raises as `assert_shallow_structure` does."""
    assert_shallow_structure(shallow_tree, input_tree, check_types)
    out: list[Any] = []

    def visit(shallow: Any, deep: Any) -> None:
        if not is_nested(shallow):
            out.append(deep)
            return
        for pair in _pairs(shallow, deep):
            visit(*pair)

    visit(shallow_tree, input_tree)
    return out


@public("contrib.framework.nest.map_structure_up_to")
def map_structure_up_to(shallow_tree: Any, func: Callable[..., Any], *inputs: Any, **kwargs: Any) -> Any:
    """`func` of what `inputs` have at the leaves of `shallow_tree`, in a structure like it. Raises as `assert_shallow_structure` does."""
    if not inputs:
        raise ValueError("Cannot map over no sequences")
    columns = [flatten_up_to(shallow_tree, x, kwargs.get("check_types", True)) for x in inputs]
    return pack_sequence_as(shallow_tree, [func(*row) for row in zip(*columns)]) if is_nested(shallow_tree) else func(*inputs)


@public("contrib.framework.nest.get_traverse_shallow_structure")
def get_traverse_shallow_structure(traverse_fn: Callable[[Any], Any], structure: Any, expand_composites: bool = False) -> Any:
    """Bools in a structure as deep as `traverse_fn` wants to go into `structure`.

    Args:
      traverse_fn: of a part: True to go into it, False to stop there; or a structure like the part of bools, for its elements.

    Raises:
      TypeError: it gives something else.
    """
    wanted = traverse_fn(structure)
    if not is_nested(structure):
        if not isinstance(wanted, bool):
            raise TypeError(f"traverse_fn returned structure: {wanted} for non-structure: {structure}")
        return wanted
    if not is_nested(wanted):
        if not isinstance(wanted, bool):
            raise TypeError(f"traverse_fn returned a non-bool scalar: {wanted} for input: {structure}")
        if not wanted:
            return False
        return _rebuilt(structure, [get_traverse_shallow_structure(traverse_fn, part) for part in _elements(structure)])
    assert_shallow_structure(wanted, structure)
    parts = []
    for enter, part in _pairs(wanted, structure):
        if not isinstance(enter, bool):
            raise TypeError(f"traverse_fn didn't return a depth=1 structure of either bool or structure, for input: {structure}; {enter}")
        parts.append(get_traverse_shallow_structure(traverse_fn, part) if enter else False)
    return _rebuilt(structure, parts)


def _elements(structure: Any) -> list[Any]:
    return [structure[k] for k in sorted(structure)] if isinstance(structure, collections.abc.Mapping) else list(structure)


def _rebuilt(structure: Any, parts: list[Any]) -> Any:
    if isinstance(structure, collections.abc.Mapping):
        return dict(zip(sorted(structure), parts))
    return type(structure)(*parts) if hasattr(structure, "_fields") else type(structure)(parts)


def enumerated_map_up_to(shallow_tree: Any, func: Callable[..., Any], *inputs: Any) -> Any:
    """`map_structure_up_to` whose function gets the number of the leaf first."""
    columns = [flatten_up_to(shallow_tree, x) for x in inputs]
    leaves = [func(i, *row) for i, row in enumerate(zip(*columns))]
    return pack_sequence_as(shallow_tree, leaves) if is_nested(shallow_tree) else leaves[0]


__all__ = [
    "assert_shallow_structure", "enumerated_map_up_to", "flatten", "flatten_up_to", "get_traverse_shallow_structure", "map_structure_up_to",
]  # fmt: skip
