"""The numbers of element types in files (TensorFlow's DataType enum), and NumPy's types for them."""

from __future__ import annotations

import ml_dtypes
import numpy as np

#: number -> NumPy type; structured types stand for the quantized ones, object for strings (as bytes)
NUMPY_TYPES: dict[int, np.dtype] = {
    1: np.dtype(np.float32),
    2: np.dtype(np.float64),
    3: np.dtype(np.int32),
    4: np.dtype(np.uint8),
    5: np.dtype(np.int16),
    6: np.dtype(np.int8),
    7: np.dtype(object),
    8: np.dtype(np.complex64),
    9: np.dtype(np.int64),
    10: np.dtype(bool),
    11: np.dtype([("qint8", np.int8)]),
    12: np.dtype([("quint8", np.uint8)]),
    13: np.dtype([("qint32", np.int32)]),
    14: np.dtype(ml_dtypes.bfloat16),
    15: np.dtype([("qint16", np.int16)]),
    16: np.dtype([("quint16", np.uint16)]),
    17: np.dtype(np.uint16),
    18: np.dtype(np.complex128),
    19: np.dtype(np.float16),
    22: np.dtype(np.uint32),
    23: np.dtype(np.uint64),
}
STRING = 7
NAMES = {
    1: "float", 2: "double", 3: "int32", 4: "uint8", 5: "int16", 6: "int8", 7: "string", 8: "complex64", 9: "int64", 10: "bool",
    11: "qint8", 12: "quint8", 13: "qint32", 14: "bfloat16", 15: "qint16", 16: "quint16", 17: "uint16", 18: "complex128", 19: "half",
    20: "resource", 21: "variant", 22: "uint32", 23: "uint64",
}  # fmt: skip
_NUMBERS = {np_type: number for number, np_type in NUMPY_TYPES.items()}


def number_of(np_type: np.dtype) -> int:
    """The number of a NumPy type. Raises TypeError if files have none for it."""
    try:
        return _NUMBERS[np.dtype(np_type)]
    except KeyError:
        raise TypeError(f"no checkpoint holds elements of the NumPy type {np_type}") from None


def name_of(number: int) -> str:
    """What error messages call a type."""
    return NAMES.get(number, f"unknown type {number}")
