"""Bijectors of vectors and shapes: onto the simplex, into order, into other shapes, through operators; conditional ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import control_dependencies, name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, exp, log
from ..ops.linear_operators import LinearOperator
from ..ops.reduction import reduce_prod, reduce_sum
from .bijector import Bijector
from .sample_batch_event import VectorShapes


@public("contrib.distributions.bijectors.SoftmaxCentered")
class SoftmaxCentered(Bijector):
    """The softmax of vectors with a zero added at the end: from k numbers to k + 1 that sum to 1."""

    def __init__(self, validate_args: bool = False, name: str = "softmax_centered"):
        super().__init__(forward_min_event_ndims=1, validate_args=validate_args, name=name)

    def _forward_event_shape(self, input_shape: Any) -> Any:
        if input_shape.ndims is None or input_shape[-1].value is None:
            return input_shape
        return input_shape[:-1].concatenate([input_shape[-1].value + 1])

    def _forward_event_shape_tensor(self, input_shape: Tensor) -> Tensor:
        return array.concat([input_shape[:-1], [input_shape[-1] + 1]], axis=0)

    def _inverse_event_shape(self, output_shape: Any) -> Any:
        if output_shape.ndims is None or output_shape[-1].value is None:
            return output_shape
        if output_shape[-1].value <= 1:
            raise ValueError(f"output_shape[-1] = {output_shape[-1]} <= 1")
        return output_shape[:-1].concatenate([output_shape[-1].value - 1])

    def _inverse_event_shape_tensor(self, output_shape: Tensor) -> Tensor:
        return array.concat([output_shape[:-1], [output_shape[-1] - 1]], axis=0)

    def _forward(self, x: Tensor) -> Tensor:
        padded = array.concat([x, array.zeros_like(x[..., :1])], axis=-1)
        return TABLE["nn.softmax"](padded)

    def _inverse(self, y: Tensor) -> Tensor:
        logs = log(y)
        return logs[..., :-1] - logs[..., -1:]

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        # The determinant of diag(y) - y y^T without the last row and column is the product of all y.
        return -reduce_sum(log(y), axis=-1)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        count = cast(array.shape(x)[-1], x.dtype) + 1.0
        softplus = TABLE["nn.softplus"](TABLE["reduce_logsumexp"](x, axis=-1))
        return reduce_sum(x, axis=-1) - count * softplus


@public("contrib.distributions.bijectors.Ordered")
class Ordered(Bijector):
    """From vectors in increasing order: the first element, and the logarithms of the steps between the next."""

    def __init__(self, validate_args: bool = False, name: str = "ordered"):
        super().__init__(forward_min_event_ndims=1, validate_args=validate_args, name=name)

    def _forward_event_shape(self, input_shape: Any) -> Any:
        return input_shape

    def _checked(self, x: Tensor) -> Tensor:
        if not self.validate_args:
            return x
        check = TABLE["assert_positive"](x[..., 1:] - x[..., :-1], message="Forward transformation input must be strictly increasing.")
        return array.with_dependencies([check], x)

    def _forward(self, x: Tensor) -> Tensor:
        x = self._checked(x)
        return array.concat([x[..., :1], log(x[..., 1:] - x[..., :-1])], axis=-1)

    def _inverse(self, y: Tensor) -> Tensor:
        return TABLE["cumsum"](array.concat([y[..., :1], exp(y[..., 1:])], axis=-1), axis=-1)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return reduce_sum(y[..., 1:], axis=-1)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        x = self._checked(x)
        return -reduce_sum(log(x[..., 1:] - x[..., :-1]), axis=-1)


@public("contrib.distributions.bijectors.Reshape")
class Reshape(Bijector):
    """Events of another shape; one size of each may be -1.

    Raises:
      TypeError: shapes not of integers.
      ValueError: shapes of more than one -1, or of different sizes.
    """

    def __init__(self, event_shape_out: Any, event_shape_in: Any = (-1,), validate_args: bool = False, name: str | None = None):
        name = name or "reshape"
        with name_scope(name, values=[event_shape_out, event_shape_in]):
            out = convert_to_tensor(event_shape_out, name="event_shape_out", preferred_dtype="int32")
            into = convert_to_tensor(event_shape_in, name="event_shape_in", preferred_dtype="int32")
            for shape in (out, into):
                if not shape.dtype.is_integer:
                    raise TypeError(f"Shape {shape} must be of integers; found {shape.dtype.name}.")
                known = constant_value(shape)
                if shape.shape.ndims not in (None, 1):
                    raise ValueError(f"Shape must be a vector, found rank {shape.shape.ndims}")
                if known is not None and (known == -1).sum() > 1:
                    raise ValueError(f"event_shape must have at most one -1: {known}")
                if known is not None and (known < -1).any():
                    raise ValueError(f"event_shape elements must be either positive integers or `-1`: {known}")
        self._event_shape_out, self._event_shape_in = out, into
        sizes = [constant_value(s) for s in (out, into)]
        if all(s is not None and (s >= 0).all() for s in sizes) and sizes[0].prod() != sizes[1].prod():
            raise ValueError(f"Input/output event shapes must have the same number of elements: {sizes[1]} and {sizes[0]}")
        ranks = [None if s.shape.ndims is None else s.shape[0].value for s in (into, out)]
        if None in ranks:
            raise NotImplementedError("Reshape of events whose rank is not known when the graph is built")
        super().__init__(
            forward_min_event_ndims=ranks[0], inverse_min_event_ndims=ranks[1], is_constant_jacobian=True, validate_args=validate_args,
            name=name,
        )  # fmt: skip

    def _reshaped(self, x: Tensor, old: Tensor, new: Tensor) -> Tensor:
        ndims = old.shape[0].value
        batch = array.shape(x)[:-ndims] if ndims else array.shape(x)
        known, event = constant_value(new), new
        if known is not None and (known == -1).any() and ndims:
            total = reduce_prod(array.shape(x)[-ndims:])
            rest = int(np.prod(known[known != -1]))
            event = array.stack([total // rest if s == -1 else int(s) for s in known.tolist()])
        y = array.reshape(x, array.concat([batch, event], axis=0))
        if x.shape.ndims is not None:
            y.set_shape(x.shape[: x.shape.ndims - ndims].concatenate(self._shape_of(x.shape[x.shape.ndims - ndims :], old, new)))
        return y

    def _shape_of(self, input_shape: Any, old: Tensor, new: Tensor) -> Any:
        target = constant_value(new)
        if target is None:
            return TensorShape([None] * new.shape[0].value)
        if (target == -1).any():
            if not input_shape.is_fully_defined():
                return TensorShape([None if s == -1 else int(s) for s in target])
            rest = int(np.prod(target[target != -1]))
            return TensorShape([input_shape.num_elements() // rest if s == -1 else int(s) for s in target])
        return TensorShape(target.tolist())

    def _forward(self, x: Tensor) -> Tensor:
        return self._reshaped(x, self._event_shape_in, self._event_shape_out)

    def _inverse(self, y: Tensor) -> Tensor:
        return self._reshaped(y, self._event_shape_out, self._event_shape_in)

    def _inverse_log_det_jacobian(self, y: Tensor) -> Tensor:
        return array.constant(0.0, dtype=y.dtype)

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        return array.constant(0.0, dtype=x.dtype)

    def _replaced(self, shape: Any, old: Tensor, new: Tensor) -> Any:
        if shape.ndims is None:
            return shape
        ndims = old.shape[0].value
        kept = shape.ndims - ndims
        if kept < 0:
            raise ValueError(f"Expected an event shape of at least {ndims} dimensions, found {shape}")
        expected = constant_value(old)
        if expected is not None:
            shape[kept:].assert_is_compatible_with([None if s == -1 else int(s) for s in expected])
        return shape[:kept].concatenate(self._shape_of(shape[kept:], old, new))

    def _forward_event_shape(self, input_shape: Any) -> Any:
        return self._replaced(input_shape, self._event_shape_in, self._event_shape_out)

    def _inverse_event_shape(self, output_shape: Any) -> Any:
        return self._replaced(output_shape, self._event_shape_out, self._event_shape_in)

    def _replaced_tensor(self, shape: Tensor, old: Tensor, new: Tensor) -> Tensor:
        ndims = old.shape[0].value
        known, event = constant_value(new), new
        if known is not None and (known == -1).any():
            rest = int(np.prod(known[known != -1]))
            total = reduce_prod(shape[-ndims:])
            event = array.stack([total // rest if s == -1 else int(s) for s in known.tolist()])
        return array.concat([shape[:-ndims] if ndims else shape, event], axis=0)

    def _forward_event_shape_tensor(self, input_shape: Tensor) -> Tensor:
        return self._replaced_tensor(input_shape, self._event_shape_in, self._event_shape_out)

    def _inverse_event_shape_tensor(self, output_shape: Tensor) -> Tensor:
        return self._replaced_tensor(output_shape, self._event_shape_out, self._event_shape_in)


@public("contrib.distributions.bijectors.AffineLinearOperator")
class AffineLinearOperator(Bijector):
    """Y = scale @ x + shift, `scale` a linear operator that can be inverted.

    Raises:
      TypeError: `scale` is no operator, or shift has another type.
      ValueError: it is not said to have an inverse.
    """

    def __init__(self, shift: Any = None, scale: Any = None, validate_args: bool = False, name: str = "affine_linear_operator"):
        dtype = None
        with name_scope(name), name_scope("init", values=[shift]):
            if scale is not None:
                if not isinstance(scale, LinearOperator):
                    raise TypeError("scale is not an instance of tf.LinearOperator")
                if validate_args and not scale.is_non_singular:
                    raise ValueError("Scale matrix must be non-singular.")
                dtype = scale.dtype
            if shift is not None:
                shift = convert_to_tensor(shift, name="shift")
                if dtype is not None and shift.dtype.base_dtype != dtype:
                    raise TypeError(f"shift.dtype({shift.dtype}) is incompatible with scale.dtype({dtype}).")
                dtype = shift.dtype.base_dtype
            if scale is None:
                batch_ndims: Any = 0
            elif scale.tensor_rank is not None:
                batch_ndims = scale.tensor_rank - 2
            else:
                batch_ndims = scale.tensor_rank_tensor() - 2
            self._shapes = VectorShapes(batch_ndims, validate_args)
        self._shift, self._scale = shift, scale
        super().__init__(
            forward_min_event_ndims=1, graph_parents=[*([] if shift is None else [shift]), *([] if scale is None else scale.graph_parents)],
            is_constant_jacobian=True, dtype=dtype, validate_args=validate_args, name=name,
        )  # fmt: skip

    @property
    def shift(self) -> Any:
        """What is added."""
        return self._shift

    @property
    def scale(self) -> Any:
        """The operator."""
        return self._scale

    @property
    def adjoint(self) -> bool:
        """Whether the operator's adjoint is applied: no."""
        return False

    def _forward(self, x: Tensor) -> Tensor:
        y = x
        if self._scale is not None:
            columns, sample_shape = self._shapes.as_columns(y)
            with control_dependencies(self._checks_of_scale()):
                y = self._scale.matmul(columns)
            y = self._shapes.from_columns(y, sample_shape)
        return y if self._shift is None else y + self._shift

    def _inverse(self, y: Tensor) -> Tensor:
        x = y if self._shift is None else y - self._shift
        if self._scale is not None:
            columns, sample_shape = self._shapes.as_columns(x)
            x = self._shapes.from_columns(self._scale.solve(columns), sample_shape)
        return x

    def _forward_log_det_jacobian(self, x: Tensor) -> Tensor:
        if self._scale is None:
            return array.constant(0.0, dtype=x.dtype.base_dtype)
        with control_dependencies(self._checks_of_scale()):
            return self._scale.log_abs_determinant()

    def _checks_of_scale(self) -> list[Any]:
        return [self._scale.assert_non_singular()] if self.validate_args else []


