"""Matrix products: matmul, matvec, tensordot."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..graph.tensor_shape import Dims, TensorShape
from ..op import shapes
from ..op.declare import ShapeError, op
from ..op.namespace import xp

_MATRICES = "bfloat16 half float double int32 int64 complex64 complex128"


def _turned(x: Any, transpose: bool, conjugate: bool = False) -> Any:
    if not transpose:
        return x
    n = xp(x)
    x = n.swapaxes(x, -1, -2)
    return n.conj(x) if conjugate and n.iscomplexobj(x) else x


@op("MatMul", "a: T, b: T -> product: T", T=_MATRICES)
def _mat_mul(a: Any, b: Any, *, transpose_a: bool = False, transpose_b: bool = False) -> Any:
    """The product of two matrices."""
    return xp(a, b).matmul(_turned(a, transpose_a), _turned(b, transpose_b))


def _product_dims(inputs: Any, attrs: Any) -> list[Dims]:
    a, b = shapes.with_rank(inputs[0]._dims, 2), shapes.with_rank(inputs[1]._dims, 2)
    rows, inner = (a[1], a[0]) if attrs["transpose_a"] else a
    other, columns = (b[1], b[0]) if attrs["transpose_b"] else b
    if inner is not None and other is not None and inner != other:
        raise ShapeError(f"Dimensions must be equal, but are {inner} and {other}")
    return [(rows, columns)]


_mat_mul.shape(_product_dims)


@op("SparseMatMul", "a: Ta, b: Tb -> product: float", Ta="float bfloat16 = float", Tb="float bfloat16 = float", shape=_product_dims)
def sparse_matmul(
    a: Any, b: Any, *, transpose_a: bool = False, transpose_b: bool = False, a_is_sparse: bool = False, b_is_sparse: bool = False
) -> Any:
    """The product, in float32, of two matrices that may hold many zeros."""
    a, b = a.astype(np.float32), b.astype(np.float32)
    return xp(a, b).matmul(_turned(a, transpose_a), _turned(b, transpose_b))


export(sparse_matmul, "sparse_matmul")


@op("BatchMatMulV2", "x: T, y: T -> output: T", T=_MATRICES)
def _batch_mat_mul(x: Any, y: Any, *, adj_x: bool = False, adj_y: bool = False) -> Any:
    """The products of two batches of matrices; the batch dimensions broadcast."""
    return xp(x, y).matmul(_turned(x, adj_x, True), _turned(y, adj_y, True))


@op("BatchMatMul", "x: T, y: T -> output: T", T=_MATRICES)
def _batch_mat_mul_v1(x: Any, y: Any, *, adj_x: bool = False, adj_y: bool = False) -> Any:
    """The products of two batches of matrices with the same batch dimensions."""
    return xp(x, y).matmul(_turned(x, adj_x, True), _turned(y, adj_y, True))


@_batch_mat_mul_v1.shape
@_batch_mat_mul.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    x, y = shapes.at_least(inputs[0]._dims, 2), shapes.at_least(inputs[1]._dims, 2)
    if x is None or y is None:
        return [None]
    rows, inner = (x[-1], x[-2]) if attrs["adj_x"] else x[-2:]
    other, columns = (y[-1], y[-2]) if attrs["adj_y"] else y[-2:]
    if inner is not None and other is not None and inner != other:
        raise ShapeError(f"Dimensions must be equal, but are {inner} and {other}")
    return [shapes.broadcast_dims(x[:-2], y[:-2]) + (rows, columns)]


@public("matmul", "linalg.matmul")
def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices `a` [..., rows, inner] and `b` [..., inner, columns]; batch dimensions broadcast.

    Args:
      transpose_a, transpose_b: transpose the matrix first.
      adjoint_a, adjoint_b: transpose and conjugate it first.
      a_is_sparse, b_is_sparse: the matrix holds many zeros (a hint).

    Raises:
      ValueError: a matrix is to be both transposed and adjoined, or the shapes do not fit.
    """
    if type(a) is Tensor and type(b) is Tensor and a._dims is not None and b._dims is not None and len(a._dims) == 2 == len(b._dims):
        if not (adjoint_a or adjoint_b or a_is_sparse or b_is_sparse) and a.dtype.base_dtype is b.dtype.base_dtype:
            return _mat_mul(a, b, transpose_a, transpose_b, name=name or "MatMul")
    with name_scope(name, "MatMul", [a, b]) as scope:
        if transpose_a and adjoint_a:
            raise ValueError("Only one of transpose_a and adjoint_a can be True.")
        if transpose_b and adjoint_b:
            raise ValueError("Only one of transpose_b and adjoint_b can be True.")
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, name="b", preferred_dtype=None if isinstance(b, Tensor) else a.dtype.base_dtype)
        return _converted_product(a, b, transpose_a, transpose_b, adjoint_a, adjoint_b, a_is_sparse, b_is_sparse, scope)


def _converted_product(
    a: Tensor, b: Tensor, transpose_a: Any, transpose_b: Any, adjoint_a: Any, adjoint_b: Any, a_is_sparse: Any, b_is_sparse: Any, scope: str
) -> Tensor:
    from .casting import cast
    from .elementwise import conj

    batched = a._dims is None or len(a._dims) > 2 or b._dims is None or len(b._dims) > 2
    if batched and not a_is_sparse and not b_is_sparse:
        # The batch op adjoins only.
        if transpose_a:
            a, adjoint_a = conj(a), True
        if transpose_b:
            b, adjoint_b = conj(b), True
        return _batch_mat_mul(a, b, adj_x=adjoint_a, adj_y=adjoint_b, name=scope)
    if adjoint_a:
        a, transpose_a = conj(a), True
    if adjoint_b:
        b, transpose_b = conj(b), True
    small = (dtypes.bfloat16, dtypes.float32)
    types = a.dtype.base_dtype, b.dtype.base_dtype
    sparse = types[0] in small and types[1] in small and (a_is_sparse or b_is_sparse)
    if sparse or (dtypes.bfloat16 in types and types[0] is not types[1]):
        out = sparse_matmul(
            a, b, transpose_a=transpose_a, transpose_b=transpose_b, a_is_sparse=a_is_sparse, b_is_sparse=b_is_sparse, name=scope
        )
        return cast(out, dtypes.bfloat16) if types == (dtypes.bfloat16, dtypes.bfloat16) else out
    return _mat_mul(a, b, transpose_a=transpose_a, transpose_b=transpose_b, name=scope)


