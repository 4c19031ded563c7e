"""Elements of ragged tensors picked by conditions."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..op.declare import OPS
from ..ops import array, asserts
from ..ops.casting import cast
from ..ops.reduction import count_nonzero
from .elementwise import map_flat_values
from .gathering import gather
from .joining import concat
from .reduction import reduce_sum
from .segment_ids import row_splits_to_segment_ids
from .tensor import RaggedTensor, convert_to_tensor_or_ragged, lengths_to_splits


@public("ragged.boolean_mask")
def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The elements of `data` where `mask`, whose shape its own begins with, is true: rows keep what is left of them.

    Raises:
      ValueError: the mask is a scalar, or the shapes do not fit.
    """
    with name_scope(name, "RaggedMask", [data, mask]):
        data = convert_to_tensor_or_ragged(data, name="data")
        mask = convert_to_tensor_or_ragged(mask, dtypes.bool_, name="mask")
        if mask.shape.ndims is None:
            raise ValueError("mask.shape.ndims must be known statically.")
        if mask.shape.ndims == 0:
            raise ValueError("mask cannot be scalar.")
        if isinstance(mask, RaggedTensor):
            if not isinstance(data, RaggedTensor):
                data = RaggedTensor.from_tensor(data, ragged_rank=mask.ragged_rank, row_splits_dtype=mask.row_splits.dtype)
            # Go down to where the mask has no ragged dimension.
            outer: list[Tensor] = []
            checks = []
            while isinstance(mask, RaggedTensor):
                if mask.shape.ndims > 2:
                    outer.append(mask.row_splits)
                else:
                    break
                checks.append(_same(data, mask))
                data, mask = data.values, mask.values
            checks.append(_same(data, mask))
            with control_dependencies(checks):
                lengths = reduce_sum(mask.with_values(cast(mask.values, mask.row_splits.dtype)), 1)
                splits = lengths_to_splits(lengths)
                out = RaggedTensor.from_row_splits(_mask_values(data.values, mask.values), splits, validate=False)
            return RaggedTensor.from_nested_row_splits(out, outer, validate=False) if outer else out
        if isinstance(data, RaggedTensor) and mask.shape.ndims == 1:
            lengths = array.boolean_mask(data.row_lengths(), mask)
            splits = lengths_to_splits(lengths)
            ids = row_splits_to_segment_ids(data.row_splits)
            values = boolean_mask(data.values, array.gather(mask, ids))
            return RaggedTensor.from_row_splits(values, splits, validate=False)
        if isinstance(data, RaggedTensor):
            mask = RaggedTensor.from_tensor(mask, ragged_rank=mask.shape.ndims - 1, row_splits_dtype=data.row_splits.dtype)
            return boolean_mask(data, mask)
        values = array.boolean_mask(data, mask)
        if mask.shape.ndims == 1:
            return values
        counts = count_nonzero(mask, axis=-1, dtype=dtypes.int64)
        out = RaggedTensor.from_row_lengths(values, array.reshape(counts, [-1]), validate=False)
        if mask.shape.ndims > 2:
            sizes = array.shape(mask, out_type=dtypes.int64)
            for axis in range(mask.shape.ndims - 3, -1, -1):
                n = OPS["Prod"](sizes[: axis + 1], [0]) if axis else sizes[0]
                splits = array.range_(n + 1) * sizes[axis + 1]
                out = RaggedTensor.from_row_splits(out, splits, validate=False)
        return out


def _same(data: Any, mask: RaggedTensor) -> Any:
    return asserts.assert_equal(mask.row_splits, data.row_splits, message="Inputs must have identical ragged splits")


def _mask_values(values: Any, mask: Tensor) -> Any:
    return boolean_mask(values, mask)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Any:
    """The places of true elements; or the elements of `x` where true, of `y` elsewhere.

    Raises:
      ValueError: only one of `x` and `y` is given.
    """
    if (x is None) != (y is None):
        raise ValueError("x and y must be either both None or both non-None")
    with name_scope(name, "RaggedWhere", [condition, x, y]):
        condition = convert_to_tensor_or_ragged(condition, name="condition")
        if x is None:
            return _places(condition)
        x, y = convert_to_tensor_or_ragged(x, name="x"), convert_to_tensor_or_ragged(y, name="y")
        return _chosen(condition, x, y)


def _chosen(condition: Any, x: Any, y: Any) -> Any:
    ragged = [isinstance(v, RaggedTensor) for v in (condition, x, y)]
    if all(ragged):
        return map_flat_values(array.where, condition, x, y)
    if not any(ragged):
        return array.where(condition, x, y)
    if not ragged[0]:
        # A vector picks rows: of all rows of x and y, one after the other.
        condition.shape.with_rank(1)
        both = concat([x, y], axis=0)
        nx = x.nrows() if ragged[1] else array.shape(x, out_type=both.row_splits.dtype)[0]
        ny = y.nrows() if ragged[2] else array.shape(y, out_type=both.row_splits.dtype)[0]
        rows = array.where(condition, array.range_(nx), nx + array.range_(ny))
        return gather(both, rows)
    raise ValueError("Input shapes do not match.")


def _places(condition: Any) -> Tensor:
    """The index vectors of the true elements."""
    if not isinstance(condition, RaggedTensor):
        return array.where(condition)
    inner = _places(condition.values)
    values = inner[:, 0]
    rows = array.gather(condition.value_rowids(), values)
    columns = values - array.gather(condition.row_splits, rows)
    return array.concat([array.expand_dims(rows, 1), array.expand_dims(columns, 1), inner[:, 1:]], axis=1)
