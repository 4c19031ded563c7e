"""Gamma, Poisson and binomial variates by rejection, all elements at once: each goes on, on its own blocks, until it is accepted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .variates import box_muller_double, double

#: offset(s) of a block within an element's own blocks, uint64, to the block's four words for every element
Blocks = Callable[[Any], list[Any]]


def _loop(lib: Any, goes_on: Callable[[Any], Any], step: Callable[[Any], Any], state: Any) -> Any:
    if lib is not np:
        return jax.lax.while_loop(goes_on, step, state)
    while goes_on(state):
        state = step(state)
    return state


def _pair(w: list[Any]) -> tuple[Any, Any]:
    """The two uniform doubles of a block, in the order in which the samplers take them: the last first."""
    return double(w[2], w[3]), double(w[0], w[1])


def _normal_pair(w: list[Any]) -> tuple[Any, Any]:
    first, second = box_muller_double(w)
    return second, first


def _log_gamma(x: np.ndarray) -> np.ndarray:
    return np.array([math.lgamma(v) if math.isfinite(v) else math.nan for v in x.tolist()])


def gamma(lib: Any, blocks: Blocks, alpha: Any) -> Any:
    """Gamma variates of shapes `alpha`, float64 [n], by Marsaglia and Tsang's method; exponential ones where it is 1."""
    small = alpha < 1
    d = alpha + lib.where(small, 2.0 / 3, -1.0 / 3)
    c = 1.0 / 3 / lib.sqrt(d)
    zero = lib.zeros(alpha.shape, np.uint64)
    nothing = lib.zeros(alpha.shape, np.float64)
    no = lib.zeros(alpha.shape, bool)
    one = np.uint64(1)

    def take(needed: Any, held: Any, value: Any, block: Any, pair_of: Callable[[list[Any]], tuple[Any, Any]]) -> Any:
        """One number for each element that needs one: the half left of the last block, or the first of a new one."""
        first, second = pair_of(blocks(block))
        fresh = needed & ~held
        number = lib.where(held, value, first)
        block = block + fresh.astype(np.uint64) * one
        return number, lib.where(needed, fresh, held), lib.where(fresh, second, value), block

    def step(state: Any) -> Any:
        block, has_z, z, has_u, u, done, out = state
        x, has_z, z, block = take(~done, has_z, z, block, _normal_pair)
        v = 1 + c * x
        tried = ~done & (v > 0)
        v = v * v * v
        y, has_u, u, block = take(tried, has_u, u, block, _pair)
        positive = lib.where(tried, v, 1.0)
        square = x * x
        fits = (y < 1 - 0.0331 * square * square) | (lib.log(y) < 0.5 * square + d * (1 - v + lib.log(positive)))
        accepted = tried & fits
        b, has_u, u, block = take(accepted & small, has_u, u, block, _pair)
        value = d * v * lib.where(small, b ** (1 / alpha), 1.0)
        return block, has_z, z, has_u, u, done | accepted, lib.where(accepted, value, out)

    exponential = alpha == 1
    start = -lib.log(1 - _pair(blocks(zero))[0])
    # What can never be accepted (a shape that is negative or not a number) must not be waited for.
    hopeless = ~(alpha > 0) | ~lib.isfinite(alpha)
    out = lib.where(exponential, start, np.nan)
    return _loop(lib, lambda s: (~s[5]).any(), step, (zero, no, nothing, no, nothing, exponential | hopeless, out))[6]


def poisson(lib: Any, blocks: Blocks, rate: Any, largest: float) -> Any:
    """Poisson variates of the rates `rate`, float64 [n], as float64: Knuth's product below 10, Hörmann's PTRS from there."""
    gammaln = _log_gamma if lib is np else jax.scipy.special.gammaln
    small = rate < 10
    wide = lib.where(small, 10.0, rate)
    b = 0.931 + 2.53 * lib.sqrt(wide)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    log_rate = lib.log(wide)
    limit = lib.exp(-lib.where(small, rate, 0.0))

    def step(state: Any) -> Any:
        block, done, product, count, out = state
        first, second = _pair(blocks(block))
        for u in (first, second):
            product = product * u
            stops = small & ~done & (product <= limit) & (count <= largest)
            out = lib.where(stops, count, out)
            done = done | stops
            count = count + 1.0
        u = first - 0.5
        shifted = 0.5 - abs(u)
        k = lib.floor((2 * a / shifted + b) * u + wide + 0.43)
        at_once = (shifted >= 0.07) & (second <= 0.9277 - 3.6224 / (b - 2))
        excluded = (k < 0) | ((shifted < 0.013) & (second > shifted))
        log_left = lib.log(second * inverse_alpha / (a / (shifted * shifted) + b))
        under = log_left <= -wide + k * log_rate - gammaln(lib.maximum(k, 0.0) + 1)
        accepted = ~small & ~done & (k <= largest) & (at_once | (~excluded & under))
        return block + np.uint64(1), done | accepted, product, count, lib.where(accepted, k, out)

    hopeless = ~lib.isfinite(rate)
    ones = lib.ones(rate.shape, np.float64)
    state = (lib.zeros((1,), np.uint64), hopeless, ones, ones * 0, ones * np.nan)
    return _loop(lib, lambda s: (~s[1]).any(), step, state)[4]


