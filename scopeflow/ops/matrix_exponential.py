"""tf.linalg.expm: Pade approximants of matrices scaled down by a power of two, squared up again in a loop.

Method and constants: N. J. Higham, The scaling and squaring method for the matrix exponential revisited,
SIAM J. Matrix Anal. Appl. 26 (2005).
"""

from __future__ import annotations

import math
from typing import Any

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from . import array
from .casting import cast
from .elementwise import abs_, floor, less, log, maximum
from .loops import while_loop
from .matmul import matmul
from .reduction import reduce_max, reduce_sum

#: norms up to which the approximants of degrees 3, 5, ... are exact to the precision of a type; the last is what larger ones are scaled to
_SINGLE = (4.258730016922831e-01, 1.880152677804762e00, 3.925724783138660)
_DOUBLE = (1.495585217958292e-02, 2.539398330063230e-01, 9.504178996162932e-01, 2.097847961257068, 5.371920351148152)
_NORMS = {
    dtypes.float16: _SINGLE,
    dtypes.float32: _SINGLE,
    dtypes.complex64: _SINGLE,
    dtypes.float64: _DOUBLE,
    dtypes.complex128: _DOUBLE,
}


def _coefficients(degree: int) -> list[float]:
    """Those of the numerator of exp's approximant [degree / degree], lowest first, the highest being 1."""
    f = math.factorial
    return [float(f(2 * degree - j) // (f(j) * f(degree - j))) for j in range(degree + 1)]


def _identities(matrix: Tensor) -> Tensor:
    rows = array.shape(matrix)[-2]
    batch = array.shape(matrix)[:-2]
    return TABLE["eye"](rows, batch_shape=batch, dtype=matrix.dtype)


def _approximant(matrix: Tensor, degree: int) -> tuple[Tensor, Tensor]:
    """(odd, even) part of the numerator."""
    c = [array.constant(b, matrix.dtype) for b in _coefficients(degree)[:-1]]
    identity = _identities(matrix)
    powers = [matmul(matrix, matrix)]
    for _ in range({13: 3}.get(degree, degree // 2) - 1):
        powers.append(matmul(powers[-1], powers[0]))
    if degree == 13:
        # Of the powers 8 to 12, only their sums are needed: power 6 times a sum.
        high = matmul(powers[2], powers[2] + c[11] * powers[1] + c[9] * powers[0])
        odd = high + c[7] * powers[2] + c[5] * powers[1] + c[3] * powers[0] + c[1] * identity
        odd = matmul(matrix, odd)
        high = matmul(powers[2], c[12] * powers[2] + c[10] * powers[1] + c[8] * powers[0])
        return odd, high + c[6] * powers[2] + c[4] * powers[1] + c[2] * powers[0] + c[0] * identity
    odd = powers[-1]
    for i in range(len(powers) - 1, 0, -1):
        odd = odd + c[2 * i + 1] * powers[i - 1]
    odd = matmul(matrix, odd + c[1] * identity)
    even = c[2 * len(powers)] * powers[-1]
    for i in range(len(powers) - 1, 0, -1):
        even = even + c[2 * i] * powers[i - 1]
    return odd, even + c[0] * identity


@public("linalg.expm")
def expm(input: Any, name: str | None = None) -> Tensor:
    """The exponentials of square matrices [..., n, n], of real or complex floating point numbers.

    Raises:
      ValueError: of other numbers; not square.
    """
    with name_scope(name, "matrix_exponential", [input]):
        matrix = convert_to_tensor(input, name="input")
        ndims = matrix.shape.ndims
        if ndims is not None and matrix.shape[-2:].as_list() == [0, 0]:
            return matrix
        batch = matrix.shape if ndims is None else matrix.shape[:-2]
        batch_shape: Any = batch.as_list() if batch.is_fully_defined() else array.shape(matrix)[:-2]
        of_matrix, whole = array.shape(matrix)[-2:], matrix.shape
        matrix = array.reshape(matrix, array.concat([[-1], of_matrix], axis=0))
        norm = reduce_max(reduce_sum(abs_(matrix), axis=array.size(array.shape(matrix)) - 2), axis=-1)
        if matrix.dtype not in _NORMS:
            raise ValueError(f"tf.linalg.expm does not support matrices of type {matrix.dtype}")
        *norms, largest = _NORMS[matrix.dtype]
        real = norm.dtype

        def constant(value: float) -> Tensor:
            return array.constant(value, real)

        squarings = maximum(floor(log(norm / constant(largest)) / log(constant(2.0))), 0)
        parts = [_approximant(matrix, degree) for degree in range(3, 3 + 2 * len(norms), 2)]
        scale = TABLE["pow"](array.constant(2.0, matrix.dtype), cast(squarings, matrix.dtype))
        parts.append(_approximant(matrix / scale[..., None, None], 7 if len(norms) == 2 else 13))

        def of_norm(which: int, first: int = 0) -> Tensor:
            if first == len(norms):
                return parts[-1][which]
            small = less(norm, constant(norms[first]))
            return TABLE["where"](small, parts[first][which], of_norm(which, first + 1))

        odd, even = of_norm(0), of_norm(1)
        numerator, denominator = odd + even, -odd + even
        result = TABLE["linalg.solve"](denominator, numerator)
        most = reduce_max(squarings)
        _, result = while_loop(
            lambda i, _: less(i, most),
            lambda i, r: (i + 1, TABLE["where"](less(i, squarings), matmul(r, r), r)),
            [constant(0.0), result],
        )
        if whole.is_fully_defined():
            return array.reshape(result, whole)
        return array.reshape(result, array.concat([batch_shape, array.shape(result)[-2:]], axis=0))
