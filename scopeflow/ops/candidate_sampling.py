"""Sampling of candidate classes for losses over many classes (nce_loss, sampled_softmax_loss)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..graph.default_graph import get_seed
from ..graph.operation import Tensor
from ..graph.public import public
from ..graph.tensor_shape import Dims
from ..op.checks import check
from ..op.declare import Op, op
from ..op.philox import Generator
from ..op.shapes import with_rank
from ..op.variates import double, fraction

_COUNTS = "sampled_candidates: int64, true_expected_count: float, sampled_expected_count: float"
#: words reserved for each class sampled
_RESERVED_WORDS = 2048


def _sampled_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    batch, _ = with_rank(inputs[0]._dims, 2)
    n = attrs["num_sampled"]
    for name in ("num_sampled", "num_true"):
        if attrs[name] < 1:
            raise ValueError(f"Attr '{name}' of a candidate sampler passed {attrs[name]} less than minimum 1.")
    return [(n,), (batch, attrs["num_true"]), (n,)]


_FLAGS: dict[str, Any] = {"random": True, "host": True, "differentiable": False, "shape": _sampled_shape}


class _Words:
    """The words of a generator, one after the other."""

    def __init__(self, rng: Generator, at_once: int):
        self._rng = rng
        self._size = max(at_once, 64)
        self._block = 0
        self._words = self._more()

    def _more(self) -> Iterator[np.ndarray]:
        blocks = np.arange(self._block, self._block + self._size, dtype=np.uint64)
        self._block += self._size
        return iter(self._rng.blocks(blocks).reshape(-1, 1))

    def next(self) -> np.ndarray:
        """The next word, uint32 [1]."""
        try:
            return next(self._words)
        except StopIteration:
            self._words = self._more()
            return next(self._words)

    def double(self) -> float:
        """Uniform in [0, 1)."""
        first = self.next()
        return float(double(first, self.next())[0])

    def long(self) -> int:
        """64 random bits."""
        low = int(self.next()[0])
        return low | int(self.next()[0]) << 32


def _sample(
    true_classes: np.ndarray,
    num_true: int,
    num_sampled: int,
    unique: bool,
    rng: Generator,
    draw: Callable[[_Words], int],
    probability: Callable[[np.ndarray], np.ndarray],
) -> tuple[Any, Any, Any]:
    """`num_sampled` classes, and how often the true and the sampled ones were to be expected among them."""
    _check_true(true_classes, num_true)
    rng.advance += num_sampled * _RESERVED_WORDS // 4
    random = _Words(rng, num_sampled)
    picked: list[int] = []
    seen: set[int] = set()
    tries = 0
    while len(picked) < num_sampled:
        value = draw(random)
        tries += 1
        if not unique or value not in seen:
            seen.add(value)
            picked.append(value)

    def expected(classes: np.ndarray) -> np.ndarray:
        p = probability(classes)
        if tries == num_sampled:
            return (p * num_sampled).astype(np.float32)
        return (-np.expm1(tries * np.log1p(-p))).astype(np.float32)

    sampled = np.array(picked, np.int64)
    return sampled, expected(true_classes), expected(sampled)


def _check_true(true_classes: np.ndarray, num_true: int) -> None:
    found = true_classes.shape[1]
    check(found == num_true, f"true_classes must have num_true columns, expected: {found} was: {num_true}")


def _check_range(unique: bool, num_sampled: int, classes: int) -> None:
    check(not unique or num_sampled <= classes, "Sampler's range is too small.")


@op("UniformCandidateSampler", f"true_classes: int64 -> {_COUNTS}", **_FLAGS)
def uniform_op(
    true_classes, *, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: int = 0, seed2: int = 0, rng: Generator
):
    """Classes, all with the same probability."""
    _check_range(unique, num_sampled, range_max)

    def probability(classes: np.ndarray) -> np.ndarray:
        return np.full(classes.shape, 1.0 / range_max)

    return _sample(true_classes, num_true, num_sampled, unique, rng, lambda words: words.long() % range_max, probability)


@op("LogUniformCandidateSampler", f"true_classes: int64 -> {_COUNTS}", **_FLAGS)
def log_uniform_op(
    true_classes, *, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: int = 0, seed2: int = 0, rng: Generator
):
    """Classes, the lower ones more often (Zipf's law)."""
    _check_range(unique, num_sampled, range_max)
    log_range = math.log1p(range_max)

    def draw(words: _Words) -> int:
        return (int(math.exp(words.double() * log_range)) - 1) % range_max

    def probability(classes: np.ndarray) -> np.ndarray:
        return np.log((classes + 2.0) / (classes + 1.0)) / log_range

    return _sample(true_classes, num_true, num_sampled, unique, rng, draw, probability)


@op("AllCandidateSampler", f"true_classes: int64 -> {_COUNTS}", **_FLAGS)
def all_op(true_classes, *, num_true: int, num_sampled: int, unique: bool, seed: int = 0, seed2: int = 0, rng: Generator):
    """The classes from 0 to `num_sampled`."""
    _check_true(true_classes, num_true)
    return np.arange(num_sampled), np.ones(true_classes.shape), np.ones(num_sampled)


@op("FixedUnigramCandidateSampler", f"true_classes: int64 -> {_COUNTS}", **_FLAGS)
def fixed_unigram_op(
    true_classes,
    *,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: list[float] = (),  # noqa: F821
    seed: int = 0,
    seed2: int = 0,
    rng: Generator,
):
    """Classes by given weights, those to the power `distortion`."""
    check(num_shards > 0 and 0 <= shard < num_shards, f"shard must be in [0, {num_shards}), got {shard}")
    check(bool(vocab_file) != bool(len(unigrams)), "Must provide either vocab_file or unigrams.")
    _check_range(unique, num_sampled, range_max)
    given = _weights_of_file(vocab_file) if vocab_file else unigrams
    # A shard has every num_shards-th of the reserved classes, and of the given ones, counted on from those it has reserved.
    reserved = [0.0] * len(range(shard, num_reserved_ids, num_shards))
    first = (shard - len(reserved)) % num_shards
    weights = np.array(reserved + [w**distortion for w in given[first::num_shards]], np.float32)
    check(len(weights) == range_max, f"range_max is {range_max}, but there are {len(weights)} classes")
    share, other = _alias_table(weights)
    total = weights.astype(np.float64).sum()

    def draw(words: _Words) -> int:
        place = fraction(words.next(), np.dtype(np.float32))[0]
        at = int(words.next()[0]) % len(weights)
        return at if place < share[at] else other[at]

    def probability(classes: np.ndarray) -> np.ndarray:
        inside = (classes >= 0) & (classes < len(weights))
        return np.where(inside, weights[np.where(inside, classes, 0)] / total, 0.0)

    return _sample(true_classes, num_true, num_sampled, unique, rng, draw, probability)


def _weights_of_file(path: str) -> list[float]:
    """The last of the fields, separated by commas, of each line that has some."""
    with open(path) as lines:
        return [float(line.rsplit(",", 1)[-1]) for line in lines if line.strip()]


def _alias_table(weights: np.ndarray) -> tuple[list[float], list[int]]:
    """Vose's tables: the share of its cell that each class keeps, and the class that has the rest."""
    n = len(weights)
    left = weights.astype(np.float64) * n / weights.astype(np.float64).sum()
    share, other = [1.0] * n, [-1] * n
    low = [i for i in range(n) if left[i] < 1]
    high = [i for i in range(n) if left[i] >= 1]
    while low and high:
        small, large = low.pop(), high[-1]
        share[small], other[small] = float(left[small]), large
        left[large] -= 1 - left[small]
        if left[large] < 1:
            low.append(high.pop())
    return share, other


@op("LearnedUnigramCandidateSampler", f"true_classes: int64 -> {_COUNTS}", **_FLAGS)
def learned_unigram_op(
    true_classes, *, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: int = 0, seed2: int = 0, rng: Generator
):
    """Classes in proportion to how often they were true in the runs before, all of them once to begin with."""
    _check_range(unique, num_sampled, range_max)
    assert rng.memory is not None
    counts = rng.memory.setdefault("counts", np.ones(range_max, np.int64))
    heaps = np.cumsum(counts)
    total = int(heaps[-1])

    def draw(words: _Words) -> int:
        return int(np.searchsorted(heaps, int(words.next()[0]) % total, side="right"))

    def probability(classes: np.ndarray) -> np.ndarray:
        inside = (classes >= 0) & (classes < range_max)
        return np.where(inside, counts[np.where(inside, classes, 0)] / total, 0.0)

    out = _sample(true_classes, num_true, num_sampled, unique, rng, draw, probability)
    known = true_classes[(true_classes >= 0) & (true_classes < range_max)]
    rng.memory["counts"] = counts + np.bincount(known, minlength=range_max)
    return out


@op(
    "ComputeAccidentalHits",
    "true_classes: int64, sampled_candidates: int64 -> indices: int32, ids: int64, weights: float",
    host=True,
    differentiable=False,
)
def accidental_hits_op(true_classes, sampled_candidates, *, num_true: int, seed: int = 0, seed2: int = 0):
    """Where a true class was sampled too: its row, its place among the sampled, and the lowest float."""
    found = true_classes.shape[1]
    check(found == num_true, f"true_classes must have num_true columns, expected: {found} was: {num_true}")
    place = {c: i for i, c in enumerate(sampled_candidates.tolist())}
    hits = [(row, place[c]) for row, classes in enumerate(true_classes.tolist()) for c in classes if c in place]
    pairs = np.array(hits, np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1], np.full(len(hits), np.finfo(np.float32).min)


@accidental_hits_op.shape
def _accidental_hits_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    with_rank(inputs[0]._dims, 2)
    return [(None,), (None,), (None,)]


# -- public functions -------------------------------------------------------------------
def _made(sampler: Op, seed: Any, name: str | None, true_classes: Any, **attrs: Any) -> Any:
    first, second = get_seed(seed)
    return sampler(true_classes, seed=first or 0, seed2=second or 0, name=name, **attrs)


@public("nn.uniform_candidate_sampler", "random.uniform_candidate_sampler")
def uniform_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: Any = None, name: str | None = None
) -> Any:
    """Classes below `range_max`, all with the same probability.

    Args:
      true_classes: [batch, num_true].
      unique: never the same class twice.

    Returns:
      sampled_candidates [num_sampled]; true_expected_count [batch, num_true] and sampled_expected_count [num_sampled]:
      how often each is to be expected among the sampled.
    """
    return _made(uniform_op, seed, name, true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max)


