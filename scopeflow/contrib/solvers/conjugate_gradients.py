"""Conjugate gradients: of positive definite equations, and of least squares."""

from __future__ import annotations

import collections
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.public import TABLE, public
from ...ops import array
from .operators import dot, l2norm


@public("contrib.solvers.linear_equations.conjugate_gradient")
def conjugate_gradient(
    operator: Any,
    rhs: Any,
    preconditioner: Any = None,
    x: Any = None,
    tol: float = 1e-4,
    max_iter: int = 20,
    name: str = "conjugate_gradient",
) -> Any:  # fmt: skip
    """The x of A x = rhs, A a positive definite operator: (i, x, r, p, gamma), the steps taken, x, and the last state.

    Args:
      operator: with `shape`, `dtype` and `apply`.
      rhs: a vector [n].
      preconditioner: an operator that is near the inverse of A.
      x: where to start; 0 where it is None.
      tol: the length of the residual, relative to that of rhs, at which it stops.
    """
    state = collections.namedtuple("CGState", ["i", "x", "r", "p", "gamma"])

    def stopping(i: Any, s: Any) -> Any:
        return TABLE["logical_and"](i < max_iter, TABLE["norm"](s.r) > tolerance)

    def step(i: Any, s: Any) -> Any:
        z = operator.apply(s.p)
        alpha = s.gamma / dot(s.p, z)
        x = s.x + alpha * s.p
        r = s.r - alpha * z
        q = r if preconditioner is None else preconditioner.apply(r)
        gamma = dot(r, q)
        p = q + (gamma / s.gamma) * s.p
        return i + 1, state(i + 1, x, r, p, gamma)

    with name_scope(name):
        n = operator.shape[1:]
        rhs = array.expand_dims(convert_to_tensor(rhs), -1)
        if x is None:
            x = array.expand_dims(array.zeros(n, dtype=rhs.dtype.base_dtype), -1)
            residual = rhs
        else:
            x = array.expand_dims(convert_to_tensor(x), -1)
            residual = rhs - operator.apply(x)
        p = residual if preconditioner is None else preconditioner.apply(residual)
        gamma = dot(residual, p)
        tolerance = tol * TABLE["norm"](rhs)
        i = array.constant(0, dtype="int32")
        start = state(i=i, x=x, r=residual, p=p, gamma=gamma)
        _, s = TABLE["while_loop"](stopping, step, [i, start])
        return state(s.i, x=array.squeeze(s.x), r=array.squeeze(s.r), p=array.squeeze(s.p), gamma=s.gamma)


@public("contrib.solvers.least_squares.cgls")
def cgls(operator: Any, rhs: Any, tol: float = 1e-6, max_iter: int = 20, name: str = "cgls") -> Any:
    """The x for which A x is nearest to rhs: (i, x, r, p, gamma), the steps taken, x, and the last state.

    Args:
      operator: with `shape`, `dtype`, `apply` and `apply_adjoint`.
      rhs: a vector [m].
      tol: the length of A^T r, relative to that of A^T rhs, at which it stops.
    """
    state = collections.namedtuple("CGLSState", ["i", "x", "r", "p", "gamma"])

    def stopping(i: Any, s: Any) -> Any:
        return TABLE["logical_and"](i < max_iter, s.gamma > tolerance)

    def step(i: Any, s: Any) -> Any:
        q = operator.apply(s.p)
        alpha = s.gamma / l2norm(q) ** 2
        x = s.x + alpha * s.p
        r = s.r - alpha * q
        adjoint = operator.apply_adjoint(r)
        gamma = l2norm(adjoint) ** 2
        p = adjoint + (gamma / s.gamma) * s.p
        return i + 1, state(i + 1, x, r, p, gamma)

    with name_scope(name):
        n = operator.shape[1:]
        rhs = array.expand_dims(convert_to_tensor(rhs), -1)
        adjoint = operator.apply_adjoint(rhs)
        gamma = l2norm(adjoint) ** 2
        tolerance = tol * tol * gamma
        i = array.constant(0, dtype="int32")
        start = state(i=i, x=array.expand_dims(array.zeros(n, dtype=rhs.dtype.base_dtype), -1), r=rhs, p=adjoint, gamma=gamma)
        _, s = TABLE["while_loop"](stopping, step, [i, start])
        return state(s.i, x=array.squeeze(s.x), r=array.squeeze(s.r), p=array.squeeze(s.p), gamma=s.gamma)
