"""Sizes, and dimensions added, taken away and repeated, of ragged tensors."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..op.declare import OPS
from ..ops import array, asserts
from ..ops.elementwise import equal
from ..ops.reduction import reduce_all
from .tensor import RaggedTensor, convert_to_tensor_or_ragged, lengths_to_splits, resolved_axis


def size(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> Tensor:
    """The number of elements."""
    return array.size(convert_to_tensor_or_ragged(input).flat_values, out_type=out_type, name=name)


def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of dimensions."""
    with name_scope(name, "RaggedRank", [input]):
        input = convert_to_tensor_or_ragged(input)
        return input.ragged_rank + array.rank(input.flat_values)


def expand_dims(input: Any, axis: int, name: str | None = None) -> Any:
    """With a dimension of size 1 before `axis`."""
    with name_scope(name, "RaggedExpandDims", [input]):
        input = convert_to_tensor_or_ragged(input, name="input")
        if not isinstance(input, RaggedTensor):
            return array.expand_dims(input, axis)
        ndims = None if input.shape.ndims is None else input.shape.ndims + 1
        axis = resolved_axis(axis, ndims)
        if axis == 0:
            return RaggedTensor.from_row_splits(input, array.stack([0, input.nrows()]), validate=False)
        if axis == 1:
            return RaggedTensor.from_row_splits(input, array.range_(input.nrows() + 1), validate=False)
        return input.with_values(expand_dims(input.values, axis - 1))


def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Any:
    """Without the dimensions `axis`; an assertion checks that they are of size 1.

    Raises:
      ValueError: `axis` is None.
    """
    with name_scope(name, "RaggedSqueeze", [input]):
        input = convert_to_tensor_or_ragged(input)
        if isinstance(input, Tensor):
            return array.squeeze(input, axis)
        if axis is None:
            raise ValueError("Ragged.squeeze must have an axis argument.")
        if isinstance(axis, int):
            axis = [axis]
        elif not isinstance(axis, (list, tuple)) or not all(isinstance(d, int) for d in axis):
            raise TypeError("Axis must be a list or tuple of integers.")
        axes = [resolved_axis(d, input.shape.ndims) for d in axis]
        dense = [d - input.ragged_rank for d in axes if d > input.ragged_rank]
        ragged = sorted(d for d in axes if d <= input.ragged_rank)
        one = constant(1, dtype=input.row_splits.dtype)
        lengths, checks = input.nested_row_lengths(), []
        for d in [d for d in ragged if d] + [d for d in ragged if not d]:
            text = f"the given axis (axis = {d}) is not squeezable!"
            if d == 0:
                # one row: two splits
                two = constant(2, dtype=dtypes.int32)
                checks.append(asserts.assert_(equal(array.size(input.row_splits), two), [text]))
            else:
                checks.append(asserts.assert_(reduce_all(equal(lengths[d - 1], one)), [text]))
        flat = array.with_dependencies(checks, input.flat_values)
        if dense:
            flat = array.squeeze(flat, dense)
        # The splits of row i fall away with dimension i + 1; the outermost ones, with dimension 0, too.
        gone = {max(d - 1, 0) if d == 0 else d - 1 for d in ragged}
        if 0 in ragged and 1 in ragged:
            gone |= {0, 1} if input.ragged_rank > 1 else {0}
        kept = [s for i, s in enumerate(input.nested_row_splits) if i not in gone]
        if 0 in ragged and not kept and 1 not in ragged:
            return flat
        return RaggedTensor.from_nested_row_splits(flat, kept) if kept else flat


def tile(input: Any, multiples: Any, name: str | None = None) -> Any:
    """Repeated along each dimension."""
    with name_scope(name, "RaggedTile", [input, multiples]):
        input = convert_to_tensor_or_ragged(input, name="input")
        if not isinstance(input, RaggedTensor):
            return array.tile(input, multiples, name)
        splits_dtype = input.row_splits.dtype
        multiples = convert_to_tensor(multiples, name="multiples", dtype=None if isinstance(multiples, Tensor) else splits_dtype)
        multiples.shape.assert_has_rank(1)
        known = constant_value(multiples)
        multiples = OPS["Cast"](multiples, DstT=splits_dtype)
        flat = _tiled_values(input, multiples, known)
        splits = _tiled_splits(input, multiples, known)
        return RaggedTensor.from_nested_row_splits(flat, splits, validate=False)


def _is_one(known: Any, axis: int) -> bool:
    return known is not None and known[axis] == 1


def _tiled_values(input: RaggedTensor, multiples: Tensor, known: Any) -> Tensor:
    """The innermost values, each row's repeated."""
    from .broadcasting import repeat_ranges

    nested, flat = input.nested_row_splits, input.flat_values
    # Which of the values stand where: the inner dimensions repeat within the outer ones.
    places = array.range_(nested[-1][-1])
    splits = nested[-1]
    for axis in range(input.ragged_rank, 0, -1):
        if axis < input.ragged_rank:
            splits = array.gather(splits * multiples[axis + 1], nested[axis - 1])
        if _is_one(known, axis):
            continue
        places = repeat_ranges(places, splits, multiples[axis])
    values = array.gather(flat, places)
    counts = array.concat([multiples[:1], multiples[input.ragged_rank + 1 :]], axis=0)
    return array.tile(values, counts)


def _tiled_splits(input: RaggedTensor, multiples: Tensor, known: Any) -> list[Tensor]:
    """The splits of each ragged dimension of the repeated tensor."""
    from .broadcasting import repeat_ranges

    nested = input.nested_row_splits
    out = []
    for axis in range(input.ragged_rank):
        lengths = (nested[axis][1:] - nested[axis][:-1]) * multiples[axis + 1]
        grown: Any = 1  # how many times as many lengths a row has by now
        for d in range(axis - 1, -1, -1):
            if not _is_one(known, d + 1):
                splits = nested[d]
                for between in range(d + 1, axis):
                    splits = array.gather(nested[between], splits)
                lengths = repeat_ranges(lengths, splits * grown, multiples[d + 1])
            grown = grown * multiples[d + 1]
        out.append(lengths_to_splits(array.tile(lengths, multiples[:1])))
    return out


def one_hot(
    indices: Any, depth: Any, on_value: Any = None, off_value: Any = None, axis: Any = None, dtype: Any = None, name: str | None = None
) -> RaggedTensor:
    """One-hot vectors of the innermost values; `axis` counts the dimensions of the ragged tensor."""
    with name_scope(name, "RaggedOneHot", [indices]):
        indices = convert_to_tensor_or_ragged(indices, name="indices")
        if axis is not None:
            axis = resolved_axis(axis, indices.shape.ndims)
            if axis <= indices.ragged_rank:
                raise ValueError(f"axis (={axis}) must be greater than indices.ragged_rank (={indices.ragged_rank}).")
            axis -= indices.ragged_rank
        return indices.with_flat_values(array.one_hot(indices.flat_values, depth, on_value, off_value, axis, dtype))
