"""Learning rates that follow the global step.

Each function makes a scalar tensor of the type of the initial rate. Rates and steps may be numbers or tensors.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..graph import dtypes
from ..graph.conversion import constant, to_tensor
from ..graph.default_graph import name_scope
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import elementwise as m
from ..ops.case import case
from ..ops.casting import cast
from ..ops.control_flow import cond
from ..ops.random import random_normal


def _counted(global_step: Any) -> Any:
    if global_step is None:
        raise ValueError("None values not supported.")
    return global_step


@public("train.exponential_decay")
def exponential_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool = False, name: str | None = None
) -> Tensor:
    """learning_rate * decay_rate ** (global_step / decay_steps); `staircase` takes the exponent's floor."""
    with name_scope(name, "ExponentialDecay", [learning_rate, global_step, decay_steps, decay_rate]) as scope:
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        decay_steps, decay_rate = cast(decay_steps, rate.dtype), cast(decay_rate, rate.dtype)
        p = cast(_counted(global_step), rate.dtype) / decay_steps
        if staircase:
            p = m.floor(p)
        return m.multiply(rate, m.pow_(decay_rate, p), name=scope)


@public("train.natural_exp_decay")
def natural_exp_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool = False, name: str | None = None
) -> Tensor:
    """learning_rate * exp(-decay_rate * global_step / decay_steps); `staircase` takes the fraction's floor."""
    return exponential_decay(learning_rate, _counted(global_step), decay_steps, m.exp(m.negative(decay_rate)), staircase, name)


@public("train.inverse_time_decay")
def inverse_time_decay(
    learning_rate: Any, global_step: Any, decay_steps: Any, decay_rate: Any, staircase: bool = False, name: str | None = None
) -> Tensor:
    """learning_rate / (1 + decay_rate * global_step / decay_steps); `staircase` takes the fraction's floor."""
    with name_scope(name, "InverseTimeDecay", [learning_rate, global_step, decay_rate]) as scope:
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        decay_steps, decay_rate = cast(decay_steps, rate.dtype), cast(decay_rate, rate.dtype)
        p = cast(_counted(global_step), rate.dtype) / decay_steps
        if staircase:
            p = m.floor(p)
        one = cast(constant(1), rate.dtype)
        return m.divide(rate, m.add(one, m.multiply(decay_rate, p)), name=scope)


@public("train.polynomial_decay")
def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """From `learning_rate` to `end_learning_rate` in `decay_steps` steps, by (1 - fraction) ** power.

    After that it stays; with `cycle` it rises again, and `decay_steps` grows to the next multiple beyond the step.
    """
    with name_scope(name, "PolynomialDecay", [learning_rate, global_step, decay_steps, end_learning_rate, power]) as scope:
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        end, power = cast(end_learning_rate, rate.dtype), cast(power, rate.dtype)
        step = cast(_counted(global_step), rate.dtype)
        length = cast(decay_steps, rate.dtype)
        if cycle:
            periods = cond(m.equal(step, 0), lambda: constant(1.0), lambda: m.ceil(step / decay_steps))
            length = m.multiply(length, periods)
        else:
            step = m.minimum(step, decay_steps)
        p = m.divide(step, length)
        return m.add(m.multiply(rate - end, m.pow_(1 - p, power)), end, name=scope)


@public("train.cosine_decay")
def cosine_decay(learning_rate: Any, global_step: Any, decay_steps: Any, alpha: float = 0.0, name: str | None = None) -> Tensor:
    """Half a cosine from `learning_rate` to alpha * learning_rate in `decay_steps` steps (Loshchilov and Hutter, arXiv:1608.03983)."""
    with name_scope(name, "CosineDecay", [learning_rate, global_step]):
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        decay_steps = cast(decay_steps, rate.dtype)
        step = m.minimum(cast(_counted(global_step), rate.dtype), decay_steps)
        fraction = step / decay_steps
        cosine = 0.5 * (1.0 + m.cos(constant(math.pi) * fraction))
        return m.multiply(rate, (1 - alpha) * cosine + alpha)


@public("train.cosine_decay_restarts")
def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: Any = 2.0,
    m_mul: Any = 1.0,
    alpha: Any = 0.0,
    name: str | None = None,
) -> Tensor:
    """Cosine decay with warm restarts: each period is `t_mul` times as long, and starts at `m_mul` times the rate, of the one before.

    Source: Loshchilov and Hutter, arXiv:1608.03983 (SGDR).
    """
    with name_scope(name, "SGDRDecay", [learning_rate, global_step]) as scope:
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        first = cast(first_decay_steps, rate.dtype)
        alpha, t_mul, m_mul = cast(alpha, rate.dtype), cast(t_mul, rate.dtype), cast(m_mul, rate.dtype)
        fraction = cast(_counted(global_step), rate.dtype) / first

        def same_length() -> tuple[Tensor, Tensor]:
            period = m.floor(fraction)
            return period, fraction - period

        def growing() -> tuple[Tensor, Tensor]:
            # The periods' lengths are a geometric series.
            period = m.floor(m.log(1.0 - fraction * (1.0 - t_mul)) / m.log(t_mul))
            passed = (1.0 - t_mul**period) / (1.0 - t_mul)
            return period, (fraction - passed) / t_mul**period

        period, within = cond(m.equal(t_mul, 1.0), same_length, growing)
        height = m_mul**period
        cosine = 0.5 * height * (1.0 + m.cos(constant(math.pi) * within))
        return m.multiply(rate, (1 - alpha) * cosine + alpha, name=scope)


