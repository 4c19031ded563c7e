"""The parts of a sample's shape, [sample shape, batch shape, event shape], and samples as the columns of matrices and back."""

from __future__ import annotations

from typing import Any

from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE
from ..ops import array
from ..ops.elementwise import equal
from ..ops.linear_operators.circulant import rotate_transpose
from .static_choices import chosen_vector

_SCOPE = "DistributionShape"


class VectorShapes:
    """Shapes of tensors whose events are vectors, over a batch of `batch_ndims` dimensions: a number, or a tensor if it is not known."""

    def __init__(self, batch_ndims: Any, validate_args: bool = False):
        self._validate_args = validate_args
        with name_scope(_SCOPE), name_scope("init"):
            self._known_batch_ndims = constant_value(batch_ndims) if isinstance(batch_ndims, Tensor) else batch_ndims
            self._batch_ndims = convert_to_tensor(batch_ndims, dtype="int32", name="batch_ndims")
            self._batch_is_scalar = equal(self._batch_ndims, 0) if self._known_batch_ndims is None else self._known_batch_ndims == 0
            self._event_ndims = convert_to_tensor(1, dtype="int32", name="event_ndims")

    def _sample_ndims(self, x: Tensor) -> tuple[Tensor, int | None]:
        with name_scope(_SCOPE), name_scope("get_shape", values=[x]):
            with name_scope(_SCOPE), name_scope("get_shape", values=[x]):
                ndims = array.rank(x, name="ndims") if x.shape.ndims is None else convert_to_tensor(x.shape.ndims, name="ndims")
            if x.shape.ndims is not None and self._known_batch_ndims is not None:
                known = x.shape.ndims - int(self._known_batch_ndims) - 1
                if known < 0:
                    raise ValueError(f"expected batch_ndims({int(self._known_batch_ndims)}) + event_ndims(1) <= ndims({x.shape.ndims})")
                return convert_to_tensor(known, name="sample_ndims"), known
            with name_scope("sample_ndims"):
                samples = ndims - self._batch_ndims - self._event_ndims
                if self._validate_args:
                    samples = array.with_dependencies([TABLE["assert_non_negative"](samples)], samples)
                return samples, None

    def of(self, x: Any) -> tuple[Tensor, Tensor, Tensor]:
        """(sample shape, batch shape, event shape) of `x`."""
        with name_scope(_SCOPE), name_scope("get_shape", values=[x]):
            x = convert_to_tensor(x, name="x")
            samples, known_samples = self._sample_ndims(x)
            zero = convert_to_tensor(0, name="zero")

            def part(name: str, before: list[Tensor], start: int | None, count: Tensor, size: int | None) -> Tensor:
                if start is not None and size is not None and x.shape.ndims is not None:
                    sizes = x.shape[start : start + size]
                    if sizes.is_fully_defined():
                        return convert_to_tensor(sizes.as_list(), dtype="int32", name=name)
                return array.slice_(array.shape(x), [sum(before)], [count])

            batch = None if self._known_batch_ndims is None else int(self._known_batch_ndims)
            after_batch = None if known_samples is None or batch is None else known_samples + batch
            return (
                part("sample_shape", [zero], 0, samples, known_samples),
                part("batch_shape", [samples], known_samples, self._batch_ndims, batch),
                part("event_shape", [samples, self._batch_ndims], after_batch, self._event_ndims, 1),
            )

    def as_columns(self, x: Any) -> tuple[Tensor, Tensor]:
        """(the samples of `x` as the columns of matrices, [batch shape, event, samples]; their sample shape)."""
        with name_scope(_SCOPE), name_scope("make_batch_of_event_sample_matrices", values=[x]):
            x = convert_to_tensor(x, name="x")
            sample_shape, batch_shape, event_shape = self.of(x)
            # A batch without dimensions stays so: the operator's matrix has none either.
            batch_shape = chosen_vector(False, [1], batch_shape)
            x = array.reshape(x, array.concat([[-1], batch_shape, event_shape], 0))
            return rotate_transpose(x, shift=-1), sample_shape

    def from_columns(self, x: Any, sample_shape: Tensor) -> Tensor:
        """The inverse of `as_columns`."""
        with name_scope(_SCOPE), name_scope("undo_make_batch_of_event_sample_matrices", values=[x, sample_shape]):
            x = rotate_transpose(convert_to_tensor(x, name="x"), shift=1)
            if self._known_batch_ndims is not None:
                _, batch_shape, event_shape = self.of(x)
            else:
                sizes = array.shape(x)
                batch_shape = sizes[1 : 1 + self._batch_ndims]
                start = TABLE["where_v2"](TABLE["logical_and"](False, self._batch_is_scalar), 2, 1 + self._batch_ndims)
                event_shape = sizes[start : start + self._event_ndims]
            return array.reshape(x, array.concat([sample_shape, batch_shape, event_shape], 0))
