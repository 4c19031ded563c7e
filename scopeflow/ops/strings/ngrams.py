"""N-grams of rows of strings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...graph.operation import Tensor
from ...graph.tensor_shape import Dims
from ...op.declare import op
from ...op.shapes import with_rank
from .slicing import as_bytes


@op(
    "StringNGrams",
    "data: string, data_splits: Tsplits -> ngrams: string, ngrams_splits: Tsplits",
    Tsplits="int32 int64 = int64",
    host=True,
    differentiable=False,
)
def string_ngrams_op(
    data,
    data_splits,
    *,
    separator: str,
    ngram_widths: list[int],
    left_pad: str,
    right_pad: str,
    pad_width: int,
    preserve_short_sequences: bool,
):
    """The n-grams of each row, for one width after the other. `pad_width` -1: as much padding as the width allows."""
    between, before, after = separator.encode(), left_pad.encode(), right_pad.encode()
    out: list[bytes] = []
    splits = [0]
    for a, b in zip(data_splits[:-1], data_splits[1:]):
        row = [as_bytes(v) for v in data[a:b]]
        made = 0
        for width in ngram_widths:
            pad = width - 1 if pad_width < 0 else min(width - 1, pad_width)
            words = [before] * pad + row + [after] * pad
            grams = [between.join(words[i : i + width]) for i in range(len(words) - width + 1)]
            out += grams
            made += len(grams)
        if not made and preserve_short_sequences and row:
            out.append(between.join(row))
            made = 1
        splits.append(splits[-1] + made)
    values = np.empty(len(out), object)
    values[:] = out
    return values, np.array(splits, data_splits.dtype)


@string_ngrams_op.shape
def _(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [(None,), with_rank(inputs[1]._dims, 1)]
