"""From random words to random numbers: uniforms, and normals by the method of Box and Muller."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np

from .namespace import xp

_U32 = np.uint32
#: bits of randomness in a uniform number of the type
_MANTISSA = {np.dtype(np.float32): 23, np.dtype(np.float16): 10, np.dtype(ml_dtypes.bfloat16): 7}


def fraction(word: Any, dtype: np.dtype) -> Any:
    """Uniform in [0, 1) from the low bits of a word."""
    bits = _MANTISSA[dtype]
    unit = np.float32(2.0**-bits)
    return ((word & _U32((1 << bits) - 1)).astype(np.int32).astype(np.float32) * unit).astype(dtype)


def double(high: Any, low: Any) -> Any:
    """Uniform in [0, 1) with 52 bits from two words."""
    mantissa = ((high & _U32(0xFFFFF)).astype(np.int64) << np.int64(32)) | low.astype(np.int64)
    return mantissa.astype(np.float64) * np.float64(2.0**-52)


# Polynomials in float64, fitted for results that round to float32 correctly all but one time in many thousands: XLA's
# own functions differ between devices, and these are faster on a CPU.
_SIN = (0.9999999999956557, -0.16666666631473295, 0.008333328770643253, -0.00019839198561046392, 2.7173113392005003e-06)
_COS = (
    0.9999999999999442,
    -0.4999999999934834,
    0.041666666543477636,
    -0.0013888880371067936,
    2.4798923996628063e-05,
    -2.7173085495597386e-07,
)
_LOG = (2.0000000000084555, 0.6666666523588974, 0.40000386840536245, 0.2853492245751887, 0.23618724922707543)


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:
    y = np.float64(coefficients[-1]) * x + np.float64(coefficients[-2])
    for c in coefficients[-3::-1]:
        y = y * x + np.float64(c)
    return y


def _log32(x: Any) -> Any:
    """Log of positive normal float32 numbers, in float32."""
    numpy = isinstance(x, np.ndarray)
    bits = x.view(np.int32) if numpy else jax.lax.bitcast_convert_type(x, jnp.int32)
    # The mantissa is taken between sqrt(1/2) and sqrt(2), where the series is short.
    exponent = (bits - np.int32(0x3F3504F3)) >> np.int32(23)
    bits = bits - (exponent << np.int32(23))
    m = (bits.view(np.float32) if numpy else jax.lax.bitcast_convert_type(bits, jnp.float32)).astype(np.float64)
    s = (m - np.float64(1)) / (m + np.float64(1))
    return (s * _polynomial(_LOG, s * s) + exponent.astype(np.float64) * np.float64(math.log(2))).astype(np.float32)


def _sin_cos32(x: Any) -> tuple[Any, Any]:
    """Sin and cos of float32 angles from 0 to 2 pi, in float32."""
    lib = xp(x)
    x = x.astype(np.float64)
    quarter = lib.round(x * np.float64(2 / math.pi))
    r = x - quarter * np.float64(math.pi / 2)
    square = r * r
    s, c = r * _polynomial(_SIN, square), _polynomial(_COS, square)
    q = quarter.astype(np.int32)
    odd = (q & np.int32(1)) == 1
    sin, cos = lib.where(odd, c, s), lib.where(odd, s, c)
    sin = lib.where((q & np.int32(2)) == 2, -sin, sin)
    cos = lib.where(((q + np.int32(1)) & np.int32(2)) == 2, -cos, cos)
    return sin.astype(np.float32), cos.astype(np.float32)


def box_muller(first: Any, second: Any) -> tuple[Any, Any]:
    """Two standard normals, float32, from two words."""
    lib = xp(first)
    u = lib.maximum(fraction(first, np.dtype(np.float32)), np.float32(1e-7))
    # The angle is rounded to float32, as the reference does.
    angle = (np.float64(2 * math.pi) * fraction(second, np.dtype(np.float32)).astype(np.float64)).astype(np.float32)
    radius = lib.sqrt(np.float32(-2) * _log32(u))
    sin, cos = _sin_cos32(angle)
    return sin * radius, cos * radius


def box_muller_double(w: Sequence[Any]) -> tuple[Any, Any]:
    """Two standard normals, float64, from a block."""
    lib = xp(w[0])
    u = lib.maximum(double(w[0], w[1]), np.float64(1e-7))
    angle = np.float64(2 * math.pi) * double(w[2], w[3])
    radius = lib.sqrt(np.float64(-2) * lib.log(u))
    return lib.sin(angle) * radius, lib.cos(angle) * radius
