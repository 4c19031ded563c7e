"""Norms of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from .elementwise import abs_, conj, pow_, sqrt
from .reduction import either, reduce_max, reduce_sum

_MATRIX_NORMS = ["euclidean", "fro", 1, 2, np.inf]


@public("norm", "linalg.norm")
def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The norm of vectors (axis an int, or None for all elements) or matrices (axis a pair).

    Args:
      ord: "euclidean", a positive number or inf; for matrices "euclidean", "fro", 1, 2 or inf.
      keepdims: keep the reduced dimensions, with size 1 (once called keep_dims).

    Raises:
      ValueError: `ord` or `axis` is not one of these.
    """
    from . import array

    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    of_matrices = isinstance(axis, (tuple, list)) and len(axis) == 2
    if of_matrices:
        axis = tuple(axis)
        if not all(isinstance(a, (int, np.integer)) for a in axis) or axis[0] == axis[1]:
            raise ValueError("'axis' must be None, an integer, or a tuple of 2 unique integers")
        if ord not in _MATRIX_NORMS:
            raise ValueError(f"'ord' must be a supported matrix norm in {_MATRIX_NORMS}, got {ord}")
    else:
        if not (axis is None or isinstance(axis, (int, np.integer))):
            raise ValueError("'axis' must be None, an integer, or a tuple of 2 unique integers")
        if ord != "euclidean" and (isinstance(ord, str) or ord <= 0):
            raise ValueError(f"'ord' must be a supported vector norm, got {ord}")
        if axis is not None:
            axis = (int(axis),)
    with name_scope(name, "norm", [tensor]):
        tensor = convert_to_tensor(tensor)
        if ord in ("fro", "euclidean", 2):
            if of_matrices and ord in (2, 2.0):
                out = _spectral(tensor, axis)
            else:
                out = sqrt(reduce_sum(tensor * conj(tensor), _list(axis), keepdims=True))
        else:
            out = abs_(tensor)
            if ord == 1:
                sum_axis = None if axis is None else axis[0]
                out = reduce_sum(out, sum_axis, keepdims=True)
                if of_matrices:
                    out = reduce_max(out, axis[-1], keepdims=True)
            elif ord == np.inf:
                if of_matrices:
                    out = reduce_sum(out, axis[1], keepdims=True)
                out = reduce_max(out, None if axis is None else axis[0], keepdims=True)
            else:
                out = pow_(reduce_sum(pow_(out, ord), _list(axis), keepdims=True), 1.0 / ord)
        return out if keepdims else array.squeeze(out, _list(axis))


def _list(axis: Any) -> Any:
    return None if axis is None else [int(a) for a in axis]


def _spectral(tensor: Tensor, axis: tuple[int, int]) -> Tensor:
    """The largest singular value over two dimensions, kept with size 1."""
    from . import array
    from .linalg import svd

    if tensor._dims is not None:
        rank = len(tensor._dims)
        pair = [int(a) % rank for a in axis]
        perm = [i for i in range(rank) if i not in pair] + pair
        back = [perm.index(i) for i in range(rank)]
    else:
        rank = array.rank(tensor)
        pair = array.stack([int(a) if a >= 0 else rank + int(a) for a in axis])
        from ..graph.public import TABLE

        rest, _ = TABLE["setdiff1d"](array.range_(rank), pair)
        perm = array.concat([rest, pair], 0)
        back = TABLE["invert_permutation"](perm)
    largest = reduce_max(abs_(svd(array.transpose(tensor, perm), compute_uv=False)), axis=-1, keepdims=True)
    out = array.transpose(array.expand_dims(largest, -1), back)
    if tensor._dims is not None:
        # The reference finds the permutation when it runs, and so does not know the sizes.
        out._dims = (None,) * len(tensor._dims)
    return out


@public("linalg.normalize")
def normalize(tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(`tensor` divided by its norm along `axis`, that norm); arguments as for `norm`."""
    with name_scope(name, "normalize", [tensor]):
        tensor = convert_to_tensor(tensor)
        length = norm(tensor, ord, axis, keepdims=True)
        return tensor / length, length
