"""Strings split into parts: a sparse matrix [strings, parts]. The public functions are in scopeflow/ragged/strings.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph.operation import Tensor
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import op
from ...op.shapes import with_rank
from .slicing import as_bytes


def _sparse(parts: list[list[bytes]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    indices = np.array([(i, j) for i, row in enumerate(parts) for j in range(len(row))], np.int64).reshape(-1, 2)
    values = np.array([v for row in parts for v in row], object)
    return indices, values, np.array([len(parts), max((len(row) for row in parts), default=0)], np.int64)


def _scalar(value: Any, what: str) -> bytes:
    check(np.ndim(value) == 0, f"{what} must be scalar, got shape: {list(np.shape(value))}")
    return as_bytes(value.item() if isinstance(value, np.ndarray) else value)


def _parts_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 1)
    with_rank(inputs[1]._dims, 0)
    return [(None, 2), (None,), (2,)]


_SPARSE = "indices: int64, values: string, shape: int64"
_FLAGS: dict[str, Any] = {"host": True, "differentiable": False, "shape": _parts_shape}


@op("StringSplit", f"input: string, delimiter: string -> {_SPARSE}", **_FLAGS)
def string_split_op(input, delimiter, *, skip_empty: bool = True):
    """The parts of strings between any of the bytes of `delimiter`; the bytes themselves if that is empty."""
    separators = set(_scalar(delimiter, "delimiter"))

    def parts(value: bytes) -> list[bytes]:
        if not separators:
            return [value[i : i + 1] for i in range(len(value))]
        ends = [i for i, b in enumerate(value) if b in separators] + [len(value)]
        starts = [0] + [e + 1 for e in ends[:-1]]
        found = [value[a:b] for a, b in zip(starts, ends)] if value else []
        return [p for p in found if p] if skip_empty else found

    return _sparse([parts(as_bytes(v)) for v in input])


@op("StringSplitV2", f"input: string, sep: string -> {_SPARSE}", **_FLAGS)
def string_split_v2_op(input, sep, *, maxsplit: int = -1):
    """The parts of strings between occurrences of `sep`, between runs of white space if that is empty."""
    separator = _scalar(sep, "sep")

    def parts(value: bytes) -> list[bytes]:
        if separator:
            return value.split(separator, maxsplit)
        if maxsplit <= 0:
            return value.split() if maxsplit else [value]
        found = value.split(None, maxsplit)
        # Where it stops, a last part follows, though nothing be left.
        return [*found, b""] if len(found) == maxsplit else found

    return _sparse([parts(as_bytes(v)) for v in input])
