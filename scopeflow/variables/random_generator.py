"""tf.random.experimental: generators whose state is a variable."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from ..graph import dtypes
from ..graph.conversion import convert_to_tensor, to_tensor
from ..graph.default_graph import get_default_graph, name_scope
from ..graph.dtypes import as_dtype
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops.creation import zeros_like
from ..ops.elementwise import add
from ..ops.joining import concat
from ..ops.packing import stack
from ..ops.random import _shape_tensor
from ..ops.shaping import reshape
from ..ops.stateful_random import (
    PHILOX,
    THREEFRY,
    non_deterministic_ints,
    rng_skip,
    stateful_random_binomial,
    stateful_standard_normal,
    stateful_truncated_normal,
    stateful_uniform,
    stateful_uniform_full_int,
    stateful_uniform_int,
)
from .resource import ResourceVariable

#: algorithm -> words of its state, and how many of them are the counter
_SIZES = {PHILOX: (3, 2), THREEFRY: (2, 1)}
_MASK = (1 << 64) - 1


def _size(algorithm: Any) -> tuple[int, int]:
    if algorithm not in _SIZES:
        raise ValueError(f"Unsupported algorithm id: {algorithm}")
    return _SIZES[algorithm]


def _signed(word: int) -> int:
    word &= _MASK
    return word - (1 << 64) if word >> 63 else word


@public("random.experimental.create_rng_state")
def create_rng_state(seed: Any, algorithm: int) -> Any:
    """The state, int64 NumPy array, that a generator has from a seed: an integer of any size, or a list of words.

    Raises:
      ValueError: no such algorithm.
    """
    count, _ = _size(algorithm)
    if isinstance(seed, int):
        words = [_signed(seed >> (64 * i)) for i in range(count)]
    else:
        words = [_signed(int(w)) for w in seed][:count]
        words = [0] * (count - len(words)) + words
    return np.array(words, np.int64)


@public("random.experimental.Generator")
class Generator:
    """A random generator with a state that is a variable of its own, which every draw moves on.

    Its numbers are those of Philox; sessions keep the state as they keep other variables, and it must be initialized.

    Args:
      copy_from: take algorithm and state from another generator; or
      state, alg: int64 words, and the algorithm's number, 1 for Philox.
    """

    def __init__(self, copy_from: Generator | None = None, state: Any = None, alg: int | None = None):
        if copy_from is not None:
            # What else is given must be nothing.
            assert state is None and alg is None
            alg, state = copy_from.algorithm, copy_from._state_var.read_value()
        else:
            assert state is not None and alg is not None
        size, _ = _size(alg)
        state = convert_to_tensor(state, dtypes.int64)
        state.shape.assert_is_compatible_with([size])
        self._state_var = ResourceVariable(state, dtype=dtypes.int64, trainable=False)
        self._alg = int(alg)

    @classmethod
    def from_state(cls, state: Any, alg: int) -> Generator:
        """A generator with a state."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_seed(cls, seed: Any, alg: int | None = None) -> Generator:
        """A generator with the state of a seed."""
        alg = PHILOX if alg is None else alg
        return cls(state=create_rng_state(seed, alg), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: int | None = None) -> Generator:
        """A generator with a state that nobody can foresee."""
        alg = PHILOX if alg is None else alg
        return cls(state=non_deterministic_ints([_size(alg)[0]], dtype=dtypes.int64), alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: int) -> Generator:
        """A generator with a key and a counter."""
        return cls(state=_joined(key, counter, alg), alg=alg)

    @property
    def state(self) -> ResourceVariable:
        """The variable: words of the counter, then of the key."""
        return self._state_var

    @property
    def algorithm(self) -> int:
        """The algorithm's number."""
        return self._alg

    @property
    def key(self) -> Tensor:
        """The key."""
        if self._alg not in (PHILOX, THREEFRY):
            raise ValueError(f"Unsupported algorithm id: {self._alg}")
        return self._state_var[-1]

    def reset(self, state: Any) -> Operation:
        """Sets the state: an op."""
        state = convert_to_tensor(state, dtypes.int64)
        state.shape.assert_is_compatible_with([_size(self._alg)[0]])
        return self._state_var.assign(state, read_value=False)

    def reset_from_seed(self, seed: Any) -> Operation:
        """Sets the state to that of a seed: an op."""
        return self.reset(create_rng_state(seed, self._alg))

    def reset_from_key_counter(self, key: Any, counter: Any) -> Operation:
        """Sets key and counter: an op."""
        return self.reset(_joined(key, counter, self._alg))

    def skip(self, delta: Any) -> Operation:
        """Moves the counter on by `delta`: an op."""
        return rng_skip(self._state_var.handle, self._alg, delta)

    # -- draws -----------------------------------------------------------------------
    def _draw(self, draw: Any, shape: Tensor, *more: Any, **attrs: Any) -> Tensor:
        return draw(self._state_var.handle, self._alg, shape, *more, **attrs)

    def normal(self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
        """Normal random numbers."""
        return self._scaled(stateful_standard_normal, "stateful_normal", shape, mean, stddev, dtype, name)

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = dtypes.float32, name: str | None = None
    ) -> Tensor:
        """Normal random numbers, drawn again where they are more than two standard deviations from the mean."""
        return self._scaled(stateful_truncated_normal, "truncated_normal", shape, mean, stddev, dtype, name)

    def _scaled(self, draw: Any, default: str, shape: Any, mean: Any, stddev: Any, dtype: Any, name: str | None) -> Tensor:
        with name_scope(name, default, [shape, mean, stddev]) as scope:
            shape = _shape_tensor(shape)
            mean, stddev = to_tensor(mean, dtype, "mean"), to_tensor(stddev, dtype, "stddev")
            return add(self._draw(draw, shape, dtype=dtype) * stddev, mean, name=scope)

    def uniform(self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
        """Uniform random numbers from `minval` up to but not `maxval`; by default 1, required for integers."""
        dtype = as_dtype(dtype)
        if maxval is None:
            if dtype.is_integer:
                raise ValueError(f"Must specify maxval for integer dtype {dtype!r}")
            maxval = 1
        with name_scope(name, "stateful_uniform", [shape, minval, maxval]) as scope:
            shape = _shape_tensor(shape)
            low, high = to_tensor(minval, dtype, "min"), to_tensor(maxval, dtype, "max")
            if dtype.is_integer:
                return self._draw(stateful_uniform_int, shape, low, high, name=scope)
            return add(self._draw(stateful_uniform, shape, dtype=dtype) * (high - low), low, name=scope)

    def uniform_full_int(self, shape: Any, dtype: Any = dtypes.uint64, name: str | None = None) -> Tensor:
        """Integers, any of their type."""
        with name_scope(name, "stateful_uniform_full_int", [shape]) as scope:
            return self._draw(stateful_uniform_full_int, _shape_tensor(shape), dtype=as_dtype(dtype), name=scope)

    def binomial(self, shape: Any, counts: Any, probs: Any, dtype: Any = dtypes.int32, name: str | None = None) -> Tensor:
        """Binomial random numbers: successes among `counts` trials that succeed with probability `probs`.

        Args:
          counts, probs: floats of one type, each a scalar, [1] or [shape[0]].

        (TensorFlow 1.15 loses the state's first step after an initialization, so its first two runs draw the same.)
        """
        with name_scope(name, "binomial", [shape, counts, probs]) as scope:
            counts, probs = convert_to_tensor(counts, name="counts"), convert_to_tensor(probs, name="probs")
            return self._draw(stateful_random_binomial, _shape_tensor(shape), counts, probs, dtype=as_dtype(dtype), name=scope)

    def make_seeds(self, count: int = 1) -> Tensor:
        """Seeds for `tf.random.stateless_*`: int64 [2, count]."""
        words = self.uniform_full_int([count], dtype=dtypes.int64)
        return stack([words, zeros_like(words)])

    def split(self, count: int = 1) -> list[Generator]:
        """Refused, as in graphs of TensorFlow 1.15: the new generators' states would have to be known at once."""
        raise NotImplementedError("tf.random.experimental.Generator.split needs eager mode: use make_seeds, or from_seed.")


def _joined(key: Any, counter: Any, alg: int) -> Tensor:
    """The state that key and counter make."""
    _, counter_size = _size(alg)
    counter = convert_to_tensor(counter, dtypes.int64)
    key = convert_to_tensor(key, dtypes.int64)
    counter.shape.assert_is_compatible_with([counter_size])
    key.shape.assert_is_compatible_with([])
    key = reshape(key, [1])
    return concat([counter, key], 0)


#: graph -> its global generator
_global: weakref.WeakKeyDictionary[Any, Generator] = weakref.WeakKeyDictionary()


@public("random.experimental.get_global_generator")
def get_global_generator() -> Generator:
    """The generator that `set_global_generator` set, or one with a state that nobody can foresee, made at the first call in a graph."""
    graph = get_default_graph()
    if graph not in _global:
        _global[graph] = Generator.from_non_deterministic_state()
    return _global[graph]


@public("random.experimental.set_global_generator")
def set_global_generator(generator: Generator) -> None:
    """Makes `generator` the global one of its graph."""
    _global[get_default_graph()] = generator