@public("linalg.matvec")
def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of matrices `a` [..., rows, inner] and vectors `b` [..., inner]; arguments as for `matmul`."""
    from . import array

    with name_scope(name, "MatVec", [a, b]):
        product = matmul(
            a, array.expand_dims(b, axis=-1), transpose_a=transpose_a, adjoint_a=adjoint_a, a_is_sparse=a_is_sparse, b_is_sparse=b_is_sparse
        )
        return array.squeeze(product, axis=-1)


# -- tensordot -------------------------------------------------------------------------
def _contracted_axes(a: Tensor, axes: Any) -> tuple[Any, Any]:
    """The axes of `a` and of `b` that are summed over."""
    from . import array

    if isinstance(axes, int):
        if axes < 0:
            raise ValueError("'axes' must be at least 0.")
        if a._dims is not None:
            n = len(a._dims)
            if axes > n:
                raise ValueError(f"'axes' must not be larger than the number of dimensions of tensor {a}.")
            return list(range(n - axes, n)), list(range(axes))
        rank = array.rank(a)
        return array.range_(rank - axes, rank, dtype=dtypes.int32), array.range_(axes, dtype=dtypes.int32)
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise ValueError("'axes' must be an integer or have length 2.")
        a_axes, b_axes = axes
        if isinstance(a_axes, int) and isinstance(b_axes, int):
            return [a_axes], [b_axes]
        if len(a_axes) != len(b_axes):
            raise ValueError(f"Different number of contraction axes 'a' and 'b', {len(a_axes)} != {len(b_axes)}.")
        return list(a_axes), list(b_axes)
    axes = convert_to_tensor(axes, name="axes", dtype=dtypes.int32)
    return axes[0], axes[1]


def _as_matrix(a: Tensor, axes: Any, flipped: bool) -> tuple[Tensor, Any, list[int | None] | None]:
    """(`a` as a matrix [free, contracted], or its transpose if `flipped`; the free sizes; those known statically)."""
    from . import array
    from .reduction import reduce_prod

    dims = a._dims
    if dims is not None and isinstance(axes, (list, tuple)):
        axes = [i if i >= 0 else i + len(dims) for i in axes]
        free = [i for i in range(len(dims)) if i not in axes]
        if None not in dims:
            sizes = [dims[i] for i in free]
            matrix = [int(np.prod(sizes, dtype=np.int64)), int(np.prod([dims[i] for i in axes], dtype=np.int64))]
            perm = axes + free if flipped else free + axes
            return array.reshape(array.transpose(a, perm), matrix[::-1] if flipped else matrix), sizes, sizes
        static: list[int | None] | None = [dims[i] for i in free]
        axes = convert_to_tensor(axes, dtype=dtypes.int32, name="axes")
        free = convert_to_tensor(free, dtype=dtypes.int32, name="free")
        shape = array.shape(a)
    else:
        static = None
        shape, rank = array.shape(a), array.rank(a)
        axes = convert_to_tensor(axes, dtype=dtypes.int32, name="axes")
        axes = array.where(axes >= 0, axes, axes + rank)
        free, _ = _list_difference(array.range_(rank), axes)
    sizes = array.gather(shape, free)
    contracted = array.gather(shape, axes)
    free_size, contracted_size = reduce_prod(sizes), reduce_prod(contracted)
    if flipped:
        perm, matrix = array.concat([axes, free], 0), array.stack([contracted_size, free_size])
    else:
        perm, matrix = array.concat([free, axes], 0), array.stack([free_size, contracted_size])
    return array.reshape(array.transpose(a, perm), matrix), sizes, static


def _list_difference(x: Tensor, y: Tensor) -> Any:
    from ..graph.public import TABLE

    return TABLE["setdiff1d"](x, y)


@public("tensordot", "linalg.tensordot")
def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """The sum of products of `a` and `b` over `axes`.

    Args:
      axes: a number n (the last n axes of `a`, the first n of `b`), or the axes of `a` and those of `b`.

    Raises:
      ValueError: `axes` is neither, or does not fit.
    """
    from . import array

    with name_scope(name, "Tensordot", [a, b, axes]) as scope:
        a, b = convert_to_tensor(a, name="a"), convert_to_tensor(b, name="b")
        a_axes, b_axes = _contracted_axes(a, axes)
        a_matrix, a_sizes, a_static = _as_matrix(a, a_axes, False)
        b_matrix, b_sizes, b_static = _as_matrix(b, b_axes, True)
        product = matmul(a_matrix, b_matrix)
        if isinstance(a_sizes, list) and isinstance(b_sizes, list):
            return array.reshape(product, a_sizes + b_sizes, name=scope)
        a_sizes = convert_to_tensor(a_sizes, dtype=dtypes.int32)
        b_sizes = convert_to_tensor(b_sizes, dtype=dtypes.int32)
        out = array.reshape(product, array.concat([a_sizes, b_sizes], 0), name=scope)
        if a_static is not None and b_static is not None:
            out.set_shape(TensorShape(a_static + b_static))
        return out
