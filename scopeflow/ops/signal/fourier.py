"""Fourier transforms of the innermost one, two or three dimensions, of complex and of real signals; shifts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op.checks import check
from ...op.declare import Op, ShapeError, op
from ...op.fold import fold_dims
from ...op.namespace import xp
from ...op.shapes import at_least, with_rank
from ..creation import zeros, zeros_like
from ..elementwise import maximum
from ..joining import concat, pad
from ..packing import stack
from ..reordering import roll
from ..shaping import rank, shape

_SUFFIX = {1: "", 2: "2D", 3: "3D"}


def _axes(dimensions: int) -> tuple[int, ...]:
    return tuple(range(-dimensions, 0))


# -- complex ---------------------------------------------------------------------------------------
def _complex(dimensions: int, inverse: bool) -> Op:
    kind = ("I" if inverse else "") + "FFT" + _SUFFIX[dimensions]
    name = kind.lower()

    def transform(input):
        n = xp(input).fft
        return (n.ifftn if inverse else n.fftn)(input, axes=_axes(dimensions))

    transform.__name__ = name
    transform.__doc__ = f"The {'inverse ' if inverse else ''}Fourier transform over the innermost {dimensions or ''} dimensions."
    spec = op(
        kind, "input: Tcomplex -> output: Tcomplex", Tcomplex="complex64 complex128 = complex64",
        shape=lambda inputs, attrs: [at_least(inputs[0]._dims, dimensions)],
    )(transform)  # fmt: skip
    return export(spec, f"signal.{name}", f"spectral.{name}", name)


fft, fft2d, fft3d = (_complex(d, False) for d in (1, 2, 3))
ifft, ifft2d, ifft3d = (_complex(d, True) for d in (1, 2, 3))


# -- real ------------------------------------------------------------------------------------------
def _real_shape(dimensions: int, inverse: bool) -> Callable[..., list[Dims]]:
    def rule(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
        dims = at_least(inputs[0]._dims, dimensions)
        (n,) = with_rank(inputs[1]._dims, 1)
        if n not in (dimensions, None):
            raise ShapeError(f"Dimension must be {dimensions} but is {n}")
        if dims is None:
            return [None]
        lengths = fold_dims(inputs[1]) or (None,) * dimensions
        last = lengths[-1]
        if not inverse and last is not None:
            last = last // 2 + 1 if last else 0
        return [dims[:-dimensions] + tuple(lengths[:-1]) + (last,)]

    return rule


def _real_op(dimensions: int, inverse: bool) -> Op:
    kind = ("IRFFT" if inverse else "RFFT") + _SUFFIX[dimensions]

    def transform(input, fft_length):
        sizes = tuple(int(s) for s in fft_length)
        check(len(sizes) == dimensions, f"fft_length must have shape [{dimensions}]")
        check(all(s >= 0 for s in sizes), "fft_length must be non-negative")
        needed = (*sizes[:-1], sizes[-1] // 2 + 1 if inverse else sizes[-1])
        fits = all(d >= s for d, s in zip(input.shape[-dimensions:], needed))
        check(fits, f"Input dimensions must have length of at least {list(needed)} but got: {list(input.shape[-dimensions:])}")
        n = xp(input)
        batch = input.shape[:-dimensions]
        if math.prod(batch) * math.prod(sizes) == 0:
            return n.zeros((*batch, *sizes[:-1], sizes[-1] if inverse else (sizes[-1] // 2 + 1 if sizes[-1] else 0)), input.real.dtype)
        return (n.fft.irfftn if inverse else n.fft.rfftn)(input, s=sizes, axes=_axes(dimensions))

    transform.__name__ = kind.lower()
    transform.__doc__ = "The Fourier transform of real signals: the half with frequencies up to the middle one."
    types = ("complex64", "float") if inverse else ("float", "complex64")
    signature = f"input: {types[0]}, fft_length: int32 -> output: {types[1]}"
    return op(kind, signature, static="fft_length", shape=_real_shape(dimensions, inverse))(transform)


def _gradient_of_rfft(dimensions: int) -> Callable[..., Any]:
    def rule(inputs: Any, outputs: Any, grads: Any) -> Any:
        """The frequencies left out are those of the other half, conjugate: what flows into both goes back through one transform."""
        import jax.numpy as jnp

        x, lengths = inputs
        sizes = tuple(int(s) for s in lengths)
        grad = grads[0]
        missing = sizes[-1] - grad.shape[-1]
        whole = jnp.pad(grad, [(0, 0)] * (grad.ndim - 1) + [(0, missing)])
        back = jnp.fft.ifftn(whole, axes=_axes(dimensions)).real * math.prod(sizes)
        padding = [(0, 0)] * (x.ndim - dimensions) + [(0, d - s) for d, s in zip(x.shape[-dimensions:], sizes)]
        return [jnp.pad(back, padding).astype(x.dtype), None]

    return rule


def _gradient_of_irfft(dimensions: int) -> Callable[..., Any]:
    def rule(inputs: Any, outputs: Any, grads: Any) -> Any:
        """Frequencies that stand for two count twice."""
        import jax.numpy as jnp

        x, lengths = inputs
        sizes = tuple(int(s) for s in lengths)
        back = jnp.fft.rfftn(grads[0], axes=_axes(dimensions))
        half = back.shape[-1]
        twice = np.full(half, 2.0, np.float32)
        twice[0] = 1
        if sizes[-1] % 2 == 0:
            twice[-1] = 1
        back = back * twice / math.prod(sizes)
        padding = [(0, 0)] * (x.ndim - dimensions) + [(0, d - s) for d, s in zip(x.shape[-dimensions:], back.shape[-dimensions:])]
        return [jnp.pad(back, padding).astype(x.dtype), None]

    return rule


def _real(dimensions: int, inverse: bool) -> Any:
    spec = _real_op(dimensions, inverse)
    if dimensions < 3:
        spec.gradient((_gradient_of_irfft if inverse else _gradient_of_rfft)(dimensions))
    name = spec.__name__
    source = dtypes.complex64 if inverse else dtypes.float32

    def transform(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
        with name_scope(name, transform.__name__, [input_tensor, fft_length]) as scope:
            x = convert_to_tensor(input_tensor, source)
            x.shape.with_rank_at_least(dimensions)
            lengths = _lengths(x, dimensions, inverse) if fft_length is None else convert_to_tensor(fft_length, dtypes.int32)
            return spec(_long_enough(x, dimensions, lengths, inverse), lengths, name=scope)

    transform.__name__ = transform.__qualname__ = name
    if inverse:
        transform.__doc__ = f"The real signal whose `r{name[2:]}` this is; of `fft_length` ({dimensions}), by default that of an even one."
    else:
        transform.__doc__ = "The Fourier transform of real signals cut off or filled up to `fft_length`: frequencies from 0 to the middle."
    return export(transform, f"signal.{name}", f"spectral.{name}")


def _lengths(x: Tensor, dimensions: int, inverse: bool) -> Tensor:
    """The lengths of the signal, by default."""
    static = x.shape[-dimensions:]
    if static.is_fully_defined():
        sizes = static.as_list()
        if inverse:
            sizes[-1] = max(0, 2 * (sizes[-1] - 1))
        return constant(sizes, dtypes.int32)
    sizes = shape(x)[-dimensions:]
    if not inverse:
        return sizes
    last = maximum(0, 2 * (sizes[-1:] - 1))
    return last if dimensions == 1 else concat([sizes[:-1], last], 0)


def _long_enough(x: Tensor, dimensions: int, lengths: Tensor, inverse: bool) -> Tensor:
    """`x` with zeros after it where it is shorter than the transform."""
    wanted = fold_dims(lengths)
    if wanted is not None and None not in wanted and x.shape.ndims is not None:
        static = x.shape[-dimensions:]
        if static.is_fully_defined():
            needed = [*wanted[:-1], wanted[-1] // 2 + 1 if inverse else wanted[-1]]
            paddings = [[0, max(n - d, 0)] for n, d in zip(needed, static.as_list())]
            if any(p for _, p in paddings):
                return pad(x, [[0, 0]] * (x.shape.ndims - dimensions) + paddings)
            return x
    count = rank(x)
    inner = shape(x)[-dimensions:]
    outer = zeros([maximum(0, count - dimensions)], lengths.dtype)
    if inverse:
        lengths = concat([lengths[:-1], lengths[-1:] // 2 + 1], 0)
    paddings = concat([outer, maximum(0, lengths - inner)], 0)
    return pad(x, stack([zeros_like(paddings), paddings], axis=1))


rfft, rfft2d, rfft3d = (_real(d, False) for d in (1, 2, 3))
irfft, irfft2d, irfft3d = (_real(d, True) for d in (1, 2, 3))


# -- shifts -----------------------------------------------------------------------------------------
def _shifted(x: Any, axes: Any, sign: int, default: str, name: str | None) -> Tensor:
    with name_scope(name, default) as scope:
        x = convert_to_tensor(x)
        dims = x.shape.as_list()
        if axes is None:
            axes = tuple(range(len(dims)))
        if isinstance(axes, int):
            return roll(x, sign * (dims[axes] // 2), axes, name=scope)
        return roll(x, [sign * (dims[a] // 2) for a in axes], axes, name=scope)


@public("signal.fftshift")
def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """`x` with frequency 0 in the middle of each of `axes` (all of them if None)."""
    return _shifted(x, axes, 1, "fftshift", name)


@public("signal.ifftshift")
def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """What `fftshift` does, undone."""
    return _shifted(x, axes, -1, "ifftshift", name)
