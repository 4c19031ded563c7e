"""How ordinary functions come to take ragged tensors.

A function that is given a ragged argument fails: RaggedTensors do not convert to tensors. Its error is caught here, and the ragged form is
called instead, as in TensorFlow (names that the attempt has used up stay used up there, too). Ordinary calls pay nothing: for an Op this
is an exception handler; a function is published within one more call. All that dispatches stands in the tables below.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.public import TABLE
from ..op.declare import Op
from . import gathering, joining, masking, partitions, reduction, shaping
from .elementwise import binary, unary, unary_of_list
from .slicing import getitem
from .tensor import RaggedTensor, is_ragged

#: of one argument
_UNARY = (
    "debugging.check_numerics identity ones_like zeros_like clip_by_value bitwise.invert abs acos acosh angle asin asinh atan atanh cast "
    "ceil conj cos cosh digamma erf erfc exp expm1 floor imag is_finite is_inf is_nan lgamma log log1p log_sigmoid logical_not negative "
    "real reciprocal rint round rsqrt saturate_cast sign sin sinh sqrt square tan decode_compressed as_string decode_base64 "
    "encode_base64 strings.regex_full_match strings.regex_replace strings.strip strings.to_hash_bucket_fast "
    "strings.to_hash_bucket_strong strings.substr strings.length strings.unicode_script"
).split()
#: of a list
_UNARY_OF_LIST = "add_n strings.join".split()
#: of two arguments
_BINARY = (
    "bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor bitwise.left_shift bitwise.right_shift add atan2 complex div_no_nan "
    "divide equal floordiv floormod greater greater_equal less less_equal logical_and logical_or logical_xor maximum minimum multiply "
    "not_equal pow realdiv squared_difference subtract truediv truncatediv truncatemod"
).split()


def _expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Any:
    return shaping.expand_dims(input, dim if axis is None else axis, name)


def _gather(params: Any, indices: Any, validate_indices: Any = None, name: str | None = None, axis: int = 0, batch_dims: int = 0) -> Any:
    return gathering.gather(params, indices, validate_indices, 0 if axis is None else axis, batch_dims, name)


def _gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Any:
    return gathering.gather_nd(params, indices, batch_dims, name)


def _size(input: Any, name: str | None = None, out_type: Any = None) -> Any:
    return shaping.size(input, **({} if out_type is None else {"out_type": out_type}), name=name)


def _squeeze(input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None) -> Any:
    return shaping.squeeze(input, squeeze_dims if axis is None else axis, name)


def _reduce_join(
    inputs: Any, axis: Any = None, keep_dims: Any = None, separator: str = "", name: str | None = None, reduction_indices: Any = None,
    keepdims: Any = None,
) -> Any:  # fmt: skip
    return reduction.reduce_join(inputs, reduction_indices if axis is None else axis, keepdims or keep_dims, separator, name)


#: public name -> (its form for ragged arguments, parameters that may be ragged; "*": a list with ragged elements)
_SPECIAL: dict[str, tuple[Callable[..., Any], str]] = {
    "batch_gather": (gathering.batch_gather, "params indices"),
    "concat": (joining.concat, "*values"),
    "expand_dims": (_expand_dims, "input"),
    "gather": (_gather, "params indices"),
    "gather_nd": (_gather_nd, "params indices"),
    "one_hot": (shaping.one_hot, "indices"),
    "rank": (shaping.rank, "input"),
    "size": (_size, "input"),
    "squeeze": (_squeeze, "input"),
    "stack": (joining.stack, "*values"),
    "tile": (shaping.tile, "input"),
    "where": (masking.where, "condition x y"),
    "dynamic_partition": (partitions.dynamic_partition, "data partitions"),
    "math.unsorted_segment_sum": (reduction.segment_sum, "data segment_ids"),
    "math.unsorted_segment_prod": (reduction.segment_prod, "data segment_ids"),
    "math.unsorted_segment_min": (reduction.segment_min, "data segment_ids"),
    "math.unsorted_segment_max": (reduction.segment_max, "data segment_ids"),
    "math.unsorted_segment_mean": (reduction.segment_mean, "data segment_ids"),
    "math.unsorted_segment_sqrt_n": (reduction.segment_sqrt_n, "data segment_ids"),
    "strings.reduce_join": (_reduce_join, "inputs"),
    "reduce_sum": (reduction.reduce_sum, "input_tensor"),
    "reduce_prod": (reduction.reduce_prod, "input_tensor"),
    "reduce_min": (reduction.reduce_min, "input_tensor"),
    "reduce_max": (reduction.reduce_max_, "input_tensor"),
    "reduce_mean": (reduction.reduce_mean, "input_tensor"),
    "reduce_any": (reduction.reduce_any, "input_tensor"),
    "reduce_all": (reduction.reduce_all, "input_tensor"),
}

Fallback = Callable[[tuple[Any, ...], dict[str, Any]], Any]


def _taker(function: Callable[..., Any], ragged: Callable[..., Any], parameters: str, keep: bool) -> Fallback:
    """A function of the arguments of a call that failed: the result of the ragged form, or NotImplemented if none of the named is ragged.

    With `keep`, the ragged form gets the arguments under the names of `function`'s parameters; else as they were given, those in
    `parameters` in front.
    """
    names = function.parameters + ["name"] if isinstance(function, Op) else list(inspect.signature(function).parameters)
    wanted = [(p.lstrip("*"), p.startswith("*")) for p in parameters.split()]

    def fallback(args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        given = dict(zip(names, args), **keywords)
        values: list[Any] = []
        for name, is_list in wanted:
            value = given.get(name)
            values += value if is_list and isinstance(value, (list, tuple)) else [value]
        if not any(is_ragged(v) for v in values):
            return NotImplemented
        if keep:
            # Where the reference looks whether something is ragged, lists become constants: they count for names and seeds.
            for value in values:
                if isinstance(value, (list, tuple)):
                    convert_to_tensor(value)
            return ragged(**given)
        front = [given.pop(name) for name, _ in wanted]
        return ragged(function, *front, **given)

    return fallback


def _published(function: Callable[..., Any], fallback: Fallback) -> Callable[..., Any]:
    """`function`, with the ragged form behind it."""

    @functools.wraps(function)
    def call(*args: Any, **keywords: Any) -> Any:
        try:
            return function(*args, **keywords)
        except (TypeError, ValueError):
            result = fallback(args, keywords)
            if result is NotImplemented:
                raise
            return result

    return call


def _dispatch(name: str, ragged: Callable[..., Any], parameters: str, keep: bool) -> None:
    function = TABLE[name]
    fallback = _taker(function, ragged, parameters, keep)
    if isinstance(function, Op):
        function.fallback = fallback
        return
    takes_ragged = _published(function, fallback)
    for alias in [k for k, v in TABLE.items() if v is function]:
        TABLE[alias] = takes_ragged


def _first_parameters(name: str, count: int) -> str:
    function = TABLE[name]
    names = function.parameters if isinstance(function, Op) else list(inspect.signature(function).parameters)
    return " ".join(names[:count])


def _install() -> None:
    for name in _UNARY:
        _dispatch(name, unary, _first_parameters(name, 1), keep=False)
    for name in _UNARY_OF_LIST:
        _dispatch(name, unary_of_list, "*" + _first_parameters(name, 1), keep=False)
    for name in _BINARY:
        _dispatch(name, binary, _first_parameters(name, 2), keep=False)
    for name, (ragged, parameters) in _SPECIAL.items():
        _dispatch(name, ragged, parameters, keep=True)


# -- operators -------------------------------------------------------------------------------------------
#: operator -> the public function behind it
_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "div": "div", "truediv": "truediv", "floordiv": "floordiv", "mod": "floormod",
    "pow": "pow", "and": "logical_and", "or": "logical_or", "xor": "logical_xor",
}  # fmt: skip
_COMPARISONS = {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}
_PREFIXES = {"invert": "logical_not", "neg": "negative", "abs": "abs"}


def _no_truth(self: RaggedTensor) -> bool:
    raise TypeError("RaggedTensor may not be used as a boolean.")


def _install_operators() -> None:
    for operator, name in {**_OPERATORS, **_COMPARISONS}.items():
        function = TABLE[name]
        setattr(RaggedTensor, f"__{operator}__", lambda x, y, f=function: f(x, y))
        if operator in _OPERATORS:
            setattr(RaggedTensor, f"__r{operator}__", lambda x, y, f=function: f(y, x))
    for operator, name in _PREFIXES.items():
        setattr(RaggedTensor, f"__{operator}__", lambda x, f=TABLE[name]: f(x))
    RaggedTensor.__getitem__ = getitem
    RaggedTensor.__bool__ = RaggedTensor.__nonzero__ = _no_truth


_install()
_install_operators()
