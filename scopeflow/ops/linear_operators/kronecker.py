"""Operators that are Kronecker products."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..casting import cast
from ..creation import ones_like, range_, zeros
from ..elementwise import conj
from ..flow import group
from ..joining import concat
from ..shaping import broadcast_dynamic_shape, broadcast_static_shape, matrix_transpose, rank, reshape, shape, transpose
from .algebra import ADJOINT, CHOLESKY, INVERSE
from .broadcasting import adjoint_of, implied, same_dtype
from .operator import LinearOperator


def _columns_stacked(x: Tensor) -> Tensor:
    """Matrices as vectors, column by column."""
    return reshape(matrix_transpose(x), concat([shape(x)[:-2], [-1]], axis=0))


def _unstacked(y: Tensor, columns: Tensor) -> Tensor:
    """The way back."""
    return matrix_transpose(reshape(y, concat([shape(y)[:-1], [columns, -1]], axis=0)))


def _last_dim_first(x: Tensor) -> Tensor:
    ndims = rank(x)
    return transpose(x, concat([[ndims - 1], range_(0, ndims - 1)], axis=0))


def _first_dim_last(x: Tensor) -> Tensor:
    ndims = rank(x)
    return transpose(x, concat([range_(1, ndims), [0]], axis=0))


@public("linalg.LinearOperatorKronecker")
class LinearOperatorKronecker(LinearOperator):
    """The Kronecker product of operators.

    Raises:
      TypeError: of different types.
      ValueError: no operators.
    """

    def __init__(
        self, operators: Sequence[LinearOperator], is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str | None = None,
    ):  # fmt: skip
        if not operators:
            raise ValueError(f"Expected a list of >=1 operators. Found: {operators}")
        self._operators = list(operators)
        dtype = same_dtype(self._operators)
        is_non_singular, is_self_adjoint, is_positive_definite = (
            implied(hint, all(getattr(o, attribute) for o in operators), f"The Kronecker product of {what} operators is always {what}.")
            for hint, attribute, what in (
                (is_non_singular, "is_non_singular", "non-singular"),
                (is_self_adjoint, "is_self_adjoint", "self-adjoint"),
                (is_positive_definite, "is_positive_definite", "positive-definite"),
            )
        )
        parents = [t for o in operators for t in o.graph_parents]
        name = "_x_".join(o.name for o in operators) if name is None else name
        with name_scope(name, values=parents):
            super().__init__(dtype, parents, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name)

    @property
    def operators(self) -> list[LinearOperator]:
        """The factors."""
        return self._operators

    # -- shapes ----------------------------------------------------------------------
    def _shape(self) -> TensorShape:
        batch = functools.reduce(broadcast_static_shape, [o.batch_shape for o in self._operators])
        sizes = [[d.value for d in dims] for dims in zip(*((o.range_dimension, o.domain_dimension) for o in self._operators))]
        return batch.concatenate([None if None in s else functools.reduce(lambda a, b: a * b, s) for s in sizes])

    def _shape_tensor(self) -> Tensor:
        first, *rest = self._operators
        columns = first.domain_dimension_tensor()
        for o in rest:
            columns *= o.domain_dimension_tensor()
        rows = first.range_dimension_tensor()
        for o in rest:
            rows *= o.range_dimension_tensor()
        batch = first.batch_shape_tensor()
        for o in rest:
            batch = broadcast_dynamic_shape(batch, o.batch_shape_tensor())
        return concat([batch, [rows, columns]], 0)

    # -- products and solutions -----------------------------------------------------------
    def _apply(self, x: Tensor, adjoint_arg: bool, size_of: Callable[..., Tensor], many: Callable[..., Tensor], one: Callable[..., Tensor]):
        """The factors applied in turn to the vectors' parts.

        Vectors are held as rows of a tensor whose leading dimension collects what the factors before made.
        """
        x = adjoint_of(x) if adjoint_arg else x
        # The ranks of the batches line up.
        batch = self.batch_shape_tensor()
        x += zeros(concat([ones_like(batch), [1, 1]], 0), dtype=x.dtype)
        out = _last_dim_first(x)[None, ...]
        for o in self._operators[:-1]:
            out = _unstacked(out, size_of(o))
            if self._dtype.is_complex:
                out = conj(out)
            out = matrix_transpose(many(o, matrix_transpose(out)))
            if self._dtype.is_complex:
                out = conj(out)
            out = _last_dim_first(_columns_stacked(_first_dim_last(out)))
        out = one(self._operators[-1], out)
        out = _first_dim_last(_columns_stacked(_first_dim_last(out)))
        if x.shape.ndims is not None:
            batch_shape = broadcast_static_shape(x.shape[:-2], self.batch_shape)
            out.set_shape(batch_shape.concatenate([self.range_dimension, x.shape[-1]]))
        return out

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._apply(
            x, adjoint_arg,
            lambda o: o.range_dimension_tensor() if adjoint else o.domain_dimension_tensor(),
            lambda o, y: o.matmul(y, adjoint=adjoint),
            lambda o, y: o.matvec(y, adjoint=adjoint),
        )  # fmt: skip

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._apply(
            rhs, adjoint_arg,
            lambda o: o.range_dimension_tensor() if adjoint else o.domain_dimension_tensor(),
            lambda o, y: o.solve(y, adjoint=adjoint),
            lambda o, y: o.solvevec(y, adjoint=adjoint),
        )  # fmt: skip

    # -- numbers ---------------------------------------------------------------------------
    def _determinant(self) -> Tensor:
        total = self.domain_dimension_tensor()
        out: Any = 1.0
        for o in self._operators:
            out *= o.determinant() ** cast(total / o.domain_dimension_tensor(), o.dtype)
        return out

    def _log_abs_determinant(self) -> Tensor:
        total = self.domain_dimension_tensor()
        out: Any = 0.0
        for o in self._operators:
            out += o.log_abs_determinant() * cast(total / o.domain_dimension_tensor(), o.dtype)
        return out

    def _trace(self) -> Tensor:
        out: Any = 1.0
        for o in self._operators:
            out *= o.trace()
        return out

    def _diag_part(self) -> Tensor:
        out = self._operators[0].diag_part()
        for o in self._operators[1:]:
            out = out[..., :, None]
            out *= o.diag_part()[..., None, :]
            out = reshape(out, shape=concat([shape(out)[:-2], [-1]], axis=0))
        sizes = self.range_dimension.value, self.domain_dimension.value
        out.set_shape(self.batch_shape.concatenate([None if None in sizes else min(sizes)]))
        return out

    def _to_dense(self) -> Tensor:
        product = self._operators[0].to_dense()
        for o in self._operators[1:]:
            product = product[..., :, None, :, None]
            product *= o.to_dense()[..., None, :, None, :]
            product = reshape(
                product,
                shape=concat(
                    [shape(product)[:-4], [shape(product)[-4] * shape(product)[-3], shape(product)[-2] * shape(product)[-1]]], axis=0
                ),
            )
        product.set_shape(self.shape)
        return product

    # -- checks ---------------------------------------------------------------------------------
    def _assert_non_singular(self) -> Operation:
        if all(o.is_square for o in self._operators):
            return group([o.assert_non_singular() for o in self._operators])
        raise NotImplementedError("All Kronecker factors must be square for the product to be invertible.")

    def _assert_self_adjoint(self) -> Operation:
        if all(o.is_square for o in self._operators):
            return group([o.assert_self_adjoint() for o in self._operators])
        raise NotImplementedError("All Kronecker factors must be square for the product to be self adjoint.")


def _of_factors(operator: LinearOperatorKronecker, factors: list[LinearOperator]) -> LinearOperatorKronecker:
    return LinearOperatorKronecker(
        factors, operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, operator.is_square
    )


@ADJOINT.register(LinearOperatorKronecker)
def _(operator: LinearOperatorKronecker) -> LinearOperator:
    return _of_factors(operator, [o.adjoint() for o in operator.operators])


@CHOLESKY.register(LinearOperatorKronecker)
def _(operator: LinearOperatorKronecker) -> LinearOperator:
    return LinearOperatorKronecker([o.cholesky() for o in operator.operators], is_non_singular=True, is_self_adjoint=None, is_square=True)


@INVERSE.register(LinearOperatorKronecker)
def _(operator: LinearOperatorKronecker) -> LinearOperator:
    return _of_factors(operator, [o.inverse() for o in operator.operators])
