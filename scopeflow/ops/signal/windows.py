"""Windows: Hann's and Hamming's."""

from __future__ import annotations

import math
from typing import Any

from ...graph import dtypes
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import as_dtype
from ...graph.operation import Tensor
from ...graph.public import public
from ..casting import cast
from ..control_flow import cond
from ..creation import ones, range_
from ..elementwise import cos, equal, floormod


@public("signal.hann_window", "contrib.signal.hann_window")
def hann_window(window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """Hann's window, [window_length]: 0.5 - 0.5 cos; for spectra, or symmetric if not `periodic`."""
    return _raised_cosine(name, "hann_window", window_length, periodic, dtype, 0.5, 0.5)


@public("signal.hamming_window", "contrib.signal.hamming_window")
def hamming_window(window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """Hamming's window, [window_length]: 0.54 - 0.46 cos; for spectra, or symmetric if not `periodic`."""
    return _raised_cosine(name, "hamming_window", window_length, periodic, dtype, 0.54, 0.46)


def _raised_cosine(name: str | None, default: str, window_length: Any, periodic: Any, dtype: Any, a: float, b: float) -> Tensor:
    dtype = as_dtype(dtype)
    if not dtype.is_floating:
        raise ValueError(f"dtype must be a floating point type. Found {dtype}")
    with name_scope(name, default, [window_length, periodic]):
        window_length = convert_to_tensor(window_length, dtypes.int32, name="window_length")
        window_length.shape.assert_has_rank(0)
        known = constant_value(window_length)
        if known is not None and known == 1:
            return ones([1], dtype=dtype)
        periodic = cast(convert_to_tensor(periodic, dtypes.bool_, name="periodic"), dtypes.int32)
        even = 1 - floormod(window_length, 2)
        length = cast(window_length + periodic * even - 1, dtype)
        count = cast(range_(window_length), dtype)
        angle = constant(2 * math.pi, dtype=dtype) * count / length
        if known is not None:
            return cast(a - b * cos(angle), dtype=dtype)
        return cond(equal(window_length, 1), lambda: ones([1], dtype=dtype), lambda: cast(a - b * cos(angle), dtype=dtype))
