"""Correlations of sequences with themselves."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.constant_value import constant_value
from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.casting import cast
from ..ops.elementwise import complex_, conj, log
from ..ops.linear_operators.circulant import rotate_transpose
from ..ops.reduction import reduce_mean


def _pad_end(x: Tensor, count: Tensor) -> Tensor:
    """Zeros after the last dimension."""
    with name_scope("pad"):
        ndims = x.shape.ndims
        value = array.constant(0.0, dtype=x.dtype.base_dtype, name="value")
        paddings = array.one_hot(indices=np.array([-1, ndims - 1], np.int32), depth=ndims, axis=0, on_value=count, dtype=dtypes.int32)
        return TABLE["pad"](x, paddings, constant_values=value)


@public("contrib.distributions.auto_correlation")
def auto_correlation(
    x: Any, axis: int = -1, max_lags: Any = None, center: bool = True, normalize: bool = True, name: str = "auto_correlation"
) -> Tensor:
    """The correlations of `x` along `axis` with itself 0, 1, ... `max_lags` steps later, by Fourier transforms.

    Args:
      center: whether the mean is subtracted first.
      normalize: whether they are divided by that of lag 0.

    Raises:
      ValueError: `max_lags` that is negative or longer than the axis.
    """
    with name_scope(name, values=[x]):
        x = convert_to_tensor(x, name="x")
        if x.shape.ndims is None:
            raise NotImplementedError("auto_correlation of a tensor whose rank is not known when the graph is built")
        array.rank(x)
        axis = axis % x.shape.ndims
        shift = np.int64(x.shape.ndims - 1 - axis)
        turned = rotate_transpose(x, shift)
        if center:
            turned -= reduce_mean(turned, axis=-1, keepdims=True)
        length = array.shape(turned)[-1] if turned.shape[-1].value is None else turned.shape[-1].value
        if turned.shape[-1].value is not None:
            array.shape(turned)
        as_double = cast(length, np.float64)
        # Twice as long, and a power of two.
        power = TABLE["pow"](np.float64(2.0), TABLE["ceil"](log(as_double * 2.0) / np.log(2.0)))
        padded = _pad_end(turned, cast(power - as_double, np.int32))
        dtype = x.dtype.base_dtype
        if not dtype.is_complex:
            padded = complex_(padded, array.constant(0.0, dtype=dtype.real_dtype, name="imag"))
        transformed = TABLE["signal.fft"](padded)
        products = cast(TABLE["signal.ifft"](transformed * conj(transformed)), dtype)
        known = turned.shape[-1].value
        if max_lags is None:
            max_lags = array.shape(turned)[-1] - 1 if known is None else np.int64(known - 1)
        else:
            max_lags = convert_to_tensor(max_lags, name="max_lags")
            lags = constant_value(max_lags)
            if known is not None and lags is not None and (lags < 0 or lags >= known):
                raise ValueError(f"max_lags ({lags}) must be from 0 to {known - 1}")
        static = constant_value(max_lags) if isinstance(max_lags, Tensor) else int(max_lags)
        products = products[..., : (max_lags + 1 if static is None else int(static) + 1)]
        count = cast(length, dtype.real_dtype)
        lags = TABLE["range"](0.0, cast(max_lags, dtype.real_dtype) + 1.0)
        out = products / cast(count - lags, dtype)
        if normalize:
            out /= out[..., 0:1]
        return rotate_transpose(out, -shift)
