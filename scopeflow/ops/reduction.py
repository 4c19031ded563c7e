"""Reductions over dimensions (sum, mean, max, ...), argmax, and cumulative sums."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import dtypes, errors
from ..graph.conversion import constant, convert_to_tensor, make_constant
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..op import shapes
from ..op.declare import Op, ShapeError, op
from ..op.fold import fold
from ..op.namespace import xp
from .casting import cast
from .elementwise import NUMBER, add, exp, is_finite, is_int, log, not_equal, sqrt, square, subtract

_AXES = "int32 int64 = int32"


# -- the ops -----------------------------------------------------------------------------
def _reduced(inputs: Any, attrs: Any) -> Any:
    """The input's shape without (or with 1 for) the dimensions named by the second input."""
    dims = inputs[0]._dims
    if dims is None:
        return [None]
    axes = fold(inputs[1])
    keep = attrs["keep_dims"]
    if axes is None:
        return [(None,) * len(dims) if keep else None]
    n = len(dims)
    gone = set()
    for a in axes.ravel().tolist():
        if not -n <= a < n:
            raise ShapeError(f"Invalid reduction dimension {a} for input with {n} dimensions.", values=(1,))
        gone.add(a % n if n else a)
    if keep:
        return [tuple(1 if i in gone else d for i, d in enumerate(dims))]
    return [tuple(d for i, d in enumerate(dims) if i not in gone)]


def _axes_of(x: Any, reduction_indices: Any) -> tuple[int, ...]:
    n = np.ndim(x)
    axes = np.asarray(reduction_indices).ravel().tolist()
    for a in axes:
        if not -n <= a < n:
            raise errors.InvalidArgumentError(None, None, f"Invalid reduction dimension ({a} for input with {n} dimension(s)")
    return tuple(sorted({int(a) % n for a in axes}))


def _reducer(op_type: str, compute: Callable[[Any, Any, tuple[int, ...], bool], Any], doc: str, kind: str = "T", **flags: Any) -> Op:
    def array_function(input: Any, reduction_indices: Any, *, keep_dims: bool = False) -> Any:
        return compute(xp(input), input, _axes_of(input, reduction_indices), keep_dims)

    array_function.__name__ = op_type.lower()
    array_function.__doc__ = doc
    types = {"T": NUMBER} if kind == "T" else {}
    signature = f"input: {kind}, reduction_indices: Tidx -> output: {kind}"
    return op(op_type, signature, Tidx=_AXES, static="reduction_indices", shape=_reduced, **types, **flags)(array_function)


