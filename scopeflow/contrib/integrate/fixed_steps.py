"""Ordinary differential equations with steps of given lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops import array
from ...ops.casting import cast


def _midpoint(f: Callable[..., Tensor], t: Tensor, dt: Tensor, y: Tensor) -> Tensor:
    half = dt / 2
    return cast(dt, y.dtype) * f(y + f(y, t) * cast(half, y.dtype), t + half)


def _rk4(f: Callable[..., Tensor], t: Tensor, dt: Tensor, y: Tensor) -> Tensor:
    half, h, h_half = dt / 2, cast(dt, y.dtype), cast(dt / 2, y.dtype)
    k1 = f(y, t)
    k2 = f(y + h_half * k1, t + half)
    k3 = f(y + h_half * k2, t + half)
    k4 = f(y + h * k3, t + dt)
    return h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


_STEPS = {"midpoint": _midpoint, "rk4": _rk4}


@public("contrib.integrate.odeint_fixed")
def odeint_fixed(func: Any, y0: Any, t: Any, dt: Any = None, method: str = "rk4", name: str | None = None) -> Tensor:
    """Y at the times `t`, of dy/dt = func(y, t) and y(t[0]) = `y0`: [len(t), shape of y0...].

    Args:
      dt: the length of a step; None for steps from each of `t` to the next.
      method: "rk4" or "midpoint".

    Raises:
      ValueError: another method; `t` that is no vector.
    """
    if method not in _STEPS:
        raise ValueError(f"method not supported: {method!s}")
    step = _STEPS[method]
    with name_scope(name, "odeint_fixed", [y0, t, dt]):
        t = convert_to_tensor(t, preferred_dtype="float64", name="t")
        y0 = convert_to_tensor(y0, name="y0")
        if t.shape.ndims is not None and t.shape.ndims != 1:
            raise ValueError(f"t must be a vector; found the shape {t.shape}")
        if dt is not None:
            dt = convert_to_tensor(dt, preferred_dtype=t.dtype, name="dt")
            if dt.shape.ndims not in (None, 0):
                raise NotImplementedError("steps that are a vector")

        def advance(y: Tensor, times: tuple[Tensor, Tensor]) -> Tensor:
            start, stop = times
            if dt is None:
                return y + step(func, start, stop - start, y)

            def one(now: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
                length = TABLE["minimum"](dt, stop - now)
                return now + length, y + step(func, now, length, y)

            return TABLE["while_loop"](lambda now, y: now < stop, one, (start, y))[1]

        after = TABLE["scan"](advance, (t[:-1], t[1:]), y0)
        out = array.concat([[y0], after], axis=0)
        out.set_shape(t.shape[:1].concatenate(y0.shape))
        return out