@public("contrib.distributions.bijectors.AbsoluteValue")
class AbsoluteValue(Bijector):
    """y = |x|, which has two inverses: `inverse` gives (-y, y), and `inverse_log_det_jacobian` one number for each."""

    def __init__(self, validate_args: bool = False, name: str = "absolute_value"):
        super().__init__(forward_min_event_ndims=0, is_constant_jacobian=True, validate_args=validate_args, name=name)

    def _forward(self, x: Tensor) -> Tensor:
        return abs_(x)

    def inverse(self, y: Any, name: str = "inverse") -> Any:
        """(-y, y)."""
        with self._name_scope(name, [y]):
            y = self._checked(self._argument(y, "y"))
            return -y, y

    def inverse_log_det_jacobian(self, y: Any, event_ndims: Any, name: str = "inverse_log_det_jacobian") -> Any:
        """Zeros, of both inverses."""
        with self._name_scope(name, [y]):
            y = self._checked(self._argument(y, "y"))
            event_ndims = self._event_ndims(event_ndims, self._inverse_min)
            zero = array.constant(0.0, dtype=y.dtype)
            first, second = (self._whole_event(zero, y, self._inverse_min, event_ndims) for _ in range(2))
            return first, second

    def _checked(self, y: Tensor) -> Tensor:
        if not self.validate_args:
            return y
        return array.with_dependencies([TABLE["assert_non_negative"](y, message="Argument y was negative")], y)


