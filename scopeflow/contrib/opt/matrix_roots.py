"""Negative powers of positive semidefinite matrices, for Shampoo: by singular values, or by iterations of products only."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.operation import Tensor
from ...ops import array, linalg
from ...ops import elementwise as m
from ...ops.casting import cast
from ...ops.loops import while_loop
from ...ops.matmul import matmul
from ...ops.norm import norm
from ...ops.reduction import reduce_max, reduce_sum


def power_by_singular_values(matrix: Tensor, size: int, exponent: float, epsilon: float) -> Tensor:
    """(matrix + epsilon I) ** exponent of a [size, size] matrix; singular values below epsilon count as epsilon."""
    identity = array.eye(cast(size, dtypes.int32))
    values, left, right = linalg.svd(matrix + epsilon * identity, full_matrices=True)
    return matmul(right * m.pow_(m.maximum(values, epsilon), exponent), array.transpose(left))


def square_root(matrix: Tensor, size: int, iterations: int = 100, epsilon: float = 1e-4) -> Tensor:
    """The root of matrix + epsilon I by coupled Newton steps (Higham, "Functions of Matrices", 6.35), until the error grows."""
    identity = array.eye(cast(size, dtypes.int32))
    matrix = matrix + epsilon * identity
    scale = m.sqrt(reduce_sum(matrix * matrix))
    first = matrix / scale

    def goes_on(i: Tensor, y: Tensor, last_y: Tensor, z: Tensor, last_z: Tensor, error: Tensor, last_error: Tensor) -> Tensor:
        return m.logical_and(i < iterations, error < last_error)

    def step(i: Tensor, y: Tensor, last_y: Tensor, z: Tensor, last_z: Tensor, error: Tensor, last_error: Tensor) -> list[Tensor]:
        correction = 0.5 * (3.0 * identity - matmul(z, y))
        next_y = matmul(y, correction)
        next_z = matmul(correction, z)
        root = next_y * m.sqrt(scale)
        rest = matrix - matmul(root, root)
        next_error = m.sqrt(reduce_sum(rest * rest)) / scale
        return [i + 1, next_y, y, next_z, z, next_error, error]

    _, _, found, *_ = while_loop(goes_on, step, [0, first, first, identity, identity, scale, scale + 1.0])
    return found * m.sqrt(scale)


def inverse_root(matrix: Tensor, size: int, exponent: float, iterations: int = 100, largest_error: float = 1e-6) -> Tensor:
    """The power `exponent` of a matrix, for an exponent -1/p, p a whole number, by a coupled Newton iteration (Higham, 7.10).

    Raises:
      AssertionError: the exponent is none of these.
    """
    identity = array.eye(cast(size, dtypes.int32))
    damped = matrix + 0.0 * identity
    scale = (1 - 1.0 / exponent) / (2.0 * norm(damped))

    def goes_on(i: Tensor, residual: Tensor, root: Tensor) -> Tensor:
        return m.logical_and(i < iterations, reduce_max(m.abs_(residual - identity)) > largest_error)

    def step(i: Tensor, residual: Tensor, root: Tensor) -> list[Tensor]:
        towards = (1 - exponent) * identity + exponent * residual
        return [i + 1, matmul(_whole_power(towards, -1.0 / exponent), residual), matmul(root, towards)]

    first = damped * scale
    _, _, found = while_loop(goes_on, step, [0, first, identity * m.pow_(scale, -exponent)])
    return found


def _whole_power(matrix: Any, power: float) -> Any:
    """The product of `power` times `matrix`, by squaring."""
    assert power == int(power) and power > 0, (
        f"Shampoo's iterations find roots of whole numbers only, not the {power}th: use_iterative_root=False"
    )
    product, left = None, int(power)
    while left > 0:
        if left % 2 == 1:
            product = matrix if product is None else matmul(matrix, product)
        left //= 2
        matrix = matmul(matrix, matrix)
    return product
