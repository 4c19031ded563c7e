"""Tridiagonal matrices: solving with them and multiplying by them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.declare import op
from .diagonal import diag_part
from .elementwise import conj

_TYPES = "double float complex64 complex128"


def _like_rhs(inputs: Any, attrs: Any) -> list[Dims]:
    return [inputs[-1]._dims]


def _solved(diagonals: Any, rhs: Any) -> Any:
    above, main, below = (diagonals[..., i, :] for i in range(3))
    above, below = above.at[..., -1].set(0), below.at[..., 0].set(0)
    return lax.linalg.tridiagonal_solve(below, main, above, rhs)


@op("TridiagonalSolve", "diagonals: T, rhs: T -> output: T", T=_TYPES, shape=_like_rhs, jax_only=True)
def _tridiagonal_solve(diagonals: Any, rhs: Any, *, partial_pivoting: bool = True) -> Any:
    """The x of A x = rhs, where the rows of `diagonals` are the diagonals above, on and below A's main one."""
    return _solved(jnp.asarray(diagonals), jnp.asarray(rhs))


@_tridiagonal_solve.gradient
def _(inputs: Any, outputs: Any, grads: Any, partial_pivoting: bool) -> Any:
    diagonals, x = jnp.conj(inputs[0]), jnp.conj(outputs[0])
    above, main, below = (diagonals[..., i, :] for i in range(3))
    transposed = jnp.stack([jnp.roll(below, -1, -1), main, jnp.roll(above, 1, -1)], -2)
    to_rhs = _solved(transposed, grads[0])
    shifted_up, shifted_down = jnp.roll(x, -1, -2).at[..., -1, :].set(0), jnp.roll(x, 1, -2).at[..., 0, :].set(0)
    to_diagonals = -jnp.stack([jnp.sum(to_rhs * v, -1) for v in (shifted_up, x, shifted_down)], -2)
    return [to_diagonals, to_rhs]


@op("TridiagonalMatMul", "superdiag: T, maindiag: T, subdiag: T, rhs: T -> output: T", T=_TYPES, shape=_like_rhs, jax_only=True)
def _tridiagonal_matmul(superdiag: Any, maindiag: Any, subdiag: Any, rhs: Any) -> Any:
    """A rhs, where A has the given diagonals [..., 1, n]."""
    above, main, below = (jnp.swapaxes(d, -1, -2) for d in (superdiag, maindiag, subdiag))
    rhs = jnp.asarray(rhs)
    up, down = jnp.roll(rhs, -1, -2).at[..., -1, :].set(0), jnp.roll(rhs, 1, -2).at[..., 0, :].set(0)
    return above * up + main * rhs + below * down


def _size(diagonals: Tensor, dims: tuple[int, ...]) -> int:
    for d in dims:
        if diagonals._dims is not None and diagonals._dims[d] is not None:
            return diagonals._dims[d]
    raise ValueError("The size of the matrix must be known.")


@public("linalg.tridiagonal_solve")
def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
) -> Tensor:
    """The x of A x = rhs, where A is tridiagonal.

    Args:
      diagonals: by `diagonals_format`: "compact", a tensor [..., 3, n] of the diagonals above, on and below the main
        one; "sequence", the three of them; "matrix", A itself.
      rhs: [..., n] or [..., n, k].
      transpose_rhs, conjugate_rhs: of the rhs and, with transpose_rhs, of the result.

    Raises:
      ValueError: an unknown format.
    """
    from . import array

    if diagonals_format == "compact":
        diagonals = convert_to_tensor(diagonals, name="diagonals")
    elif diagonals_format == "sequence":
        above, main, below = (convert_to_tensor(d, name=n) for d, n in zip(diagonals, ("superdiag", "maindiag", "subdiag")))
        n = main._dims[-1]
        below = _padded(below, n, [1, 0])
        diagonals = array.stack([_padded(above, n, [0, 1]), main, below], axis=-2)
    elif diagonals_format == "matrix":
        matrix = convert_to_tensor(diagonals)
        n = _size(matrix, (-1, -2))
        # What stands outside the matrix is not used.
        places = [[[i + 1, i] if i < n - 1 else [0, 0], [i, i], [i - 1, i] if i else [0, 0]] for i in range(n)]
        diagonals = array.transpose(array.gather_nd(array.transpose(matrix), places))
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    rhs = convert_to_tensor(rhs, name="rhs")
    vectors = rhs._dims is not None and diagonals._dims is not None and len(rhs._dims) == len(diagonals._dims) - 1
    if vectors:
        rhs = conj(rhs) if conjugate_rhs else rhs
        out = _tridiagonal_solve(diagonals, array.expand_dims(rhs, -1), partial_pivoting=partial_pivoting, name=name)
        return array.squeeze(out, -1)
    if transpose_rhs:
        rhs = array.matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = conj(rhs)
    out = _tridiagonal_solve(diagonals, rhs, partial_pivoting=partial_pivoting, name=name)
    return array.matrix_transpose(out) if transpose_rhs else out


def _padded(diagonal: Tensor, n: int | None, amounts: list[int]) -> Tensor:
    from . import array

    if n is not None and diagonal._dims[-1] == n:
        return diagonal
    return array.pad(diagonal, [[0, 0]] * (len(diagonal._dims) - 1) + [amounts])


@public("linalg.tridiagonal_matmul")
def tridiagonal_matmul(diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None) -> Tensor:
    """A rhs, where A is tridiagonal and given as for `tridiagonal_solve`; rhs is [..., n, k]."""
    from . import array

    if diagonals_format == "compact":
        diagonals = convert_to_tensor(diagonals)
        above, main, below = diagonals[..., 0, :], diagonals[..., 1, :], diagonals[..., 2, :]
    elif diagonals_format == "sequence":
        above, main, below = (convert_to_tensor(d) for d in diagonals)
    elif diagonals_format == "matrix":
        matrix = convert_to_tensor(diagonals)
        main = diag_part(matrix)
        n = _size(matrix, (-1, -2))
        turned = array.transpose(matrix)
        above = array.transpose(array.gather_nd(turned, [[i + 1, i] for i in range(n - 1)] + [[0, 0]]))
        below = array.transpose(array.gather_nd(turned, [[0, 0]] + [[i - 1, i] for i in range(1, n)]))
    else:
        raise ValueError(f"Unrecognized diagonals_format: {diagonals_format}")
    above, main, below = (array.expand_dims(d, -2) for d in (above, main, below))
    return _tridiagonal_matmul(above, main, below, convert_to_tensor(rhs), name=name)
