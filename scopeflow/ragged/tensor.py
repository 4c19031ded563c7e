"""tf.RaggedTensor: rows of different lengths, as the values of all rows and the places where rows begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor, register_tensor_conversion_function
from ..graph.default_graph import name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import TensorShape
from ..ops import array, asserts
from ..ops.casting import cast
from ..ops.elementwise import maximum
from ..ops.reduction import cumsum, reduce_max, reduce_sum
from ..ops.segment import bincount
from .value import RaggedTensorValue

_INTEGERS = (dtypes.int32, dtypes.int64)


@public("RaggedTensor")
class RaggedTensor:
    """A tensor with ragged dimensions: row i is `values[row_splits[i]:row_splits[i + 1]]`.

    Made by the `from_...` functions. `values` is a tensor, or a RaggedTensor for further ragged dimensions; all splits are of one type.
    """

    def __init__(
        self,
        values: Any,
        row_splits: Tensor,
        cached_row_lengths: Any = None,
        cached_value_rowids: Any = None,
        cached_nrows: Any = None,
        internal: bool = False,
    ):
        if not internal:
            raise ValueError(
                "RaggedTensor constructor is private; please use one of the factory methods instead (e.g., RaggedTensor.from_row_lengths())"
            )
        if not isinstance(row_splits, Tensor):
            raise TypeError(f"Row-partitioning argument must be a Tensor, got {row_splits!r}")
        if not isinstance(values, (RaggedTensor, Tensor)):
            raise TypeError(f"values must be a Tensor or RaggedTensor, got {values!r}")
        if row_splits.dtype not in _INTEGERS:
            raise ValueError("Row-partitioning argument must be int32 or int64")
        row_splits.shape.assert_has_rank(1)
        values.shape.with_rank_at_least(1)
        row_splits.set_shape([None])
        if isinstance(values, RaggedTensor) and values.row_splits.dtype != row_splits.dtype:
            raise ValueError("row_splits and values.row_splits must have the same dtype")
        self._values, self._row_splits = values, row_splits
        #: what the splits were made of, so that it is not computed from them again
        self._row_lengths, self._value_rowids, self._nrows = cached_row_lengths, cached_value_rowids, cached_nrows

    # -- made of a partition ---------------------------------------------------------------------
    @classmethod
    def from_value_rowids(cls, values: Any, value_rowids: Any, nrows: Any = None, name: str | None = None, validate: bool = True) -> Any:
        """Of the row of each value: `value_rowids` is sorted, of `nrows` rows (by default one more than the last id).

        Raises:
          ValueError: the number of rows is known and negative or too small; shapes do not fit.
        """
        with name_scope(name, "RaggedFromValueRowIds", [values, value_rowids, nrows]):
            values, value_rowids = _converted(values, value_rowids, "value_rowids")
            if nrows is None:
                known = constant_value(value_rowids)
                if known is not None:
                    nrows = convert_to_tensor(known[-1] + 1 if len(known) else 0, value_rowids.dtype, name="nrows")
                else:
                    nrows = array.concat([value_rowids[-1:], [-1]], axis=0)[0] + 1
                    nrows = _integer(nrows, value_rowids.dtype)
            else:
                nrows = convert_to_tensor(nrows, value_rowids.dtype, "nrows")
                rows, ids = constant_value(nrows), constant_value(value_rowids)
                if rows is not None:
                    if np.ndim(rows) == 0 and rows < 0:
                        raise ValueError(f"Expected nrows >= 0; got {rows}")
                    if ids is not None and len(ids) and np.ndim(rows) == 0 and rows < ids[-1] + 1:
                        raise ValueError(f"Expected nrows >= value_rowids[-1] + 1; got nrows={rows}, value_rowids[-1]={ids[-1]}")
            value_rowids.shape.assert_has_rank(1)
            nrows.shape.assert_has_rank(0)
            values.shape[:1].assert_is_compatible_with(value_rowids.shape)
            if validate:
                message = "Arguments to from_value_rowids do not form a valid RaggedTensor"
                n = _rows(values, dtypes.int32)
                size = array.shape(value_rowids, out_type=dtypes.int32)[0]
                value_rowids = _checked(
                    value_rowids,
                    [
                        lambda: asserts.assert_rank(value_rowids, 1, message=message),
                        lambda: asserts.assert_rank(nrows, 0, message=message),
                        lambda: asserts.assert_equal(n, size, message=message),
                        lambda: asserts.assert_non_negative(value_rowids[:1], message=message),
                        lambda: _increasing(value_rowids, message),
                        lambda: asserts.assert_less(value_rowids[-1:], nrows, message=message),
                        *_row_checks(values, message),
                    ],
                )
            # Splits by counting each row's values: int32 is what counts.
            lengths = bincount(cast(value_rowids, dtypes.int32), None, *[cast(nrows, dtypes.int32)] * 2, dtype=value_rowids.dtype)
            splits = array.concat([[0], cumsum(lengths)], axis=0)
            rows = constant_value(nrows)
            if rows is not None:
                lengths.set_shape([int(rows)])
                splits.set_shape([int(rows) + 1])
            return cls(values, splits, lengths, value_rowids, nrows, internal=True)

    @classmethod
    def from_row_splits(cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True) -> Any:
        """Of the places where rows begin, from 0, and the end of the last one: one more than there are rows."""
        if isinstance(row_splits, (list, tuple)) and not row_splits:
            raise ValueError("row_splits tensor may not be empty.")
        with name_scope(name, "RaggedFromRowSplits", [values, row_splits]):
            values, row_splits = _converted(values, row_splits, "row_splits")
            row_splits.shape.assert_has_rank(1)
            if row_splits._dims == (0,):
                raise ValueError("row_splits tensor may not be empty.")
            if validate:
                message = "Arguments to from_row_splits do not form a valid RaggedTensor"
                n = _rows(values, row_splits.dtype)
                row_splits = _checked(
                    row_splits,
                    [
                        lambda: asserts.assert_rank(row_splits, 1, message=message),
                        lambda: _equal(row_splits[0], 0, message),
                        lambda: _increasing(row_splits, message),
                        lambda: _equal(row_splits[-1], n, message),
                        *_row_checks(values, message),
                    ],
                )
            return cls(values, row_splits, internal=True)

    @classmethod
    def from_row_lengths(cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True) -> Any:
        """Of the length of each row."""
        with name_scope(name, "RaggedFromRowLengths", [values, row_lengths]):
            values, row_lengths = _converted(values, row_lengths, "row_lengths")
            row_lengths.shape.assert_has_rank(1)
            if validate:
                message = "Arguments to from_row_lengths do not form a valid RaggedTensor"
                total = reduce_sum(row_lengths)
                n = _rows(values, row_lengths.dtype)
                row_lengths = _checked(
                    row_lengths,
                    [
                        lambda: asserts.assert_rank(row_lengths, 1, message=message),
                        lambda: asserts.assert_non_negative(row_lengths, message=message),
                        lambda: asserts.assert_equal(total, n, message=message),
                        *_row_checks(values, message),
                    ],
                )
            splits = array.concat([[0], cumsum(row_lengths)], axis=0)
            return cls(values, splits, row_lengths, internal=True)

    @classmethod
    def from_row_starts(cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True) -> Any:
        """Of the place where each row begins; the last ends with the values."""
        with name_scope(name, "RaggedFromRowStarts", [values, row_starts]):
            values, row_starts = _converted(values, row_starts, "row_starts")
            row_starts.shape.assert_has_rank(1)
            n = _rows(values, row_starts.dtype)
            if validate:
                message = "Arguments to from_row_starts do not form a valid RaggedTensor"
                row_starts = _checked(
                    row_starts,
                    [
                        lambda: asserts.assert_rank(row_starts, 1, message=message),
                        lambda: _equal(row_starts[:1], 0, message),
                        lambda: _increasing(row_starts, message),
                        lambda: asserts.assert_less_equal(row_starts[-1:], n, message=message),
                        *_row_checks(values, message),
                    ],
                )
            return cls(values, array.concat([row_starts, [n]], axis=0), internal=True)

    @classmethod
    def from_row_limits(cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True) -> Any:
        """Of the place where each row ends."""
        with name_scope(name, "RaggedFromRowLimits", [values, row_limits]):
            values, row_limits = _converted(values, row_limits, "row_limits")
            row_limits.shape.assert_has_rank(1)
            if validate:
                message = "Arguments to from_row_limits do not form a valid RaggedTensor"
                n = _rows(values, row_limits.dtype)
                row_limits = _checked(
                    row_limits,
                    [
                        lambda: asserts.assert_rank(row_limits, 1, message=message),
                        lambda: asserts.assert_non_negative(row_limits[:1], message=message),
                        lambda: _increasing(row_limits, message),
                        lambda: asserts.assert_equal(row_limits[-1:], n, message=message),
                        *_row_checks(values, message),
                    ],
                )
            return cls(values, array.concat([array.zeros([1], row_limits.dtype), row_limits], axis=0), internal=True)

    # -- made of several partitions ------------------------------------------------------------------
    @classmethod
    def from_nested_value_rowids(
        cls, flat_values: Any, nested_value_rowids: Any, nested_nrows: Any = None, name: str | None = None, validate: bool = True
    ) -> Any:
        """Of the row ids of each ragged dimension, outermost first."""
        if isinstance(nested_value_rowids, Tensor):
            raise TypeError("nested_value_rowids must be a list of Tensors")
        if nested_nrows is None:
            nested_nrows = [None] * len(nested_value_rowids)
        elif isinstance(nested_nrows, Tensor):
            raise TypeError("nested_nrows must be a list of Tensors")
        elif len(nested_nrows) != len(nested_value_rowids):
            raise ValueError("nested_nrows must have the same length as nested_value_rowids")
        with name_scope(name, "RaggedFromNestedValueRowIds", [flat_values, *nested_value_rowids, *nested_nrows]):
            result = flat_values
            for ids, n in reversed(list(zip(nested_value_rowids, nested_nrows))):
                result = cls.from_value_rowids(result, ids, n, validate=validate)
            return result

    @classmethod
    def from_nested_row_splits(cls, flat_values: Any, nested_row_splits: Any, name: str | None = None, validate: bool = True) -> Any:
        """Of the row splits of each ragged dimension, outermost first."""
        if isinstance(nested_row_splits, Tensor):
            raise TypeError("nested_row_splits must be a list of Tensors")
        with name_scope(name, "RaggedFromNestedRowSplits", [flat_values, *nested_row_splits]):
            result = flat_values
            for splits in reversed(nested_row_splits):
                result = cls.from_row_splits(result, splits, validate=validate)
            return result

    @classmethod
    def from_nested_row_lengths(cls, flat_values: Any, nested_row_lengths: Any, name: str | None = None, validate: bool = True) -> Any:
        """Of the row lengths of each ragged dimension, outermost first."""
        if isinstance(nested_row_lengths, Tensor):
            raise TypeError("nested_row_lengths must be a list of Tensors")
        with name_scope(name, "RaggedFromNestedRowlengths", [flat_values, *nested_row_lengths]):
            result = flat_values
            for lengths in reversed(nested_row_lengths):
                result = cls.from_row_lengths(result, lengths, validate=validate)
            return result

    # -- what it is --------------------------------------------------------------------------------------
    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._values.dtype

    @property
    def shape(self) -> TensorShape:
        """The static shape: None for ragged dimensions."""
        rows = None if self._row_splits._dims is None else self._row_splits._dims[0]
        inner = self._values.shape[1:]
        return TensorShape([None if rows is None else rows - 1, None]).concatenate(inner)

    @property
    def ragged_rank(self) -> int:
        """The number of ragged dimensions."""
        return 1 + (self._values.ragged_rank if isinstance(self._values, RaggedTensor) else 0)

    @property
    def values(self) -> Any:
        """The values of all rows: a Tensor or RaggedTensor."""
        return self._values

    @property
    def row_splits(self) -> Tensor:
        """Where the rows begin in `values`, and the last one ends."""
        return self._row_splits

    @property
    def flat_values(self) -> Tensor:
        """The innermost values, without any ragged dimension."""
        values = self._values
        while isinstance(values, RaggedTensor):
            values = values._values
        return values

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The splits of all ragged dimensions, outermost first."""
        out, here = [], self
        while isinstance(here, RaggedTensor):
            out.append(here._row_splits)
            here = here._values
        return tuple(out)

    def value_rowids(self, name: str | None = None) -> Tensor:
        """The row of each value."""
        from .segment_ids import row_splits_to_segment_ids

        if self._value_rowids is not None:
            return self._value_rowids
        with name_scope(name, "RaggedValueRowIds", [self]):
            return row_splits_to_segment_ids(self._row_splits)

    def nested_value_rowids(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The row ids of all ragged dimensions, outermost first."""
        with name_scope(name, "RaggedNestedValueRowIds", [self]):
            return tuple(level.value_rowids() for level in self._levels())

    def nrows(self, out_type: Any = None, name: str | None = None) -> Tensor:
        """The number of rows."""
        out_type = self._row_splits.dtype if out_type is None else as_dtype(out_type)
        if self._nrows is not None:
            return cast(self._nrows, out_type)
        with name_scope(name, "RaggedNRows", [self]):
            return array.shape(self._row_splits, out_type=out_type)[0] - 1

    def row_starts(self, name: str | None = None) -> Tensor:
        """Where each row begins."""
        with name_scope(name, "RaggedRowStarts", [self]):
            return self._row_splits[:-1]

    def row_limits(self, name: str | None = None) -> Tensor:
        """Where each row ends."""
        with name_scope(name, "RaggedRowLimits", [self]):
            return self._row_splits[1:]

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Any:
        """The length of each row: ragged too, for an `axis` further in."""
        if self._row_lengths is not None and axis == 1:
            return self._row_lengths
        with name_scope(name, "RaggedRowLengths", [self]):
            axis = resolved_axis(axis, self.shape.ndims)
            if axis == 0:
                return self.nrows()
            if axis == 1:
                splits = self._row_splits
                return splits[1:] - splits[:-1]
            if isinstance(self._values, RaggedTensor):
                return self.with_values(self._values.row_lengths(axis - 1))
            shape = array.shape(self._values, out_type=self._row_splits.dtype)
            return self.with_values(array.ones(shape[: axis - 1], shape.dtype) * shape[axis - 1])

    def nested_row_lengths(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The row lengths of all ragged dimensions, outermost first."""
        with name_scope(name, "RaggedNestedRowLengths", [self]):
            return tuple(level.row_lengths() for level in self._levels())

    def bounding_shape(self, axis: Any = None, name: str | None = None, out_type: Any = None) -> Tensor:
        """The shape of the smallest dense tensor that would hold all rows; with `axis`, these of its dimensions."""
        out_type = self._row_splits.dtype if out_type is None else as_dtype(out_type)
        with name_scope(name, "RaggedBoundingBox", [self, axis]):
            splits = self.nested_row_splits
            if isinstance(axis, int):
                if axis == 0:
                    return self.nrows()
                if axis == 1:
                    return maximum(reduce_max(self.row_lengths()), 0)
            outer = array.shape(self._row_splits, out_type=self._row_splits.dtype)
            inner = array.shape(self.flat_values, out_type=self._row_splits.dtype)
            longest = [outer[0] - 1] + [maximum(reduce_max(s[1:] - s[:-1]), 0) for s in splits]
            box = array.concat([array.stack(longest), inner[1:]], axis=0)
            return box if axis is None else array.gather(box, axis)

    def _levels(self) -> list[RaggedTensor]:
        out, here = [], self
        while isinstance(here, RaggedTensor):
            out.append(here)
            here = here._values
        return out

    # -- with other parts ----------------------------------------------------------------------------------
    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values, as many as there are now."""
        new_values.shape.with_rank_at_least(1)
        self._values.shape[:1].assert_is_compatible_with(new_values.shape[:1])
        if isinstance(new_values, RaggedTensor) and self._row_splits.dtype != new_values._row_splits.dtype:
            raise ValueError(
                "self and new_values have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to convert them"
                " to compatible dtypes."
            )
        return RaggedTensor(new_values, self._row_splits, self._row_lengths, self._value_rowids, self._nrows, internal=True)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other innermost values."""
        if isinstance(self._values, RaggedTensor):
            return self.with_values(self._values.with_flat_values(new_values))
        return self.with_values(convert_to_tensor_or_ragged(new_values))

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The same with splits of int32 or int64."""
        dtype = as_dtype(dtype)
        if dtype not in _INTEGERS:
            raise ValueError("dtype must be int32 or int64")
        if self._row_splits.dtype == dtype:
            return self
        splits = cast(self._row_splits, dtype)
        values = self._values.with_row_splits_dtype(dtype) if isinstance(self._values, RaggedTensor) else self._values
        parts = [None if p is None else cast(p, dtype) for p in (self._row_lengths, self._value_rowids, self._nrows)]
        return RaggedTensor(values, splits, *parts, internal=True)

    # -- to and from other tensors ---------------------------------------------------------------------------
    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: Any = dtypes.int64,
    ) -> Any:
        """Of the rows of a dense tensor, cut to `lengths` or freed of trailing `padding`."""
        from .conversions import from_tensor

        return from_tensor(tensor, lengths, padding, ragged_rank, name, row_splits_dtype)

    @classmethod
    def from_sparse(cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = dtypes.int64) -> Any:
        """Of a sparse matrix whose rows have no gaps: the elements stand at columns 0, 1, 2 ..."""
        from .conversions import from_sparse

        return from_sparse(st_input, name, row_splits_dtype)

    def to_tensor(self, default_value: Any = None, name: str | None = None) -> Tensor:
        """A dense tensor, with `default_value` (0 or the like) behind the ends of shorter rows."""
        from .conversions import to_tensor

        return to_tensor(self, default_value, name)

    def to_sparse(self, name: str | None = None) -> Any:
        """A SparseTensor of the elements."""
        from .conversions import to_sparse

        return to_sparse(self, name)

    def to_list(self) -> Any:
        """Refused: values are there when the graph has run."""
        raise ValueError(
            "RaggedTensor.to_list() is only supported in eager mode; in graph mode, evaluate the RaggedTensor first and then use "
            "RaggedTensorValue.to_list()."
        )

    def consumers(self) -> list[Any]:
        """The ops that take a part of it as input."""
        parts = [*self.nested_row_splits, self.flat_values]
        return list(dict.fromkeys(c for t in parts for c in t.consumers()))

    @property
    def _type_spec(self) -> Any:
        from .spec import RaggedTensorSpec

        return RaggedTensorSpec.from_value(self)

    def __str__(self) -> str:
        return f"tf.RaggedTensor(values={self._values}, row_splits={self._row_splits})"

    __repr__ = __str__


RaggedOrTensor = RaggedTensor | Tensor


def is_ragged(value: Any) -> bool:
    """True for a RaggedTensor or the value of one."""
    return isinstance(value, (RaggedTensor, RaggedTensorValue))


def convert_to_tensor_or_ragged(value: Any, dtype: Any = None, preferred_dtype: Any = None, name: str | None = None) -> Any:
    """`value` as a Tensor, unless it is a RaggedTensor or the value of one. Raises ValueError if that is of another type."""
    if isinstance(value, RaggedTensor):
        if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
            raise ValueError(
                f"Tensor conversion requested dtype {as_dtype(dtype).name} for RaggedTensor with dtype {value.dtype.name}: {value!r}"
            )
        return value
    if isinstance(value, RaggedTensorValue):
        with name_scope(name, "ConvertToTensorOrRaggedTensor", []):
            flat = convert_to_tensor(value.flat_values, dtype, preferred_dtype=preferred_dtype, name="flat_values")
            return RaggedTensor.from_nested_row_splits(flat, value.nested_row_splits, validate=False)
    return convert_to_tensor(value, dtype, preferred_dtype=preferred_dtype, name=name)


def resolved_axis(axis: int, rank: int | None) -> int:
    """`axis` counted from the front. Raises ValueError if it is out of bounds, or negative and the rank unknown."""
    if rank is None:
        if axis < 0:
            raise ValueError("axis may only be negative if ndims is statically known.")
        return axis
    if not -rank <= axis < rank:
        raise ValueError(f"axis={axis} out of bounds: expected {-rank}<=axis<{rank}")
    return axis % rank


def lengths_to_splits(lengths: Tensor) -> Tensor:
    """The row splits of rows of these lengths."""
    return array.concat([[0], cumsum(lengths)], axis=-1)


def _integer(t: Tensor, dtype: DType) -> Tensor:
    return t if t.dtype == dtype else cast(t, dtype)


def _converted(values: Any, partition: Any, what: str) -> tuple[Any, Tensor]:
    """Both as tensors; splits of both are of one type."""
    if is_ragged(values):
        preferred = values.row_splits.dtype
        values = convert_to_tensor_or_ragged(values, name="values")
    else:
        values = convert_to_tensor(values, name="values")
        preferred = dtypes.int64
    partition = convert_to_tensor(partition, preferred_dtype=preferred, name=what)
    if partition.dtype not in _INTEGERS:
        raise ValueError(f"{what} must have dtype int32 or int64")
    if isinstance(values, RaggedTensor) and values.row_splits.dtype != partition.dtype:
        raise ValueError(
            f"Input RaggedTensors have mismatched row_splits dtypes; use RaggedTensor.with_row_splits_dtype() to convert them to "
            f"compatible dtypes: {values.row_splits.dtype.name} and {partition.dtype.name} of {what}"
        )
    return values, partition


def _rows(values: Any, out_type: DType) -> Tensor:
    """The number of rows of a ragged or dense tensor."""
    if isinstance(values, RaggedTensor):
        return values.nrows(out_type=out_type)
    return array.shape(values, out_type=out_type)[0]


def _checked(partition: Tensor, checks: Sequence[Callable[[], Any]]) -> Tensor:
    return array.with_dependencies([c() for c in checks], partition)


def _equal(x: Tensor, y: Any, message: str) -> Any:
    return asserts.assert_equal(x, convert_to_tensor(y, x.dtype), message=message)


def _increasing(x: Tensor, message: str) -> Any:
    return asserts.assert_non_negative(x[1:] - x[:-1], message=message)


def _row_checks(values: Any, message: str) -> list[Callable[[], Any]]:
    """That `values` has rows at all. (A ragged tensor has.)"""
    return [] if isinstance(values, RaggedTensor) else [lambda: asserts.assert_rank_at_least(values, 1, message=message)]


def _refuse_conversion(value: Any, dtype: Any = None, name: str | None = None, as_ref: bool = False) -> Any:
    raise TypeError(
        f"Failed to convert object of type {type(value)} to Tensor. Contents: {value}. Consider casting elements to a supported type."
    )


register_tensor_conversion_function((RaggedTensor, RaggedTensorValue), _refuse_conversion, 0)
