"""Strings and numbers, upper and lower case, base 64."""

from __future__ import annotations

import base64
import binascii
import math
import re
from typing import Any

import numpy as np

from ...graph import dtypes, errors
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...op.declare import op
from ...op.shapes import unchanged
from ..reduction import either
from .slicing import as_bytes, mapped

_FLAGS: dict[str, Any] = {"host": True, "differentiable": False, "shape": unchanged}


# -- case and white space -----------------------------------------------------------------------------
def _cased(value: bytes, method: str, encoding: str) -> bytes:
    if encoding == "utf-8":
        return getattr(value.decode("utf-8", "replace"), method)().encode()
    return getattr(value, method)()


def _check_encoding(encoding: str) -> None:
    if encoding not in ("", "utf-8"):
        raise errors.InvalidArgumentError(None, None, f"only utf-8 or '' (no encoding) is supported, received {encoding}")


@op("StringLower", "input: string -> output: string", **_FLAGS)
def lower(input, *, encoding: str = ""):
    """Each string in lower case: of ASCII alone, or of all Unicode if `encoding` is "utf-8"."""
    _check_encoding(encoding)
    return mapped(lambda v: _cased(v, "lower", encoding), input)


@op("StringUpper", "input: string -> output: string", **_FLAGS)
def upper(input, *, encoding: str = ""):
    """Each string in upper case: of ASCII alone, or of all Unicode if `encoding` is "utf-8"."""
    _check_encoding(encoding)
    return mapped(lambda v: _cased(v, "upper", encoding), input)


@op("StringStrip", "input: string -> output: string", **_FLAGS)
def strip(input):
    """Each string without white space at its ends."""
    return mapped(lambda v: v.strip(b" \t\n\v\f\r"), input)


export(lower, "strings.lower")
export(upper, "strings.upper")
export(strip, "strings.strip", "string_strip")

# -- numbers -------------------------------------------------------------------------------------------
_INTEGER = re.compile(rb"\s*-?\d+\s*")
_FLOAT = re.compile(rb"\s*[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|nan)\s*", re.IGNORECASE)


def _number(value: bytes, dtype: Any) -> Any:
    kind = np.dtype(dtype)
    if kind.kind == "i":
        if _INTEGER.fullmatch(value):
            number = int(value)
            info = np.iinfo(kind)
            if info.min <= number <= info.max:
                return number
    elif _FLOAT.fullmatch(value):
        return float(value)
    elif hexadecimal := re.fullmatch(rb"\s*([+-]?0[xX][0-9a-fA-F]+(\.[0-9a-fA-F]*)?([pP][+-]?\d+)?)\s*", value):
        return float.fromhex(hexadecimal[1].decode())
    raise errors.InvalidArgumentError(
        None, None, f"StringToNumberOp could not correctly convert string: {value.decode('utf-8', 'replace')}"
    )


@op("StringToNumber", "string_tensor: string -> output: out_type", out_type="float double int32 int64 = float", **_FLAGS)
def to_number_op(string_tensor, *, out_type):
    """The number that each string spells."""
    dtype = out_type.np_dtype
    with np.errstate(over="ignore"):
        return mapped(lambda v: _number(v, dtype), string_tensor, dtype)


@public("strings.to_number", "string_to_number")
def to_number(string_tensor: Any = None, out_type: Any = dtypes.float32, name: str | None = None, input: Any = None) -> Tensor:
    """The number that each string spells; float32, float64, int32 or int64. A string that is none fails the run."""
    return to_number_op(either("input", input, "string_tensor", string_tensor), out_type=out_type, name=name)


def _printed_float(x: float, precision: int, style: str) -> str:
    if math.isnan(x):
        return "-nan" if math.copysign(1, x) < 0 else "nan"
    if math.isinf(x):
        return "inf" if x > 0 else "-inf"
    return f"%.{6 if precision < 0 else precision}{style}" % x


