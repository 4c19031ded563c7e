"""Conversions between element types: cast, saturate_cast."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.composite import IndexedSlices, SparseTensor
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.dtypes import DType, as_dtype
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..op import shapes
from ..op.declare import op
from ..op.namespace import xp


@op("Cast", "x: SrcT -> y: DstT", {"Truncate": ("bool", False)}, shape=shapes.unchanged)
def cast_op(x: Any, *, DstT: dtype) -> Any:  # noqa: F821
    """Each element in another type."""
    to = DstT.np_dtype
    if np.issubdtype(x.dtype, np.complexfloating) and not np.issubdtype(to, np.complexfloating):
        x = xp(x).real(x)
    return x.astype(to)


@public("cast", "dtypes.cast")
def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """`x` (tensor, SparseTensor, IndexedSlices) with elements of type `dtype`; `x` itself if it has that type.

    Floats are truncated towards 0, complex numbers lose their imaginary part.
    """
    base = as_dtype(dtype).base_dtype
    if type(x) is Tensor:
        return x if x.dtype.base_dtype is base else cast_op(x, DstT=base, name=name)
    if (
        x.__class__.__name__ not in ("SparseTensor", "IndexedSlices")
        and getattr(x, "dtype", None) is base
        and hasattr(x, "_as_graph_element")
    ):
        return x
    with name_scope(name, "Cast", [x]) as scope:
        if isinstance(x, SparseTensor):
            return SparseTensor(x.indices, cast(x.values, base, scope), x.dense_shape)
        if isinstance(x, IndexedSlices):
            return IndexedSlices(cast(x.values, base, scope), x.indices, x.dense_shape)
        x = convert_to_tensor(x, name="x")
        return x if x.dtype.base_dtype is base else cast_op(x, DstT=base, name=scope)


def _caster(public_name: str, dtype: DType, default_name: str) -> Any:
    def function(x: Any, name: str | None = default_name) -> Any:
        return cast(x, dtype, name=name)

    function.__name__ = function.__qualname__ = public_name
    function.__doc__ = f"`x` with elements of type {dtype.name}. Deprecated in favour of `cast`."
    return export(function, public_name)


to_float = _caster("to_float", dtypes.float32, "ToFloat")
to_double = _caster("to_double", dtypes.float64, "ToDouble")
to_int32 = _caster("to_int32", dtypes.int32, "ToInt32")
to_int64 = _caster("to_int64", dtypes.int64, "ToInt64")
to_bfloat16 = _caster("to_bfloat16", dtypes.bfloat16, "ToBFloat16")
to_complex64 = _caster("to_complex64", dtypes.complex64, "ToComplex64")
to_complex128 = _caster("to_complex128", dtypes.complex128, "ToComplex128")


@public("saturate_cast", "dtypes.saturate_cast")
def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """`value` with elements of type `dtype`, those out of its range moved to its nearest end."""
    from .elementwise import maximum, minimum

    with name_scope(name, "saturate_cast", [value]) as scope:
        value = convert_to_tensor(value, name="value")
        dtype = as_dtype(dtype).base_dtype
        source = value.dtype.base_dtype
        if float(source.min) < float(dtype.min):
            value = maximum(value, constant(_limit(dtype.min, source), dtype=source, name="min"))
        if float(source.max) > float(dtype.max):
            value = minimum(value, constant(_limit(dtype.max, source), dtype=source, name="max"))
        return cast(value, dtype, name=scope)


def _limit(value: Any, source: DType) -> Any:
    with np.errstate(over="ignore"):
        return np.asarray(value, source.np_dtype)
