"""Vectors of variates through a linear operator: what multivariate normal, Laplace and exponential distributions have in common."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.elementwise import abs_, sqrt, square
from ..ops.linear_operators.diagonal import LinearOperatorDiag
from ..ops.linear_operators.identity import LinearOperatorIdentity, LinearOperatorScaledIdentity
from ..ops.linear_operators.low_rank import LinearOperatorLowRankUpdate
from .bijectors_of_vectors import AffineLinearOperator
from .transformed import TransformedDistribution


def diagonal_operator(loc: Any, diag: Any, multiplier: Any, positive: bool = False, checked: bool = False) -> Any:
    """The operator diag + multiplier I, of the size of `loc` where there is no `diag`.

    Args:
      positive: whether the diagonal is said to be positive.
      checked: whether it and the size are checked when they are computed; TensorFlow 1.15 never does for a diagonal that may be negative.

    Raises:
      ValueError: nothing that tells the size.
    """
    with name_scope("make_diag_scale", values=[loc, diag, multiplier]):
        loc = None if loc is None else convert_to_tensor(loc, name="loc")
        diag = None if diag is None else convert_to_tensor(diag, name="scale_diag")
        multiplier = None if multiplier is None else convert_to_tensor(multiplier, name="scale_identity_multiplier")
        if diag is not None:
            if multiplier is not None:
                diag = diag + multiplier[..., None]
            return LinearOperatorDiag(
                diag=_positive(diag, checked), is_non_singular=True, is_self_adjoint=True, is_positive_definite=positive
            )
        if loc is None:
            raise ValueError("Cannot infer `event_shape` unless `loc` or `shape_hint` is specified.")
        size = loc.shape[-1].value
        rows = array.shape(loc)[-1] if size is None else size
        if multiplier is None:
            return LinearOperatorIdentity(
                num_rows=rows, dtype=loc.dtype.base_dtype, is_self_adjoint=True, is_positive_definite=True, assert_proper_shapes=checked
            )
        return LinearOperatorScaledIdentity(
            num_rows=rows, multiplier=_positive(multiplier, checked), is_non_singular=True, is_self_adjoint=True,
            is_positive_definite=positive, assert_proper_shapes=checked,
        )  # fmt: skip


def _positive(diag: Tensor, checked: bool) -> Tensor:
    check = TABLE["assert_positive"](diag, message="diagonal part must be positive") if checked else None
    return diag if check is None else array.with_dependencies([check], diag)


def _shapes(loc: Any, scale: Any) -> tuple[Any, Any]:
    """(batch shape, event shape) of vectors scale @ x + loc: lists where they are known, else tensors."""
    if loc is not None and loc.shape.ndims == 0:
        loc = None
    with name_scope("shapes_from_loc_and_scale", values=[loc, *scale.graph_parents]):
        size = scale.range_dimension.value
        rows = scale.range_dimension_tensor()
        event: Any = rows[None] if size is None else [size]
        batch = scale.batch_shape_tensor()
        if loc is not None:
            of_loc = loc.shape[-1].value
            if size is not None and of_loc not in (None, 1, size):
                raise ValueError(f"Event size of 'scale' ({of_loc}) could not be broadcast up to that of 'loc' ({size}).")
            known = loc.shape[:-1] if loc.shape.ndims is not None else loc.shape
            if known.is_fully_defined():
                of_loc = convert_to_tensor(known.as_list(), dtype="int32", name="loc_batch_shape")
            else:
                of_loc = array.shape(loc)[:-1]
            with name_scope("prefer_static_broadcast_shape", values=[batch, of_loc]):
                if known.is_fully_defined() and scale.batch_shape.is_fully_defined():
                    batch = array.broadcast_static_shape(scale.batch_shape, known).as_list()
                else:
                    batch = array.broadcast_dynamic_shape(batch, of_loc)
        elif scale.batch_shape.is_fully_defined():
            batch = scale.batch_shape.as_list()
        return batch, event


class VectorsByOperator(TransformedDistribution):
    """`scale` @ independent variates + `loc`."""

    #: the variance of a variate, and its square root
    _base_variance, _base_stddev = 1.0, 1.0

    def _shapes_of(self, loc: Any, scale: Any) -> tuple[Any, Any]:
        """The operator and what is added, kept; (batch shape, event shape)."""
        self._loc, self._scale = loc, scale
        return _shapes(loc, scale)

    def _through(self, base: Any, shapes: tuple[Any, Any], validate_args: bool, name: str, parameters: Any) -> None:
        bijector = AffineLinearOperator(shift=self._loc, scale=self._scale, validate_args=validate_args)
        self._start(base, bijector, *shapes, validate_args, name, parameters)

    @property
    def loc(self) -> Any:
        """What is added."""
        return self._loc

    @property
    def scale(self) -> Any:
        """The operator."""
        return self._scale

    def _whole_shape(self) -> Any:
        """[batch shape, event shape]: a TensorShape if it is known."""
        shape = self.batch_shape.concatenate(self.event_shape)
        return shape if shape.is_fully_defined() else array.concat([self.batch_shape_tensor(), self.event_shape_tensor()], 0)

    def _filled(self, shape: Any, value: float) -> Tensor:
        return (array.ones if value else array.zeros)(shape, dtype=self.dtype)

    def _mean(self) -> Tensor:
        shape = self._whole_shape()
        if self._loc is None:
            return self._filled(shape, 0.0)
        if isinstance(shape, TensorShape) and shape == self._loc.shape:
            return array.identity(self._loc)
        return array.identity(self._loc) + self._filled(shape, 0.0)

    def _mode(self) -> Tensor:
        return self._mean()

    def _is_diagonal(self) -> bool:
        return isinstance(self._scale, (LinearOperatorDiag, LinearOperatorIdentity, LinearOperatorScaledIdentity))

    def _scaled(self, factor: float, x: Tensor) -> Tensor:
        return x if factor == 1.0 else factor * x

    def _covariance_of_unit(self) -> Tensor:
        dense = self._scale.to_dense()
        return self._scale.matmul(dense, adjoint_arg=True)

    def _covariance(self) -> Tensor:
        if self._is_diagonal():
            return self._scaled(self._base_variance, TABLE["linalg.diag"](square(self._scale.diag_part())))
        return self._scaled(self._base_variance, self._covariance_of_unit())

    def _variance_of_unit(self) -> Tensor:
        if isinstance(self._scale, LinearOperatorLowRankUpdate) and self._scale.is_self_adjoint:
            return TABLE["linalg.diag_part"](self._scale.matmul(self._scale.to_dense()))
        return TABLE["linalg.diag_part"](self._covariance_of_unit())

    def _variance(self) -> Tensor:
        unit = square(self._scale.diag_part()) if self._is_diagonal() else self._variance_of_unit()
        return self._scaled(self._base_variance, unit)

    def _stddev(self) -> Tensor:
        unit = abs_(self._scale.diag_part()) if self._is_diagonal() else sqrt(self._variance_of_unit())
        return self._scaled(self._base_stddev, unit)