@public("contrib.distributions.bijectors.ConditionalBijector")
class ConditionalBijector(Bijector):
    """A bijector whose functions take conditions as keywords, which are passed on to `_forward`, `_inverse` and the rest."""

    def forward(self, x: Any, name: str = "forward", **condition_kwargs: Any) -> Tensor:
        """The function's value."""
        return self._call_forward(x, name, **condition_kwargs)

    def inverse(self, y: Any, name: str = "inverse", **condition_kwargs: Any) -> Tensor:
        """What the function has the value `y` of."""
        return self._call_inverse(y, name, **condition_kwargs)

    def forward_log_det_jacobian(self, x: Any, event_ndims: Any, name: str = "forward_log_det_jacobian", **condition_kwargs: Any) -> Tensor:
        """The logarithm of the absolute determinant of the Jacobian at `x`, of events of `event_ndims` dimensions."""
        return self._call_forward_log_det_jacobian(x, event_ndims, name, **condition_kwargs)

    def inverse_log_det_jacobian(self, y: Any, event_ndims: Any, name: str = "inverse_log_det_jacobian", **condition_kwargs: Any) -> Tensor:
        """That of the inverse function's Jacobian at `y`."""
        return self._call_inverse_log_det_jacobian(y, event_ndims, name, **condition_kwargs)
