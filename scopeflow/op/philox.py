"""Random numbers: Philox 4x32-10, drawn as TensorFlow's CPU kernels draw them, so that the same seeds give the same numbers.

A generator is a key (2 words of 32 bits) and a counter (4 words); each counter value gives a block of four words. The
same code computes with NumPy and with JAX. Rules that TensorFlow 1.15.5 was seen to follow:

- Element i of a draw comes from block i // per_block: four a block, two for 64-bit types.
- Truncated normals are drawn again until they fit: each group of four (two) elements has 256 (128) blocks to itself.
- Gammas and Poissons have 256 blocks for each element.
- A run of an op moves its counter on by 256 for each element, used or not; a shuffle only by the blocks it used.
"""

from __future__ import annotations

import math
import os
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .namespace import xp
from .rejection import binomial, gamma, poisson
from .variates import box_muller, box_muller_double, double, fraction

_WORD = 0xFFFFFFFF
_U32, _U64 = np.uint32, np.uint64
_MULTIPLIERS = _U64(0xD2511F53), _U64(0xCD9E8D57)
_WEYL = _U32(0x9E3779B9), _U32(0xBB67AE85)
_SHIFT = _U64(32)
#: blocks reserved for an element of a distribution that may need several draws
RESERVED = 256
#: blocks that the compiled functions compute at a time: what they make on the way stays in a processor's cache
_CHUNK = 1 << 14
#: chunks that a thread draws together: the one group in six that does not fit at first makes up most of another chunk
_TOGETHER = 4
#: elements drawn from a distribution in this process from which compiling it is worth the time
_WORTH = 1 << 22
#: elements from which a compiled function is faster than NumPy
_MEDIUM = 1 << 15


def initial_state(seed: int, seed2: int) -> tuple[np.ndarray, np.ndarray]:
    """The key, uint32 [2], and counter, uint32 [4], that an op with these seeds starts from; fresh ones if both are 0."""
    if seed == 0 and seed2 == 0:
        seed, seed2 = secrets.randbits(64), secrets.randbits(64)
    key = np.array([seed & _WORD, (seed >> 32) & _WORD], _U32)
    return key, np.array([0, 0, seed2 & _WORD, (seed2 >> 32) & _WORD], _U32)


def advance_counter(counter: np.ndarray, steps: int) -> np.ndarray:
    """The counter, uint32 [4], `steps` blocks on (128-bit addition)."""
    value = sum(int(w) << (32 * i) for i, w in enumerate(counter)) + steps
    return np.array([(value >> (32 * i)) & _WORD for i in range(4)], _U32)


def words(key: Any, counter: Any, offsets: Any) -> list[Any]:
    """The four words, each uint32 like `offsets`, of the blocks at `counter` + `offsets` (uint64 [n])."""
    c64 = [counter[i : i + 1].astype(_U64) for i in range(4)]
    low = (c64[0] | (c64[1] << _SHIFT)) + offsets
    high = (c64[2] | (c64[3] << _SHIFT)) + (low < offsets).astype(_U64)
    c = [low.astype(_U32), (low >> _SHIFT).astype(_U32), high.astype(_U32), (high >> _SHIFT).astype(_U32)]
    k0, k1 = key[0:1], key[1:2]
    for _ in range(10):
        p0 = c[0].astype(_U64) * _MULTIPLIERS[0]
        p1 = c[2].astype(_U64) * _MULTIPLIERS[1]
        c = [(p1 >> _SHIFT).astype(_U32) ^ c[1] ^ k0, p1.astype(_U32), (p0 >> _SHIFT).astype(_U32) ^ c[3] ^ k1, p0.astype(_U32)]
        k0 = k0 + _WEYL[0]
        k1 = k1 + _WEYL[1]
    return c


Parts = tuple[Any, ...]


def _uniform_parts(w: Sequence[Any], dtype: np.dtype) -> Parts:
    if dtype == np.float64:
        return double(w[0], w[1]), double(w[2], w[3])
    return tuple(fraction(x, dtype) for x in w)


