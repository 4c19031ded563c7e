"""Multivariate normal distributions: of a linear operator, a diagonal or triangular scale, one of low rank, or a covariance matrix."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import square
from ..ops.linear_operators.dense import LinearOperatorLowerTriangular
from ..ops.linear_operators.identity import LinearOperatorIdentity
from ..ops.linear_operators.low_rank import LinearOperatorLowRankUpdate
from ..ops.reduction import reduce_sum
from .distribution import parameters_of
from .kullback_leibler import RegisterKL
from .normal import Normal
from .vectors_by_operator import VectorsByOperator, diagonal_operator


@public("contrib.distributions.python.ops.mvn_linear_operator.MultivariateNormalLinearOperator")
class MultivariateNormalLinearOperator(VectorsByOperator):
    """`scale` @ (independent standard normals) + `loc`, `scale` a linear operator.

    Raises:
      ValueError: no `scale`, or one whose size does not fit `loc`.
      TypeError: a `scale` that is not of floating point numbers.
    """

    def __init__(
        self,
        loc: Any = None,
        scale: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalLinearOperator",
    ):
        self._init(loc, scale, validate_args, allow_nan_stats, name, parameters_of(locals()))

    def _init(self, loc: Any, scale: Any, validate_args: bool, allow_nan_stats: bool, name: str, parameters: Any) -> None:
        if scale is None:
            raise ValueError("Missing required `scale` parameter.")
        if not scale.dtype.is_floating:
            raise TypeError("`scale` parameter must have floating-point dtype.")
        with name_scope(name, values=[loc, *scale.graph_parents]) as name:
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            shapes = self._shapes_of(loc, scale)
        base = Normal(loc=array.zeros([], dtype=scale.dtype), scale=array.ones([], dtype=scale.dtype))
        self._through(base, shapes, validate_args, name, parameters)
        self._allow_nan_stats = allow_nan_stats


@RegisterKL(MultivariateNormalLinearOperator, MultivariateNormalLinearOperator)
def _kl_normals(a: MultivariateNormalLinearOperator, b: MultivariateNormalLinearOperator, name: str | None = None) -> Tensor:
    with name_scope(name, "kl_mvn", values=[a.loc, b.loc, *a.scale.graph_parents, *b.scale.graph_parents]):
        if a._is_diagonal() and b._is_diagonal():
            # As a column, so that it is one matrix.
            ratio = (a.stddev() / b.stddev())[..., None]
        else:
            ratio = b.scale.solve(a.scale.to_dense())
        kl = b.scale.log_abs_determinant() - a.scale.log_abs_determinant() + 0.5 * (
            -cast(a.scale.domain_dimension_tensor(), a.dtype)
            + reduce_sum(square(ratio), axis=[-2, -1])
            + reduce_sum(square(b.scale.solve((b.mean() - a.mean())[..., None])), axis=[-2, -1])
        )  # fmt: skip
        kl.set_shape(array.broadcast_static_shape(a.batch_shape, b.batch_shape))
        return kl


@public("contrib.distributions.MultivariateNormalDiag")
class MultivariateNormalDiag(MultivariateNormalLinearOperator):
    """Standard deviations scale_diag + scale_identity_multiplier; 1 where both are None.

    Raises:
      ValueError: nothing that tells the shape of an event.
    """

    def __init__(
        self,
        loc: Any = None,
        scale_diag: Any = None,
        scale_identity_multiplier: Any = None,
        validate_args: bool = False,
        allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiag",
    ):
        parameters = parameters_of(locals())
        given = [loc, scale_diag, scale_identity_multiplier]
        with name_scope(name) as name, name_scope("init", values=given):
            scale = diagonal_operator(*given)
        self._init(loc, scale, validate_args, allow_nan_stats, name, parameters)


@public("contrib.distributions.MultivariateNormalDiagWithSoftplusScale")
class MultivariateNormalDiagWithSoftplusScale(MultivariateNormalDiag):
    """Standard deviations softplus(scale_diag)."""

    def __init__(
        self, loc: Any, scale_diag: Any, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagWithSoftplusScale",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name, values=[scale_diag]) as name:
            super().__init__(loc, TABLE["nn.softplus"](scale_diag), None, validate_args, allow_nan_stats, name)
        self._parameters = parameters


@public("contrib.distributions.MultivariateNormalDiagPlusLowRank")
class MultivariateNormalDiagPlusLowRank(MultivariateNormalLinearOperator):
    """Of the scale D + U diag(scale_perturb_diag) U^T, D diagonal, U `scale_perturb_factor`, [batch, k, rank]."""

    def __init__(
        self, loc: Any = None, scale_diag: Any = None, scale_identity_multiplier: Any = None, scale_perturb_factor: Any = None,
        scale_perturb_diag: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalDiagPlusLowRank",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        given = [loc, scale_diag, scale_identity_multiplier]
        is_updated = scale_perturb_factor is not None or scale_perturb_diag is not None
        with name_scope(name) as name, name_scope("init", values=[*given, scale_perturb_factor, scale_perturb_diag]):
            scale = diagonal_operator(*given, positive=is_updated, checked=is_updated and validate_args)
            factor = None if scale_perturb_factor is None else convert_to_tensor(scale_perturb_factor, name="scale_perturb_factor")
            diag = None if scale_perturb_diag is None else convert_to_tensor(scale_perturb_diag, name="scale_perturb_diag")
            if is_updated:
                scale = LinearOperatorLowRankUpdate(
                    scale, u=factor, diag_update=diag, is_diag_update_positive=diag is None, is_non_singular=True,
                    is_self_adjoint=True, is_positive_definite=True, is_square=True,
                )  # fmt: skip
        self._init(loc, scale, validate_args, allow_nan_stats, name, parameters)


@public("contrib.distributions.MultivariateNormalTriL")
class MultivariateNormalTriL(MultivariateNormalLinearOperator):
    """Of the covariance matrix L L^T, L the lower triangle of `scale_tril`, [batch, k, k]; the identity where it is None."""

    def __init__(
        self, loc: Any = None, scale_tril: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalTriL",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        if loc is None and scale_tril is None:
            raise ValueError("Must specify one or both of `loc`, `scale_tril`.")
        with name_scope(name) as name, name_scope("init", values=[loc, scale_tril]):
            loc = None if loc is None else convert_to_tensor(loc, name="loc")
            if scale_tril is None:
                size = loc.shape[-1].value
                scale: Any = LinearOperatorIdentity(
                    num_rows=array.shape(loc)[-1] if size is None else size, dtype=loc.dtype, is_self_adjoint=True,
                    is_positive_definite=True, assert_proper_shapes=validate_args,
                )  # fmt: skip
            else:
                scale_tril = convert_to_tensor(scale_tril, name="scale_tril")
                scale = LinearOperatorLowerTriangular(scale_tril, is_non_singular=True, is_self_adjoint=False, is_positive_definite=False)
        self._init(loc, scale, validate_args, allow_nan_stats, name, parameters)


@public("contrib.distributions.MultivariateNormalFullCovariance")
class MultivariateNormalFullCovariance(MultivariateNormalTriL):
    """Of a covariance matrix, [batch, k, k]; the identity where it is None."""

    def __init__(
        self, loc: Any = None, covariance_matrix: Any = None, validate_args: bool = False, allow_nan_stats: bool = True,
        name: str = "MultivariateNormalFullCovariance",
    ):  # fmt: skip
        parameters = parameters_of(locals())
        with name_scope(name) as name, name_scope("init", values=[loc, covariance_matrix]):
            tril = None
            if covariance_matrix is not None:
                covariance = convert_to_tensor(covariance_matrix, name="covariance_matrix")
                if validate_args:
                    symmetric = TABLE["assert_near"](
                        covariance, TABLE["linalg.matrix_transpose"](covariance), message="Matrix was not symmetric"
                    )
                    covariance = array.with_dependencies([symmetric], covariance)
                tril = TABLE["linalg.cholesky"](covariance)
            super().__init__(loc, tril, validate_args, allow_nan_stats, name)
        self._parameters = parameters
