"""DType: the element types of tensors, with TensorFlow's names and enum numbers."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from .public import export, public

# Structured NumPy types stand for the quantized types, as in the reference.
_np_qint8 = np.dtype([("qint8", np.int8)])
_np_quint8 = np.dtype([("quint8", np.uint8)])
_np_qint16 = np.dtype([("qint16", np.int16)])
_np_quint16 = np.dtype([("quint16", np.uint16)])
_np_qint32 = np.dtype([("qint32", np.int32)])
_np_resource = np.dtype([("resource", np.ubyte)])

# name, enum number of DataType, NumPy type
_ROWS: list[tuple[str, int, Any]] = [
    ("float32", 1, np.float32),
    ("float64", 2, np.float64),
    ("int32", 3, np.int32),
    ("uint8", 4, np.uint8),
    ("int16", 5, np.int16),
    ("int8", 6, np.int8),
    ("string", 7, object),
    ("complex64", 8, np.complex64),
    ("int64", 9, np.int64),
    ("bool", 10, bool),
    ("qint8", 11, _np_qint8),
    ("quint8", 12, _np_quint8),
    ("qint32", 13, _np_qint32),
    ("bfloat16", 14, ml_dtypes.bfloat16),
    ("qint16", 15, _np_qint16),
    ("quint16", 16, _np_quint16),
    ("uint16", 17, np.uint16),
    ("complex128", 18, np.complex128),
    ("float16", 19, np.float16),
    ("resource", 20, _np_resource),
    ("variant", 21, object),
    ("uint32", 22, np.uint32),
    ("uint64", 23, np.uint64),
]
_REF_OFFSET = 100
_FLOATING = {"float16", "float32", "float64", "bfloat16"}
_INTEGER = {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
_QUANTIZED = {"qint8", "quint8", "qint16", "quint16", "qint32"}
_UNSIGNED = {"uint8", "uint16", "uint32", "uint64"}


@public("DType", "dtypes.DType")
class DType:
    """An element type. `float32_ref` and its like are the types of reference variables."""

    __slots__ = (
        "_type_enum",
        "name",
        "base_dtype",
        "is_floating",
        "is_complex",
        "is_integer",
        "is_bool",
        "is_quantized",
        "is_unsigned",
        "is_ref",
        "_ref",
        "_np",
        "np_dtype",
        "proto_name",
    )

    def __new__(cls, type_enum: int) -> DType:
        try:
            return _BY_ENUM[int(type_enum)]
        except (KeyError, TypeError):
            raise TypeError(f"type_enum is not a valid types_pb2.DataType: {type_enum!r}") from None

    @classmethod
    def _make(cls, name: str, number: int, np_type: Any, base: DType | None) -> DType:
        self = object.__new__(cls)
        self._type_enum = number + (_REF_OFFSET if base else 0)
        self.name = name + "_ref" if base else name
        self.base_dtype = base or self
        self.is_floating = name in _FLOATING
        self.is_complex = name.startswith("complex")
        self.is_integer = name in _INTEGER
        self.is_bool = name == "bool"
        self.is_quantized = name in _QUANTIZED
        self.is_unsigned = name in _UNSIGNED
        self.is_ref = base is not None
        self._np = np_type
        self.np_dtype = np.dtype(np_type)
        self.proto_name = {"float32": "float", "float64": "double", "float16": "half"}.get(name, name)
        return self

    @property
    def _is_ref_dtype(self) -> bool:
        return self.is_ref

    @property
    def _as_ref(self) -> DType:
        return self if self.is_ref else self._ref

    @property
    def real_dtype(self) -> DType:
        """The type of a complex type's parts; any other type itself."""
        return {complex64: float32, complex128: float64}.get(self.base_dtype, self)

    @property
    def is_numpy_compatible(self) -> bool:
        return self.base_dtype not in (resource, variant)

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type (`np.float32`); `object` for strings and `bool` for booleans."""
        return self._np

    @property
    def as_datatype_enum(self) -> int:
        """The number in TensorFlow's DataType enum."""
        return self._type_enum

    def _limit(self, which: str) -> Any:
        if not (self.is_floating or self.is_integer):
            raise TypeError(f"Cannot find {which} value of {self}.")
        info = ml_dtypes.finfo(self.np_dtype) if self.is_floating else np.iinfo(self.np_dtype)
        value = getattr(info, which[:3])
        return float(value) if self.base_dtype is bfloat16 else value

    @property
    def min(self) -> Any:
        """Smallest finite value. Raises TypeError for types without an order."""
        return self._limit("minimum")

    @property
    def max(self) -> Any:
        """Largest finite value. Raises TypeError for types without an order."""
        return self._limit("maximum")

    @property
    def limits(self) -> tuple[float, float]:
        """(min, max) of the intensity range images of this type use."""
        if self.is_floating:
            return (0, 1)
        return (0, self.max)

    @property
    def size(self) -> int:
        """Bytes an element takes; 1 for handles and variants."""
        if self.base_dtype in (resource, variant):
            return 1
        return self.np_dtype.itemsize

    def is_compatible_with(self, other: Any) -> bool:
        """True if a value of `other` may go where this type is expected."""
        other = as_dtype(other)
        return self._type_enum in (other.as_datatype_enum, other.base_dtype.as_datatype_enum)

    def __eq__(self, other: Any) -> bool:
        if self is other:
            return True
        if other is None or isinstance(other, DType):
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __ne__(self, other: Any) -> bool:
        return not self.__eq__(other)

    def __hash__(self) -> int:
        return self._type_enum

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __reduce__(self) -> Any:
        return as_dtype, (self.name,)

    def __deepcopy__(self, memo: Any) -> DType:
        return self

    def __int__(self) -> int:
        return self._type_enum


