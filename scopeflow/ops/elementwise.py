"""Elementwise arithmetic, comparison, logic and bits: one op a function, and the public functions made of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ..graph import dtypes
from ..graph.composite import IndexedSlices, SparseTensor
from ..graph.conversion import constant, convert_to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..op import shapes
from ..op.checks import check
from ..op.declare import Op, op
from ..op.namespace import xp
from .unbroadcast import unbroadcast

FLOAT = "bfloat16 half float double"
FLOAT_COMPLEX = FLOAT + " complex64 complex128"
SIGNED = FLOAT + " int32 int64 complex64 complex128"
ARITHMETIC = FLOAT + " uint8 int8 uint16 int16 int32 int64 complex64 complex128"
NUMBER = "float double int32 uint8 int16 int8 complex64 int64 qint8 quint8 qint32 bfloat16 uint16 complex128 half uint32 uint64"
REAL = "float double int32 uint8 int16 int8 int64 bfloat16 uint16 half uint32 uint64"
INTEGER = "int8 int16 int32 int64 uint8 uint16 uint32 uint64"


def _unary(op_type: str, types: str, kernel: str | Callable[[Any], Any], doc: str, **flags: Any) -> Op:
    """An op of one argument whose kernel is the function of that name in NumPy and jax.numpy, or `kernel` itself."""

    def array_function(x: Any) -> Any:
        return getattr(xp(x), kernel)(x) if isinstance(kernel, str) else kernel(x)

    array_function.__name__ = op_type.lower()
    array_function.__doc__ = doc
    if isinstance(kernel, str) and isinstance(getattr(np, kernel), np.ufunc):
        flags.setdefault("ufunc", getattr(np, kernel))
    return op(op_type, flags.pop("signature", "x: T -> y: T"), T=types, shape=shapes.unchanged, **flags)(array_function)


def _binary(op_type: str, types: str, kernel: str | Callable[[Any, Any], Any], doc: str, **flags: Any) -> Op:
    """An op of two arguments that broadcast against each other."""

    def array_function(x: Any, y: Any) -> Any:
        return getattr(xp(x, y), kernel)(x, y) if isinstance(kernel, str) else kernel(x, y)

    array_function.__name__ = op_type.lower()
    array_function.__doc__ = doc
    if isinstance(kernel, str) and isinstance(getattr(np, kernel), np.ufunc):
        flags.setdefault("ufunc", getattr(np, kernel))
    return op(op_type, flags.pop("signature", "x: T, y: T -> z: T"), T=types, shape=shapes.broadcast, **flags)(array_function)


def _also_sparse(spec: Op, public_name: str) -> Callable[..., Any]:
    """The public function of a unary op that maps SparseTensors as well: their values, with the same indices."""

    @functools.wraps(spec.kernel)
    def function(x: Any, name: str | None = None) -> Any:
        if isinstance(x, SparseTensor):
            # The reference tries the dense op first, which uses up its name.
            get_default_graph().unique_name(name or spec.type)
            return SparseTensor(x.indices, spec(x.values, name=name), x.dense_shape)
        return spec(x, name=name)

    function.__name__ = function.__qualname__ = public_name
    del function.__wrapped__
    return function


def is_int(x: Any) -> bool:
    """True for an array of integers."""
    return np.issubdtype(x.dtype, np.integer)


# -- one argument ------------------------------------------------------------------
_abs = _unary("Abs", "bfloat16 half float double int8 int16 int32 int64", "abs", "The absolute value of each element.")
_negative = _unary("Neg", SIGNED, "negative", "-x, elementwise.")
_sign = _unary("Sign", SIGNED, "sign", "-1, 0 or 1 by the sign of each element; x / |x| for complex numbers.")
_square = _unary("Square", SIGNED, "square", "The square of each element.")
_sqrt = _unary("Sqrt", FLOAT_COMPLEX, "sqrt", "The square root of each element.")
_tanh = _unary("Tanh", FLOAT_COMPLEX, "tanh", "The hyperbolic tangent of each element.")
exp = export(_unary("Exp", FLOAT_COMPLEX, "exp", "e to the power of each element."), "exp", "math.exp")
expm1 = export(_unary("Expm1", FLOAT_COMPLEX, "expm1", "exp(x) - 1, exact for small x."), "expm1", "math.expm1")
log = export(_unary("Log", FLOAT_COMPLEX, "log", "The natural logarithm of each element."), "log", "math.log")
log1p = export(_unary("Log1p", FLOAT_COMPLEX, "log1p", "log(1 + x), exact for small x."), "log1p", "math.log1p")
sin = export(_unary("Sin", FLOAT_COMPLEX, "sin", "The sine of each element (radians)."), "sin", "math.sin")
cos = export(_unary("Cos", FLOAT_COMPLEX, "cos", "The cosine of each element (radians)."), "cos", "math.cos")
tan = export(_unary("Tan", SIGNED, "tan", "The tangent of each element (radians)."), "tan", "math.tan")
asin = export(_unary("Asin", SIGNED, "arcsin", "The arc sine of each element (radians)."), "asin", "math.asin")
acos = export(_unary("Acos", SIGNED, "arccos", "The arc cosine of each element (radians)."), "acos", "math.acos")
atan = export(_unary("Atan", SIGNED, "arctan", "The arc tangent of each element (radians)."), "atan", "math.atan")
sinh = export(_unary("Sinh", FLOAT_COMPLEX, "sinh", "The hyperbolic sine of each element."), "sinh", "math.sinh")
cosh = export(_unary("Cosh", FLOAT_COMPLEX, "cosh", "The hyperbolic cosine of each element."), "cosh", "math.cosh")
asinh = export(_unary("Asinh", FLOAT_COMPLEX, "arcsinh", "The inverse hyperbolic sine of each element."), "asinh", "math.asinh")
acosh = export(_unary("Acosh", FLOAT_COMPLEX, "arccosh", "The inverse hyperbolic cosine of each element."), "acosh", "math.acosh")
atanh = export(_unary("Atanh", FLOAT_COMPLEX, "arctanh", "The inverse hyperbolic tangent of each element."), "atanh", "math.atanh")
ceil = export(_unary("Ceil", FLOAT, "ceil", "The smallest integer not below each element.", differentiable=False), "ceil", "math.ceil")
floor = export(_unary("Floor", FLOAT, "floor", "The largest integer not above each element.", differentiable=False), "floor", "math.floor")
rint = export(_unary("Rint", FLOAT, "rint", "The nearest integer; halves go to the even one.", differentiable=False), "rint", "math.rint")
_round = _unary("Round", SIGNED, "round", "The nearest integer; halves go to the even one.", differentiable=False)
reciprocal = export(
    _unary("Reciprocal", SIGNED, lambda x: _divided(np.ones((), x.dtype), x), "1 / x, elementwise."), "reciprocal", "math.reciprocal"
)
_unary("Inv", SIGNED, lambda x: _divided(np.ones((), x.dtype), x), "1 / x, elementwise.")
rsqrt = export(
    _unary("Rsqrt", FLOAT_COMPLEX, lambda x: lax.rsqrt(x) if xp(x) is jnp else 1 / np.sqrt(x), "1 / sqrt(x), elementwise."),
    "rsqrt",
    "math.rsqrt",
)
_sigmoid = _unary(
    "Sigmoid", FLOAT_COMPLEX, lambda x: jax.nn.sigmoid(x) if xp(x) is jnp else 1 / (1 + np.exp(-x)), "1 / (1 + exp(-x)), elementwise."
)
softplus = export(
    _unary(
        "Softplus",
        "half bfloat16 float double",
        lambda features: xp(features).logaddexp(features, 0),
        "log(exp(x) + 1), elementwise.",
        signature="features: T -> activations: T",
    ),
    "math.softplus",
    "nn.softplus",
)
is_finite = export(
    _unary("IsFinite", FLOAT, "isfinite", "True for each finite element.", signature="x: T -> y: bool", differentiable=False),
    "is_finite",
    "math.is_finite",
    "debugging.is_finite",
)
is_inf = export(
    _unary("IsInf", FLOAT, "isinf", "True for each infinite element.", signature="x: T -> y: bool", differentiable=False),
    "is_inf",
    "math.is_inf",
    "debugging.is_inf",
)
is_nan = export(
    _unary("IsNan", FLOAT, "isnan", "True for each element that is not a number.", signature="x: T -> y: bool", differentiable=False),
    "is_nan",
    "math.is_nan",
    "debugging.is_nan",
)


@_abs.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    # JAX takes the derivative at 0 to be 1.
    return [grads[0] * jnp.sign(inputs[0])]


negative = export(_also_sparse(_negative, "negative"), "negative", "math.negative")
sign = export(_also_sparse(_sign, "sign"), "sign", "math.sign")
square = export(_also_sparse(_square, "square"), "square", "math.square")
sqrt = export(_also_sparse(_sqrt, "sqrt"), "sqrt", "math.sqrt")
tanh = export(_also_sparse(_tanh, "tanh"), "tanh", "math.tanh", "nn.tanh")


@public("sigmoid", "math.sigmoid", "nn.sigmoid")
def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + exp(-x)), elementwise."""
    return _sigmoid(x, name=name)


