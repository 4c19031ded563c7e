"""Row splits and the row of each value (segment ids), made of each other."""

from __future__ import annotations

from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from ..ops.casting import cast_op
from ..ops.reduction import cumsum
from ..ops.segment import bincount


@public("ragged.row_splits_to_segment_ids")
def row_splits_to_segment_ids(splits: Any, name: str | None = None, out_type: Any = None) -> Tensor:
    """The row of each value of rows that begin at `splits`: [0, 2, 3] gives [0, 0, 1].

    Raises:
      ValueError: `splits` is not a vector of int32 or int64.
    """
    with name_scope(name, "RaggedSplitsToSegmentIds", [splits]):
        splits = convert_to_tensor(splits, name="splits", preferred_dtype=dtypes.int64)
        if splits.dtype not in (dtypes.int32, dtypes.int64):
            raise ValueError("splits must have dtype int32 or int64")
        splits.shape.assert_has_rank(1)
        if splits._dims == (0,):
            raise ValueError("Invalid row_splits: []")
        out_type = splits.dtype if out_type is None else as_dtype(out_type)
        lengths = splits[1:] - splits[:-1]
        rows = array.shape(splits, out_type=out_type)[-1] - 1
        return array.repeat(array.range_(rows), lengths, axis=0)


@public("ragged.segment_ids_to_row_splits")
def segment_ids_to_row_splits(segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None) -> Tensor:
    """Where the rows begin whose number `segment_ids`, sorted, gives for each value: [0, 0, 1] gives [0, 2, 3].

    Raises:
      TypeError: the ids are no integers.
    """
    if out_type is None:
        given = getattr(segment_ids, "dtype", None) if isinstance(segment_ids, Tensor) else None
        if given is None and isinstance(num_segments, Tensor):
            given = num_segments.dtype
        out_type = dtypes.int64 if given is None else given
    out_type = as_dtype(out_type)
    with name_scope(name, "SegmentIdsToRaggedSplits", [segment_ids]):
        segment_ids = convert_to_tensor(segment_ids, name="segment_ids", preferred_dtype=dtypes.int32)
        _integers(segment_ids, "segment_ids")
        segment_ids.shape.assert_has_rank(1)
        # Counting takes int32.
        segment_ids = cast_op(segment_ids, DstT=dtypes.int32)
        bounds = {}
        if num_segments is not None:
            num_segments = convert_to_tensor(num_segments, name="num_segments", preferred_dtype=dtypes.int32)
            _integers(num_segments, "num_segments")
            num_segments.shape.assert_has_rank(0)
            num_segments = cast_op(num_segments, DstT=dtypes.int32)
            bounds = {"minlength": num_segments, "maxlength": num_segments}
        lengths = bincount(segment_ids, dtype=out_type, **bounds)
        return array.concat([[0], cumsum(lengths)], axis=0)


def _integers(t: Tensor, what: str) -> None:
    if t.dtype not in (dtypes.int32, dtypes.int64):
        raise TypeError(f"{what} must be an integer tensor; dtype={t.dtype}")
