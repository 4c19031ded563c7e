"""What a run gives for a ragged tensor: NumPy values and row splits."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.public import public


@public("ragged.RaggedTensorValue", "compat.v1.ragged.RaggedTensorValue")
class RaggedTensorValue:
    """Rows of different lengths: `values` (an array, or a RaggedTensorValue for further ragged dimensions) cut at `row_splits`.

    Raises:
      TypeError, ValueError: `row_splits` is not a vector of int32 or int64; `values` is no array; the splits' types differ.
    """

    def __init__(self, values: Any, row_splits: Any):
        if not (isinstance(row_splits, (np.ndarray, np.generic)) and row_splits.dtype in (np.int64, np.int32) and row_splits.ndim == 1):
            raise TypeError("row_splits must be a 1D int32 or int64 numpy array")
        if not isinstance(values, (np.ndarray, np.generic, RaggedTensorValue)):
            raise TypeError("values must be a numpy array or a RaggedTensorValue")
        if isinstance(values, RaggedTensorValue) and row_splits.dtype != values.row_splits.dtype:
            raise ValueError("row_splits and values.row_splits must have the same dtype")
        self._values = values
        self._row_splits = row_splits

    @property
    def row_splits(self) -> np.ndarray:
        """Where the rows begin, and the last one ends."""
        return self._row_splits

    @property
    def values(self) -> Any:
        """The elements of all rows."""
        return self._values

    @property
    def dtype(self) -> np.dtype:
        """The elements' type."""
        return self._values.dtype

    @property
    def flat_values(self) -> np.ndarray:
        """The elements without any ragged dimension."""
        return self._values.flat_values if isinstance(self._values, RaggedTensorValue) else self._values

    @property
    def nested_row_splits(self) -> tuple[np.ndarray, ...]:
        """The splits of all ragged dimensions, outermost first."""
        inner = self._values.nested_row_splits if isinstance(self._values, RaggedTensorValue) else ()
        return (self._row_splits, *inner)

    @property
    def ragged_rank(self) -> int:
        """The number of ragged dimensions."""
        return 1 + (self._values.ragged_rank if isinstance(self._values, RaggedTensorValue) else 0)

    @property
    def shape(self) -> tuple[int | None, ...]:
        """(rows, None, then the dimensions of one element)."""
        return (len(self._row_splits) - 1, None, *self._values.shape[1:])

    def to_list(self) -> list[Any]:
        """The rows as nested lists."""
        values = self._values.to_list() if isinstance(self._values, RaggedTensorValue) else self._values.tolist()
        return [values[a:b] for a, b in zip(self._row_splits[:-1], self._row_splits[1:])]

    def __str__(self) -> str:
        return f"<tf.RaggedTensorValue {self.to_list()}>"

    def __repr__(self) -> str:
        return f"tf.RaggedTensorValue(values={self._values!r}, row_splits={self._row_splits!r})"