def _normals(key: Any, counter: Any, blocks: Any, dtype: np.dtype) -> Any:
    """The standard normals, [n, elements of a block], of `blocks` (uint64 [n])."""
    w = words(key, counter, blocks)
    lib = xp(w[0])
    # The words side by side are an array of its own: XLA computes them once, not for each element that is made of them.
    pairs = lib.stack([a.astype(_U64) | (b.astype(_U64) << _SHIFT) for a, b in ((w[0], w[1]), (w[2], w[3]))], -1)
    if dtype == np.float64:
        z = box_muller_double([x for i in range(2) for x in _low_and_high(pairs[:, i])])
    else:
        z = box_muller(*_low_and_high(pairs.reshape(-1)))
    return lib.stack(z, -1).reshape(-1, _per_block(dtype)).astype(dtype, copy=False)


def _low_and_high(pairs: Any) -> tuple[Any, Any]:
    return pairs.astype(_U32), (pairs >> _SHIFT).astype(_U32)


def _word_parts(w: Sequence[Any], dtype: np.dtype) -> Parts:
    if dtype == np.uint32:
        return tuple(w)
    return tuple(a.astype(_U64) | (b.astype(_U64) << _SHIFT) for a, b in ((w[0], w[1]), (w[2], w[3])))


def _interleave(parts: Parts) -> Any:
    """[a0, a1, ..], [b0, b1, ..] to [a0, b0, a1, b1, ..]."""
    if isinstance(parts[0], np.ndarray):
        return np.stack(parts, -1).reshape(-1)
    # Behind the barrier: fused with what follows, XLA would compute every block once for each of its elements.
    parts = jax.lax.optimization_barrier(parts)
    column = jax.lax.broadcasted_iota(jnp.int32, (parts[0].shape[0], len(parts)), 1)
    out = parts[-1][:, None]
    for i in range(len(parts) - 2, -1, -1):
        out = jnp.where(column == i, parts[i][:, None], out)
    return out.reshape(-1)


def _per_block(dtype: np.dtype) -> int:
    return 2 if dtype.itemsize == 8 else 4


class _Kept:
    """The first candidates of each group that lie in (-2, 2), as they come; NaN where there are none yet."""

    def __init__(self, like: Any, size: int, dtype: np.dtype):
        lib = xp(like)
        self.parts = [lib.full(like.shape, np.nan, dtype)] * size
        self.count = lib.zeros(like.shape, np.int32)

    def offer(self, candidates: Any) -> None:
        """Takes what is missing from `candidates`, [groups, candidates]."""
        lib = xp(self.count)
        for z in candidates.T:
            good = abs(z) < 2
            for j in range(len(self.parts)):
                self.parts[j] = lib.where(good & (self.count == j), z, self.parts[j])
            self.count = self.count + good

    def rows(self) -> Any:
        """The groups, [groups, size]."""
        return xp(self.count).stack(self.parts, -1)


