"""Special functions: of the gamma, error, zeta, beta and Bessel families."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jax import lax
from jax.scipy import special

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..op import shapes
from ..op.declare import Op, op
from .elementwise import FLOAT, _also_sparse, _binary, _unary, abs_, exp
from .unbroadcast import unbroadcast

_NO_NAN = "half float double complex64 complex128"


def _function(op_type: str, kernel: Callable[[Any], Any], doc: str) -> Op:
    return _unary(op_type, FLOAT, kernel, doc, jax_only=True)


def _of_two(op_type: str, kernel: Callable[[Any, Any], Any], doc: str, types: str = "float double", **flags: Any) -> Op:
    return _binary(op_type, types, lambda x, y: kernel(*jnp.broadcast_arrays(x, y)), doc, jax_only=True, **flags)


def _digamma_value(x: Any) -> Any:
    # At the poles the reference gives infinity.
    return jnp.where((x <= 0) & (x == jnp.floor(x)), jnp.inf, lax.digamma(x)).astype(x.dtype)


_erf = _function("Erf", lambda x: lax.erf(x), "The error function of each element.")
erf = export(_also_sparse(_erf, "erf"), "erf", "math.erf")
erfc = export(_function("Erfc", lambda x: lax.erfc(x), "1 - erf(x), exact for large x."), "erfc", "math.erfc")
lgamma = export(_function("Lgamma", lambda x: lax.lgamma(x), "The logarithm of |gamma(x)|."), "lgamma", "math.lgamma")
digamma = export(_function("Digamma", _digamma_value, "The derivative of lgamma."), "digamma", "math.digamma")
_bessel_i0e = _function("BesselI0e", lambda x: lax.bessel_i0e(x), "exp(-|x|) times the modified Bessel function of order 0.")
_bessel_i1e = _function("BesselI1e", lambda x: lax.bessel_i1e(x), "exp(-|x|) times the modified Bessel function of order 1.")
bessel_i0e = export(_also_sparse(_bessel_i0e, "bessel_i0e"), "math.bessel_i0e")
bessel_i1e = export(_also_sparse(_bessel_i1e, "bessel_i1e"), "math.bessel_i1e")


@public("math.bessel_i0")
def bessel_i0(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0."""
    with name_scope(name, "bessel_i0", [x]):
        return exp(abs_(x)) * bessel_i0e(x)


@public("math.bessel_i1")
def bessel_i1(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1."""
    with name_scope(name, "bessel_i1", [x]):
        return exp(abs_(x)) * bessel_i1e(x)


igamma = export(
    _of_two("Igamma", lax.igamma, "The lower regularized incomplete gamma function.", signature="a: T, x: T -> z: T"),
    "igamma",
    "math.igamma",
)
igammac = export(
    _of_two("Igammac", lax.igammac, "The upper regularized incomplete gamma function.", signature="a: T, x: T -> z: T"),
    "igammac",
    "math.igammac",
)


def _zeta_value(x: Any, q: Any) -> Any:
    pole = (q <= 0) & (q == jnp.floor(q)) & (x >= 1)
    return jnp.where(pole, jnp.inf, special.zeta(x, jnp.where(pole, jnp.ones((), q.dtype), q))).astype(q.dtype)


zeta = export(
    _of_two("Zeta", _zeta_value, "The Hurwitz zeta function.", signature="x: T, q: T -> z: T", no_gradient="x"), "zeta", "math.zeta"
)


@zeta.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, q = jnp.broadcast_arrays(*inputs)
    return [None, unbroadcast(grads[0] * -x * _zeta_value(x + 1, q), inputs[1])]


def _polygamma_value(a: Any, x: Any) -> Any:
    whole = (a >= 0) & (a == jnp.floor(a))
    order = jnp.where(whole & (a > 0), a, 1)
    derivative = jnp.where(order % 2 == 1, 1, -1) * jnp.exp(lax.lgamma(order + 1)) * _zeta_value(order + 1, x)
    return jnp.where(whole, jnp.where(a == 0, _digamma_value(x), derivative), jnp.nan).astype(x.dtype)


polygamma = export(
    _of_two(
        "Polygamma",
        _polygamma_value,
        "The derivative of order a of digamma; not a number unless a is a whole number.",
        signature="a: T, x: T -> z: T",
        no_gradient="a",
    ),
    "polygamma",
    "math.polygamma",
)


@polygamma.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    a, x = jnp.broadcast_arrays(*inputs)
    return [None, unbroadcast(grads[0] * _polygamma_value(a + 1, x), inputs[1])]


@op("Betainc", "a: T, b: T, x: T -> z: T", T="float double", no_gradient="a b", jax_only=True)
def betainc(a: Any, b: Any, x: Any) -> Any:
    """The regularized incomplete beta function."""
    return lax.betainc(*jnp.broadcast_arrays(a, b, x))


@betainc.shape
def _(inputs: Any, attrs: Any) -> Any:
    # Scalars broadcast; the others have one shape.
    dims: Any = ()
    for t in inputs:
        if t._dims is None:
            dims = None if dims == () else dims
        elif t._dims:
            dims = shapes.merge(dims or None, t._dims)
    return [dims]


@betainc.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    a, b, x = jnp.broadcast_arrays(*inputs)
    log_beta = lax.lgamma(a) + lax.lgamma(b) - lax.lgamma(a + b)
    slope = jnp.exp((b - 1) * jnp.log1p(-x) + (a - 1) * jnp.log(x) - log_beta)
    return [None, None, unbroadcast(slope * grads[0], inputs[2])]


export(betainc, "betainc", "math.betainc")


def _xlogy_value(x: Any, y: Any) -> Any:
    return jnp.where(x == 0, jnp.zeros((), x.dtype), x * jnp.log(jnp.where(x == 0, jnp.ones((), y.dtype), y)))


def _xdivy_value(x: Any, y: Any) -> Any:
    return jnp.where(x == 0, jnp.zeros((), x.dtype), x / jnp.where(x == 0, jnp.ones((), y.dtype), y))


xlogy = export(_of_two("Xlogy", _xlogy_value, "x * log(y), but 0 where x is 0.", _NO_NAN), "math.xlogy")
xdivy = export(_of_two("Xdivy", _xdivy_value, "x / y, but 0 where x is 0.", _NO_NAN), "math.xdivy")


@xlogy.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, y = (jnp.conj(v) for v in inputs)
    one = (x != 0).astype(x.dtype)
    return [unbroadcast(_xlogy_value(one, y) * grads[0], x), unbroadcast(_xdivy_value(x, y) * grads[0], y)]


@xdivy.gradient
def _(inputs: Any, outputs: Any, grads: Any) -> Any:
    x, y = (jnp.conj(v) for v in inputs)
    one = (x != 0).astype(x.dtype)
    return [unbroadcast(_xdivy_value(one, y) * grads[0], x), unbroadcast(_xdivy_value(-x, y * y) * grads[0], y)]


@public("lbeta", "math.lbeta")
def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of |Beta| along the last dimension: sum(lgamma(x)) - lgamma(sum(x))."""
    from .reduction import reduce_sum

    with name_scope(name, "lbeta", [x]):
        x = convert_to_tensor(x, name="x")
        log_product = reduce_sum(lgamma(x), axis=[-1])
        return log_product - lgamma(reduce_sum(x, axis=[-1]))