@public("nn.log_uniform_candidate_sampler", "random.log_uniform_candidate_sampler")
def log_uniform_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: Any = None, name: str | None = None
) -> Any:
    """As `uniform_candidate_sampler`, class c with probability log((c + 2) / (c + 1)) / log(range_max + 1)."""
    return _made(log_uniform_op, seed, name, true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max)


@public("nn.learned_unigram_candidate_sampler", "random.learned_unigram_candidate_sampler")
def learned_unigram_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, range_max: int, seed: Any = None, name: str | None = None
) -> Any:
    """As `uniform_candidate_sampler`, classes in proportion to how often they were among `true_classes` in the runs before."""
    return _made(
        learned_unigram_op, seed, name, true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max
    )


@public("nn.all_candidate_sampler", "random.all_candidate_sampler")
def all_candidate_sampler(
    true_classes: Any, num_true: int, num_sampled: int, unique: bool, seed: Any = None, name: str | None = None
) -> Any:
    """As `uniform_candidate_sampler`, but the classes from 0 to `num_sampled`."""
    return _made(all_op, seed, name, true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique)


@public("nn.fixed_unigram_candidate_sampler", "random.fixed_unigram_candidate_sampler")
def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: Any = None,
    name: str | None = None,
) -> Any:
    """As `uniform_candidate_sampler`, classes with probabilities in proportion to weights ** `distortion`.

    Args:
      vocab_file: a file whose lines end with the weights, after a comma; or
      unigrams: the weights themselves.
      num_reserved_ids: so many first classes have weight 0, and those weights are not given.
      num_shards, shard: only every num_shards-th class, from the one with number `shard` on; `range_max` counts those.
    """
    return _made(
        fixed_unigram_op, seed, name, true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique, range_max=range_max,
        vocab_file=vocab_file, distortion=distortion, num_reserved_ids=num_reserved_ids, num_shards=num_shards, shard=shard,
        unigrams=list(unigrams),
    )  # fmt: skip


@public("nn.compute_accidental_hits")
def compute_accidental_hits(true_classes: Any, sampled_candidates: Any, num_true: int, seed: Any = None, name: str | None = None) -> Any:
    """Where true classes, [batch, num_true], were sampled by accident: (rows, places among the sampled, lowest floats)."""
    first, second = get_seed(seed)
    return accidental_hits_op(true_classes, sampled_candidates, num_true=num_true, seed=first or 0, seed2=second or 0, name=name)