def _padded(text: str, width: int, fill: str) -> str:
    if fill == "-":
        return text.ljust(max(width, 0))
    if fill == "0" and text and text[0] in "+-" and text[1:] not in ("inf", "nan"):
        return text[0] + text[1:].rjust(max(width - 1, 0), "0")
    sign = {"+": "+", " ": " "}.get(fill, "")
    if sign and text[:1] != "-":
        text = sign + text
    return text.rjust(max(width, 0), "0" if fill == "0" and text not in ("inf", "nan", "-inf", "-nan") else " ")


@op(
    "AsString", "input: T -> output: string",
    T="int8 int16 int32 int64 complex64 complex128 float double bool", **_FLAGS,
)  # fmt: skip
def as_string(input, *, precision: int = -1, scientific: bool = False, shortest: bool = False, width: int = -1, fill: str = ""):
    """Each number as C's printf prints it.

    Args:
      precision: digits after the point.
      scientific, shortest: as %e, as %g.
      width: filled up to.
      fill: with "0", " ", or on the other side ("-"); "+": signs of positive numbers too.
    """
    _check_format(input.dtype, precision, scientific, shortest, width, fill)
    style = "g" if shortest else "e" if scientific else "f"

    def text(x: Any) -> bytes:
        if isinstance(x, bool):
            return b"true" if x else b"false"
        if isinstance(x, int):
            return _padded(str(x), width, fill).encode()
        if isinstance(x, complex):
            parts = (_padded(_printed_float(p, precision, style), width, fill) for p in (x.real, x.imag))
            return ("(" + ",".join(parts) + ")").encode()
        return _padded(_printed_float(x, precision, style), width, fill).encode()

    out = np.empty(input.shape, object)
    flat = out.reshape(-1)
    for i, x in enumerate(np.asarray(input).reshape(-1).tolist()):
        flat[i] = text(x)
    return out


def _check_format(dtype: np.dtype, precision: int, scientific: bool, shortest: bool, width: int, fill: str) -> None:
    message = ""
    if dtype.kind in "iub":
        if precision > -1:
            message = f"precision not supported for datatype {dtypes.as_dtype(dtype).proto_name}"
        elif scientific or shortest:
            message = f"scientific and shortest format not supported for datatype {dtypes.as_dtype(dtype).proto_name}"
    if scientific and shortest:
        message = "Cannot select both scientific and shortest notation"
    if len(fill) > 1:
        message = f"Fill string must be one or fewer characters, got {fill}"
    elif fill and fill not in " +-0#":
        message = f"Fill argument not supported: {fill}"
    if message:
        raise errors.InvalidArgumentError(None, None, message)


export(as_string, "strings.as_string", "as_string", "dtypes.as_string")


# -- base 64 ----------------------------------------------------------------------------------------------
@op("EncodeBase64", "input: string -> output: string", **_FLAGS)
def encode_base64(input, *, pad: bool = False):
    """Each string in base 64 for addresses of the web (RFC 4648, section 5); filled up with `=` if `pad`."""
    encoded = base64.urlsafe_b64encode if pad else lambda v: base64.urlsafe_b64encode(v).rstrip(b"=")
    return mapped(encoded, input)


def _decoded(value: bytes) -> bytes:
    stripped = value.rstrip(b"=")
    try:
        if not re.fullmatch(rb"[A-Za-z0-9_-]*", stripped) or len(value) - len(stripped) > 2:
            raise ValueError
        return base64.urlsafe_b64decode(stripped + b"=" * (-len(stripped) % 4))
    except (ValueError, binascii.Error):
        raise errors.InvalidArgumentError(None, None, f"Invalid character or length in base64: {as_bytes(value)!r}") from None


@op("DecodeBase64", "input: string -> output: string", **_FLAGS)
def decode_base64(input):
    """Each string from base 64 for addresses of the web, filled up with `=` or not."""
    return mapped(_decoded, input)


export(encode_base64, "io.encode_base64", "encode_base64")
export(decode_base64, "io.decode_base64", "decode_base64")
