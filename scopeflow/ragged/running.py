"""Session.run gives and takes ragged tensors as RaggedTensorValues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..runtime.fetch import register_fetch_expansion
from ..runtime.session import register_feed_expansion
from .tensor import RaggedTensor
from .value import RaggedTensorValue


def _fetched(ragged: RaggedTensor) -> tuple[list[Any], Callable[[list[Any]], RaggedTensorValue]]:
    def joined(parts: list[Any]) -> RaggedTensorValue:
        values, *splits = parts
        for s in reversed(splits):
            values = RaggedTensorValue(values, s)
        return values

    return [ragged.flat_values, *ragged.nested_row_splits], joined


def _fed(ragged: RaggedTensor, value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, RaggedTensorValue):
        raise TypeError(f"The value of a fed RaggedTensor must be a RaggedTensorValue (see tf.ragged.constant_value), not {value!r}.")
    if value.ragged_rank != ragged.ragged_rank:
        raise ValueError(f"Cannot feed a value with {value.ragged_rank} ragged dimensions for {ragged}, which has {ragged.ragged_rank}")
    parts = [ragged.flat_values, *ragged.nested_row_splits]
    return list(zip(parts, [value.flat_values, *value.nested_row_splits]))


register_fetch_expansion(RaggedTensor, _fetched)
register_feed_expansion(RaggedTensor, _fed)
