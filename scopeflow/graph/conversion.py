"""convert_to_tensor, the conversion functions it asks, and constants: the nodes a graph makes by itself."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtypes
from .default_graph import get_default_graph
from .dtypes import DType, as_dtype
from .operation import Operation, Tensor
from .public import public
from .tensor_shape import Dimension, TensorShape

ConversionFunction = Callable[..., Any]
#: (types, function, priority), lowest priority first
_conversions: list[tuple[Any, ConversionFunction, int]] = []
_by_type: dict[type, list[ConversionFunction]] = {}


@public("register_tensor_conversion_function")
def register_tensor_conversion_function(base_type: Any, conversion_func: ConversionFunction, priority: int = 100) -> None:
    """Makes `convert_to_tensor` call `conversion_func(value, dtype, name, as_ref)` for values of `base_type`.

    The function returns a Tensor, or NotImplemented to let the next one try. Functions of lower `priority` go first.

    Raises:
      TypeError: the types or the function are not what they should be.
    """
    types = base_type if isinstance(base_type, tuple) else (base_type,)
    if not all(isinstance(t, type) for t in types):
        raise TypeError("base_type must be a type or a tuple of types.")
    if not callable(conversion_func):
        raise TypeError("conversion_func must be callable.")
    _conversions.append((base_type, conversion_func, priority))
    _conversions.sort(key=lambda row: row[2])
    _by_type.clear()


def _functions_for(cls: type) -> list[ConversionFunction]:
    found = _by_type.get(cls)
    if found is None:
        found = _by_type[cls] = [f for base, f, _ in _conversions if issubclass(cls, base)] + [_convert_constant]
    return found


@public("convert_to_tensor")
def convert_to_tensor(
    value: Any, dtype: Any = None, name: str | None = None, preferred_dtype: Any = None, dtype_hint: Any = None
) -> Tensor:
    """`value` (tensor, variable, NumPy array, Python number, string, list of these) as a Tensor.

    Args:
      dtype: the type it must have; inferred if None.
      name: of the constant, if one is made.
      preferred_dtype: the type it should have if it can.

    Raises:
      TypeError: nothing can convert the value, or it does not fit `dtype`.
      ValueError: a tensor of another type, or not a dense value.
    """
    return to_tensor(value, dtype, name, preferred_dtype if dtype_hint is None else dtype_hint)


def to_tensor(value: Any, dtype: Any = None, name: str | None = None, preferred_dtype: Any = None, as_ref: bool = False) -> Any:
    """`convert_to_tensor`; with `as_ref`, a reference variable gives its reference."""
    if dtype is not None:
        dtype = as_dtype(dtype)
    if type(value) is Tensor or isinstance(value, Tensor):
        if dtype is not None and value.dtype is not dtype and not dtype.is_compatible_with(value.dtype):
            raise ValueError(f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {value.dtype.name}: {value!r}")
        return value
    for function in _functions_for(type(value)):
        if dtype is None and preferred_dtype is not None:
            try:
                out = function(value, dtype=as_dtype(preferred_dtype), name=name, as_ref=as_ref)
            except (TypeError, ValueError):
                out = NotImplemented
            else:
                if out is not NotImplemented and out.dtype.base_dtype != as_dtype(preferred_dtype).base_dtype:
                    raise TypeError(f"convert_to_tensor did not convert to the preferred dtype: {out.dtype} vs {preferred_dtype}")
            if out is NotImplemented:
                out = function(value, dtype=dtype, name=name, as_ref=as_ref)
        else:
            out = function(value, dtype=dtype, name=name, as_ref=as_ref)
        if out is NotImplemented:
            continue
        if not isinstance(out, Tensor):
            raise RuntimeError(f"{_prefix(name)}Conversion function {function!r} for type {type(value)} returned non-Tensor: {out!r}")
        if dtype is not None and not dtype.is_compatible_with(out.dtype):
            raise RuntimeError(
                f"{_prefix(name)}Conversion function {function!r} for type {type(value)} returned incompatible dtype: requested = "
                f"{dtype.base_dtype.name}, actual = {out.dtype.base_dtype.name}"
            )
        return out
    raise TypeError(f"{_prefix(name)}Cannot convert {value!r} with type {type(value)} to Tensor: no conversion function registered.")


@public("python.framework.ops.internal_convert_to_tensor")
def internal_convert_to_tensor(
    value: Any, dtype: Any = None, name: str | None = None, as_ref: bool = False, preferred_dtype: Any = None, **modes: Any
) -> Any:
    """`to_tensor` with its arguments in TensorFlow's order; `modes` (of eager execution) are accepted."""
    return to_tensor(value, dtype, name, preferred_dtype, as_ref)