def _stride(dtype: np.dtype) -> np.uint64:
    """How many blocks a group of truncated normals has to itself."""
    return _U64(_per_block(dtype) * (RESERVED // 4))


def _truncated_start(key: Any, counter: Any, first: Any, dtype: np.dtype) -> _Kept:
    """What two blocks give each group whose blocks begin at `first`: all of it but for one group in a hundred thousand."""
    kept = _Kept(first, _per_block(dtype), dtype)
    for i in range(2):
        kept.offer(_normals(key, counter, first + _U64(i), dtype))
    return kept


def _truncated_known(key: np.ndarray, counter: np.ndarray, groups: np.ndarray, dtype: np.dtype) -> np.ndarray:
    first = groups * _stride(dtype)
    kept = _truncated_start(key, counter, first, dtype)
    block = 2
    short = np.flatnonzero(kept.count < len(kept.parts))
    while short.size:
        rest = _Kept(first[short], len(kept.parts), dtype)
        rest.parts, rest.count = [p[short] for p in kept.parts], kept.count[short]
        rest.offer(_normals(key, counter, first[short] + _U64(block), dtype))
        for p, q in zip(kept.parts, rest.parts):
            p[short] = q
        kept.count[short] = rest.count
        block += 1
        short = np.flatnonzero(kept.count < len(kept.parts))
    return kept.rows()


def _truncated_traced(key: Any, counter: Any, groups: Any, dtype: np.dtype) -> Any:
    first = groups * _stride(dtype)
    kept = _truncated_start(key, counter, first, dtype)
    size = len(kept.parts)

    def another(state: Any) -> Any:
        block, count, parts = state
        rest = _Kept(first, size, dtype)
        rest.parts, rest.count = list(parts), count
        rest.offer(_normals(key, counter, first + block, dtype))
        return block + _U64(1), rest.count, tuple(rest.parts)

    start = (jnp.uint64(2), kept.count, tuple(kept.parts))
    return jnp.stack(jax.lax.while_loop(lambda state: (state[1] < size).any(), another, start)[2], -1)


# -- whole draws ------------------------------------------------------------------------------
_PARTS: dict[str, Callable[[Sequence[Any], np.dtype], Parts]] = {"uniform": _uniform_parts, "words": _word_parts}
#: elements drawn on the host so far of each distribution
_drawn: dict[tuple[str, np.dtype], int] = {}


def _elements(kind: str, key: Any, counter: Any, blocks: Any, dtype: np.dtype) -> Any:
    """What `blocks` (uint64 [n]) give, flat."""
    if kind == "normal":
        return _normals(key, counter, blocks, dtype).reshape(-1)
    return _interleave(_PARTS[kind](words(key, counter, blocks), dtype))


@cache
def _chunk_function(kind: str, dtype: np.dtype) -> Callable[..., Any]:
    """`_elements`, compiled; called with _CHUNK blocks at a time."""
    return jax.jit(lambda key, counter, blocks: _elements(kind, key, counter, blocks, dtype))


@jax.jit
def _completed(first: Any, second: Any) -> Any:
    """Groups made of the normals of their first two blocks, [groups, elements of a block]; NaN where these are not enough."""
    kept = _Kept(first[:, 0], first.shape[1], first.dtype)
    kept.offer(first)
    kept.offer(second)
    return kept.rows()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count())


def _compiled_draw(kind: str, key: np.ndarray, counter: np.ndarray, count: int, dtype: np.dtype) -> np.ndarray:
    truncated = kind == "truncated"
    function, per = _chunk_function("normal" if truncated else kind, dtype), _per_block(dtype)
    stride = _stride(dtype) if truncated else _U64(1)
    out = np.empty((-(-count // per), per), dtype)

    def chunk(groups: np.ndarray, block: int = 0) -> np.ndarray:
        return np.asarray(function(key, counter, groups * stride + _U64(block))).reshape(_CHUNK, per)

    def complete(rows: np.ndarray, start: int) -> None:
        # The four (two) answers of a group, read as one number.
        wide = np.flatnonzero((abs(rows) >= 2).view(f"u{per}"))
        for i in range(0, len(wide), _CHUNK):
            at = wide[i : i + _CHUNK]
            groups = np.zeros(_CHUNK, _U64)
            groups[: len(at)] = at + start
            first = np.zeros((_CHUNK, per), dtype)
            first[: len(at)] = rows[at]
            rows[at] = done = np.asarray(_completed(first, chunk(groups, 1)))[: len(at)]
            if (short := at[np.isnan(done[:, -1])]).size:
                rows[short] = _truncated_known(key, counter, short.astype(_U64) + _U64(start), dtype)

    def fill(start: int) -> None:
        rows = out[start : start + _CHUNK * _TOGETHER]
        with jax.enable_x64(True), jax.default_device(jax.local_devices(backend="cpu")[0]):
            for i in range(0, len(rows), _CHUNK):
                part = rows[i : i + _CHUNK]
                part[:] = chunk(np.arange(start + i, start + i + _CHUNK, dtype=_U64))[: len(part)]
            if truncated:
                complete(rows, start)

    # The compiled functions leave the interpreter alone: threads fill the pieces side by side.
    list(_threads().map(fill, range(0, len(out), _CHUNK * _TOGETHER)))
    return out.reshape(-1)[:count]


def _draw(kind: str, key: Any, counter: Any, count: int, dtype: np.dtype) -> Any:
    """The first `count` elements of a distribution, flat."""
    if kind == "truncated" and dtype.itemsize == 2:
        # What fits is decided before it is rounded: 1.9999 does, as a 2.0 of this type.
        return _draw(kind, key, counter, count, np.dtype(np.float32)).astype(dtype)
    per = _per_block(dtype)
    blocks = -(-count // per)
    if isinstance(key, np.ndarray) and isinstance(counter, np.ndarray):
        _drawn[kind, dtype] = drawn = _drawn.get((kind, dtype), 0) + count
        # In float64 NumPy's functions and XLA's differ in the last place: which of them is used must not hang on the past.
        if count >= (_MEDIUM if dtype != np.float64 and drawn >= _WORTH else _WORTH):
            return _compiled_draw(kind, key, counter, count, dtype)
        groups = np.arange(blocks, dtype=_U64)
        drawn = _truncated_known(key, counter, groups, dtype) if kind == "truncated" else _elements(kind, key, counter, groups, dtype)
        return drawn.reshape(-1)[:count]
    return _traced_draw(kind, key, counter, blocks, dtype)[:count]


@partial(jax.jit, static_argnums=(0, 3, 4))
def _traced_draw(kind: str, key: Any, counter: Any, blocks: int, dtype: np.dtype) -> Any:
    # A function of its own: a network's many dropouts of one shape are traced once.
    groups = jnp.arange(blocks, dtype=_U64)
    drawn = _truncated_traced(key, counter, groups, dtype) if kind == "truncated" else _elements(kind, key, counter, groups, dtype)
    return drawn.reshape(-1)


def _size(shape: Sequence[int]) -> int:
    return math.prod(int(d) for d in shape)


def skip(counter: Any, steps: Any) -> Any:
    """The counter, uint32 [4], `steps` (uint64, known or traced) further on."""
    lib = xp(counter, steps)
    c, n = lib.asarray(counter).astype(_U64), lib.asarray(steps).astype(_U64)
    low = c[0] | (c[1] << _SHIFT)
    new_low = low + n
    high = (c[2] | (c[3] << _SHIFT)) + (new_low < low).astype(_U64)
    return lib.stack([new_low, new_low >> _SHIFT, high, high >> _SHIFT]).astype(_U32)


class Generator:
    """A random op's generator in one run.

    Args:
      key: uint32 [2].
      counter: uint32 [4]. Both as NumPy arrays (results are NumPy arrays) or as traced ones.
      memory: what a host op keeps from run to run beside its generator's state.
    """

    def __init__(self, key: Any, counter: Any, memory: dict[str, Any] | None = None):
        self.key = key
        self.counter = counter
        self.memory = memory
        #: how many counter steps the op's state moves on in this run
        self.advance = 0

    def _drawn(self, kind: str, shape: Sequence[int], dtype: Any) -> Any:
        count = _size(shape)
        self.advance += count * RESERVED
        return _draw(kind, self.key, self.counter, count, np.dtype(dtype)).reshape(tuple(int(d) for d in shape))

    def blocks(self, offsets: Any) -> Any:
        """The words, uint32 [n, 4], of the blocks at `offsets`, uint64 [n]; moves nothing on."""
        return xp(self.key, self.counter, offsets).stack(words(self.key, self.counter, offsets), -1)

    def integers_of_all_bits(self, shape: Sequence[int], dtype: Any) -> Any:
        """Integers, any of `dtype`: uint32 or uint64."""
        return self._drawn("words", shape, dtype)

    def uniform(self, shape: Sequence[int], dtype: Any = np.float32) -> Any:
        """Uniform in [0, 1)."""
        return self._drawn("uniform", shape, dtype)

    def normal(self, shape: Sequence[int], dtype: Any = np.float32) -> Any:
        """Standard normal."""
        return self._drawn("normal", shape, dtype)

    def truncated_normal(self, shape: Sequence[int], dtype: Any = np.float32) -> Any:
        """Standard normal, drawn again where it is 2 or more away from 0."""
        return self._drawn("truncated", shape, dtype)

    def integers(self, shape: Sequence[int], low: Any, high: Any, dtype: Any = np.int32) -> Any:
        """Integers from `low` up to but not `high` (scalars of `dtype`, int32 or int64), by remainder."""
        unsigned = np.dtype(_U32 if np.dtype(dtype).itemsize == 4 else _U64)
        w = self._drawn("words", shape, unsigned)
        lib = xp(w, low, high)
        low, high = (lib.asarray(v, dtype).astype(unsigned).reshape((1,)) for v in (low, high))
        return (low + (w.reshape(-1) % (high - low))).astype(dtype).reshape(w.shape)

    def permutation(self, n: int) -> Any:
        """The order, int32 [n], that a shuffle of `n` things leaves them in."""
        if n < 2:
            return np.arange(n, dtype=np.int32)
        self.advance += (n + 2) // 4
        w = _draw("words", self.key, self.counter, n - 1, np.dtype(_U32))
        lib = xp(w)
        first = lib.arange(n - 1, dtype=_U32)
        other = (first + w % (_U32(n) - first)).astype(np.int32)
        if lib is np:
            order = list(range(n))
            for i, j in enumerate(other.tolist()):
                order[i], order[j] = order[j], order[i]
            return np.array(order, np.int32)

        def swap(i: Any, order: Any) -> Any:
            j = other[i]
            a, b = order[i], order[j]
            return order.at[i].set(b).at[j].set(a)

        return jax.lax.fori_loop(0, n - 1, swap, jnp.arange(n, dtype=np.int32))

    def categorical(self, logits: Any, samples: int, dtype: Any = np.int64) -> Any:
        """Classes, [batch, samples], drawn with probabilities softmax(`logits`), [batch, classes].

        The draws follow one another through the rows. (The reference splits large batches among its threads, each with
        a place of its own in the sequence: its picks there depend on the number of processors; these are one thread's.)
        """
        batch, classes = logits.shape
        self.advance += batch * (-(-samples // 4) * 4) * 2 * RESERVED
        u = _draw("uniform", self.key, self.counter, batch * samples, np.dtype(np.float64)).reshape(batch, samples)
        if not u.size:
            return np.zeros((batch, samples), dtype)
        lib = xp(u, logits)
        x = lib.asarray(logits).astype(np.float64)
        finite = lib.isfinite(x)
        x = lib.where(finite, x, -np.inf)
        top = x.max(axis=1, keepdims=True)
        cumulated = lib.cumsum(lib.where(finite, lib.exp(x - lib.where(lib.isfinite(top), top, 0.0)), 0.0), axis=1)
        wanted = u * cumulated[:, -1:]
        if lib is np:
            return np.stack([np.searchsorted(c, w, side="right") for c, w in zip(cumulated, wanted)]).astype(dtype)
        return jax.vmap(lambda c, w: jnp.searchsorted(c, w, side="right"))(cumulated, wanted).astype(dtype)

    def gamma(self, samples: int, alpha: Any) -> Any:
        """Gamma variates, [samples, len(alpha)], of shapes `alpha` (flat) and scale 1, in `alpha`'s type."""
        return self._rejected(gamma, samples, alpha).astype(alpha.dtype)

    def poisson(self, samples: int, rate: Any, dtype: Any) -> Any:
        """Poisson variates, [samples, len(rate)], of the rates `rate` (flat)."""
        dtype = np.dtype(dtype)
        largest = float(np.iinfo(dtype).max if dtype.kind == "i" else np.finfo(dtype).max)
        with np.errstate(invalid="ignore"):
            return self._rejected(poisson, samples, rate, largest).astype(dtype)

    def _rejected(self, sampler: Callable[..., Any], samples: int, parameter: Any, *more: Any) -> Any:
        n = parameter.shape[0]
        self.advance += samples * n * RESERVED
        lib = xp(self.key, self.counter, parameter)
        if samples * n >= _MEDIUM:
            lib = jnp

        with jax.enable_x64(True), np.errstate(all="ignore"):
            # Parameter by parameter, each sample has its blocks.
            first = lib.arange(n * samples, dtype=_U64) * _U64(RESERVED)
            values = lib.repeat(lib.asarray(parameter).astype(np.float64), samples)
            key, counter = lib.asarray(self.key), lib.asarray(self.counter)

            def blocks(offset: Any) -> list[Any]:
                return words(key, counter, first + offset)

            flat = sampler(lib, blocks, values, *more)
        if isinstance(self.key, np.ndarray) and isinstance(parameter, np.ndarray):
            flat = np.asarray(flat)
        return flat.reshape(n, samples).T

    def binomial(self, samples: int, counts: Any, probs: Any, dtype: Any) -> Any:
        """Binomial variates, [batches, samples]; `counts` and `probs` have an element for each batch, or one for all."""
        batches = max(counts.shape[0], probs.shape[0])
        if samples == 0:
            return np.zeros((batches, 0), dtype)
        # How far the reference moves on; one count and one probability are to it a batch of a hundred samples.
        self.advance += 2 * 100 * (batches * (samples + 3) if batches > 1 else 103) // 4 * RESERVED
        known = xp(self.key, counts, probs) is np
        with jax.enable_x64(True):
            key, counter = jnp.asarray(self.key), jnp.asarray(self.counter)
            counts, probs = (jnp.broadcast_to(jnp.asarray(v).astype(np.float64), (batches,)) for v in (counts, probs))
            drawn = _binomial(key, counter, counts, probs, samples)
        with np.errstate(invalid="ignore"):
            return (np.asarray(drawn) if known else drawn).astype(dtype)


@partial(jax.jit, static_argnums=4)
def _binomial(key: Any, counter: Any, counts: Any, probs: Any, samples: int) -> Any:
    return binomial(lambda offset: words(key, counter, offset), counts, probs, samples)


#: the key with which the stateless ops scramble their seeds
_SCRAMBLE = np.array([0x3EC8F720, 0x02461E29], _U32)


def stateless(seed: Any) -> Generator:
    """The generator of a stateless op: `seed` is int32 or int64 [2]."""
    lib = xp(seed)
    s = lib.asarray(seed).astype(np.int64).astype(_U64)
    counter = lib.stack([s[0], s[0] >> _SHIFT, s[1], s[1] >> _SHIFT]).astype(_U32)
    w = words(lib.asarray(_SCRAMBLE), counter, lib.zeros((1,), _U64))
    zero = lib.zeros((1,), _U32)
    return Generator(lib.concatenate([w[0], w[1]]), lib.concatenate([zero, zero, w[2], w[3]]))


class WordStream:
    """The words, one at a time, of a generator that a queue or dataset keeps: a block's four words in order, then the next block's."""

    _BLOCKS = 64

    def __init__(self, seed: int, seed2: int):
        self.key, self.counter = initial_state(seed, seed2)
        self._left: list[int] = []

    def next(self) -> int:
        """The next word, 0 .. 2**32 - 1."""
        if not self._left:
            w = words(self.key, self.counter, np.arange(self._BLOCKS, dtype=_U64))
            self.counter = advance_counter(self.counter, self._BLOCKS)
            self._left = np.stack(w, -1).reshape(-1)[::-1].tolist()
        return self._left.pop()

    def below(self, bound: int) -> int:
        """The next word modulo `bound`."""
        return self.next() % bound