def _mean_of(n: Any, x: Any, axes: tuple[int, ...], keep: bool) -> Any:
    count = int(np.prod([np.shape(x)[a] for a in axes], dtype=np.int64))
    if not is_int(x):
        return n.mean(x, axis=axes, keepdims=keep) if count else n.sum(x, axis=axes, keepdims=keep) / n.zeros((), x.dtype)
    total = n.sum(x, axis=axes, keepdims=keep, dtype=x.dtype)
    # Integers are divided as C does: towards 0.
    return n.sign(total) * (n.abs(total) // max(count, 1)) if np.issubdtype(x.dtype, np.signedinteger) else total // max(count, 1)


def _extreme(which: str) -> Callable[..., Any]:
    def compute(n: Any, x: Any, axes: tuple[int, ...], keep: bool) -> Any:
        if any(np.shape(x)[a] == 0 for a in axes):
            limits = jnp.iinfo(x.dtype) if is_int(x) else None
            worst = (limits.min if which == "max" else limits.max) if limits else (-np.inf if which == "max" else np.inf)
            return getattr(n, which)(x, axis=axes, keepdims=keep, initial=worst)
        return getattr(n, which)(x, axis=axes, keepdims=keep)

    return compute


def _euclidean(n: Any, x: Any, axes: tuple[int, ...], keep: bool) -> Any:
    return n.sqrt(n.sum(x * n.conj(x), axis=axes, keepdims=keep))


_sum = _reducer("Sum", lambda n, x, axes, keep: n.sum(x, axis=axes, keepdims=keep, dtype=x.dtype), "The sum over dimensions.")
_mean = _reducer("Mean", _mean_of, "The mean over dimensions.")
_prod = _reducer("Prod", lambda n, x, axes, keep: n.prod(x, axis=axes, keepdims=keep, dtype=x.dtype), "The product over dimensions.")
_max = _reducer("Max", _extreme("max"), "The largest element over dimensions.")
_min = _reducer("Min", _extreme("min"), "The smallest element over dimensions.")
_all = _reducer(
    "All", lambda n, x, axes, keep: n.all(x, axis=axes, keepdims=keep), "True where all elements are true.", "bool", differentiable=False
)
_any = _reducer(
    "Any", lambda n, x, axes, keep: n.any(x, axis=axes, keepdims=keep), "True where an element is true.", "bool", differentiable=False
)
# The reference has no gradient for it.
_euclidean_norm = _reducer("EuclideanNorm", _euclidean, "The square root of the sum of squares over dimensions.", differentiable=False)


# -- arguments ---------------------------------------------------------------------------
def either(new_name: str, new: Any, old_name: str, old: Any) -> Any:
    """The argument that is given, under its name of now or of before. Raises ValueError if both are."""
    if old is None:
        return new
    if new is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'")
    return old


def reduction_axes(x: Any, axis: Any) -> Any:
    """`axis`, or what stands for all dimensions of `x`: a constant if their number is known, else a Range."""
    if axis is not None:
        return axis
    if isinstance(x, Tensor) and x._dims is not None:
        return make_constant(np.arange(len(x._dims), dtype=np.int32), dtypes.int32, None)
    from . import array

    return array.range_(0, array.rank(x))


def scalar_if_complete(axis: Any, keepdims: Any, out: Tensor) -> Tensor:
    """`out`, known to be a scalar if all dimensions were reduced away."""
    if axis is None and not keepdims and out._dims is None:
        out._dims = ()
    return out


_ARGUMENTS = """

    Args:
      axis: the dimension, list of dimensions or tensor of them; None for all.
      keepdims: keep the reduced dimensions, with size 1.
      reduction_indices, keep_dims: what axis and keepdims were called.

    Raises:
      ValueError: an argument is given under both of its names, or a dimension does not exist.
    """


def _public_reduction(spec: Op, public_name: str) -> Callable[..., Tensor]:
    def reduce(
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool | None = None,
        name: str | None = None,
        reduction_indices: Any = None,
        keep_dims: bool | None = None,
    ) -> Tensor:
        axis = either("axis", axis, "reduction_indices", reduction_indices)
        keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
        out = spec(input_tensor, reduction_axes(input_tensor, axis), keep_dims=keepdims, name=name)
        return scalar_if_complete(axis, keepdims, out)

    reduce.__name__ = reduce.__qualname__ = public_name
    reduce.__doc__ = f"{spec.__doc__}{_ARGUMENTS}"
    return export(reduce, public_name, f"math.{public_name}")


reduce_sum = _public_reduction(_sum, "reduce_sum")
reduce_mean = _public_reduction(_mean, "reduce_mean")
reduce_prod = _public_reduction(_prod, "reduce_prod")
reduce_max = _public_reduction(_max, "reduce_max")
reduce_min = _public_reduction(_min, "reduce_min")
reduce_all = _public_reduction(_all, "reduce_all")
reduce_any = _public_reduction(_any, "reduce_any")


@public("math.reduce_euclidean_norm")
def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The square root of the sum of squares over `axis`."""
    out = _euclidean_norm(input_tensor, reduction_axes(input_tensor, axis), keep_dims=bool(keepdims), name=name)
    return scalar_if_complete(axis, keepdims, out)


@public("math.reduce_variance")
def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The variance (mean squared distance from the mean) over `axis`."""
    with name_scope(name or "reduce_variance"):
        means = reduce_mean(input_tensor, axis=axis, keepdims=True)
        return reduce_mean(square(input_tensor - means), axis=axis, keepdims=keepdims)


@public("math.reduce_std")
def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Tensor:
    """The standard deviation over `axis`."""
    with name_scope(name or "reduce_std"):
        return sqrt(reduce_variance(input_tensor, axis=axis, keepdims=keepdims))


@public("reduce_logsumexp", "math.reduce_logsumexp")
def reduce_logsumexp(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """log(sum(exp(x))) over `axis`, computed without overflow; arguments as for `reduce_sum`."""
    from . import array

    axis = either("axis", axis, "reduction_indices", reduction_indices)
    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    input_tensor = convert_to_tensor(input_tensor)
    with name_scope(name, "ReduceLogSumExp", [input_tensor]):
        largest = reduce_max(input_tensor, axis=axis, keepdims=True)
        shift = array.stop_gradient(array.where(is_finite(largest), largest, array.zeros_like(largest)))
        out = log(reduce_sum(exp(subtract(input_tensor, shift)), axis=axis, keepdims=keepdims))
        if not keepdims:
            shift = array.reshape(shift, array.shape(out))
        return scalar_if_complete(axis, keepdims, add(out, shift))


@public("count_nonzero", "math.count_nonzero")
def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
    input: Any = None,
) -> Tensor:
    """How many elements over `axis` are not 0 (or not the empty string); arguments as for `reduce_sum`."""
    keepdims = bool(either("keepdims", keepdims, "keep_dims", keep_dims))
    input_tensor = either("input", input, "input_tensor", input_tensor)
    axis = either("axis", axis, "reduction_indices", reduction_indices)
    with name_scope(name, "count_nonzero", [input_tensor]):
        input_tensor = convert_to_tensor(input_tensor, name="input")
        base = input_tensor.dtype.base_dtype
        zero = constant("" if base is dtypes.string else False if base is dtypes.bool_ else 0, dtype=base, name="zeros")
        counts = reduce_sum(cast(not_equal(input_tensor, zero), dtypes.int64), axis=axis, keepdims=keepdims)
        return cast(counts, dtype)


# -- the position of the largest ------------------------------------------------------------
def _without_dimension(inputs: Any, attrs: Any) -> Any:
    dims = inputs[0]._dims
    if dims is None:
        return [None]
    n = len(dims)
    if n <= 1:
        return [()]
    at = fold(inputs[1])
    if at is None:
        return [(None,) * (n - 1)]
    a = int(at)
    if not -n <= a < n:
        raise ShapeError(
            f"Dimension ({a}) must be in the range [{-n}, {n}), where {n} is the number of dimensions in the input.", values=(1,)
        )
    a %= n
    return [dims[:a] + dims[a + 1 :]]


def _arg(op_type: str, function: str, doc: str) -> Op:
    def array_function(input: Any, dimension: Any) -> Any:
        n = np.ndim(input)
        if not -n <= int(dimension) < n:
            raise errors.InvalidArgumentError(None, None, f"Expected dimension in the range [{-n}, {n}), but got {int(dimension)}")
        return getattr(xp(input), function)(input, axis=int(dimension))

    array_function.__name__ = op_type.lower()
    array_function.__doc__ = doc
    signature = "input: T, dimension: Tidx -> output: output_type"
    flags = {"T": NUMBER, "Tidx": _AXES, "output_type": "int32 int64 = int64"}
    return op(op_type, signature, static="dimension", shape=_without_dimension, differentiable=False, **flags)(array_function)


arg_max = export(_arg("ArgMax", "argmax", "The index of the largest element along a dimension (the first of equals)."), "arg_max")
arg_min = export(_arg("ArgMin", "argmin", "The index of the smallest element along a dimension (the first of equals)."), "arg_min")


@public("argmax", "math.argmax")
def argmax(input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = dtypes.int64) -> Tensor:
    """The index of the largest element along `axis` (0 if None; once called `dimension`), the first of equals."""
    axis = either("axis", axis, "dimension", dimension)
    return arg_max(input, 0 if axis is None else axis, output_type=output_type, name=name)


@public("argmin", "math.argmin")
def argmin(input: Any, axis: Any = None, name: str | None = None, dimension: Any = None, output_type: Any = dtypes.int64) -> Tensor:
    """The index of the smallest element along `axis` (0 if None; once called `dimension`), the first of equals."""
    axis = either("axis", axis, "dimension", dimension)
    return arg_min(input, 0 if axis is None else axis, output_type=output_type, name=name)


# -- cumulative --------------------------------------------------------------------------------
def _scan(op_type: str, types: str, compute: Callable[[Any, Any, int], Any], start: Callable[[Any], Any], doc: str, **flags: Any) -> Op:
    def array_function(x: Any, axis: Any, *, exclusive: bool = False, reverse: bool = False) -> Any:
        rank = np.ndim(x)
        a = int(axis)
        if not -rank <= a < rank:
            raise errors.InvalidArgumentError(None, None, f"ScanOp: Expected scan axis in the range [{-rank}, {rank}), but got {a}")
        a %= rank
        n = jnp if flags.get("jax_only") else xp(x)
        x = n.flip(x, a) if reverse else x
        if exclusive:
            head = n.full(x.shape[:a] + (min(1, x.shape[a]),) + x.shape[a + 1 :], start(x.dtype), x.dtype)
            x = n.concatenate([head, n.delete(x, x.shape[a] - 1, a) if x.shape[a] else x], a)
        out = compute(n, x, a)
        return n.flip(out, a) if reverse else out

    array_function.__name__ = op_type.lower()
    array_function.__doc__ = doc
    return op(op_type, "x: T, axis: Tidx -> out: T", T=types, Tidx=_AXES, static="axis", shape=shapes.unchanged, **flags)(array_function)


_cumsum = _scan("Cumsum", NUMBER, lambda n, x, a: n.cumsum(x, a, dtype=x.dtype), lambda t: 0, "The sums of the elements up to each one.")
_cumprod = _scan(
    "Cumprod", NUMBER, lambda n, x, a: n.cumprod(x, a, dtype=x.dtype), lambda t: 1, "The products of the elements up to each one."
)
_cumulative_logsumexp = _scan(
    "CumulativeLogsumexp",
    "half float double",
    lambda n, x, a: jax.lax.cumlogsumexp(x, a),
    lambda t: np.finfo(t).min,
    "log(sum(exp)) of the elements up to each one.",
    jax_only=True,
)


def _public_scan(spec: Op, public_name: str, *names: str) -> Callable[..., Tensor]:
    def scan(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Tensor:
        with name_scope(name, spec.type, [x]) as scope:
            x = convert_to_tensor(x, name="x")
            return spec(x, axis, exclusive=exclusive, reverse=reverse, name=scope)

    scan.__name__ = scan.__qualname__ = public_name
    scan.__doc__ = f"{spec.__doc__}\n\n    Args:\n      exclusive: leave out the element itself.\n      reverse: go from the end.\n    "
    return export(scan, *names)


cumsum = _public_scan(_cumsum, "cumsum", "cumsum", "math.cumsum")
cumprod = _public_scan(_cumprod, "cumprod", "cumprod", "math.cumprod")
cumulative_logsumexp = _public_scan(_cumulative_logsumexp, "cumulative_logsumexp", "math.cumulative_logsumexp")