def _prefix(name: str | None) -> str:
    return f"{name}: " if name else ""


@public("convert_to_tensor_or_indexed_slices")
def convert_to_tensor_or_indexed_slices(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """`value` as a Tensor, unless it is IndexedSlices or SparseTensor already."""
    from .composite import IndexedSlices, SparseTensor

    if isinstance(value, (IndexedSlices, SparseTensor)):
        if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
            raise ValueError(
                f"Tensor conversion requested dtype {as_dtype(dtype).name} for Tensor with dtype {value.dtype.name}: {str(value)!r}"
            )
        return value
    return to_tensor(value, dtype, name)


@public("convert_to_tensor_or_sparse_tensor", "contrib.framework.convert_to_tensor_or_sparse_tensor")
def convert_to_tensor_or_sparse_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Any:
    """`value` as a SparseTensor if it is one (or a SparseTensorValue), else as a Tensor."""
    from .composite import SparseTensor, is_sparse_value

    if is_sparse_value(value):
        value = SparseTensor.from_value(value)
    if isinstance(value, SparseTensor):
        if dtype is not None and not as_dtype(dtype).is_compatible_with(value.dtype):
            raise RuntimeError(f"Sparse dtype: requested = {as_dtype(dtype).name}, actual = {value.dtype.name}")
        return value
    return to_tensor(value, dtype, name)


# -- constants ------------------------------------------------------------------
def make_constant(value: np.ndarray, dtype: DType, name: str | None) -> Tensor:
    """A Const node holding `value` as it is."""
    return get_default_graph().add_op("Const", None, (), {"value": value, "dtype": dtype}, (dtype,), [value.shape], name).outputs[0]


@public("constant")
def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const", verify_shape: bool = False) -> Tensor:
    """A constant tensor.

    Args:
      value: number, string, (nested) list of them, or NumPy array.
      dtype: inferred from the value if None.
      shape: the value is filled up to it with its last element, in row-major order.
      verify_shape: require the value to have `shape` already.

    Raises:
      TypeError: the value does not fit `dtype`, or its shape is not `shape` under `verify_shape`.
      ValueError: too many elements for `shape`, or a ragged list.
    """
    dtype = None if dtype is None else as_dtype(dtype)
    array = as_array(value, dtype, shape, verify_shape)
    return make_constant(array, dtype.base_dtype if dtype is not None else as_dtype(array.dtype), name)


def _convert_constant(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    array = as_array(value, dtype)
    return make_constant(array, dtype.base_dtype if dtype is not None else as_dtype(array.dtype), "Const" if name is None else name)


_INTEGRAL = (numbers.Integral, np.integer)
_REAL = (numbers.Real, np.integer, np.floating)
_COMPLEX = (numbers.Complex, np.number)


def _accepts(dtype: DType, value: Any) -> bool:
    if dtype.is_integer or dtype.is_quantized:
        return isinstance(value, _INTEGRAL) or isinstance(value, Dimension)
    if dtype.is_floating:
        return isinstance(value, _REAL) or value.__class__.__name__ == "bfloat16" or isinstance(value, Dimension)
    if dtype.is_complex:
        return isinstance(value, _COMPLEX)
    if dtype is dtypes.bool_:
        return isinstance(value, (bool, np.bool_))
    if dtype is dtypes.string:
        return isinstance(value, (str, bytes))
    return True


def _first_misfit(value: Any, dtype: DType) -> Any:
    """The first element of a nested list that does not fit `dtype`, or None."""
    if isinstance(value, (list, tuple)):
        for item in value:
            found = _first_misfit(item, dtype)
            if found is not None:
                return found
        return None
    if isinstance(value, np.ndarray):
        return None
    return None if _accepts(dtype, value) else (value,)


def as_array(value: Any, dtype: DType | None = None, shape: Any = None, verify_shape: bool = False) -> np.ndarray:
    """`value` as the NumPy array that a constant of it holds.

    Python floats become float32 and ints int32 (int64 where they do not fit); arrays keep their type.
    Raises TypeError and ValueError as `constant` does.
    """
    kind = type(value)
    base = None if dtype is None else dtype.base_dtype
    if shape is None:
        # The commonest values, without the questions that the others need.
        if kind is float:
            if base is None or base is dtypes.float32:
                return np.array(value, np.float32)
        elif kind is int:
            if (base is None or base is dtypes.int32) and -(2**31) <= value < 2**31:
                return np.array(value, np.int32)
            if base is dtypes.float32 and -(2**24) <= value <= 2**24:
                return np.array(value, np.float32)
        elif kind is list and value and (base is None or base is dtypes.int32):
            for v in value:
                if type(v) is not int or not -(2**31) <= v < 2**31:
                    break
            else:
                return np.array(value, np.int32)
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if base is not None and base is not dtypes.string and array.dtype != base.np_dtype:
            if base.is_quantized or array.dtype.kind == "O":
                misfit = _first_misfit(array.tolist(), base)
                if misfit is not None:
                    _raise_misfit(misfit[0], base)
            array = array.astype(base.np_dtype)
    else:
        if value is None:
            raise ValueError("None values not supported.")
        if isinstance(value, bytearray) and base is dtypes.string:
            value = bytes(value)
        if shape is not None and 0 in (as_dims := tuple(TensorShape(shape).as_list())):
            # Of an empty shape, the value says nothing, not even its type.
            return np.zeros(as_dims, np.float32 if base is None else base.np_dtype)
        array = _python_array(value, base)
    if array.dtype.kind in "SUO":
        array = _bytes_array(array, value, base)
    elif base is not None and array.dtype != base.np_dtype:
        raise TypeError(f"Incompatible types: {dtype!r} vs. {as_dtype(array.dtype)!r}. Value is {value}")
    as_dtype(array.dtype)  # refuses types that tensors cannot have
    if shape is not None:
        array = _filled(array, TensorShape(shape), value, verify_shape)
    return array


def _raise_misfit(item: Any, base: DType) -> None:
    raise TypeError(f"Expected {base.name}, got {item!r} of type '{type(item).__name__}' instead.")


def _plain(value: Any) -> Any:
    """A nested list with Dimensions replaced by their sizes."""
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Dimension):
        return value._value
    return value


def _python_array(value: Any, base: DType | None) -> np.ndarray:
    if base is not None and base.is_numpy_compatible:
        misfit = _first_misfit(value, base)
        if misfit is not None:
            _raise_misfit(misfit[0], base)
        if base.is_quantized:
            return np.array(value, base.np_dtype)
        try:
            with np.errstate(over="ignore"):  # beyond the type's range: infinite, as in the reference
                return np.array(_plain(value), base.np_dtype)
        except OverflowError:
            return np.array(_plain(value)).astype(base.np_dtype)
        except ValueError:
            _raise_ragged(value)
    try:
        # Dimensions are accepted where the type is given; without one they do not convert.
        array = np.array(value)
    except ValueError:
        _raise_ragged(value)
    except NotImplementedError:
        raise TypeError("List of Tensors when single Tensor expected") from None
    if array.dtype == np.float64:
        array = array.astype(np.float32)
    elif array.dtype == np.int64:
        narrow = array.astype(np.int32)
        if np.array_equal(narrow, array):
            array = narrow
    elif array.dtype.kind in "OSU" and not all(isinstance(x, (str, bytes)) for x in _flat(value)):
        raise TypeError(
            f"Failed to convert object of type {type(value)} to Tensor. Contents: {value}. Consider casting elements to a supported type."
        )
    return array


def _raise_ragged(value: Any) -> None:
    got, wanted, first = list(np.array(value, object).shape), [], value
    while isinstance(first, (list, tuple)):
        wanted.append(len(first))
        first = first[0] if first else None
    raise ValueError(f"Argument must be a dense tensor: {value} - got shape {got}, but wanted {wanted}.")


def _bytes_array(array: np.ndarray, value: Any, base: DType | None) -> np.ndarray:
    if base is not None and base is not dtypes.string and array.dtype.kind != "O":
        raise TypeError(f"Incompatible types: {base!r} vs. tf.string. Value is {value}")
    out = np.empty(array.shape, np.object_)
    # .tolist() of NumPy's fixed-width strings would lose trailing zero bytes; Python lists keep them.
    flat = _flat(value) if not isinstance(value, (np.ndarray, np.generic)) else array.ravel().tolist()
    for i, x in enumerate(flat):
        if not isinstance(x, (str, bytes)):
            raise TypeError(f"Expected binary or unicode string, got {x!r}")
        out.reshape(-1)[i] = x.encode() if isinstance(x, str) else x
    return out


def _flat(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    if isinstance(value, (list, tuple)):
        return [x for v in value for x in _flat(v)]
    return [value]


def _filled(array: np.ndarray, shape: TensorShape, value: Any, verify_shape: bool) -> np.ndarray:
    dims = tuple(shape.as_list())
    if array.shape == dims:
        return array
    size = 1
    for d in dims:
        size *= d
    if verify_shape:
        raise TypeError(f"Expected Tensor's shape: {dims}, got {array.shape}.")
    if array.size > size:
        raise ValueError(f"Too many elements provided. Needed at most {size}, but received {array.size}")
    flat = array.ravel()
    if flat.size == 0 and size:
        return np.zeros(dims, array.dtype)
    if flat.size < size:
        flat = np.concatenate([flat, np.full(size - flat.size, flat[-1], flat.dtype)])
    return flat.reshape(dims)


def _convert_shape(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    shape = value if isinstance(value, TensorShape) else None
    if shape is None or not shape.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {value}")
    sizes = shape.as_list()
    if dtype is not None:
        if dtype not in (dtypes.int32, dtypes.int64):
            raise TypeError(f"Cannot convert a TensorShape to dtype: {dtype}")
        if dtype is dtypes.int32 and any(d >= 2**31 for d in sizes):
            raise ValueError(f"Cannot convert a TensorShape to dtype int32; a dimension is too large ({max(sizes)})")
    else:
        dtype = dtypes.int64 if any(d >= 2**31 for d in sizes) else dtypes.int32
    return make_constant(np.array(sizes, dtype.np_dtype), dtype, "shape_as_tensor" if name is None else name)


def _convert_dimension(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    size = value._value
    if size is None:
        raise ValueError(f"Cannot convert an unknown Dimension to a Tensor: {value}")
    if dtype is not None and dtype not in (dtypes.int32, dtypes.int64):
        raise TypeError(f"Cannot convert a TensorShape to dtype: {dtype}")
    dtype = dtype or (dtypes.int64 if size >= 2**31 else dtypes.int32)
    return make_constant(np.array(size, dtype.np_dtype), dtype, "shape_as_tensor" if name is None else name)


def _convert_operation(value: Any, dtype: DType | None = None, name: str | None = None, as_ref: bool = False) -> Tensor:
    raise TypeError(
        f"Can't convert Operation '{value.name}' to Tensor (target dtype={dtype and dtype.name!r}, name={name!r}, as_ref={as_ref})"
    )


register_tensor_conversion_function(TensorShape, _convert_shape, 100)
register_tensor_conversion_function(Dimension, _convert_dimension, 100)
register_tensor_conversion_function(Operation, _convert_operation, 0)


@public("is_tensor", "contrib.framework.is_tensor")
def is_tensor(x: Any) -> bool:
    """True for a Tensor, SparseTensor, IndexedSlices or variable."""
    return isinstance(x, Tensor) or hasattr(x, "_as_graph_element") or type(x).__name__ in ("SparseTensor", "IndexedSlices", "RaggedTensor")
