"""Circulant operators, of one to three nested blocks, by Fourier transforms of their convolution kernels."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import DType, as_dtype
from ...graph.operation import Operation, Tensor
from ...graph.public import TABLE, public
from ...graph.tensor_shape import TensorShape
from ..asserts import assert_less, assert_positive
from ..casting import cast
from ..creation import ones, range_, zeros_like
from ..elementwise import abs_, complex_, conj, imag_, log, real_
from ..joining import concat
from ..reduction import reduce_prod, reduce_sum
from ..shaping import rank, reshape, shape, transpose
from .algebra import ADJOINT, INVERSE, MATMUL, SOLVE
from .broadcasting import (
    adjoint_of,
    assert_no_entries_with_modulus_zero,
    assert_zero_imag_part,
    broadcast_matrix_batch_dims,
    commuting_positive_definite_hint,
    non_singular_hint,
)
from .operator import LinearOperator

_COMPLEX = {dtypes.float16: dtypes.complex64, dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}


def to_complex(x: Tensor) -> Tensor:
    """`x` in the complex type of its precision."""
    return cast(x, _COMPLEX.get(x.dtype.base_dtype, x.dtype.base_dtype))


def rotate_transpose(x: Any, shift: Any, name: str = "rotate_transpose") -> Tensor:
    """The dimensions turned to the right by `shift`."""
    with name_scope(name, values=[x, shift]):
        x, shift = convert_to_tensor(x, name="x"), convert_to_tensor(shift, name="shift")
        TABLE["debugging.assert_integer"](shift)
        from ...graph.constant_value import constant_value

        known, ndims = constant_value(shift), x.shape.ndims
        if ndims is not None and known is not None:
            if ndims < 2 or int(known) % ndims == 0:
                return x
            return transpose(x, perm=np.roll(np.arange(ndims), int(known)))
        count = rank(x)
        at = TABLE["where_v2"](TABLE["less"](shift, 0), TABLE["mod"](-shift, count), count - TABLE["mod"](shift, count))
        first, rest = range_(0, at), range_(at, count)
        return transpose(x, perm=concat([rest, first], axis=0))


class _Circulant(LinearOperator):
    """Circulant matrices of `depth` nested blocks, given by their spectrum."""

    def __init__(self, spectrum: Any, depth: int, output_dtype: Any, hints: tuple[Any, Any, Any, Any], name: str):
        non_singular, self_adjoint, positive_definite, square = hints
        self._block_depth = depth
        with name_scope(name, values=[spectrum]):
            self._spectrum = convert_to_tensor(spectrum, name="spectrum")
            if self._spectrum.shape.ndims is not None and self._spectrum.shape.ndims < depth:
                raise ValueError(f"Argument spectrum must have at least {depth} dimensions.  Found: {self._spectrum}")
            if not self._spectrum.dtype.is_complex:
                if self_adjoint is False:
                    raise ValueError("A real spectrum always corresponds to a self-adjoint operator.")
                self_adjoint = True
            if square is False:
                raise ValueError("A [[nested] block] circulant operator is always square.")
            super().__init__(as_dtype(output_dtype), [self._spectrum], non_singular, self_adjoint, positive_definite, True, name)
            self._block_shape_tensor = shape(self._spectrum)[-depth:]
            self._complex_spectrum = to_complex(self._spectrum)
            self._abs_spectrum = abs_(self._spectrum)
            self._conj_spectrum = conj(self._complex_spectrum)

    # -- what it is ------------------------------------------------------------------
    @property
    def block_depth(self) -> int:
        """How deep blocks are nested."""
        return self._block_depth

    @property
    def spectrum(self) -> Tensor:
        """The eigenvalues, [batch..., block shape...]."""
        return self._spectrum

    @property
    def block_shape(self) -> TensorShape:
        """The sizes of the blocks."""
        return self._spectrum.shape[-self._block_depth :]

    def block_shape_tensor(self) -> Tensor:
        """The sizes of the blocks, int32."""
        return self._block_shape_tensor

    def _shape(self) -> TensorShape:
        size = self.block_shape.num_elements() if self.block_shape.is_fully_defined() else None
        return self._spectrum.shape[: -self._block_depth].concatenate([size, size])

    def _shape_tensor(self) -> Tensor:
        dims = shape(self._spectrum)
        batch = dims[: -self._block_depth]
        size = reduce_prod(dims[-self._block_depth :])
        return concat([batch, [size, size]], 0)

    # -- transforms --------------------------------------------------------------------
    def _fft(self, x: Tensor) -> Tensor:
        return TABLE[("signal.fft", "signal.fft2d", "signal.fft3d")[self._block_depth - 1]](to_complex(x))

    def _ifft(self, x: Tensor) -> Tensor:
        return TABLE[("signal.ifft", "signal.ifft2d", "signal.ifft3d")[self._block_depth - 1]](to_complex(x))

    def convolution_kernel(self, name: str = "convolution_kernel") -> Tensor:
        """What vectors are convolved with, [batch..., block shape...]."""
        with self._name_scope(name):
            return cast(self._ifft(to_complex(self._spectrum_for_kernel())), self._dtype)

    def _spectrum_for_kernel(self) -> Tensor:
        return self._complex_spectrum

    def _over_batch(self, x: Tensor, spectrum: Tensor) -> tuple[Tensor, Tensor]:
        """(`x`, the spectrum), with one batch."""
        spectrum = reshape(spectrum, concat([self.batch_shape_tensor(), [-1, 1]], axis=0))
        x, spectrum = broadcast_matrix_batch_dims([x, spectrum])
        return x, reshape(spectrum, concat([shape(x)[:-2], self._block_shape_tensor], axis=0))

    def _as_blocks(self, x: Tensor) -> Tensor:
        """Matrices [..., n, k] as k blocks in front."""
        vectors = rotate_transpose(x, shift=1)
        if vectors.shape.is_fully_defined() and self.block_shape.is_fully_defined():
            return reshape(vectors, vectors.shape[:-1].concatenate(self.block_shape).as_list())
        return reshape(vectors, concat([shape(vectors)[:-1], self._block_shape_tensor], axis=0))

    def _as_matrices(self, blocks: Tensor) -> Tensor:
        """The way back."""
        depth = self._block_depth
        if blocks.shape.is_fully_defined():
            dims = blocks.shape
            flat = reshape(blocks, dims[:-depth].concatenate([dims[-depth:].num_elements()]).as_list())
        else:
            sizes = shape(blocks)
            flat = reshape(blocks, concat([sizes[:-depth], [reduce_prod(sizes[-depth:])]], axis=0))
        return rotate_transpose(flat, shift=-1)

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        x = adjoint_of(x) if adjoint_arg else x
        x = to_complex(x)
        x, spectrum = self._over_batch(x, self._conj_spectrum if adjoint else self._complex_spectrum)
        transformed = self._fft(self._as_blocks(x))
        return cast(self._as_matrices(self._ifft(spectrum * transformed)), self._dtype)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        rhs, spectrum = self._over_batch(rhs, self._conj_spectrum if adjoint else self._complex_spectrum)
        transformed = self._fft(self._as_blocks(rhs))
        return cast(self._as_matrices(self._ifft(transformed / spectrum)), self._dtype)

    # -- numbers -------------------------------------------------------------------------
    def _axes(self) -> list[int]:
        return [-(i + 1) for i in range(self._block_depth)]

    def _determinant(self) -> Tensor:
        return cast(reduce_prod(self._spectrum, axis=self._axes()), self._dtype)

    def _log_abs_determinant(self) -> Tensor:
        return cast(reduce_sum(log(self._abs_spectrum), axis=self._axes()), self._dtype)

    def _trace(self) -> Tensor:
        if self._spectrum.shape.is_fully_defined():
            ndims = self._spectrum.shape.ndims
            axes: Any = np.arange(ndims - self._block_depth, ndims, dtype=np.int32)
        else:
            count = rank(self._spectrum)
            axes = range_(count - self._block_depth, count)
        total = reduce_sum(self._spectrum, axis=axes)
        if self._dtype.is_complex and not total.dtype.is_complex:
            return complex_(total, zeros_like(total))
        return cast(total, self._dtype)

    def _diag_part(self) -> Tensor:
        if self.shape.is_fully_defined():
            dims: Any = self.shape[:-1]
            size: Any = self.domain_dimension.value
        else:
            dims = self.shape_tensor()[:-1]
            size = self.domain_dimension_tensor()
        filled = ones(shape=dims, dtype=self._dtype)
        value = self.trace() / cast(size, self._dtype)
        return value[..., None] * filled

    # -- checks --------------------------------------------------------------------------
    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> Operation:
        """An op that fails unless the convolution kernel is real, as far as the type can tell."""
        epsilon = np.finfo(self._dtype.real_dtype.as_numpy_dtype).eps
        with self._name_scope(name):
            most = epsilon * self.domain_dimension_tensor()
            return assert_less(abs_(imag_(self.convolution_kernel())), most, message="Spectrum was not Hermitian")

    def _assert_non_singular(self) -> Operation:
        return assert_no_entries_with_modulus_zero(self._spectrum, message="Singular operator:  Spectrum contained zero values.")

    def _assert_positive_definite(self) -> Operation:
        message = "Not positive definite:  Real part of spectrum was not all positive."
        return assert_positive(real_(self._spectrum), message=message)

    def _assert_self_adjoint(self) -> Operation:
        return assert_zero_imag_part(
            self._spectrum, message="Not self-adjoint:  The spectrum contained non-zero imaginary part."
        )  # fmt: skip


@public("linalg.LinearOperatorCirculant")
class LinearOperatorCirculant(_Circulant):
    """Circulant matrices [batch..., n, n] of the `spectrum` [batch..., n], the Fourier transform of the first columns.

    Args:
      input_output_dtype: the type of the elements.
    """

    def __init__(
        self, spectrum: Any, input_output_dtype: DType = dtypes.complex64, is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None, is_positive_definite: bool | None = None, is_square: bool | None = True,
        name: str = "LinearOperatorCirculant",
    ):  # fmt: skip
        hints = is_non_singular, is_self_adjoint, is_positive_definite, is_square
        super().__init__(spectrum, 1, input_output_dtype, hints, name)


@public("linalg.LinearOperatorCirculant2D")
class LinearOperatorCirculant2D(_Circulant):
    """Block circulant matrices whose blocks are circulant, of the spectrum [batch..., n0, n1]."""

    def __init__(
        self, spectrum: Any, input_output_dtype: DType = dtypes.complex64, is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None, is_positive_definite: bool | None = None, is_square: bool | None = True,
        name: str = "LinearOperatorCirculant2D",
    ):  # fmt: skip
        hints = is_non_singular, is_self_adjoint, is_positive_definite, is_square
        super().__init__(spectrum, 2, input_output_dtype, hints, name)


@public("linalg.LinearOperatorCirculant3D")
class LinearOperatorCirculant3D(_Circulant):
    """Block circulant matrices of block circulant blocks, of the spectrum [batch..., n0, n1, n2]."""

    def __init__(
        self, spectrum: Any, input_output_dtype: DType = dtypes.complex64, is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None, is_positive_definite: bool | None = None, is_square: bool | None = True,
        name: str = "LinearOperatorCirculant3D",
    ):  # fmt: skip
        hints = is_non_singular, is_self_adjoint, is_positive_definite, is_square
        super().__init__(spectrum, 3, input_output_dtype, hints, name)


def _like(operator: LinearOperatorCirculant, spectrum: Tensor) -> LinearOperatorCirculant:
    return LinearOperatorCirculant(
        spectrum, operator.dtype, operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, True
    )


@ADJOINT.register(LinearOperatorCirculant)
def _(operator: LinearOperatorCirculant) -> LinearOperator:
    return _like(operator, conj(operator.spectrum) if operator.spectrum.dtype.is_complex else operator.spectrum)


@INVERSE.register(LinearOperatorCirculant)
def _(operator: LinearOperatorCirculant) -> LinearOperator:
    # As in the reference, the inverse is of complex64.
    return LinearOperatorCirculant(
        1.0 / operator.spectrum, dtypes.complex64, operator.is_non_singular, operator.is_self_adjoint, operator.is_positive_definite, True
    )


def _combined(spectrum: Tensor, a: LinearOperatorCirculant, b: LinearOperatorCirculant) -> LinearOperatorCirculant:
    return LinearOperatorCirculant(
        spectrum, dtypes.complex64, non_singular_hint(a, b), True if a.is_self_adjoint and b.is_self_adjoint else None,
        commuting_positive_definite_hint(a, b), True,
    )  # fmt: skip


@MATMUL.register(LinearOperatorCirculant, LinearOperatorCirculant)
def _(a: LinearOperatorCirculant, b: LinearOperatorCirculant) -> LinearOperator:
    return _combined(a.spectrum * b.spectrum, a, b)


@SOLVE.register(LinearOperatorCirculant, LinearOperatorCirculant)
def _(a: LinearOperatorCirculant, b: LinearOperatorCirculant) -> LinearOperator:
    return _combined(b.spectrum / a.spectrum, a, b)
