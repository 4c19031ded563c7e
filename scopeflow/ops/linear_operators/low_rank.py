"""An operator changed by one of low rank: L + U D V^H."""

from __future__ import annotations

from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..casting import cast
from ..diagonal import diag_part
from ..elementwise import abs_, exp, log
from ..joining import concat
from ..linalg import cholesky, det
from ..matmul import matmul
from ..reduction import reduce_sum
from ..shaping import broadcast_dynamic_shape, broadcast_static_shape, shape
from .broadcasting import cholesky_solve_with_broadcast, implied, matrix_solve_with_broadcast
from .diagonal import LinearOperatorDiag
from .identity import LinearOperatorIdentity
from .operator import LinearOperator


@public("linalg.LinearOperatorLowRankUpdate")
class LinearOperatorLowRankUpdate(LinearOperator):
    """L + U D V^H: L `base_operator`, [batch, m, n], U `u`, [batch, m, k], D the diagonal `diag_update`, V `v`, [batch, n, k].

    Solutions and determinants are those of L and of matrices [k, k] (the Woodbury identity and the matrix determinant lemma).

    Args:
      diag_update: [batch, k]; ones where it is None.
      v: None for `u`.

    Raises:
      ValueError: hints that are not so, sizes that do not fit.
    """

    def __init__(
        self,
        base_operator: LinearOperator,
        u: Any,
        diag_update: Any = None,
        v: Any = None,
        is_diag_update_positive: bool | None = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str = "LinearOperatorLowRankUpdate",
    ):
        if diag_update is None:
            is_diag_update_positive = implied(
                is_diag_update_positive, True,
                "Default diagonal is the identity, which is positive.  However, user set 'is_diag_update_positive' to False.",
            )  # fmt: skip
        # With all this, [k, k] matrices have Cholesky factors.
        self._use_cholesky = bool(
            base_operator.is_self_adjoint and base_operator.is_positive_definite and is_diag_update_positive and v is None
        )
        if base_operator.is_self_adjoint and v is None and not base_operator.dtype.is_complex:
            is_self_adjoint = implied(
                is_self_adjoint, True,
                "A = L + UDU^H, with L self-adjoint and D real diagonal.  "
                "Since UDU^H is self-adjoint, this must be a self-adjoint operator.",
            )  # fmt: skip
        message = "Arguments imply this is self-adjoint positive-definite operator."
        is_positive_definite = implied(is_positive_definite, self._use_cholesky, message)
        is_self_adjoint = implied(is_self_adjoint, self._use_cholesky, message)
        parents = [*base_operator.graph_parents, u, diag_update, v]
        with name_scope(name, values=[t for t in parents if t is not None]):
            self._u = convert_to_tensor(u, name="u")
            self._v = self._u if v is None else convert_to_tensor(v, name="v")
            self._diag_update = None if diag_update is None else convert_to_tensor(diag_update, name="diag_update")
            self._base_operator = base_operator
            own = [t for t in (self._u, self._diag_update, self._v) if t is not None]
            super().__init__(
                base_operator.dtype, [*base_operator.graph_parents, *own], is_non_singular, is_self_adjoint, is_positive_definite,
                is_square, name,
            )  # fmt: skip
            if self._diag_update is not None:
                self._diag_operator: Any = LinearOperatorDiag(self._diag_update, is_positive_definite=is_diag_update_positive)
            else:
                rank = self._u.shape[-1].value
                self._diag_operator = LinearOperatorIdentity(num_rows=shape(self._u)[-1] if rank is None else rank, dtype=self._dtype)
            self._is_diag_update_positive = is_diag_update_positive
            self._check_shapes()

    def _check_shapes(self) -> None:
        pairs = broadcast_static_shape(self._u.shape, self._v.shape)
        self._base_operator.domain_dimension.assert_is_compatible_with(pairs[-2])
        if self._diag_update is not None:
            pairs[-1].assert_is_compatible_with(self._diag_update.shape[-1])

    @property
    def u(self) -> Tensor:
        """U."""
        return self._u

    @property
    def v(self) -> Tensor:
        """V."""
        return self._v

    @property
    def is_diag_update_positive(self) -> bool | None:
        """Whether D is known to be positive."""
        return self._is_diag_update_positive

    @property
    def diag_update(self) -> Any:
        """The diagonal of D, as it was given."""
        return self._diag_update

    @property
    def diag_operator(self) -> LinearOperator:
        """D."""
        return self._diag_operator

    @property
    def base_operator(self) -> LinearOperator:
        """L."""
        return self._base_operator

    def _shape(self) -> TensorShape:
        batch = broadcast_static_shape(self._base_operator.batch_shape, self._u.shape[:-2])
        return batch.concatenate(self._base_operator.shape[-2:])

    def _shape_tensor(self) -> Tensor:
        batch = broadcast_dynamic_shape(self._base_operator.batch_shape_tensor(), shape(self._u)[:-2])
        return concat([batch, self._base_operator.shape_tensor()[-2:]], axis=0)

    def _sides(self, adjoint: bool) -> tuple[Tensor, Tensor]:
        return (self._v, self._u) if adjoint else (self._u, self._v)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        u, v = self._sides(adjoint)
        leading = self._base_operator.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(v, x, adjoint_a=True, adjoint_b=adjoint_arg)
        return leading + matmul(u, self._diag_operator.matmul(inner, adjoint=adjoint))

    def _capacitance(self, u: Tensor, v: Tensor) -> Tensor:
        """D^-1 + V^H L^-1 U."""
        inner = matmul(v, self._base_operator.solve(u), adjoint_a=True)
        return self._diag_operator.inverse().add_to_tensor(inner)

    def _determinant(self) -> Tensor:
        if self._use_cholesky:
            return exp(self.log_abs_determinant())
        capacitance = det(self._capacitance(u=self._u, v=self._v))
        update = self._diag_operator.determinant()
        base = self._base_operator.determinant()
        return capacitance * update * base

    def _log_abs_determinant(self) -> Tensor:
        update = self._diag_operator.log_abs_determinant()
        base = self._base_operator.log_abs_determinant()
        capacitance = self._capacitance(u=self._u, v=self._v)
        if self._use_cholesky:
            own = 2.0 * reduce_sum(log(diag_part(cholesky(capacitance))), axis=[-1])
        else:
            own = log(abs_(det(capacitance)))
            if self._dtype.is_complex:
                own = cast(own, dtype=self._dtype)
        return own + update + base

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        u, v = self._sides(adjoint)
        without = self._base_operator.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        inner = matmul(v, without, adjoint_a=True)
        capacitance = self._capacitance_for(u, v, adjoint)
        if self._use_cholesky:
            inner = cholesky_solve_with_broadcast(cholesky(capacitance), inner)
        else:
            inner = matrix_solve_with_broadcast(capacitance, inner, adjoint=adjoint)
        return without - self._base_operator.solve(matmul(u, inner), adjoint=adjoint)

    def _capacitance_for(self, u: Tensor, v: Tensor, adjoint: bool) -> Tensor:
        # That of the adjoint is the adjoint of the capacitance, which the solver takes.
        return self._capacitance(u=v, v=u) if adjoint else self._capacitance(u=u, v=v)
