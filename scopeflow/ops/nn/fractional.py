"""Fractional pooling (Graham, 2014): pooling by a ratio that is no integer, over regions of random boundaries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import jax.numpy as jnp
import numpy as np

from ...graph import errors
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import op
from ...op.philox import initial_state, words
from .morphology import lowest

if TYPE_CHECKING:
    from ...op.philox import Generator


# -- where regions begin ----------------------------------------------------------------
def _regions(size: int, ratio: float) -> int:
    return int(np.floor(np.float32(size) / np.float32(ratio)))


def _by_offset(size: int, n: int, fraction: Any) -> Any:
    """Boundaries, [n + 1]: multiples of size / n, shifted by a random offset and rounded."""
    ratio, least = size / n, size // n
    # The largest offset for which all regions have `least` or `least` + 1 elements.
    most = min((least + 2) / ratio - 1, (size + 1 - least) / ratio - (n - 1))
    lib = np if isinstance(fraction, float) else jnp
    inner = lib.ceil(ratio * (np.arange(1, n) + fraction * most)).astype(np.int64) - 1
    return lib.concatenate([np.zeros(1, np.int64), inner, np.full(1, size, np.int64)])


def _by_order(size: int, n: int, order: Any) -> Any:
    """Boundaries, [n + 1], of regions of size // n and size // n + 1 elements, shuffled by `order`."""
    lengths = np.full(n, size // n, np.int64)
    lengths[: size % n] += 1
    lib = np if isinstance(order, np.ndarray) else jnp
    return lib.concatenate([np.zeros(1, np.int64), lib.cumsum(lib.asarray(lengths)[order])])


def _fixed_boundaries(sizes: Sequence[tuple[int, int]], pseudo_random: bool, seed: int, seed2: int) -> list[np.ndarray]:
    """The boundaries that the seeds give, for each (size, number of regions)."""
    # Without seeds any fixed sequence will do.
    key, counter = initial_state(seed, seed2) if seed or seed2 else initial_state(1, 1)
    out, block = [], 0
    for size, n in sizes:
        count = 1 if pseudo_random else -(-n // 4)
        w = np.stack(words(key, counter, np.arange(block, block + count, dtype=np.uint64)), axis=1).reshape(-1).tolist()
        block += count
        if pseudo_random:
            # 52 random bits, the first word above the second.
            out.append(_by_offset(size, n, float(((w[0] & 0xFFFFF) << 32 | w[1]) / 2**52)))
            continue
        order = list(range(n))
        for i in range(n - 1):
            j = i + w[i] % (n - i)
            order[i], order[j] = order[j], order[i]
        out.append(_by_order(size, n, np.array(order)))
    return out


def _boundaries(shape: Sequence[int], attrs: dict[str, Any], rng: Generator) -> list[Any]:
    ratio, seeds = attrs["pooling_ratio"], (attrs["seed"], attrs["seed2"])
    if ratio[0] != 1 or ratio[3] != 1:
        raise errors.UnimplementedError(None, None, "Fractional pooling is not yet supported on the batch nor channel dimension.")
    if not attrs["deterministic"] and seeds != (0, 0):
        raise errors.InvalidArgumentError(None, None, "Both seed and seed2 should be 0 if deterministic is false.")
    sizes = [(shape[i], _regions(shape[i], ratio[i])) for i in (1, 2)]
    if attrs["deterministic"]:
        return _fixed_boundaries(sizes, attrs["pseudo_random"], *seeds)
    if attrs["pseudo_random"]:
        fractions = rng.uniform((2,), np.float64)
        return [_by_offset(size, n, jnp.asarray(fractions)[i]) for i, (size, n) in enumerate(sizes)]
    return [_by_order(size, n, jnp.asarray(rng.permutation(n))) for size, n in sizes]


def _inside(boundaries: Any, size: int, overlapping: bool) -> Any:
    """Which elements belong to which region: bool [regions, size]."""
    at = np.arange(size)
    start, end = boundaries[:-1, None], boundaries[1:, None]
    return (at >= start) & ((at <= end) if overlapping else (at < end))


# -- ops --------------------------------------------------------------------------------
def _pooled_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = shapes.with_rank(inputs[0]._dims, 4)
    out = tuple(None if d is None else _regions(d, r) for d, r in zip(dims, attrs["pooling_ratio"]))
    # The boundaries are one more; the static shape is the reference's.
    return [out, (out[1],), (out[2],)]


def _largest_in_regions(x: Any, inside: Any, axis: int) -> Any:
    """The largest of each region along `axis`; gradients go to the first of equals."""
    x = jnp.moveaxis(x, axis, -1)
    candidates = jnp.where(inside, x[..., None, :], jnp.asarray(lowest(x.dtype), x.dtype))
    at = jnp.argmax(candidates, axis=-1)
    return jnp.moveaxis(jnp.take_along_axis(x, at, axis=-1), -1, axis)


_SIGNATURE = "value: T -> output: T, row_pooling_sequence: int64, col_pooling_sequence: int64"
_FLAGS: dict[str, Any] = {"T": "float double int32 int64", "random": True, "jax_only": True, "shape": _pooled_shape}


@op("FractionalMaxPool", _SIGNATURE, **_FLAGS)
def fractional_max_pool_op(
    value,
    *,
    pooling_ratio: list[float],
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    rng: Generator,
):
    """The largest of each region; and where the rows and columns of regions begin."""
    x = jnp.asarray(value)
    attrs = {"pooling_ratio": pooling_ratio, "pseudo_random": pseudo_random, "deterministic": deterministic, "seed": seed, "seed2": seed2}
    rows, columns = _boundaries(x.shape, attrs, rng)
    out = _largest_in_regions(x, _inside(columns, x.shape[2], overlapping), 2)
    return _largest_in_regions(out, _inside(rows, x.shape[1], overlapping), 1), rows, columns


@op("FractionalAvgPool", _SIGNATURE, **_FLAGS)
def fractional_avg_pool_op(
    value,
    *,
    pooling_ratio: list[float],
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    rng: Generator,
):
    """The mean of each region; and where the rows and columns of regions begin."""
    x = jnp.asarray(value)
    attrs = {"pooling_ratio": pooling_ratio, "pseudo_random": pseudo_random, "deterministic": deterministic, "seed": seed, "seed2": seed2}
    rows, columns = _boundaries(x.shape, attrs, rng)
    by_row, by_column = (_inside(b, n, overlapping).astype(x.dtype) for b, n in ((rows, x.shape[1]), (columns, x.shape[2])))
    sums = jnp.einsum("bhwc,rh,sw->brsc", x, by_row, by_column, precision="highest")
    counts = by_row.sum(1)[:, None, None] * by_column.sum(1)[:, None]
    return (sums / counts if jnp.issubdtype(x.dtype, jnp.floating) else sums // counts), rows, columns


def _require_four(ratio: Any, op_type: str) -> list[float]:
    ratio = list(ratio)
    if len(ratio) < 4:
        raise ValueError(f"Attr 'pooling_ratio' of '{op_type}' Op passed list of length {len(ratio)} less than minimum 4.")
    return [float(np.float32(r)) for r in ratio]


@public("nn.fractional_max_pool")
def fractional_max_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> Any:
    """(largest of each region, row boundaries, column boundaries) of `value` [batch, height, width, depth].

    Args:
      pooling_ratio: how much each of the 4 dimensions shrinks; 1 for batch and depth.
      pseudo_random: one random offset, instead of shuffled region sizes.
      overlapping: a region also has the first row and column of the next.
      deterministic: the same regions in every run, by `seed` and `seed2`, which must otherwise be 0.

    Raises:
      ValueError: fewer than 4 ratios, or `value` of another rank.
    """
    return fractional_max_pool_op(
        value, pooling_ratio=_require_four(pooling_ratio, "FractionalMaxPool"), pseudo_random=pseudo_random, overlapping=overlapping,
        deterministic=deterministic, seed=seed, seed2=seed2, name=name,
    )  # fmt: skip


@public("nn.fractional_avg_pool")
def fractional_avg_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    deterministic: bool = False,
    seed: int = 0,
    seed2: int = 0,
    name: str | None = None,
) -> Any:
    """(mean of each region, row boundaries, column boundaries); arguments as `fractional_max_pool`'s."""
    return fractional_avg_pool_op(
        value, pooling_ratio=_require_four(pooling_ratio, "FractionalAvgPool"), pseudo_random=pseudo_random, overlapping=overlapping,
        deterministic=deterministic, seed=seed, seed2=seed2, name=name,
    )  # fmt: skip
