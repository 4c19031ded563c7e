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
        # What was computed stays exact both ways, and is not computed again: the inverse of a result is the very argument.
        self._pairs: dict[Any, _Pair] = {}
        self._constant_ildj: dict[Any, Tensor] = {}

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
        return self._call_forward(x, name)

    def inverse(self, y: Any, name: str = "inverse") -> Tensor:
        """What the function has the value `y` of."""
        return self._call_inverse(y, name)

    def forward_log_det_jacobian(self, x: Any, event_ndims: Any, name: str = "forward_log_det_jacobian") -> Tensor:
        """The logarithm of the absolute determinant of the Jacobian at `x`, of events of `event_ndims` dimensions."""
        return self._call_forward_log_det_jacobian(x, event_ndims, name)

    def inverse_log_det_jacobian(self, y: Any, event_ndims: Any, name: str = "inverse_log_det_jacobian") -> Tensor:
        """That of the inverse function's Jacobian at `y`."""
        return self._call_inverse_log_det_jacobian(y, event_ndims, name)

    def _call_forward(self, x: Any, name: str, **conditions: Any) -> Tensor:
        with self._name_scope(name, [x]):
            x = self._argument(x, "x")
            known = self._known("x", x, conditions)
            if known.y is None:
                self._keep(known, conditions, x=x, y=self._forward(x, **conditions))
            return known.y

    def _call_inverse(self, y: Any, name: str, **conditions: Any) -> Tensor:
        with self._name_scope(name, [y]):
            y = self._argument(y, "y")
            known = self._known("y", y, conditions)
            if known.x is None:
                self._keep(known, conditions, x=self._inverse(y, **conditions), y=y)
            return known.x

    def _call_forward_log_det_jacobian(self, x: Any, event_ndims: Any, name: str, **conditions: Any) -> Tensor:
        with self._name_scope(name, [x]):
            event_ndims = self._event_ndims(event_ndims, self._forward_min)
            key = _key(event_ndims)
            if key in self._constant_ildj:
                return -1.0 * self._constant_ildj[key]
            x = self._argument(x, "x")
            known = self._known("x", x, conditions)
            if key not in known.ildj:
                try:
                    y = known.y
                    ildj = self._whole_event(-self._forward_log_det_jacobian(x, **conditions), x, self._forward_min, event_ndims)
                except NotImplementedError:
                    y = self._forward(x, **conditions) if known.y is None else known.y
                    ildj = self._whole_event(self._inverse_log_det_jacobian(y, **conditions), y, self._inverse_min, event_ndims)
                self._keep_ildj(known, conditions, key, ildj, x=x, y=y)
            return -known.ildj[key]

    def _call_inverse_log_det_jacobian(self, y: Any, event_ndims: Any, name: str, **conditions: Any) -> Tensor:
        with self._name_scope(name, [y]):
            if _key(event_ndims) in self._constant_ildj:
                return self._constant_ildj[_key(event_ndims)]
            y = self._argument(y, "y")
            event_ndims = self._event_ndims(event_ndims, self._inverse_min)
            key = _key(event_ndims)
            known = self._known("y", y, conditions)
            if key not in known.ildj:
                try:
                    x = known.x
                    ildj = self._whole_event(self._inverse_log_det_jacobian(y, **conditions), y, self._inverse_min, event_ndims)
                except NotImplementedError:
                    x = self._inverse(y, **conditions) if known.x is None else known.x
                    ildj = self._whole_event(-self._forward_log_det_jacobian(x, **conditions), x, self._forward_min, event_ndims)
                self._keep_ildj(known, conditions, key, ildj, x=x, y=y)
            return known.ildj[key]

    # -- what is known already --------------------------------------------------------------
    def _known(self, side: str, at: Tensor, conditions: dict[str, Any]) -> _Pair:
        pair = self._pairs.get((side, id(at), _conditions_key(conditions)))
        return _Pair() if pair is None else pair

    def _keep(self, pair: _Pair, conditions: dict[str, Any], x: Tensor | None, y: Tensor | None) -> None:
        pair.x, pair.y = x, y
        # The conditions are kept with the tensors so that none of the keys' ids is given to another object.
        pair.conditions = conditions
        for side, at in (("x", x), ("y", y)):
            if at is not None:
                self._pairs[(side, id(at), _conditions_key(conditions))] = pair

    def _keep_ildj(self, pair: _Pair, conditions: dict[str, Any], key: Any, ildj: Tensor, x: Tensor | None, y: Tensor | None) -> None:
        pair.ildj[key] = ildj
        self._keep(pair, conditions, x, y)
        if self._is_constant_jacobian:
            self._constant_ildj[key] = ildj

    # -- events -----------------------------------------------------------------------------
    def _event_ndims(self, event_ndims: Any, minimum: int) -> Any:
        """`event_ndims`, checked."""
        tensor = convert_to_tensor(event_ndims, name="event_ndims")
        ndims = constant_value(tensor)
        if not tensor.dtype.is_integer:
            raise ValueError(f"Expected integer dtype, got dtype {tensor.dtype}")
        if ndims is not None and ndims.ndim:
            raise ValueError(f"Expected scalar event_ndims, got shape {tensor.shape}")
        if ndims is not None and ndims < minimum:
            raise ValueError(f"event_ndims ({ndims}) must be larger than min_event_ndims ({minimum})")
        return event_ndims

    def _whole_event(self, ldj: Tensor, at: Tensor, minimum: int, event_ndims: Any) -> Tensor:
        """The sum over the dimensions of an event that the bijector sees as a batch."""
        ndims = constant_value(event_ndims) if isinstance(event_ndims, Tensor) else event_ndims
        rank = array.rank(at)
        ones = array.ones(array.shape(at)[rank - event_ndims : rank - minimum], ldj.dtype)
        if ndims is not None:
            return reduce_sum(ones * ldj, axis=list(range(-1, minimum - int(ndims) - 1, -1)))
        return reduce_sum(ones * ldj, axis=array.range_(-(event_ndims - minimum), 0))


class _Pair:
    """An argument and its value, and the logarithms of the inverse's Jacobian there by number of dimensions of an event."""

    def __init__(self) -> None:
        self.x: Tensor | None = None
        self.y: Tensor | None = None
        self.ildj: dict[Any, Tensor] = {}
        self.conditions: dict[str, Any] = {}


def _key(event_ndims: Any) -> Any:
    """Numbers are the same where they are equal, tensors where they are identical."""
    return event_ndims if isinstance(event_ndims, Tensor) else int(event_ndims)


def _conditions_key(conditions: dict[str, Any]) -> Any:
    return tuple(sorted((name, id(value)) for name, value in conditions.items()))
