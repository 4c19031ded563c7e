"""Wishart distributions: of the scatter matrices of normal vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import log, square
from ..ops.linear_operators.dense import LinearOperatorLowerTriangular
from ..ops.random import random_gamma, random_normal
from ..ops.reduction import reduce_sum
from .distribution import FULLY_REPARAMETERIZED, Distribution, parameters_of, salted


class _Wishart(Distribution):
    """Of `df` degrees of freedom, and the scale matrix S S^T, S a lower triangular operator [batch, k, k]."""

    def _init(self, df: Any, operator: Any, cholesky: bool, validate_args: bool, allow_nan_stats: bool, name: str, parameters: Any) -> None:
        self._cholesky_input_output_matrices, self._scale_operator = cholesky, operator
        with name_scope(name):
            self._df = convert_to_tensor(df, dtype=operator.dtype, name="df")
            size = operator.domain_dimension.value
            self._size = size
            dimension = operator.domain_dimension_tensor() if size is None else array.constant(size, dtype="int32")
            self._dimension = cast(dimension, operator.dtype)
            if validate_args:
                check = TABLE["assert_less_equal"](self._dimension, self._df, message="Degrees of freedom are fewer than the dimension.")
                self._df = array.with_dependencies([check], self._df)
        super().__init__(
            operator.dtype, FULLY_REPARAMETERIZED, validate_args, allow_nan_stats, parameters, [self._df, *operator.graph_parents], name
        )

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return self._df

    @property
    def scale_operator(self) -> Any:
        """The Cholesky factor of the scale matrix."""
        return self._scale_operator

    @property
    def cholesky_input_output_matrices(self) -> bool:
        """Whether events are Cholesky factors."""
        return self._cholesky_input_output_matrices

    @property
    def dimension(self) -> Tensor:
        """The number of rows."""
        return self._dimension

    def scale(self) -> Tensor:
        """The scale matrix, or its Cholesky factor if events are."""
        return self._scale_operator.to_dense() if self._cholesky_input_output_matrices else self._square(self._scale_operator.to_dense())

    def _square(self, factor: Tensor) -> Tensor:
        return TABLE["matmul"](factor, factor, adjoint_b=True)

    # -- shapes --------------------------------------------------------------------------
    def _event_shape(self) -> TensorShape:
        return TensorShape([self._size, self._size])

    def _event_shape_tensor(self) -> Tensor:
        dimension = self._scale_operator.domain_dimension_tensor()
        return array.stack([dimension, dimension])

    def _batch_shape(self) -> TensorShape:
        return array.broadcast_static_shape(self._scale_operator.batch_shape, self._df.shape)

    def _batch_shape_tensor(self) -> Tensor:
        return array.broadcast_dynamic_shape(self._scale_operator.batch_shape_tensor(), array.shape(self._df))

    # -- samples (Bartlett's decomposition) ---------------------------------------------------
    def _sample_n(self, n: Any, seed: Any = None) -> Tensor:
        batch, event = self.batch_shape_tensor(), self.event_shape_tensor()
        shape = array.concat([[n], batch, event], 0)
        below = random_normal(shape=shape, mean=0.0, stddev=1.0, dtype=self.dtype, seed=seed)
        ones = array.ones(self._scale_operator.batch_shape_tensor(), dtype=self._df.dtype)
        diagonal = random_gamma(
            shape=[n], alpha=self._multi_gamma_sequence(0.5 * (self._df * ones), self._dimension), beta=0.5, dtype=self.dtype,
            seed=salted(seed, "wishart"),
        )  # fmt: skip
        below = TABLE["linalg.set_diag"](TABLE["linalg.band_part"](below, -1, 0), TABLE["sqrt"](diagonal))
        factor = self._scale_operator.matmul(below)
        if not self._cholesky_input_output_matrices:
            return self._square(factor)
        return factor

    # -- densities ------------------------------------------------------------------------------
    def _log_prob(self, x: Any) -> Tensor:
        factor = x if self._cholesky_input_output_matrices else TABLE["cholesky"](x)
        whitened = self._scale_operator.solve(factor)
        trace = reduce_sum(square(whitened), axis=[-2, -1])
        half_log_det = reduce_sum(log(TABLE["linalg.diag_part"](factor)), axis=[-1])
        return (self._df - self._dimension - 1.0) * half_log_det - 0.5 * trace - self.log_normalization()

    def log_normalization(self, name: str = "log_normalization") -> Tensor:
        """The logarithm of what the density is divided by."""
        with self._name_scope(name):
            return (
                self._df * self._scale_operator.log_abs_determinant()
                + 0.5 * self._df * self._dimension * math.log(2.0)
                + self._multi_lgamma(0.5 * self._df, self._dimension)
            )

    def _multi_gamma_sequence(self, a: Tensor, p: Tensor) -> Tensor:
        """A + (1 - j) / 2, j from 1 to p, at the end."""
        steps = TABLE["linspace"](array.constant(0.0, dtype=self.dtype), 0.5 - 0.5 * p, cast(p, np.int32))
        return steps + array.expand_dims(a, [-1])

    def _multi_lgamma(self, a: Tensor, p: Tensor) -> Tensor:
        sequence = self._multi_gamma_sequence(a, p)
        return 0.25 * p * (p - 1.0) * math.log(math.pi) + reduce_sum(TABLE["lgamma"](sequence), axis=[-1])

    def _multi_digamma(self, a: Tensor, p: Tensor) -> Tensor:
        return reduce_sum(TABLE["digamma"](self._multi_gamma_sequence(a, p)), axis=[-1])

    # -- statistics ------------------------------------------------------------------------------
    def _entropy(self) -> Tensor:
        half_dp1 = 0.5 * self._dimension + 0.5
        half_df = 0.5 * self._df
        return (
            self._dimension * (half_df + half_dp1 * math.log(2.0))
            + 2 * half_dp1 * self._scale_operator.log_abs_determinant()
            + self._multi_lgamma(half_df, self._dimension)
            + (half_dp1 - half_df) * self._multi_digamma(half_df, self._dimension)
        )

    def _column(self, x: Tensor) -> Tensor:
        return x[..., None, None]

    def _mean(self) -> Tensor:
        if self._cholesky_input_output_matrices:
            return TABLE["sqrt"](self._column(self._df)) * self._scale_operator.to_dense()
        return self._column(self._df) * self._square(self._scale_operator.to_dense())

    def _variance(self) -> Tensor:
        matrix = self._square(self._scale_operator.to_dense())
        diag = array.expand_dims(TABLE["linalg.diag_part"](matrix), -1)
        out = self._column(self._df) * (square(matrix) + TABLE["matmul"](diag, diag, adjoint_b=True))
        return TABLE["cholesky"](out) if self._cholesky_input_output_matrices else out

    def _stddev(self) -> Tensor:
        if self._cholesky_input_output_matrices:
            raise ValueError("Computing std. dev. when is cholesky_input_output_matrices=True does not make sense.")
        return TABLE["linalg.cholesky"](self.variance())

    def _mode(self) -> Tensor:
        s = self._df - self._dimension - 1.0
        s = TABLE["where_v2"](s < 0.0, array.constant(float("nan"), dtype=s.dtype), s)
        if self._cholesky_input_output_matrices:
            return TABLE["sqrt"](self._column(s)) * self._scale_operator.to_dense()
        return self._column(s) * self._square(self._scale_operator.to_dense())

    def mean_log_det(self, name: str = "mean_log_det") -> Tensor:
        """The mean of the logarithm of the determinant."""
        with self._name_scope(name):
            return (
                self._multi_digamma(0.5 * self._df, self._dimension)
                + self._dimension * math.log(2.0)
                + 2 * self._scale_operator.log_abs_determinant()
            )


@public("contrib.distributions.WishartCholesky")
class WishartCholesky(_Wishart):
    """The scale matrix is given by its Cholesky factor, [batch, k, k]."""

    def __init__(
        self, df: Any, scale: Any, cholesky_input_output_matrices: bool = False, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "WishartCholesky",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[scale]) as name:
            scale = convert_to_tensor(scale)
            if validate_args:
                diag = TABLE["linalg.diag_part"](scale)
                check = TABLE["assert_positive"](diag, message="scale must be positive definite")
                scale = array.with_dependencies([check], scale)
            operator = LinearOperatorLowerTriangular(tril=scale, is_non_singular=True, is_positive_definite=True, is_square=True)
        self._init(df, operator, cholesky_input_output_matrices, validate_args, allow_nan_stats, name, parameters)


@public("contrib.distributions.WishartFull")
class WishartFull(_Wishart):
    """The scale matrix is given, [batch, k, k]."""

    def __init__(
        self, df: Any, scale: Any, cholesky_input_output_matrices: bool = False, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "WishartFull",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[scale]) as name:
            chol = TABLE["cholesky"](convert_to_tensor(scale))
            operator = LinearOperatorLowerTriangular(tril=chol, is_non_singular=True, is_positive_definite=True, is_square=True)
        self._init(df, operator, cholesky_input_output_matrices, validate_args, allow_nan_stats, name, parameters)
