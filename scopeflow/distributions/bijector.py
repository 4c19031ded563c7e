"""Bijector: an invertible function of events whose Jacobian's determinant is known."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import as_shape
from ..ops import array
from ..ops.reduction import reduce_sum


@public("contrib.distributions.bijectors.Bijector")
class Bijector:
    """An invertible function; subclasses define `_forward`, `_inverse`, and `_forward_` or `_inverse_log_det_jacobian`.

    Args:
      graph_parents: the tensors it was made of.
      is_constant_jacobian: whether the Jacobian is the same everywhere.
      validate_args: whether arguments are checked when they are computed.
      dtype: of what it is given; None for any.
      forward_min_event_ndims: how many dimensions of its argument, at the right, are one event of it.
      inverse_min_event_ndims: the same of its results. One of the two is enough.

    Raises:
      ValueError: neither, or negative, ndims; a graph parent that is no tensor.
    """

    def __init__(
        self,
        graph_parents: Any = None,
        is_constant_jacobian: bool = False,
        validate_args: bool = False,
        dtype: Any = None,
        forward_min_event_ndims: int | None = None,
        inverse_min_event_ndims: int | None = None,
        name: str | None = None,
    ):
        self._graph_parents = graph_parents or []
        if forward_min_event_ndims is None and inverse_min_event_ndims is None:
            raise ValueError("Must specify at least one of `forward_min_event_ndims` and `inverse_min_event_ndims`.")
        for which, ndims in (("forward", forward_min_event_ndims), ("inverse", inverse_min_event_ndims)):
            if ndims is not None and ndims < 0:
                raise ValueError(f"{which}_min_event_ndims must be a non-negative integer.")
        for i, t in enumerate(self._graph_parents):
            if t is None or not isinstance(t, Tensor):
                raise ValueError(f"Graph parent item {i} is not a Tensor; {t}.")
        self._is_constant_jacobian, self._validate_args = is_constant_jacobian, validate_args
        self._dtype = None if dtype is None else as_dtype(dtype)
        self._forward_min = inverse_min_event_ndims if forward_min_event_ndims is None else forward_min_event_ndims
        self._inverse_min = forward_min_event_ndims if inverse_min_event_ndims is None else inverse_min_event_ndims
        self._name = name or type(self).__name__.lower()
        # What was computed stays exact both ways: the inverse of a result is the very argument.
        self._inverses: dict[int, tuple[Tensor, Tensor]] = {}

    # -- what it is -----------------------------------------------------------------------
    @property
    def graph_parents(self) -> Any:
        return self._graph_parents

    @property
    def forward_min_event_ndims(self) -> int:
        """The dimensions of an argument's event."""
        return self._forward_min

    @property
    def inverse_min_event_ndims(self) -> int:
        """The dimensions of a result's event."""
        return self._inverse_min

    @property
    def is_constant_jacobian(self) -> bool:
        return self._is_constant_jacobian

    @property
    def validate_args(self) -> bool:
        return self._validate_args

    @property
    def dtype(self) -> Any:
        return self._dtype

    @property
    def name(self) -> str:
        return self._name

    # -- what subclasses define -------------------------------------------------------------
    def _forward(self, x: Tensor) -> Tensor:
        raise NotImplementedError("forward not implemented.")

    def _inverse(self, y: Tensor) -> Tensor:
        raise NotImplementedError("inverse not implemented.")

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        raise NotImplementedError("forward_log_det_jacobian not implemented.")

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        raise NotImplementedError("inverse_log_det_jacobian not implemented.")

    def _forward_event_shape(self, input_shape: Any) -> Any:
        return input_shape

    def _inverse_event_shape(self, output_shape: Any) -> Any:
        return output_shape

    def _forward_event_shape_tensor(self, input_shape: Tensor) -> Tensor:
        return input_shape

    def _inverse_event_shape_tensor(self, output_shape: Tensor) -> Tensor:
        return output_shape

    # -- what is called -----------------------------------------------------------------------
    @contextlib.contextmanager
    def _name_scope(self, name: str, values: Any = None) -> Iterator[str]:
        with name_scope(self._name), name_scope(name, values=[*(values or []), *self._graph_parents]) as scope:
            yield scope

    def _argument(self, value: Any, name: str) -> Tensor:
        value = convert_to_tensor(value, name=name, preferred_dtype=self._dtype)
        if self._dtype is not None and self._dtype.base_dtype != value.dtype.base_dtype:
            raise TypeError(f"Input had dtype {self._dtype} but expected {value.dtype}.")
        return value

    def forward_event_shape(self, input_shape: Any) -> Any:
        """The static shape of a result's event."""
        return as_shape(self._forward_event_shape(as_shape(input_shape)))

    def inverse_event_shape(self, output_shape: Any) -> Any:
        """The static shape of an argument's event."""
        return as_shape(self._inverse_event_shape(as_shape(output_shape)))

    def forward_event_shape_tensor(self, input_shape: Any, name: str = "forward_event_shape_tensor") -> Tensor:
        """The shape of a result's event, int32."""
        with self._name_scope(name, [input_shape]):
            return self._forward_event_shape_tensor(convert_to_tensor(input_shape, dtype="int32", name="input_shape"))

    def inverse_event_shape_tensor(self, output_shape: Any, name: str = "inverse_event_shape_tensor") -> Tensor:
        """The shape of an argument's event, int32."""
        with self._name_scope(name, [output_shape]):
            return self._inverse_event_shape_tensor(convert_to_tensor(output_shape, dtype="int32", name="output_shape"))

    def forward(self, x: Any, name: str = "forward") -> Tensor:
        """The function's value."""
        with self._name_scope(name, [x]):
            x = self._argument(x, "x")
            y = self._forward(x)
            self._inverses[id(y)] = (x, y)
            return y

    def inverse(self, y: Any, name: str = "inverse") -> Tensor:
        """What the function has the value `y` of."""
        with self._name_scope(name, [y]):
            y = self._argument(y, "y")
            known = self._inverses.get(id(y))
            return known[0] if known is not None else self._inverse(y)

    def forward_log_det_jacobian(self, x: Any, event_ndims: Any, name: str = "forward_log_det_jacobian") -> Tensor:
        """The logarithm of the absolute determinant of the Jacobian at `x`, of events of `event_ndims` dimensions."""
        with self._name_scope(name, [x]):
            x = self._argument(x, "x")
            try:
                return self._whole_event(self._forward_log_det_jacobian(x), x, self._forward_min, event_ndims)
            except NotImplementedError:
                y = self.forward(x)
                return -self._whole_event(self._inverse_log_det_jacobian(y), y, self._inverse_min, event_ndims)

    def inverse_log_det_jacobian(self, y: Any, event_ndims: Any, name: str = "inverse_log_det_jacobian") -> Tensor:
        """That of the inverse function's Jacobian at `y`."""
        with self._name_scope(name, [y]):
            y = self._argument(y, "y")
            try:
                return self._whole_event(self._inverse_log_det_jacobian(y), y, self._inverse_min, event_ndims)
            except NotImplementedError:
                x = self.inverse(y)
                return -self._whole_event(self._forward_log_det_jacobian(x), x, self._forward_min, event_ndims)

    def _whole_event(self, ldj: Tensor, at: Tensor, minimum: int, event_ndims: Any) -> Tensor:
        """The sum over the dimensions of an event that the bijector sees as a batch."""
        ndims = constant_value(event_ndims) if isinstance(event_ndims, Tensor) else event_ndims
        if ndims is None:
            raise NotImplementedError("event_ndims that are not known when the graph is built")
        if int(ndims) != ndims:
            raise ValueError(f"Expected integer dtype, got dtype {type(event_ndims)}")
        extra = int(ndims) - minimum
        if extra < 0:
            raise ValueError(f"event_ndims ({ndims}) must be larger than min_event_ndims ({minimum})")
        if extra == 0:
            return ldj
        rank = array.rank(at)
        ones = array.ones(array.shape(at)[rank - int(ndims) : rank - minimum], ldj.dtype)
        return reduce_sum(ones * ldj, axis=list(range(-extra, 0)))
