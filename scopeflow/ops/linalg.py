"""Linear algebra: decompositions, solvers, determinants, functions of matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, export, public
from ..graph.tensor_shape import Dims
from ..op import shapes
from ..op.checks import check
from ..op.declare import Op, ShapeError, op
from ..op.namespace import xp
from .casting import cast
from .diagonal import diag_part
from .elementwise import REAL, greater, log, real_
from .matmul import matmul
from .reduction import reduce_max, reduce_sum

_FIELD = "double float half complex64 complex128"
_DETERMINANT = "half float double complex64 complex128"


# -- shapes ----------------------------------------------------------------------------
def _square_dims(dims: Dims) -> Dims:
    """`dims` [..., n, n]. Raises ShapeError for other matrices."""
    dims = shapes.at_least(dims, 2)
    if dims is None:
        return None
    a, b = dims[-2:]
    if a is not None and b is not None and a != b:
        raise ShapeError(f"Dimensions must be equal, but are {b} and {a}")
    size = b if a is None else a
    return dims[:-2] + (size, size)


def _square(inputs: Any, attrs: Any) -> list[Dims]:
    return [_square_dims(inputs[0]._dims)]


def _of_batch(count: int) -> Callable[[Any, Any], list[Dims]]:
    """`count` outputs, one element for each square matrix."""

    def rule(inputs: Any, attrs: Any) -> list[Dims]:
        dims = _square_dims(inputs[0]._dims)
        return [None if dims is None else dims[:-2]] * count

    return rule


def _solution(square: bool) -> Callable[[Any, Any], list[Dims]]:
    def rule(inputs: Any, attrs: Any) -> list[Dims]:
        matrix, rhs = inputs[0]._dims, shapes.at_least(inputs[1]._dims, 2)
        matrix = _square_dims(matrix) if square else shapes.at_least(matrix, 2)
        if matrix is None or rhs is None:
            return [None]
        batch = shapes.merge(matrix[:-2], rhs[:-2])
        rows = matrix[-2]
        if rows is not None and rhs[-2] is not None and rows != rhs[-2]:
            raise ShapeError(f"Dimensions must be equal, but are {rows} and {rhs[-2]}")
        return [batch + (rhs[-2] if square and matrix[-1] is None else matrix[-1], rhs[-1])]

    return rule


def _in_single(x: Any) -> Any:
    """Half precision numbers in float32, where the decompositions exist."""
    return x.astype(jnp.float32) if x.dtype in (jnp.float16, jnp.bfloat16) else jnp.asarray(x)


def _adjoint(x: Any) -> Any:
    return jnp.conj(jnp.swapaxes(x, -1, -2))


def _from_lower(x: Any) -> Any:
    """The self-adjoint matrix whose lower triangle is that of `x`."""
    return jnp.tril(x) + _adjoint(jnp.tril(x, -1))


def _matrix_op(
    op_type: str, kernel: Callable[..., Any], doc: str, *names: str, types: str = _FIELD, shape: Any = _square, **flags: Any
) -> Op:
    def array_function(input: Any) -> Any:
        return kernel(_in_single(input))

    array_function.__name__ = names[0].rpartition(".")[2] if names else op_type.lower()
    array_function.__doc__ = doc
    signature = flags.pop("signature", "input: T -> output: T")
    spec = op(op_type, signature, T=types, shape=shape, jax_only=True, **flags)(array_function)
    return export(spec, *names)


# -- decompositions --------------------------------------------------------------------------
def _cholesky_of(x: Any) -> Any:
    # The value depends on the lower triangle alone, the gradient is spread over both.
    mean = (x + _adjoint(x)) / 2
    factor = jax.lax.linalg.cholesky(mean + jax.lax.stop_gradient(_from_lower(x) - mean), symmetrize_input=False)
    check(
        jnp.isfinite(factor.real if jnp.iscomplexobj(factor) else factor),
        "Cholesky decomposition was not successful. The input might not be valid.",
    )
    return jnp.tril(factor)


cholesky = _matrix_op("Cholesky", _cholesky_of, "The lower triangular L of positive definite matrices L L*.", "linalg.cholesky", "cholesky")


@op("Qr", "input: T -> q: T, r: T", T=_FIELD, jax_only=True)
def qr(input: Any, *, full_matrices: bool = False) -> Any:
    """(q, r): matrices as a unitary and an upper triangular one."""
    q, r = jnp.linalg.qr(_in_single(input), mode="complete" if full_matrices else "reduced")
    return q, r


@qr.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 2)
    if dims is None:
        return [None, None]
    batch, (m, n) = dims[:-2], dims[-2:]
    k = m if attrs["full_matrices"] else None if m is None or n is None else min(m, n)
    return [batch + (m, k), batch + (k, n)]


export(qr, "linalg.qr", "qr")


@op("Svd", "input: T -> s: T, u: T, v: T", T=_FIELD, jax_only=True)
def _svd(input: Any, *, compute_uv: bool = True, full_matrices: bool = False) -> Any:
    """(singular values, largest first, u, v): matrices as u diag(s) v*."""
    x = _in_single(input)
    if not compute_uv:
        nothing = jnp.zeros((0,), x.dtype)
        return jnp.linalg.svd(x, compute_uv=False), nothing, nothing
    u, s, v = jnp.linalg.svd(x, full_matrices=full_matrices)
    return s, u, _adjoint(v)


@_svd.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = shapes.at_least(inputs[0]._dims, 2)
    if dims is None:
        return [None, None, None] if attrs["compute_uv"] else [None, (0,), (0,)]
    batch, (m, n) = dims[:-2], dims[-2:]
    k = None if m is None or n is None else min(m, n)
    if not attrs["compute_uv"]:
        return [batch + (k,), (0,), (0,)]
    if attrs["full_matrices"]:
        return [batch + (k,), batch + (m, m), batch + (n, n)]
    return [batch + (k,), batch + (m, k), batch + (n, k)]


@public("linalg.svd", "svd")
def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None) -> Any:
    """(s, u, v) with matrices = u diag(s) v*; only s, the singular values, largest first, without `compute_uv`."""
    s, u, v = _svd(tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    s = real_(s)
    return (s, u, v) if compute_uv else s


@op("SelfAdjointEigV2", "input: T -> e: T, v: T", T=_FIELD, jax_only=True)
def _self_adjoint_eig(input: Any, *, compute_v: bool = True) -> Any:
    """(eigenvalues, smallest first, eigenvectors) of self-adjoint matrices, of which the lower triangle is read."""
    x = _from_lower(_in_single(input))
    if not compute_v:
        return jnp.linalg.eigvalsh(x, symmetrize_input=False), jnp.zeros((0,), x.dtype)
    e, v = jnp.linalg.eigh(x, symmetrize_input=False)
    return e, v


@_self_adjoint_eig.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = _square_dims(inputs[0]._dims)
    if dims is None:
        return [None, None if attrs["compute_v"] else (0,)]
    return [dims[:-1], dims if attrs["compute_v"] else (0,)]


@public("linalg.eigh", "self_adjoint_eig")
def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(eigenvalues, smallest first, eigenvectors as columns) of self-adjoint matrices."""
    e, v = _self_adjoint_eig(tensor, compute_v=True, name=name)
    return e, v


