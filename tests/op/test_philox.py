"""Random numbers: the generator itself, and its draws against those of TensorFlow 1.15.5 (tests/golden/record_random.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
import ml_dtypes
import numpy as np
import pytest

from scopeflow.op import philox
from scopeflow.op.philox import Generator, advance_counter, initial_state, stateless, words

GOLDEN = np.load(Path(__file__).parents[1] / "golden" / "random.npz")
SEED, SEED2 = 12345678901, 98765432109876
LARGE = 200001
#: units in the last place by which a number may differ; the picks of samplers and uniform numbers may not
PLACES = {"normal": 2, "truncated": 2, "gamma": 8}


def np_type(name: str) -> np.dtype:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def draw(rng: Generator, name: str) -> Any:
    """The draw that a golden entry's name describes."""
    kind, dtype, *more = name.split("|")
    kind = kind.removeprefix("stateless ")
    if kind in ("uniform", "normal", "truncated"):
        return {"uniform": rng.uniform, "normal": rng.normal, "truncated": rng.truncated_normal}[kind]([int(more[0])], np_type(dtype))
    if kind == "integers":
        if more[0] == "wide":
            return rng.integers([9], np.int32(-(2**31)), np.int32(2**31 - 1), np.int32)
        return rng.integers([int(more[0])], -3, 2**30 + 7, np_type(dtype))
    if kind == "shuffle":
        return rng.permutation(int(more[0]))
    if kind == "categorical":
        batch, classes, n = map(int, more)
        return rng.categorical(np.random.RandomState(classes).randn(batch, classes).astype(dtype), n)
    if kind == "gamma":
        return rng.gamma(int(more[0]), np.array([0.2, 1.0, 7.5], dtype))
    assert kind == "poisson"
    return rng.poisson(int(more[0]), np.array([0.2, 10.0, 75.0, -1.0], np.float32), np_type(dtype))


def runs_of(name: str, traced: bool) -> list[np.ndarray]:
    """Three consecutive runs of an op, as the runtime makes them."""
    key, counter = initial_state(SEED, SEED2)
    made: list[Generator] = []

    def run(key: Any, counter: Any) -> Any:
        made.append(Generator(key, counter))
        return draw(made[-1], name)

    function = jax.jit(run) if traced else run
    out = []
    for _ in range(3):
        with jax.enable_x64(True):
            out.append(np.asarray(function(key, counter)))
        counter = advance_counter(counter, made[-1].advance)
    return out


def compare(name: str, found: np.ndarray, expected: np.ndarray) -> None:
    kind, dtype = name.removeprefix("stateless ").split("|")[:2]
    assert found.shape == expected.shape
    if kind in PLACES:
        resolution = np.spacing(np.abs(expected).astype(np_type(dtype)) + np_type(dtype).type(0)).astype(np.float64)
        assert (np.abs(found.astype(np.float64) - expected) <= PLACES[kind] * resolution).all()
    else:
        np.testing.assert_array_equal(found.astype(expected.dtype), expected)


_STATEFUL = [n for n in GOLDEN.files if not n.startswith("stateless") and str(LARGE) not in n]


@pytest.mark.parametrize("name", _STATEFUL)
def test_runs_follow_the_reference(name: str) -> None:
    for found, expected in zip(runs_of(name, traced=False), GOLDEN[name]):
        compare(name, found, expected)


#: compiling takes a second each: one size of each distribution and type
_TRACED = [
    n
    for n in _STATEFUL
    if n.endswith(("|7", "shuffle|int32|5", "2|50|9", "gamma|float32|30", "gamma|float64|30", "poisson|int32|30", "wide"))
]


@pytest.mark.parametrize("name", _TRACED)
def test_traced_runs_follow_the_reference(name: str) -> None:
    for found, expected in zip(runs_of(name, traced=True), GOLDEN[name]):
        compare(name, found, expected)


@pytest.mark.parametrize("name", [n for n in GOLDEN.files if n.startswith("stateless")])
def test_stateless_draws_follow_the_reference(name: str) -> None:
    *_, first, second = name.split("|")
    compare(name, draw(stateless(np.array([int(first), int(second)])), "|".join(name.split("|")[:3])), GOLDEN[name][0])


@pytest.mark.parametrize("traced", [False, True])
def test_large_uniform_draw_follows_the_reference(traced: bool) -> None:
    name = f"uniform|float32|{LARGE}"
    for found, expected in zip(runs_of(name, traced), GOLDEN[name]):
        bits = np.concatenate([found.view(np.uint32).astype(np.uint64), np.zeros(-LARGE % 1000, np.uint64)])
        np.testing.assert_array_equal(bits.reshape(-1, 1000).sum(axis=1), expected)