def _linear_cosine(rate: Tensor, step: Tensor, decay_steps: Tensor, noise: Any, periods: Any, alpha: Any, beta: Any, name: str) -> Tensor:
    """The rate times ((alpha + linear) * cosine + beta), `noise` added to the linear part."""
    linear = (decay_steps - step) / decay_steps
    if noise is not None:
        linear = linear + noise()
    passed = step / decay_steps
    fraction = 2.0 * periods * passed
    cosine = 0.5 * (1.0 + m.cos(constant(math.pi) * fraction))
    return m.multiply(rate, (alpha + linear) * cosine + beta, name=name)


@public("train.linear_cosine_decay")
def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """learning_rate * ((alpha + linear decay) * cosine + beta) (Bello et al., arXiv:1709.07417)."""
    with name_scope(name, "LinearCosineDecay", [learning_rate, global_step]) as scope:
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        decay_steps, num_periods, alpha, beta = (cast(v, rate.dtype) for v in (decay_steps, num_periods, alpha, beta))
        step = m.minimum(cast(_counted(global_step), rate.dtype), decay_steps)
        return _linear_cosine(rate, step, decay_steps, None, num_periods, alpha, beta, scope)


@public("train.noisy_linear_cosine_decay")
def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: Any = 1.0,
    variance_decay: Any = 0.55,
    num_periods: Any = 0.5,
    alpha: Any = 0.0,
    beta: Any = 0.001,
    name: str | None = None,
) -> Tensor:
    """`linear_cosine_decay` with normal noise of variance initial_variance / (1 + global_step) ** variance_decay."""
    with name_scope(name, "NoisyLinearCosineDecay", [learning_rate, global_step]) as scope:
        rate = to_tensor(learning_rate, name="initial_learning_rate")
        decay_steps, initial_variance, variance_decay, num_periods, alpha, beta = (
            cast(v, rate.dtype) for v in (decay_steps, initial_variance, variance_decay, num_periods, alpha, beta)
        )
        step = m.minimum(cast(_counted(global_step), rate.dtype), decay_steps)

        def noise() -> Tensor:
            variance = initial_variance / m.pow_(1.0 + step, variance_decay)
            return random_normal(step.get_shape(), stddev=m.sqrt(variance))

        return _linear_cosine(rate, step, decay_steps, noise, num_periods, alpha, beta, scope)


@public("train.piecewise_constant_decay", "train.piecewise_constant")
def piecewise_constant_decay(x: Any, boundaries: Sequence[Any], values: Sequence[Any], name: str | None = None) -> Tensor:
    """values[0] up to and with boundaries[0], values[1] up to and with boundaries[1], and so on; the last value beyond.

    Raises:
      ValueError: there is not one boundary fewer than values, or types differ (int32 boundaries go with an int64 `x`).
    """
    if len(boundaries) != len(values) - 1:
        raise ValueError("The length of boundaries should be 1 less than the length of values")
    edges = [to_tensor(b) for b in boundaries]
    levels = [to_tensor(v) for v in values]
    kind = to_tensor(_counted(x)).dtype.base_dtype
    for i, edge in enumerate(edges):
        if edge.dtype.base_dtype is kind:
            continue
        if edge.dtype.base_dtype is dtypes.int32 and kind is dtypes.int64:
            edges[i] = cast(edge, dtypes.int64)
        else:
            raise ValueError(f"Boundaries ({edge.dtype.base_dtype}) must have the same dtype as x ({kind}).")
    for level in levels[1:]:
        if level.dtype.base_dtype is not levels[0].dtype.base_dtype:
            raise ValueError(
                f"Values must have elements all with the same dtype ({levels[0].dtype.base_dtype} vs {level.dtype.base_dtype})."
            )
    if not edges:
        raise IndexError("list index out of range")
    with name_scope(name, "PiecewiseConstant", [x, *edges, *levels]):
        x = to_tensor(x)
        pairs = [(x <= edges[0], lambda: levels[0]), (x > edges[-1], lambda: levels[-1])]
        for low, high, level in zip(edges[:-1], edges[1:], levels[1:-1]):
            pairs.append(((x > low) & (x <= high), lambda level=level: level))
        return case(pairs, lambda: levels[0], exclusive=True)
