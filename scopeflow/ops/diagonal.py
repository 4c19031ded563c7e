"""Diagonals and bands of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.operation import Tensor
from ..graph.public import export, public
from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.declare import ShapeError, op
from ..op.namespace import xp
from .elementwise import SIGNED


def _eye(rows: int, columns: int) -> np.ndarray:
    return np.eye(rows, columns, dtype=bool)


@op("MatrixDiag", "diagonal: T -> output: T")
def _matrix_diag(diagonal: Any) -> Any:
    """Matrices with the given diagonals: [..., n] to [..., n, n]."""
    n = xp(diagonal)
    size = diagonal.shape[-1]
    return n.where(_eye(size, size), diagonal[..., None], n.zeros((), diagonal.dtype))


@_matrix_diag.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 1)
    return [None if dims is None else dims + (dims[-1],)]


def _smaller(a: int | None, b: int | None) -> int | None:
    if a == 0 or b == 0:
        return 0
    return None if a is None or b is None else min(a, b)


@op("MatrixDiagPart", "input: T -> diagonal: T")
def _matrix_diag_part(input: Any) -> Any:
    """The diagonals of matrices."""
    return xp(input).diagonal(input, axis1=-2, axis2=-1)


@_matrix_diag_part.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 2)
    return [None if dims is None else dims[:-2] + (_smaller(*dims[-2:]),)]


@op("MatrixSetDiag", "input: T, diagonal: T -> output: T")
def _matrix_set_diag(input: Any, diagonal: Any) -> Any:
    """Matrices with their diagonals replaced."""
    n = xp(input, diagonal)
    rows, columns = input.shape[-2:]
    rest = n.zeros(diagonal.shape[:-1] + (rows - diagonal.shape[-1],), diagonal.dtype)
    return n.where(_eye(rows, columns), n.concatenate([diagonal, rest], -1)[..., None], input)


@_matrix_set_diag.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims, diagonal = shapes.at_least(inputs[0]._dims, 2), shapes.at_least(inputs[1]._dims, 1)
    if dims is None:
        return [None]
    size = _smaller(*dims[-2:])
    if diagonal is not None:
        if len(diagonal) != len(dims) - 1:
            raise ShapeError(f"Shape must be rank {len(dims) - 1} but is rank {len(diagonal)}")
        if size is not None and diagonal[-1] is not None and size != diagonal[-1]:
            raise ShapeError(f"Dimensions must be equal, but are {size} and {diagonal[-1]}")
        return [shapes.merge(dims[:-2], diagonal[:-1]) + dims[-2:]]
    return [dims]


@op("MatrixBandPart", "input: T, num_lower: Tindex, num_upper: Tindex -> band: T", Tindex="int32 int64 = int64", shape=shapes.unchanged)
def band_part(input: Any, num_lower: Any, num_upper: Any) -> Any:
    """Matrices with 0 outside a band of `num_lower` diagonals below and `num_upper` above the main one (negative: all)."""
    n = xp(input, num_lower, num_upper)
    rows, columns = input.shape[-2:]
    below = np.arange(rows)[:, None] - np.arange(columns)[None, :]
    inside = ((num_lower < 0) | (below <= num_lower)) & ((num_upper < 0) | (-below <= num_upper))
    return n.where(inside, input, n.zeros((), input.dtype))


@op("Diag", "diagonal: T -> output: T", T=SIGNED)
def tensor_diag(diagonal: Any) -> Any:
    """The tensor [a, b, ..., a, b, ...] with `diagonal` [a, b, ...] on its diagonal."""
    n = xp(diagonal)
    flat = diagonal.reshape(-1)
    full = n.where(_eye(flat.size, flat.size), flat[:, None], n.zeros((), diagonal.dtype))
    return full.reshape(diagonal.shape * 2)


@tensor_diag.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 1)
    return [None if dims is None else dims * 2]


@op("DiagPart", "input: T -> diagonal: T", T=SIGNED)
def tensor_diag_part(input: Any) -> Any:
    """The diagonal [a, b, ...] of a tensor [a, b, ..., a, b, ...]."""
    half = input.shape[: len(input.shape) // 2]
    size = int(np.prod(half, dtype=np.int64))
    return xp(input).diagonal(input.reshape(size, size)).reshape(half)


@tensor_diag_part.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = inputs[0]._dims
    if dims is None:
        return [None]
    half, odd = divmod(len(dims), 2)
    if odd or not half:
        raise ShapeError(f"Input must have even and non-zero rank, input rank is {len(dims)}")
    return [shapes.merge(dims[:half], dims[half:])]


export(band_part, "linalg.band_part", "matrix_band_part")
export(tensor_diag, "linalg.tensor_diag", "diag")
export(tensor_diag_part, "linalg.tensor_diag_part", "diag_part")


@public("linalg.diag", "matrix_diag")
def diag(diagonal: Any, name: str | None = "diag", k: Any = 0, num_rows: Any = -1, num_cols: Any = -1, padding_value: Any = 0) -> Tensor:
    """Matrices with the given diagonals: [..., n] to [..., n, n]. The other arguments have no effect, as in 1.15."""
    return _matrix_diag(diagonal, name=name)


@public("linalg.diag_part", "matrix_diag_part")
def diag_part(input: Any, name: str | None = "diag_part", k: Any = 0, padding_value: Any = 0) -> Tensor:
    """The diagonals of matrices. The other arguments have no effect, as in 1.15."""
    return _matrix_diag_part(input, name=name)


@public("linalg.set_diag", "matrix_set_diag")
def set_diag(input: Any, diagonal: Any, name: str | None = "set_diag", k: Any = 0) -> Tensor:
    """Matrices with their diagonals replaced. `k` has no effect, as in 1.15."""
    return _matrix_set_diag(input, diagonal, name=name)