@pytest.mark.parametrize(
    ("key", "counter", "block"),
    [
        ([0, 0], [0, 0, 0, 0], [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([0xFFFFFFFF] * 2, [0xFFFFFFFF] * 4, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        ([0xA4093822, 0x299F31D0], [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]),
    ],
)
def test_blocks_are_philox(key: list[int], counter: list[int], block: list[int]) -> None:
    """The known answers that the authors of Philox publish."""
    made = words(np.array(key, np.uint32), np.array(counter, np.uint32), np.zeros(1, np.uint64))
    assert [int(w[0]) for w in made] == block


def test_counter_carries_over_all_its_words() -> None:
    top = np.array([0xFFFFFFFF] * 3 + [5], np.uint32)
    assert advance_counter(top, 1).tolist() == [0, 0, 0, 6]
    assert advance_counter(np.array([0xFFFFFFFF] * 4, np.uint32), 2).tolist() == [1, 0, 0, 0]
    key = np.array([1, 2], np.uint32)
    across = words(key, top, np.arange(3, dtype=np.uint64))
    after = words(key, advance_counter(top, 1), np.arange(2, dtype=np.uint64))
    for a, b in zip(across, after):
        np.testing.assert_array_equal(a[1:], b)


def test_seeds_make_the_initial_state() -> None:
    key, counter = initial_state(0x1_0000_0002, -1)
    assert key.tolist() == [2, 1]
    assert counter.tolist() == [0, 0, 0xFFFFFFFF, 0xFFFFFFFF]
    assert initial_state(0, 0)[0].tolist() != initial_state(0, 0)[0].tolist()


@pytest.mark.parametrize("kind", ["uniform", "normal", "truncated", "words"])
def test_compiled_chunks_are_the_same_numbers(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(philox, "_CHUNK", 512)
    philox._chunk_function.cache_clear()
    dtype = np.dtype(np.uint32 if kind == "words" else np.float32)
    key, counter = initial_state(3, 4)
    found = philox._compiled_draw(kind, key, counter, 5001, dtype)
    philox._chunk_function.cache_clear()
    np.testing.assert_allclose(found, philox._draw(kind, key, counter, 5001, dtype), rtol=3e-7)


def test_truncated_normals_are_rounded_after_they_fit() -> None:
    """The reference keeps a half that is 2.0 once rounded."""
    draws = [Generator(*initial_state(3, 4)).truncated_normal([20000], dtype) for dtype in (np.float32, np.float16)]
    assert (abs(draws[1]) == 2).any()
    np.testing.assert_array_equal(draws[0].astype(np.float16), draws[1])


def test_truncated_groups_that_need_a_third_block() -> None:
    """Groups whose first two blocks do not give enough: in NumPy, in the compiled chunks and traced."""
    key, counter = initial_state(1, 2)
    groups = np.arange(1 << 18, dtype=np.uint64)
    short = np.flatnonzero(philox._truncated_start(key, counter, groups * np.uint64(256), np.dtype(np.float32)).count < 4)
    assert short.size
    known = philox._truncated_known(key, counter, groups[short], np.dtype(np.float32))
    assert (np.abs(known) < 2).all()
    with jax.enable_x64(True):
        traced = philox._truncated_traced(key, counter, jax.numpy.asarray(groups[short]), np.dtype(np.float32))
    np.testing.assert_allclose(traced, known, rtol=3e-7)
    whole = philox._compiled_draw("truncated", key, counter, 4 << 18, np.dtype(np.float32)).reshape(-1, 4)
    np.testing.assert_allclose(whole[short], known, rtol=3e-7)


def test_normals_are_normal() -> None:
    z = Generator(*initial_state(5, 6)).normal([200000])
    assert abs(z.mean()) < 0.01 and abs(z.std() - 1) < 0.01
    t = Generator(*initial_state(5, 6)).truncated_normal([200000])
    assert np.abs(t).max() < 2 and abs(t.std() - 0.8796) < 0.01


def test_nothing_drawn_moves_nothing() -> None:
    rng = Generator(*initial_state(5, 6))
    assert rng.uniform([0, 3]).shape == (0, 3)
    assert rng.permutation(1).tolist() == [0]
    assert rng.categorical(np.zeros([0, 3], np.float32), 4).shape == (0, 4)
    assert rng.gamma(0, np.ones(2)).shape == (0, 2)
    assert rng.advance == 0


def test_parameters_that_cannot_be_sampled_give_nan() -> None:
    rng = Generator(*initial_state(5, 6))
    assert np.isnan(rng.gamma(1, np.array([-1.0, np.nan]))).all()
    assert np.isnan(rng.poisson(1, np.array([np.inf, np.nan]), np.float32)).all()


def test_large_gammas_and_poissons_are_compiled_to_the_same() -> None:
    key, counter = initial_state(5, 6)
    n = philox._MEDIUM // 2
    large = Generator(key, counter).gamma(n, np.array([0.5, 4.0]))
    small = Generator(key, counter).gamma(8, np.array([0.5]))
    np.testing.assert_allclose(large[:8, 0], small[:, 0], rtol=1e-12)
    large = Generator(key, counter).poisson(n, np.array([3.0, 40.0]), np.int64)
    np.testing.assert_array_equal(large[:8, 0], Generator(key, counter).poisson(8, np.array([3.0]), np.int64)[:, 0])