_BY_ENUM: dict[int, DType] = {}
_BY_NAME: dict[str, DType] = {}
_BY_NUMPY: dict[Any, DType] = {}
for _name, _number, _np_type in _ROWS:
    _t = DType._make(_name, _number, _np_type, None)
    _r = DType._make(_name, _number, _np_type, _t)
    _t._ref, _r._ref = _r, _r
    for _x in (_t, _r):
        _BY_ENUM[_x._type_enum] = _BY_NAME[_x.name] = _x
    if _name not in ("variant",):
        _BY_NUMPY[np.dtype(_np_type)] = _t
for _alias, _name in (("half", "float16"), ("float", "float32"), ("double", "float64")):
    _BY_NAME[_alias] = _BY_NAME[_name]
    _BY_NAME[_alias + "_ref"] = _BY_NAME[_name + "_ref"]

float16 = half = _BY_NAME["float16"]
float32 = _BY_NAME["float32"]
float64 = double = _BY_NAME["float64"]
bfloat16 = _BY_NAME["bfloat16"]
int8, int16, int32, int64 = (_BY_NAME[n] for n in ("int8", "int16", "int32", "int64"))
uint8, uint16, uint32, uint64 = (_BY_NAME[n] for n in ("uint8", "uint16", "uint32", "uint64"))
complex64, complex128 = _BY_NAME["complex64"], _BY_NAME["complex128"]
bool_ = _BY_NAME["bool"]
string, resource, variant = _BY_NAME["string"], _BY_NAME["resource"], _BY_NAME["variant"]
qint8, quint8, qint16 = _BY_NAME["qint8"], _BY_NAME["quint8"], _BY_NAME["qint16"]
quint16, qint32 = _BY_NAME["quint16"], _BY_NAME["qint32"]

for _name, _number, _np_type in _ROWS:
    export(_BY_NAME[_name], _name, "dtypes." + _name)
for _alias in ("half", "double"):
    export(_BY_NAME[_alias], _alias, "dtypes." + _alias)

#: Python's other types mean nothing here, as in the reference: neither int nor str
_PYTHON = {float: float32, bool: bool_, object: string}
_NOT_TYPES = {int, complex, str, bytes}


@public("as_dtype", "dtypes.as_dtype")
def as_dtype(type_value: Any) -> DType:
    """The DType for a DType, enum number, name, NumPy or Python type.

    Raises:
      TypeError: there is none.
    """
    if type(type_value) is DType:
        return type_value
    try:
        if isinstance(type_value, (int, np.integer)):
            return _BY_ENUM[int(type_value)]
        if isinstance(type_value, str):
            return _BY_NAME[type_value]
        if type_value in _PYTHON:
            return _PYTHON[type_value]
    except (KeyError, TypeError):
        pass
    if isinstance(type_value, np.dtype) and type_value.kind in "SU":
        return string
    try:
        excluded = type_value is None or (isinstance(type_value, type) and type_value in _NOT_TYPES)
        found = None if excluded else _BY_NUMPY.get(np.dtype(type_value))
    except (TypeError, ValueError):
        found = None
    if found is None and isinstance(type_value, type) and issubclass(type_value, (np.bytes_, np.str_)):
        found = string
    if found is None:
        raise TypeError(f"Cannot convert value {type_value!r} to a TensorFlow DType.")
    return found


QUANTIZED_DTYPES = export(
    frozenset(t for q in (qint8, quint8, qint16, quint16, qint32) for t in (q, q._as_ref)),
    "QUANTIZED_DTYPES",
    "dtypes.QUANTIZED_DTYPES",
)