@public("log_sigmoid", "math.log_sigmoid")
def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """log(sigmoid(x)), elementwise, as -softplus(-x)."""
    with name_scope(name, "LogSigmoid", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return _negative(softplus(_negative(x)), name=scope)


@public("round", "math.round")
def round_(x: Any, name: str | None = None) -> Tensor:
    """The nearest integer of each element; halves go to the even one. Integers are returned as they are."""
    x = convert_to_tensor(x, name="x")
    return x if x.dtype.is_integer else _round(x, name=name)


@public("abs", "math.abs")
def abs_(x: Any, name: str | None = None) -> Any:
    """The absolute value of each element; of complex numbers, the magnitude (real)."""
    if isinstance(x, SparseTensor):
        get_default_graph().unique_name(name or "Abs")
        return SparseTensor(x.indices, abs_(x.values, name), x.dense_shape)
    if type(x) is Tensor:
        if x.dtype.is_complex:
            return complex_abs(x, Tout=x.dtype.real_dtype, name=name or "Abs")
        return _abs(x, name=name)
    with name_scope(name, "Abs", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return complex_abs(x, Tout=x.dtype.real_dtype, name=scope) if x.dtype.is_complex else _abs(x, name=scope)


# -- two arguments -----------------------------------------------------------------
def _divided(x: Any, y: Any) -> Any:
    """X / y; integers are divided exactly and truncated, by 0 to an error."""
    if not is_int(y):
        return xp(x, y).divide(x, y)
    check(y != 0, "Integer division by zero")
    return _truncated_quotient(x, y)


def _truncated_quotient(x: Any, y: Any) -> Any:
    n = xp(x, y)
    safe = n.where(y == 0, n.ones_like(y), y)
    quotient = n.floor_divide(x, safe)
    inexact = n.remainder(x, safe) != 0
    return n.where(inexact & ((x < 0) != (y < 0)), quotient + n.ones_like(quotient), quotient)


def _floor_divided(x: Any, y: Any) -> Any:
    n = xp(x, y)
    if not is_int(y):
        return n.floor(n.divide(x, y))
    check(y != 0, "Integer division by zero")
    return n.floor_divide(x, n.where(y == 0, n.ones_like(y), y))


def _floor_modulo(x: Any, y: Any) -> Any:
    n = xp(x, y)
    if is_int(y):
        check(y != 0, "Integer division by zero")
        y = n.where(y == 0, n.ones_like(y), y)
    return n.remainder(x, y)


def _truncated_modulo(x: Any, y: Any) -> Any:
    n = xp(x, y)
    if is_int(y):
        check(y != 0, "Integer division by zero")
        y = n.where(y == 0, n.ones_like(y), y)
    return n.fmod(x, y)


def _power(x: Any, y: Any) -> Any:
    n = xp(x, y)
    if is_int(y):
        check(y >= 0, "Integers to negative integer powers are not allowed")
        y = n.maximum(y, n.zeros_like(y))
    return n.power(x, y)


def _divided_no_nan(x: Any, y: Any) -> Any:
    n = xp(x, y)
    return n.where(y == 0, n.zeros((), y.dtype), n.divide(x, n.where(y == 0, n.ones_like(y), y)))


def _multiplied_no_nan(x: Any, y: Any) -> Any:
    n = xp(x, y)
    return n.where(y == 0, n.zeros((), y.dtype), n.multiply(x, y))


def _added(x: Any, y: Any) -> Any:
    # Byte strings are concatenated by +.
    return x + y if getattr(x, "dtype", None) == np.object_ else xp(x, y).add(x, y)


add = export(
    _binary("Add", ARITHMETIC.replace("uint16 ", "") + " string", _added, "x + y, elementwise; strings are concatenated.", ufunc=np.add),
    "add",
    "math.add",
)
add_v2 = _binary("AddV2", ARITHMETIC.replace("uint16 ", ""), "add", "x + y, elementwise.")
_subtract = _binary("Sub", ARITHMETIC, "subtract", "x - y, elementwise.")
_multiply = _binary("Mul", ARITHMETIC, "multiply", "x * y, elementwise.")
realdiv = export(_binary("RealDiv", ARITHMETIC, _divided, "x / y, elementwise."), "realdiv")
_binary("Div", ARITHMETIC, _divided, "x / y, elementwise; integers are truncated.")
floor_div = export(_binary("FloorDiv", ARITHMETIC, _floor_divided, "floor(x / y), elementwise.", differentiable=False), "floor_div")
truncatediv = export(
    _binary("TruncateDiv", ARITHMETIC, _divided, "x / y, elementwise; integers are rounded towards 0.", differentiable=False), "truncatediv"
)
floormod = export(
    _binary("FloorMod", "int32 int64 " + FLOAT, _floor_modulo, "x - floor(x / y) * y: the remainder with the sign of y."),
    "floormod",
    "math.floormod",
    "mod",
    "math.mod",
)
_binary("Mod", "int32 int64 half float double", _truncated_modulo, "The remainder with the sign of x.", differentiable=False)
truncatemod = export(
    _binary("TruncateMod", "int32 int64 " + FLOAT, _truncated_modulo, "The remainder with the sign of x.", differentiable=False),
    "truncatemod",
)
_divide_no_nan = _binary("DivNoNan", "half float double complex64 complex128", _divided_no_nan, "x / y, but 0 where y is 0.")
_multiply_no_nan = _binary("MulNoNan", "half float double complex64 complex128", _multiplied_no_nan, "x * y, but 0 where y is 0.")
maximum = export(_binary("Maximum", FLOAT + " int32 int64", "maximum", "The larger of x and y, elementwise."), "maximum", "math.maximum")
minimum = export(_binary("Minimum", FLOAT + " int32 int64", "minimum", "The smaller of x and y, elementwise."), "minimum", "math.minimum")
_pow = _binary("Pow", "bfloat16 float half double int32 int64 complex64 complex128", _power, "x to the power of y, elementwise.")


def _squared_distance(x: Any, y: Any) -> Any:
    distance = x - y
    return distance * xp(distance).conj(distance)


squared_difference = export(
    _binary("SquaredDifference", SIGNED, _squared_distance, "|x - y| ** 2, elementwise."), "squared_difference", "math.squared_difference"
)


@squared_difference.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    grad = 2 * grads[0] * (inputs[0] - inputs[1])
    return [unbroadcast(grad, inputs[0]), unbroadcast(-grad, inputs[1])]


atan2 = export(
    _binary("Atan2", FLOAT, "arctan2", "The angle (radians) of the point (x, y), elementwise.", signature="y: T, x: T -> z: T"),
    "atan2",
    "math.atan2",
)


@op("NextAfter", "x1: T, x2: T -> output: T", T="double float = float", shape=shapes.broadcast)
def _nextafter(x1: Any, x2: Any) -> Any:
    """The next number that the type has after x1, in the direction of x2."""
    return np.nextafter(x1, x2) if xp(x1, x2) is np else lax.nextafter(*jnp.broadcast_arrays(x1, x2))


nextafter = export(_nextafter, "math.nextafter")


@_nextafter.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    return [unbroadcast(grads[0], inputs[0]), None]


def _selecting_gradient(x_wins: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def rule(inputs: Any, outputs: Any, grads: Any) -> Any:
        x, y = inputs
        mask, zero = x_wins(x, y), jnp.zeros((), grads[0].dtype)
        return [unbroadcast(jnp.where(mask, grads[0], zero), x), unbroadcast(jnp.where(mask, zero, grads[0]), y)]

    return rule


# At ties the gradient goes to x.
maximum.gradient(_selecting_gradient(lambda x, y: x >= y))
minimum.gradient(_selecting_gradient(lambda x, y: x <= y))


@floormod.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, y = inputs
    return [unbroadcast(grads[0], x), unbroadcast(-grads[0] * jnp.floor(x / y), y)]


@_pow.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, y = inputs
    z = outputs[0]
    if jnp.iscomplexobj(x):
        x, y, z = jnp.conj(x), jnp.conj(y), jnp.conj(z)
        positive = x != 0
    else:
        # The logarithm of what is not positive counts as 0.
        positive = x > 0
    safe_log = jnp.where(positive, jnp.log(jnp.where(positive, x, 1)), 0)
    return [unbroadcast(grads[0] * y * jnp.power(x, y - 1), inputs[0]), unbroadcast(grads[0] * z * safe_log, inputs[1])]


@_divide_no_nan.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, y = (jnp.conj(v) for v in inputs)
    over_y = _divided_no_nan(grads[0], y)
    return [unbroadcast(over_y, x), unbroadcast(grads[0] * _divided_no_nan(_divided_no_nan(-x, y), y), y)]


@_multiply_no_nan.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, y = (jnp.conj(v) for v in inputs)
    return [unbroadcast(_multiplied_no_nan(grads[0], y), x), unbroadcast(_multiplied_no_nan(x, grads[0]), y)]


@public("multiply", "math.multiply")
def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X * y, elementwise."""
    return _multiply(x, y, name=name)


@public("subtract", "math.subtract")
def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X - y, elementwise."""
    return _subtract(x, y, name=name)


@public("pow", "math.pow")
def pow_(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X to the power of y, elementwise."""
    return _pow(x, y, name=name)


@public("floordiv", "math.floordiv")
def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """floor(x / y), elementwise."""
    return floor_div(x, y, name=name or "floordiv")


#: what tf.truediv computes integers in
_TRUE_DIVISION = {
    dtypes.uint8: dtypes.float32,
    dtypes.int8: dtypes.float32,
    dtypes.uint16: dtypes.float32,
    dtypes.int16: dtypes.float32,
    dtypes.int32: dtypes.float64,
    dtypes.int64: dtypes.float64,
}


@public("truediv", "math.truediv")
def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X / y as Python 3 divides: 8 and 16 bit integers in float32, larger ones in float64.

    Raises:
      TypeError: x and y have different types, or one that cannot be divided.
    """
    if type(x) is Tensor and type(y) is Tensor and x.dtype.is_floating and x.dtype.base_dtype is y.dtype.base_dtype:
        return realdiv(x, y, name=name or "truediv")
    with name_scope(name, "truediv", [x, y]) as scope:
        return true_quotient(convert_to_tensor(x, name="x"), convert_to_tensor(y, name="y"), scope)


def true_quotient(x: Tensor, y: Tensor, name: str | None) -> Tensor:
    """`truediv` of tensors, inside its name scope."""
    from .casting import cast

    x_type, y_type = x.dtype.base_dtype, y.dtype.base_dtype
    if x_type is not y_type:
        raise TypeError(f"x and y must have the same dtype, got {x_type!r} != {y_type!r}")
    if not x_type.is_floating and not x_type.is_complex:
        through = _TRUE_DIVISION.get(x_type)
        if through is None:
            raise TypeError(f"Invalid dtype {x_type!r} in __truediv__. Expected one of {{{', '.join(repr(t) for t in _TRUE_DIVISION)}}}.")
        x, y = cast(x, through), cast(y, through)
    return realdiv(x, y, name=name)


@public("divide", "math.divide")
def divide(x: Any, y: Any, name: str | None = None) -> Any:
    """X / y as Python 3 divides; of two Python numbers, a Python number."""
    return x / y if name is None else truediv(x, y, name)


@public("div")
def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X / y as Python 2 divides: integers are rounded down. Deprecated in favour of `divide` and `floordiv`."""
    with name_scope(name, "div", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y")
        return (realdiv if x.dtype.is_floating or x.dtype.is_complex else floor_div)(x, y, name=scope)


@public("div_no_nan", "math.divide_no_nan")
def div_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X / y, but 0 where y is 0."""
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        return _divide_no_nan(x, convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y"), name=scope)


@public("math.multiply_no_nan")
def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X * y, but 0 where y is 0, even if x is infinite or not a number."""
    with name_scope(name, "multiply_no_nan", [x, y]) as scope:
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, name="y", dtype=x.dtype.base_dtype)
        return _multiply_no_nan(x, y, name=scope)


@public("math.reciprocal_no_nan")
def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """1 / x, but 0 where x is 0."""
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return div_no_nan(constant(1, dtype=x.dtype.base_dtype, name="one"), x, name=scope)


@public("scalar_mul", "math.scalar_mul")
def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """`x` (a tensor or IndexedSlices) times a scalar. Raises ValueError if `scalar` is not one."""
    scalar = convert_to_tensor(scalar, dtype=x.dtype.base_dtype, name="scalar")
    if scalar._dims != () and scalar._dims is not None:
        raise ValueError(f"Only scalar multiply works, got shape {scalar.shape}")
    if scalar._dims is None:
        raise ValueError(f"Only scalar multiply works, got shape {scalar.shape}")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(_multiply(scalar, x.values, name=name), x.indices, x.dense_shape)
    return _multiply(scalar, x, name=name)


# -- comparison and logic ------------------------------------------------------------
_COMPARED = FLOAT + " uint8 int8 int16 int32 int64 complex64 quint8 qint8 qint32 string bool complex128"


def _equality(op_type: str, kernel: str, doc: str) -> Op:
    def array_function(x: Any, y: Any) -> Any:
        return getattr(xp(x, y), kernel)(x, y)

    array_function.__name__ = op_type.lower()
    array_function.__doc__ = doc
    attrs = {"incompatible_shape_error": ("bool", True)}
    return op(op_type, "x: T, y: T -> z: bool", attrs, T=_COMPARED, shape=shapes.broadcast, differentiable=False)(array_function)


def _comparison(op_type: str, kernel: str, doc: str) -> Op:
    return _binary(op_type, REAL, kernel, doc, signature="x: T, y: T -> z: bool", differentiable=False)


_equal = _equality("Equal", "equal", "x == y, elementwise.")
_not_equal = _equality("NotEqual", "not_equal", "x != y, elementwise.")
less = export(_comparison("Less", "less", "x < y, elementwise."), "less", "math.less")
less_equal = export(_comparison("LessEqual", "less_equal", "x <= y, elementwise."), "less_equal", "math.less_equal")
greater = export(_comparison("Greater", "greater", "x > y, elementwise."), "greater", "math.greater")
greater_equal = export(_comparison("GreaterEqual", "greater_equal", "x >= y, elementwise."), "greater_equal", "math.greater_equal")


@public("equal", "math.equal")
def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X == y, elementwise."""
    return _equal(x, y, name=name)


@public("not_equal", "math.not_equal")
def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """X != y, elementwise."""
    return _not_equal(x, y, name=name)


@op("ApproximateEqual", "x: T, y: T -> z: bool", T=NUMBER, shape=shapes.merge_all, differentiable=False)
def approximate_equal(x: Any, y: Any, *, tolerance: float = 1e-5) -> Any:
    """|x - y| < tolerance, elementwise."""
    return xp(x, y).abs(x - y) < tolerance


@op("LogicalAnd", "x: bool, y: bool -> z: bool", shape=shapes.broadcast, differentiable=False)
def logical_and(x: Any, y: Any) -> Any:
    """X and y, elementwise."""
    return xp(x, y).logical_and(x, y)


@op("LogicalOr", "x: bool, y: bool -> z: bool", shape=shapes.broadcast, differentiable=False)
def logical_or(x: Any, y: Any) -> Any:
    """X or y, elementwise."""
    return xp(x, y).logical_or(x, y)


@op("LogicalNot", "x: bool -> y: bool", shape=shapes.unchanged, differentiable=False)
def logical_not(x: Any) -> Any:
    """Not x, elementwise."""
    return xp(x).logical_not(x)


export(logical_and, "logical_and", "math.logical_and")
export(logical_or, "logical_or", "math.logical_or")
export(logical_not, "logical_not", "math.logical_not")


@public("logical_xor", "math.logical_xor")
def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Tensor:
    """X or y but not both, elementwise."""
    return logical_and(logical_or(x, y), logical_not(logical_and(x, y)), name=name)


# -- bits ----------------------------------------------------------------------------
def _bits(op_type: str, kernel: str | Callable[[Any, Any], Any], doc: str) -> Op:
    return _binary(op_type, INTEGER, kernel, doc, differentiable=False)


def _shifted(which: str) -> Callable[[Any, Any], Any]:
    def kernel(x: Any, y: Any) -> Any:
        # Shifts by less than 0 or by more than the width are undefined in C; the reference holds them to the width.
        n = xp(x, y)
        return getattr(n, which)(x, n.clip(y, 0, x.dtype.itemsize * 8 - 1).astype(x.dtype))

    return kernel


bitwise_and = export(_bits("BitwiseAnd", "bitwise_and", "The bits set in both x and y."), "bitwise.bitwise_and")
bitwise_or = export(_bits("BitwiseOr", "bitwise_or", "The bits set in x or y."), "bitwise.bitwise_or")
bitwise_xor = export(_bits("BitwiseXor", "bitwise_xor", "The bits that differ between x and y."), "bitwise.bitwise_xor")
left_shift = export(_bits("LeftShift", _shifted("left_shift"), "x shifted left by y bits."), "bitwise.left_shift")
right_shift = export(
    _bits("RightShift", _shifted("right_shift"), "x shifted right by y bits; negative numbers stay negative."), "bitwise.right_shift"
)
invert = export(_unary("Invert", INTEGER, "invert", "All bits of x turned over.", differentiable=False), "bitwise.invert")


# -- complex numbers -------------------------------------------------------------------
@op("Complex", "real: T, imag: T -> out: Tout", T="float double = float", Tout="complex64 complex128 = complex64", shape=shapes.broadcast)
def _complex(real: Any, imag: Any) -> Any:
    """Real + imag * i, elementwise."""
    if xp(real, imag) is jnp:
        return lax.complex(*jnp.broadcast_arrays(real, imag))
    out = np.empty(np.broadcast_shapes(np.shape(real), np.shape(imag)), np.result_type(real, np.complex64))
    out.real, out.imag = real, imag
    return out


def _part(op_type: str, kernel: str, doc: str) -> Op:
    return _unary(
        op_type, "complex64 complex128 = complex64", kernel, doc, signature="input: T -> output: Tout", Tout="float double = float"
    )


_real = _part("Real", "real", "The real part of each element.")
_imag = _part("Imag", "imag", "The imaginary part of each element.")
_angle = _part("Angle", "angle", "The angle (radians) of each element.")
_conj = _unary(
    "Conj", "complex64 complex128 variant = complex64", "conj", "The complex conjugate of each element.", signature="input: T -> output: T"
)


@op("ComplexAbs", "x: T -> y: Tout", T="complex64 complex128 = complex64", Tout="float double = float", shape=shapes.unchanged)
def complex_abs(x: Any) -> Any:
    """The magnitude of each element."""
    return xp(x).abs(x)


@public("complex", "dtypes.complex")
def complex_(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """Real + imag * i, elementwise: complex64 of float32, complex128 of float64. Raises TypeError for other types."""
    real, imag = convert_to_tensor(real, name="real"), convert_to_tensor(imag, name="imag")
    types = real.dtype.base_dtype, imag.dtype.base_dtype
    if types == (dtypes.float64, dtypes.float64):
        out = dtypes.complex128
    elif types == (dtypes.float32, dtypes.float32):
        out = dtypes.complex64
    else:
        raise TypeError(f"real and imag have incorrect types: {real.dtype.name} {imag.dtype.name}")
    return _complex(real, imag, Tout=out, name=name)


@public("real", "math.real")
def real_(input: Any, name: str | None = None) -> Tensor:
    """The real part of each element; real tensors are returned as they are."""
    with name_scope(name, "Real", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        return _real(input, Tout=input.dtype.real_dtype, name=scope) if input.dtype.is_complex else input


@public("imag", "math.imag")
def imag_(input: Any, name: str | None = None) -> Tensor:
    """The imaginary part of each element; zeros for real tensors."""
    from . import array

    with name_scope(name, "Imag", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        return _imag(input, Tout=input.dtype.real_dtype, name=scope) if input.dtype.is_complex else array.zeros_like(input)


@public("angle", "math.angle")
def angle(input: Any, name: str | None = None) -> Tensor:
    """The angle (radians) of each element; zeros for real tensors."""
    from . import array

    with name_scope(name, "Angle", [input]) as scope:
        input = convert_to_tensor(input, name="input")
        return _angle(input, Tout=input.dtype.real_dtype, name=scope) if input.dtype.is_complex else array.zeros_like(input)


@public("conj", "math.conj")
def conj(x: Any, name: str | None = None) -> Tensor:
    """The complex conjugate of each element; real tensors are returned as they are. Raises TypeError for other types."""
    if isinstance(x, Tensor) and (x.dtype.is_floating or x.dtype.is_integer):
        return x
    with name_scope(name, "Conj", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        if x.dtype.is_complex or x.dtype.base_dtype is dtypes.variant:
            return _conj(x, name=scope)
        if x.dtype.is_floating or x.dtype.is_integer:
            return x
        raise TypeError(f"Expected numeric or variant tensor, got dtype {x.dtype!r}")
