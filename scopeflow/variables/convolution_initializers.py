"""Initializers that make a convolution an orthogonal map: tf.contrib.framework.convolutional_*.

The kernels are those of Xiao et al. (2018, "Dynamical Isometry and a Mean Field Theory of CNNs"): an orthogonal matrix
times a chain of small orthogonal convolutions, each built from random projections.
"""

from __future__ import annotations

import itertools
from typing import Any

from ..graph.dtypes import float32
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops.creation import eye, zeros
from ..ops.random import random_normal
from .initializers import Initializer, _floating, _sizes, orthogonal_factor

#: matrices by their place in a kernel; all places there are, in order
Kernel = dict[tuple[int, ...], Tensor]


class _FromOrthogonalMatrices(Initializer):
    """A kernel [..., inputs, outputs] made of random orthogonal matrices [outputs, outputs], times `gain`."""

    def __init__(self, gain: float = 1.0, seed: Any = None, dtype: Any = float32):
        self.gain = gain
        self.dtype = _floating(dtype)
        self.seed = seed

    def get_config(self) -> dict[str, Any]:
        return {"gain": self.gain, "seed": self.seed, "dtype": self.dtype.name}

    def _normal(self, sizes: list[int], dtype: Any = None) -> Tensor:
        out = random_normal(sizes, dtype=dtype or self.dtype, seed=self.seed)
        if self.seed:
            # Each draw has a seed of its own.
            self.seed += 1
        return out

    def _orthogonal(self, n: int, dtype: Any = None) -> Tensor:
        return orthogonal_factor(self._normal([n, n], dtype))

    def _first_rows(self, sizes: list[int], dtype: Any = None) -> Tensor:
        """Orthonormal rows, [inputs, outputs]. Raises ValueError if there are more inputs than outputs."""
        inputs, outputs = sizes[-2:]
        if inputs > outputs:
            raise ValueError("In_filters cannot be greater than out_filters.")
        return self._orthogonal(outputs, dtype)[0:inputs, :]


@public("contrib.framework.convolutional_delta_orthogonal")
class ConvolutionDeltaOrthogonal(_FromOrthogonalMatrices):
    """An orthogonal matrix at the kernel's centre, zeros around it."""

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        sizes = _sizes(shape)
        if not 3 <= len(sizes) <= 5:
            raise ValueError("The tensor to initialize must be at least three-dimensional and at most five-dimensional")
        dtype = self.dtype if dtype is None else dtype
        weight = self._first_rows(sizes, dtype)
        weight = weight * TABLE["cast"](self.gain, dtype)
        centre = [(size - 1) // 2 for size in sizes[:-2]]
        return TABLE["scatter_nd"]([centre], TABLE["expand_dims"](weight, 0), shape)


class ConvolutionOrthogonal(_FromOrthogonalMatrices):
    """The common part of the orthogonal convolutions of one, two and three dimensions."""

    _dimensions: int
    _number: str

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        sizes = _sizes(shape)
        if len(sizes) != self._dimensions + 2:
            raise ValueError(f"The tensor to initialize must be {self._number}-dimensional")
        if sizes[-2] > sizes[-1]:
            raise ValueError("In_filters cannot be greater than out_filters.")
        if len(set(sizes[:-2])) > 1:
            raise ValueError("Kernel sizes must be equal.")
        kernel = self._kernel(sizes[0], sizes)
        return kernel * TABLE["cast"](self.gain, self.dtype if dtype is None else dtype)

    def _kernel(self, side: int, sizes: list[int]) -> Tensor:
        rows = self._first_rows(sizes)
        if side == 1:
            for _ in range(self._dimensions):
                rows = TABLE["expand_dims"](rows, 0)
            return rows
        kernel = self._small(sizes[-1])
        for width in range(2, side):
            kernel = self._convolved(kernel, width, self._small(sizes[-1]))
        matmul = TABLE["matmul"]
        return self._stacked({place: matmul(rows, matrix) for place, matrix in kernel.items()}, side)

    def _small(self, n: int) -> Kernel:
        """An orthogonal kernel of side 2 from random projections [n, n]."""
        projections = [self._projection(n) for _ in range(self._dimensions)]
        unit = eye(n, dtype=self.dtype)
        return {place: self._product(place, projections, unit) for place in itertools.product((0, 1), repeat=self._dimensions)}

    def _product(self, place: tuple[int, ...], projections: list[Tensor], unit: Tensor) -> Tensor:
        """The product over dimensions of each one's projection (at 0) or its complement (at 1)."""
        factors = [unit - p if at else p for at, p in zip(place, projections)]
        out = factors[0]
        for factor in factors[1:]:
            out = TABLE["matmul"](out, factor)
        return out

    def _projection(self, n: int) -> Tensor:
        """A random symmetric projection, [n, n]."""
        q = self._orthogonal(n)
        kept = TABLE["cast"](self._normal([n]) > 0, self.dtype)
        columns = TABLE["multiply"](q, kept)
        return TABLE["matmul"](columns, TABLE["linalg.matrix_transpose"](columns))

    def _convolved(self, kernel: Kernel, width: int, small: Kernel) -> Kernel:
        """`kernel`, of side `width`, convolved with one of side 2."""
        n = next(iter(small.values()))._dims[0]
        out: Kernel = {}
        for place in itertools.product(range(width + 1), repeat=self._dimensions):
            total = zeros([n, n], self.dtype)
            for inner in itertools.product(*(range(min(at + 1, width)) for at in place)):
                rest = tuple(a - b for a, b in zip(place, inner))
                if max(rest) < 2:
                    total = total + TABLE["matmul"](kernel[inner], small[rest])
            out[place] = total
        return out

    def _stacked(self, kernel: Kernel, side: int, at: tuple[int, ...] = ()) -> Tensor:
        if len(at) == self._dimensions:
            return kernel[at]
        return TABLE["stack"]([self._stacked(kernel, side, (*at, i)) for i in range(side)])


@public("contrib.framework.convolutional_orthogonal_1d")
class ConvolutionOrthogonal1D(ConvolutionOrthogonal):
    """An orthogonal kernel [width, inputs, outputs]."""

    _dimensions, _number = 1, "three"


@public("contrib.framework.convolutional_orthogonal_2d")
class ConvolutionOrthogonal2D(ConvolutionOrthogonal):
    """An orthogonal kernel [side, side, inputs, outputs]."""

    _dimensions, _number = 2, "four"


@public("contrib.framework.convolutional_orthogonal_3d")
class ConvolutionOrthogonal3D(ConvolutionOrthogonal):
    """An orthogonal kernel [side, side, side, inputs, outputs]."""

    _dimensions, _number = 3, "five"

    def _product(self, place: tuple[int, ...], projections: list[Tensor], unit: Tensor) -> Tensor:
        # As the reference has it: p (here at 1) and its complement (at 0) written as weighted sums.
        factors = [at * p + (1 - at) * (unit - p) for at, p in zip(place, projections)]
        return TABLE["matmul"](TABLE["matmul"](factors[0], factors[1]), factors[2])
