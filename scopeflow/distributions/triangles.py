"""Triangles and diagonals of matrices, softplus' inverse, weighted log-sum-exp."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import abs_, exp, greater, less, log, logical_or
from ..ops.reduction import reduce_logsumexp, reduce_max, reduce_sum
from .distribution import where


@public("contrib.distributions.softplus_inverse")
def softplus_inverse(x: Any, name: str | None = None) -> Tensor:
    """The y with softplus(y) = x, of positive x; the smallest and largest are their logarithms and themselves."""
    with name_scope(name, "softplus_inverse", values=[x]):
        x = convert_to_tensor(x, name="x")
        # log(expm1(x)) = x + log(1 - exp(-x)); beyond these bounds the second term rounds to log(x) - x or to nothing.
        bound = np.log(np.finfo(x.dtype.as_numpy_dtype).eps) + 2.0
        small, large = less(x, np.exp(bound)), greater(x, -bound)
        at_small, at_large = log(x), x
        x = where(logical_or(small, large), array.ones_like(x), x)
        y = x + log(-TABLE["math.expm1"](-x))
        return where(small, at_small, where(large, at_large, y))


def _rank_of_triangle(x: Tensor) -> tuple[Any, Any, Any]:
    """(the length m of vectors, the n of their n (n + 1) / 2, the static shape of the matrices): ints or, unknown, tensors."""
    length = x.shape.with_rank_at_least(1)[-1].value
    if length is not None:
        n = np.sqrt(0.25 + 2.0 * length) - 0.5
        if n != np.floor(n):
            raise ValueError(f"Input right-most shape ({length}) does not correspond to a triangular matrix.")
        return int(length), int(n), x.shape[:-1].concatenate([int(n), int(n)])
    length = array.shape(x)[-1]
    n = cast(TABLE["sqrt"](cast(0.25 + cast(2 * length, "float32"), "float32")), "int32")
    return length, n, x.shape.with_rank_at_least(1)[:-1].concatenate([None, None])


@public("contrib.distributions.fill_triangular")
def fill_triangular(x: Any, upper: bool = False, name: str | None = None) -> Tensor:
    """Vectors [..., n (n + 1) / 2] as lower (or upper) triangles [..., n, n], clockwise from the last element of the last row.

    Raises:
      ValueError: another length.
    """
    with name_scope(name, "fill_triangular", values=[x]):
        x = convert_to_tensor(x, name="x")
        length, n, static = _rank_of_triangle(x)
        ndims = array.rank(x) if x.shape.ndims is None else x.shape.ndims
        axis = ndims - 1
        if x.shape.ndims is not None:
            array.rank(x)
        if upper:
            parts = [x, array.reverse(x[..., n:], axis=[axis])]
        else:
            parts = [x[..., n:], array.reverse(x, axis=[axis])]
        dims = static.as_list() if static.is_fully_defined() else array.concat([array.shape(x)[:-1], [n, n]], axis=0)
        out = array.reshape(array.concat(parts, axis=-1), dims)
        out = TABLE["linalg.band_part"](out, 0 if upper else -1, -1 if upper else 0)
        out.set_shape(static)
        return out


@public("contrib.distributions.fill_triangular_inverse")
def fill_triangular_inverse(x: Any, upper: bool = False, name: str | None = None) -> Tensor:
    """The vectors that `fill_triangular` makes triangles `x` of."""
    with name_scope(name, "fill_triangular_inverse", values=[x]):
        x = convert_to_tensor(x, name="x")
        n = x.shape.with_rank_at_least(2)[-1].value
        static = x.shape[:-2].concatenate([None if n is None else n * (n + 1) // 2])
        if n is None:
            n = array.shape(x)[-1]
        m = n * (n + 1) // 2
        ndims = array.rank(x) if x.shape.ndims is None else x.shape.ndims
        if x.shape.ndims is not None:
            array.rank(x)
        if upper:
            first, rest = x[..., 0, :], x[..., 1:, :]
        else:
            first, rest = array.reverse(x[..., -1, :], axis=[ndims - 2]), x[..., :-1, :]
        turned = array.reverse(array.reverse(rest, axis=[ndims - 1]), axis=[ndims - 2])
        # Where one of both has an element of the triangle, the other has a zero, but for what is cut off.
        flat = array.reshape(rest + turned, array.concat([array.shape(x)[:-2], [n * (n - 1)]], axis=0))
        out = array.concat([first, flat[..., : m - n]], axis=-1)
        out.set_shape(static)
        return out


@public("contrib.distributions.tridiag")
def tridiag(below: Any = None, diag: Any = None, above: Any = None, name: str | None = None) -> Tensor:
    """Matrices [..., n, n] with these diagonals: [..., n - 1], [..., n] and [..., n - 1].

    Raises:
      ValueError: none is given.
    """

    def padded(x: Any) -> Tensor:
        zeros = array.zeros(array.concat([array.shape(x)[:-1], [1]], axis=0), dtype=x.dtype)
        return TABLE["linalg.diag"](array.concat([zeros, x, zeros], axis=-1))

    with name_scope(name, "tridiag", values=[below, diag, above]):
        parts = []
        if below is not None:
            parts.append(padded(convert_to_tensor(below, name="below"))[..., :-1, 1:])
        if diag is not None:
            parts.append(TABLE["linalg.diag"](convert_to_tensor(diag, name="diag")))
        if above is not None:
            parts.append(padded(convert_to_tensor(above, name="above"))[..., 1:, :-1])
        if not parts:
            raise ValueError("Must specify at least one of `below`, `diag`, `above`.")
        out = parts[0]
        for part in parts[1:]:
            out += part
        return out


@public("contrib.distributions.matrix_diag_transform")
def matrix_diag_transform(matrix: Any, transform: Any = None, name: str | None = None) -> Tensor:
    """Matrices whose diagonals went through `transform`."""
    with name_scope(name, "matrix_diag_transform", values=[matrix]):
        matrix = convert_to_tensor(matrix, name="matrix")
        if transform is None:
            return matrix
        diag = transform(TABLE["linalg.diag_part"](matrix))
        return TABLE["linalg.set_diag"](matrix, diag)


@public("contrib.distributions.reduce_weighted_logsumexp")
def reduce_weighted_logsumexp(
    logx: Any, w: Any = None, axis: Any = None, keep_dims: bool = False, return_sign: bool = False, name: str | None = None
) -> Any:
    """log|sum(w exp(logx))|, and the sum's sign if wanted."""
    with name_scope(name, "reduce_weighted_logsumexp", values=[logx, w]):
        logx = convert_to_tensor(logx, name="logx")
        if w is None:
            total = reduce_logsumexp(logx, axis=axis, keepdims=keep_dims)
            return (total, array.ones_like(total)) if return_sign else total
        w = convert_to_tensor(w, dtype=logx.dtype, name="w")
        log_of_all = logx + log(abs_(w))
        largest = reduce_max(log_of_all, axis=axis, keepdims=True)
        largest = where(TABLE["math.is_inf"](largest), array.zeros_like(largest), largest)
        sign_of = TABLE["sign"]
        total = reduce_sum(sign_of(w) * exp(log_of_all - largest), axis=axis, keepdims=keep_dims)
        if not keep_dims:
            largest = array.squeeze(largest, axis)
        sign = sign_of(total)
        out = largest + log(sign * total)
        return (out, sign) if return_sign else out