#: ln(k!) less Stirling's formula for ln(k!), k from 0 to 9
_STIRLING_TAILS = tuple(math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi)) for k in range(10))


def _stirling_tail(k: Any) -> Any:
    square = (k + 1) * (k + 1)
    far = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
    return jnp.where(k <= 9, jnp.asarray(_STIRLING_TAILS)[jnp.clip(k, 0, 9).astype(np.int32)], far)


def binomial(blocks: Blocks, count: Any, prob: Any, samples: int) -> Any:
    """Binomial variates, float64 [n * samples], of `count` trials, float64 [n], that succeed with `prob`, float64 [n].

    With a mean below 10 by adding up geometric variates, from there by Hörmann's BTRS; above a half the failures are drawn.
    Unlike those above, the variates follow one another: each begins with the block after the last that was needed. (The
    reference splits large draws among its threads; these are one thread's numbers.)
    """
    mirrored = prob > 0.5
    p = jnp.where(mirrored, 1 - prob, prob)
    nothing = ~((count > 0) & (p > 0))
    hopeless = ~nothing & ~jnp.isfinite(count)
    small = count * p < 10
    log_failure = jnp.log1p(-p)
    stddev = jnp.sqrt(count * p * (1 - p))
    b = 1.15 + 2.53 * stddev
    a = -0.0873 + 0.0248 * b + 0.01 * p
    odds = p / (1 - p)
    mode = jnp.floor((count + 1) * p)
    at_mode = (mode + 0.5) * jnp.log((mode + 1) / (odds * (count - mode + 1))) + _stirling_tail(mode) + _stirling_tail(count - mode)

    def step(state: Any) -> Any:
        block, i, trials, successes, out = state
        n, q, r, width, lean, spread, m = (jnp.take(v, i // samples) for v in (count, p, odds, b, a, stddev, mode))
        first, second = (u[0] for u in _pair(blocks(block)))
        # Geometric variates, one from each number, until there are more trials than there may be.
        once = trials + jnp.ceil(jnp.log(first) / jnp.take(log_failure, i // samples))
        twice = once + jnp.ceil(jnp.log(second) / jnp.take(log_failure, i // samples))
        counted = successes + jnp.where(once > n, 0.0, 1.0)
        # BTRS: a point in a box, mostly accepted at once.
        u = first - 0.5
        shifted = 0.5 - abs(u)
        k = jnp.floor((2 * lean / shifted + width) * u + n * q + 0.5)
        at_once = (shifted >= 0.07) & (second <= 0.92 - 4.2 / width)
        log_left = jnp.log(second * (2.83 + 5.1 / width) * spread / (lean / (shifted * shifted) + width))
        bound = (
            jnp.take(at_mode, i // samples)
            + (n + 1) * jnp.log((n - m + 1) / (n - k + 1))
            + (k + 0.5) * jnp.log(r * (n - k + 1) / (k + 1))
            - _stirling_tail(k)
            - _stirling_tail(n - k)
        )
        fits = at_once | ((k >= 0) & (k <= n) & (log_left <= bound))
        few, none = jnp.take(small, i // samples), jnp.take(nothing, i // samples)
        lost = jnp.take(hopeless, i // samples)
        done = none | lost | jnp.where(few, twice > n, fits)
        value = jnp.where(none, 0.0, jnp.where(lost, jnp.nan, jnp.where(few, counted, k)))
        return (
            block + jnp.where(none, 0, 1).astype(np.uint64),
            i + done.astype(np.int32),
            jnp.where(done, 0.0, twice),
            jnp.where(done, 0.0, successes + 2),
            out.at[i].set(value),
        )

    total = count.shape[0] * samples
    start = (jnp.zeros((1,), np.uint64), jnp.int32(0), jnp.float64(0), jnp.float64(0), jnp.zeros((total,), np.float64))
    drawn = jax.lax.while_loop(lambda s: s[1] < total, step, start)[4].reshape(-1, samples)
    mirrored, count = mirrored[:, None], count[:, None]
    return jnp.where(mirrored & (count > 0), count - drawn, drawn)
