"""Operators of square blocks along the diagonal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...graph import dtypes
from ...graph.conversion import constant
from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..creation import zeros
from ..flow import group
from ..joining import concat, split
from ..packing import stack
from ..shaping import broadcast_static_shape, shape, squeeze
from .algebra import ADJOINT, CHOLESKY, INVERSE
from .broadcasting import broadcast_matrix_batch_dims, implied, same_dtype
from .operator import LinearOperator


@public("linalg.LinearOperatorBlockDiag")
class LinearOperatorBlockDiag(LinearOperator):
    """Square operators along the diagonal, zeros elsewhere.

    Raises:
      TypeError: of different types.
      ValueError: no operators; operators that are not square.
    """

    def __init__(
        self, operators: Sequence[LinearOperator], is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = True, name: str | None = None,
    ):  # fmt: skip
        if not operators:
            raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
        self._operators = list(operators)
        dtype = same_dtype(self._operators)
        is_non_singular, is_self_adjoint, is_positive_definite = (
            implied(hint, all(getattr(o, attribute) for o in operators), f"The direct sum of {what} operators is always {what}.")
            for hint, attribute, what in (
                (is_non_singular, "is_non_singular", "non-singular"),
                (is_self_adjoint, "is_self_adjoint", "self-adjoint"),
                (is_positive_definite, "is_positive_definite", "positive definite"),
            )
        )
        if not (is_square and all(o.is_square for o in operators)):
            raise ValueError("Can only represent a block diagonal of square matrices.")
        parents = [t for o in operators for t in o.graph_parents]
        name = "_ds_".join(o.name for o in operators) if name is None else name
        with name_scope(name, values=parents):
            super().__init__(dtype, parents, is_non_singular, is_self_adjoint, is_positive_definite, True, name)

    @property
    def operators(self) -> list[LinearOperator]:
        """The blocks."""
        return self._operators

    # -- shapes ----------------------------------------------------------------------
    def _shape(self) -> TensorShape:
        batch = self._operators[0].batch_shape
        for o in self._operators[1:]:
            batch = broadcast_static_shape(batch, o.batch_shape)
        sizes = [[d.value for d in dims] for dims in zip(*((o.range_dimension, o.domain_dimension) for o in self._operators))]
        return batch.concatenate([None if None in s else sum(s) for s in sizes])

    def _shape_tensor(self) -> Tensor:
        first, *rest = self._operators
        columns, rows = first.domain_dimension_tensor(), first.range_dimension_tensor()
        for o in rest:
            columns += o.domain_dimension_tensor()
            rows += o.range_dimension_tensor()
        matrix = stack([columns, rows])
        # Zeros broadcast the shapes of the batches.
        nothing = zeros(shape=first.batch_shape_tensor())
        for o in rest:
            nothing += zeros(shape=o.batch_shape_tensor())
        return concat([shape(nothing), matrix], 0)

    def _blocks_of(self, x: Tensor, axis: int) -> list[Tensor]:
        """The parts of `x` that belong to the blocks."""
        if not all(o.shape.is_fully_defined() for o in self._operators):
            sizes = stack([o.domain_dimension_tensor() for o in self._operators], name="packed")
        else:
            sizes = constant([o.domain_dimension.value for o in self._operators], dtypes.int32)
        return split(x, sizes, axis=axis)

    # -- products ------------------------------------------------------------------------
    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        blocks = self._blocks_of(x, -1 if adjoint_arg else -2)
        parts = [o.matmul(b, adjoint=adjoint, adjoint_arg=adjoint_arg) for o, b in zip(self._operators, blocks)]
        return concat(broadcast_matrix_batch_dims(parts), axis=-2)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        blocks = self._blocks_of(rhs, -1 if adjoint_arg else -2)
        parts = [o.solve(b, adjoint=adjoint, adjoint_arg=adjoint_arg) for o, b in zip(self._operators, blocks)]
        return concat(broadcast_matrix_batch_dims(parts), axis=-2)

    # -- numbers ---------------------------------------------------------------------------
    def _determinant(self) -> Tensor:
        out = self._operators[0].determinant()
        for o in self._operators[1:]:
            out *= o.determinant()
        return out

    def _sum(self, of: Callable[[LinearOperator], Tensor]) -> Tensor:
        out = of(self._operators[0])
        for o in self._operators[1:]:
            out += of(o)
        return out

    def _log_abs_determinant(self) -> Tensor:
        return self._sum(lambda o: o.log_abs_determinant())

    def _trace(self) -> Tensor:
        return self._sum(lambda o: o.trace())

    def _diag_part(self) -> Tensor:
        parts = broadcast_matrix_batch_dims([o.diag_part()[..., None] for o in self._operators])
        return squeeze(concat(parts, axis=-2), axis=-1)

    def _to_dense(self) -> Tensor:
        before: Any = 0
        rows = []
        for block in broadcast_matrix_batch_dims([o.to_dense() for o in self._operators]):
            leading = shape(block)[:-1]
            left = zeros(shape=concat([leading, [before]], axis=-1), dtype=block.dtype)
            before += shape(block)[-1]
            after = self.domain_dimension_tensor() - before
            right = zeros(shape=concat([leading, [after]], axis=-1), dtype=block.dtype)
            rows.append(concat([left, block, right], axis=-1))
        out = concat(rows, axis=-2)
        out.set_shape(self.shape)
        return out

    # -- checks ---------------------------------------------------------------------------------
    def _assert_non_singular(self) -> Operation:
        return group([o.assert_non_singular() for o in self._operators])

    def _assert_self_adjoint(self) -> Operation:
        return group([o.assert_self_adjoint() for o in self._operators])

    def _assert_positive_definite(self) -> Operation:
        return group([o.assert_positive_definite() for o in self._operators])


@ADJOINT.register(LinearOperatorBlockDiag)
def _(operator: LinearOperatorBlockDiag) -> LinearOperator:
    return LinearOperatorBlockDiag(
        [o.adjoint() for o in operator.operators], operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, True
    )


@CHOLESKY.register(LinearOperatorBlockDiag)
def _(operator: LinearOperatorBlockDiag) -> LinearOperator:
    # Lower triangles are not said to be self-adjoint, though diagonal ones are.
    return LinearOperatorBlockDiag([o.cholesky() for o in operator.operators], is_non_singular=True, is_self_adjoint=None, is_square=True)


@INVERSE.register(LinearOperatorBlockDiag)
def _(operator: LinearOperatorBlockDiag) -> LinearOperator:
    return LinearOperatorBlockDiag(
        [o.inverse() for o in operator.operators], operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, True
    )
