"""Operators seen through others: adjoints, inverses, compositions."""

from __future__ import annotations

from collections.abc import Sequence

from ...graph.default_graph import name_scope
from ...graph.operation import Operation, Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ..creation import zeros
from ..elementwise import conj
from ..joining import concat
from ..packing import stack
from ..shaping import broadcast_static_shape, shape
from .algebra import ADJOINT, INVERSE, MATMUL, SOLVE
from .broadcasting import adjoint_of, implied, non_singular_hint, same_dtype, square_hint
from .operator import LinearOperator

_HINTS = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")


def _agreed(operator: LinearOperator, hint: bool | None, attribute: str, message: str) -> bool | None:
    """The hint, or what the operator says of itself. Raises ValueError if the two differ."""
    own = getattr(operator, attribute)
    if hint is not None and own is not None and hint != own:
        raise ValueError(message)
    return own if hint is None else hint


@public("linalg.LinearOperatorAdjoint")
class LinearOperatorAdjoint(LinearOperator):
    """The conjugate transposes of an operator's matrices."""

    def __init__(
        self, operator: LinearOperator, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str | None = None,
    ):  # fmt: skip
        self._operator = operator
        hints = []
        for attribute, hint in zip(_HINTS, (is_non_singular, is_self_adjoint, is_positive_definite, is_square)):
            what = attribute[3:].replace("_", "-").replace("positive-definite", "positive-definite")
            hints.append(_agreed(operator, hint, attribute, f"An operator is {what} if and only if its adjoint is {what}."))
        name = operator.name + "_adjoint" if name is None else name
        with name_scope(name, values=operator.graph_parents):
            super().__init__(operator.dtype, operator.graph_parents, *hints, name=name)

    @property
    def operator(self) -> LinearOperator:
        """What it is the adjoint of."""
        return self._operator

    def _shape(self) -> TensorShape:
        dims = self._operator.shape
        if dims.ndims is None:
            return dims
        return dims[:-2].concatenate([dims[-1], dims[-2]])

    def _shape_tensor(self) -> Tensor:
        dims = self._operator.shape_tensor()
        return concat([dims[:-2], [dims[-1], dims[-2]]], axis=-1)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._operator.matmul(x, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _matvec(self, x: Tensor, adjoint: bool = False) -> Tensor:
        return self._operator.matvec(x, adjoint=not adjoint)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._operator.solve(rhs, adjoint=not adjoint, adjoint_arg=adjoint_arg)

    def _solvevec(self, rhs: Tensor, adjoint: bool = False) -> Tensor:
        return self._operator.solvevec(rhs, adjoint=not adjoint)

    def _conjugated(self, x: Tensor) -> Tensor:
        return conj(x) if self.is_self_adjoint is not True and x.dtype.is_complex else x

    def _determinant(self) -> Tensor:
        return self._conjugated(self._operator.determinant())

    def _log_abs_determinant(self) -> Tensor:
        return self._operator.log_abs_determinant()

    def _trace(self) -> Tensor:
        return self._conjugated(self._operator.trace())

    def _to_dense(self) -> Tensor:
        return self._operator.to_dense() if self.is_self_adjoint else adjoint_of(self._operator.to_dense())

    def _assert_non_singular(self) -> Operation:
        return self._operator.assert_non_singular()

    def _assert_positive_definite(self) -> Operation:
        return self._operator.assert_positive_definite()

    def _assert_self_adjoint(self) -> Operation:
        return self._operator.assert_self_adjoint()


@public("linalg.LinearOperatorInversion")
class LinearOperatorInversion(LinearOperator):
    """The inverses of an operator's matrices, by solving.

    Raises:
      ValueError: the operator is said to be singular or not square.
    """

    def __init__(
        self, operator: LinearOperator, is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str | None = None,
    ):  # fmt: skip
        self._operator = operator
        for attribute, hint in (("is_square", is_square), ("is_non_singular", is_non_singular)):
            own = getattr(operator, attribute)
            if own is False or hint is False:
                raise ValueError(f"operator and supplied hints must have `{attribute}` equal to `True` or `None`.  Found {own}, {hint}")
        self_adjoint = _agreed(
            operator, is_self_adjoint, "is_self_adjoint", "An operator is self-adjoint if and only if its inverse is self-adjoint."
        )
        positive = _agreed(
            operator, is_positive_definite, "is_positive_definite",
            "An operator is positive-definite if and only if its inverse is positive-definite.",
        )  # fmt: skip
        name = operator.name + "_inv" if name is None else name
        with name_scope(name, values=operator.graph_parents):
            super().__init__(
                operator.dtype, operator.graph_parents, operator.is_non_singular if is_non_singular is None else is_non_singular,
                self_adjoint, positive, operator.is_square if is_square is None else is_square, name,
            )  # fmt: skip

    @property
    def operator(self) -> LinearOperator:
        """What it is the inverse of."""
        return self._operator

    def _shape(self) -> TensorShape:
        return self._operator.shape

    def _shape_tensor(self) -> Tensor:
        return self._operator.shape_tensor()

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._operator.solve(x, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        return self._operator.matmul(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)

    def _determinant(self) -> Tensor:
        return 1.0 / self._operator.determinant()

    def _log_abs_determinant(self) -> Tensor:
        return -1.0 * self._operator.log_abs_determinant()

    def _assert_non_singular(self) -> Operation:
        return self._operator.assert_non_singular()

    def _assert_positive_definite(self) -> Operation:
        return self._operator.assert_positive_definite()

    def _assert_self_adjoint(self) -> Operation:
        return self._operator.assert_self_adjoint()


@public("linalg.LinearOperatorComposition")
class LinearOperatorComposition(LinearOperator):
    """The product of operators; the last one is applied first.

    Raises:
      TypeError: of different types.
      ValueError: no operators; sizes that do not fit.
    """

    def __init__(
        self, operators: Sequence[LinearOperator], is_non_singular: bool | None = None, is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None, is_square: bool | None = None, name: str | None = None,
    ):  # fmt: skip
        if not operators:
            raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
        self._operators = list(operators)
        dtype = same_dtype(self._operators)
        is_non_singular = implied(
            is_non_singular, all(o.is_non_singular for o in operators), "The composition of non-singular operators is always non-singular."
        )
        parents = [t for o in operators for t in o.graph_parents]
        name = "_o_".join(o.name for o in operators) if name is None else name
        with name_scope(name, values=parents):
            super().__init__(dtype, parents, is_non_singular, is_self_adjoint, is_positive_definite, is_square, name)

    @property
    def operators(self) -> list[LinearOperator]:
        """The factors."""
        return self._operators

    def _shape(self) -> TensorShape:
        inner = self._operators[0].range_dimension
        for o in self._operators:
            inner.assert_is_compatible_with(o.range_dimension)
            inner = o.domain_dimension
        batch = self._operators[0].batch_shape
        for o in self._operators[1:]:
            batch = broadcast_static_shape(batch, o.batch_shape)
        return batch.concatenate([self._operators[0].range_dimension, self._operators[-1].domain_dimension])

    def _shape_tensor(self) -> Tensor:
        matrix = stack([self._operators[0].range_dimension_tensor(), self._operators[-1].domain_dimension_tensor()])
        # Zeros broadcast the shapes of the batches.
        nothing = zeros(shape=self._operators[0].batch_shape_tensor())
        for o in self._operators[1:]:
            nothing += zeros(shape=o.batch_shape_tensor())
        return concat([shape(nothing), matrix], 0)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        first, *rest = self._operators if adjoint else self._operators[::-1]
        out = first.matmul(x, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for o in rest:
            out = o.matmul(out, adjoint=adjoint)
        return out

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        first, *rest = self._operators[::-1] if adjoint else self._operators
        out = first.solve(rhs, adjoint=adjoint, adjoint_arg=adjoint_arg)
        for o in rest:
            out = o.solve(out, adjoint=adjoint)
        return out

    def _determinant(self) -> Tensor:
        out = self._operators[0].determinant()
        for o in self._operators[1:]:
            out *= o.determinant()
        return out

    def _log_abs_determinant(self) -> Tensor:
        out = self._operators[0].log_abs_determinant()
        for o in self._operators[1:]:
            out += o.log_abs_determinant()
        return out


@ADJOINT.register(LinearOperator)
def _(operator: LinearOperator) -> LinearOperator:
    return LinearOperatorAdjoint(operator, *(getattr(operator, h) for h in _HINTS))


@ADJOINT.register(LinearOperatorAdjoint)
def _(operator: LinearOperatorAdjoint) -> LinearOperator:
    return operator.operator


@INVERSE.register(LinearOperator)
def _(operator: LinearOperator) -> LinearOperator:
    return LinearOperatorInversion(operator, *(getattr(operator, h) for h in _HINTS))


@INVERSE.register(LinearOperatorInversion)
def _(operator: LinearOperatorInversion) -> LinearOperator:
    return operator.operator


@MATMUL.register(LinearOperator, LinearOperator)
def _(a: LinearOperator, b: LinearOperator) -> LinearOperator:
    square = square_hint(a, b)
    return LinearOperatorComposition([a, b], is_non_singular=non_singular_hint(a, b) if square else None, is_square=square)


@SOLVE.register(LinearOperator, LinearOperator)
def _(a: LinearOperator, b: LinearOperator) -> LinearOperator:
    square = square_hint(a, b)
    inverse = LinearOperatorInversion(a)
    return LinearOperatorComposition([inverse, b], is_non_singular=non_singular_hint(a, b) if square else None, is_square=square)