@public("linalg.eigvalsh", "self_adjoint_eigvals")
def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The eigenvalues of self-adjoint matrices, smallest first."""
    e, _ = _self_adjoint_eig(tensor, compute_v=False, name=name)
    return e


@op("Lu", "input: T -> lu: T, p: output_idx_type", T=_FIELD, output_idx_type="int32 int64 = int32", jax_only=True, differentiable=False)
def lu(input: Any) -> Any:
    """(both triangular factors in one matrix, the rows' permutation) of square matrices."""
    factors, _, permutation = jax.lax.linalg.lu(_in_single(input))
    return factors, permutation


@lu.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = _square_dims(inputs[0]._dims)
    return [dims, None if dims is None else dims[:-1]]


export(lu, "linalg.lu")


# -- inverses, solvers, determinants --------------------------------------------------------
def _invertible(out: Any) -> Any:
    """`out`, the result of a division by matrices, which is not finite where one was singular."""
    check(jnp.isfinite(out), "Input is not invertible.")
    return out


@op("MatrixInverse", "input: T -> output: T", T=_FIELD, shape=_square, jax_only=True)
def inv(input: Any, *, adjoint: bool = False) -> Any:
    """The inverses of matrices, or of their adjoints."""
    x = _in_single(input)
    return _invertible(jnp.linalg.inv(_adjoint(x) if adjoint else x))


@inv.gradient
def _(inputs: Any, outputs: Any, grads: Any, adjoint: bool) -> Any:
    # The reference's formula, which takes no account of `adjoint`.
    out = _adjoint(outputs[0])
    return [-(out @ grads[0] @ out)]


@op("MatrixSolve", "matrix: T, rhs: T -> output: T", T=_FIELD, shape=_solution(True), jax_only=True)
def solve(matrix: Any, rhs: Any, *, adjoint: bool = False) -> Any:
    """The x of matrix x = rhs, or of the matrix's adjoint."""
    x = _in_single(matrix)
    return _invertible(jnp.linalg.solve(_adjoint(x) if adjoint else x, _in_single(rhs)))


@op("MatrixTriangularSolve", "matrix: T, rhs: T -> output: T", T=_FIELD, shape=_solution(True), jax_only=True)
def triangular_solve(matrix: Any, rhs: Any, *, lower: bool = True, adjoint: bool = False) -> Any:
    """The x of matrix x = rhs, of whose triangular matrix only the one triangle is read."""
    return jax.lax.linalg.triangular_solve(
        _in_single(matrix), _in_single(rhs), left_side=True, lower=lower, transpose_a=adjoint, conjugate_a=adjoint
    )


export(inv, "linalg.inv", "matrix_inverse")
export(solve, "linalg.solve", "matrix_solve")
export(triangular_solve, "linalg.triangular_solve", "matrix_triangular_solve")


@op(
    "MatrixSolveLs",
    "matrix: T, rhs: T, l2_regularizer: double -> output: T",
    T=_FIELD,
    shape=_solution(False),
    jax_only=True,
    differentiable=False,
)
def _matrix_solve_ls(matrix: Any, rhs: Any, l2_regularizer: Any, *, fast: bool = True) -> Any:
    """The x for which matrix x is nearest to rhs; of several, the shortest."""
    return jnp.linalg.pinv(_in_single(matrix)) @ _in_single(rhs)


det = _matrix_op(
    "MatrixDeterminant",
    jnp.linalg.det,
    "The determinants of matrices.",
    "linalg.det",
    "matrix_determinant",
    types=_DETERMINANT,
    shape=_of_batch(1),
)


@det.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x = _in_single(inputs[0])
    if not jnp.iscomplexobj(x):
        return [jax.vjp(jnp.linalg.det, x)[1](grads[0].astype(x.dtype))[0]]
    # The reference does not conjugate the determinant.
    return [(grads[0] * outputs[0])[..., None, None] * jnp.linalg.inv(_adjoint(x))]


slogdet = _matrix_op(
    "LogMatrixDeterminant",
    lambda x: tuple(jnp.linalg.slogdet(x)),
    "(sign, logarithm of the magnitude) of the determinants of matrices.",
    "linalg.slogdet",
    types=_DETERMINANT,
    shape=_of_batch(2),
    signature="input: T -> sign: T, log_abs_determinant: T",
)


@public("linalg.logdet")
def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithms of the determinants of positive definite matrices."""
    with name_scope(name, "logdet", [matrix]):
        return 2.0 * reduce_sum(log(real_(diag_part(cholesky(matrix)))), axis=[-1])


@public("linalg.cholesky_solve", "cholesky_solve")
def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """The x of A x = rhs, given the Cholesky factor of A."""
    with name_scope(name, "cholesky_solve", [chol, rhs]):
        y = triangular_solve(chol, rhs, adjoint=False, lower=True)
        return triangular_solve(chol, y, adjoint=True, lower=True)


@public("linalg.lstsq", "matrix_solve_ls")
def lstsq(matrix: Any, rhs: Any, l2_regularizer: Any = 0.0, fast: bool = True, name: str | None = None) -> Tensor:
    """The x that makes |matrix x - rhs|^2 + l2_regularizer |x|^2 least; of several, the shortest.

    Args:
      fast: by the Cholesky factor (quick, less exact, needs full rank) instead of an orthogonal decomposition.
    """
    from . import array

    def gram(x: Tensor, first: bool) -> Tensor:
        product = matmul(x, x, adjoint_a=first, adjoint_b=not first)
        if not (isinstance(l2_regularizer, (int, float)) and l2_regularizer == 0):
            shape = array.shape(x)
            batch_shape = shape[:-2]
            size = shape[-1] if first else shape[-2]
            product = product + l2_regularizer * array.eye(size, batch_shape=batch_shape, dtype=x.dtype)
        return cholesky(product)

    def overdetermined(x: Tensor, y: Tensor) -> Tensor:
        return cholesky_solve(gram(x, True), matmul(x, y, adjoint_a=True))

    def underdetermined(x: Tensor, y: Tensor) -> Tensor:
        return matmul(x, cholesky_solve(gram(x, False), y), adjoint_a=True)

    if not fast:
        return _matrix_solve_ls(matrix, rhs, l2_regularizer, fast=False, name=name)
    with name_scope(name, "matrix_solve_ls", [matrix, rhs, l2_regularizer]):
        matrix = convert_to_tensor(matrix, name="matrix")
        dims = None if matrix._dims is None else matrix._dims[-2:]
        if dims is not None and None not in dims:
            rhs = convert_to_tensor(rhs, name="rhs")
            return overdetermined(matrix, rhs) if dims[0] >= dims[1] else underdetermined(matrix, rhs)
        sizes = array.shape(matrix)[-2:]
        return TABLE["cond"](sizes[0] >= sizes[1], lambda: overdetermined(matrix, rhs), lambda: underdetermined(matrix, rhs))


# -- functions of matrices ---------------------------------------------------------------------
def _by_scipy(name: str) -> Callable[[Any], Any]:
    """The function of one matrix that scipy.linalg calls `name`, computed on the host, over a batch of them."""

    def run(x: np.ndarray) -> np.ndarray:
        import scipy.linalg  # slow to import, for few who need it

        function = getattr(scipy.linalg, name)
        x = np.asarray(x)
        flat = x.reshape((-1,) + x.shape[-2:])
        out = np.empty_like(flat)
        for i, m in enumerate(flat):
            value = np.asarray(function(m.astype(np.complex128 if np.iscomplexobj(m) else np.float64)))
            out[i] = value if np.iscomplexobj(m) or not np.iscomplexobj(value) else np.where(value.imag == 0, value.real, np.nan)
        return out.reshape(x.shape)

    return lambda x: jax.pure_callback(run, jax.ShapeDtypeStruct(x.shape, x.dtype), x, vmap_method="broadcast_all")


def _over_batch(function: Callable[[Any], Any], x: Any) -> Any:
    for _ in range(x.ndim - 2):
        function = jax.vmap(function)
    return function(x)


sqrtm = _matrix_op(
    "MatrixSquareRoot", _by_scipy("sqrtm"), "Matrices whose squares are the given ones.", "linalg.sqrtm", "matrix_square_root"
)
logm = _matrix_op(
    "MatrixLogarithm",
    _by_scipy("logm"),
    "Matrices whose exponentials are the given ones.",
    "linalg.logm",
    types="complex64 complex128",
    differentiable=False,
)


@sqrtm.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    # The gradient X solves R* X + X R* = G, where R is the root.
    root, grad = _adjoint(outputs[0]), grads[0]
    n = root.shape[-1]
    eye = jnp.eye(n, dtype=root.dtype)
    sums = _over_batch(lambda r: jnp.kron(r, eye) + jnp.kron(eye, r.T), root)
    return [jnp.linalg.solve(sums, grad.reshape(grad.shape[:-2] + (n * n, 1))).reshape(grad.shape)]


@public("linalg.trace", "trace")
def trace(x: Any, name: str | None = None) -> Tensor:
    """The sums of the diagonals of matrices."""
    with name_scope(name, "Trace", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return reduce_sum(diag_part(x), [-1], name=scope)


@public("linalg.adjoint")
def adjoint(matrix: Any, name: str | None = None) -> Tensor:
    """Matrices transposed and conjugated."""
    from . import array

    with name_scope(name, "adjoint", [matrix]):
        return array.matrix_transpose(convert_to_tensor(matrix, name="matrix"), conjugate=True)


@op("Cross", "a: T, b: T -> product: T", T=REAL)
def cross(a: Any, b: Any) -> Any:
    """The cross products of vectors [..., 3]."""
    return xp(a, b).cross(a, b)


@cross.shape
def _(inputs: Any, attrs: Any) -> list[Dims]:
    dims = shapes.merge(shapes.at_least(inputs[0]._dims, 1), shapes.at_least(inputs[1]._dims, 1))
    if dims is not None and dims[-1] not in (3, None):
        raise ShapeError(f"Dimension must be 3 but is {dims[-1]}")
    return [dims]


export(cross, "linalg.cross", "cross")


@public("linalg.matrix_rank")
def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """How many singular values of each matrix exceed `tol` (by default its size times the rounding error)."""
    with name_scope(name, "matrix_rank"):
        a = convert_to_tensor(a, dtype_hint=dtypes.float32, name="a")
        s = svd(a, compute_uv=False)
        if tol is None:
            eps = np.finfo(a.dtype.real_dtype.as_numpy_dtype).eps
            tol = eps * cast(_longer_side(a), a.dtype.real_dtype) * reduce_max(s, axis=-1, keepdims=True)
        return reduce_sum(cast(greater(s, tol), dtypes.int32), axis=-1)


def _longer_side(a: Tensor) -> Any:
    from . import array

    if a._dims is not None and None not in a._dims[-2:]:
        return np.int64(max(a._dims[-2:]))
    return reduce_max(array.shape(a)[-2:])


@public("linalg.pinv")
def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The Moore-Penrose pseudo-inverses of matrices; singular values below `rcond` times the largest count as 0."""
    from . import array

    with name_scope(name, "pinv"):
        a = convert_to_tensor(a, name="a")
        dtype = a.dtype.as_numpy_dtype
        if rcond is None:
            sides = np.float64(max(a._dims[-2:])) if a._dims is not None and None not in a._dims[-2:] else cast(_longer_side(a), a.dtype)
            rcond = 10.0 * sides * np.finfo(dtype).eps
        rcond = convert_to_tensor(rcond, dtype=a.dtype, name="rcond")
        s, u, v = svd(a, full_matrices=False, compute_uv=True)
        cutoff = rcond * reduce_max(s, axis=-1)
        s = TABLE["where_v2"](s > array.expand_dims(cutoff, -1), s, np.array(np.inf, dtype))
        out = matmul(v / array.expand_dims(s, -2), u, adjoint_b=True)
        if a._dims is not None:
            out.set_shape(a._dims[:-2] + (a._dims[-1], a._dims[-2]))
        return out
