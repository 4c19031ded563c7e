"""Initial values from checkpoints; the nodes are in tests/golden/node_cases/init_from_checkpoint.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import checkpoint_values
import numpy as np
import pytest

import scopeflow as tf

MODEL = str(Path(checkpoint_values.__file__).parent / "checkpoints" / "model.ckpt")
BOTH = pytest.mark.parametrize("init", [tf.train.init_from_checkpoint, tf.contrib.framework.init_from_checkpoint])
KINDS = pytest.mark.parametrize("resource", [False, True])


@pytest.fixture(autouse=True)
def graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def values_of(*variables: Any) -> list[Any]:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return [session.run(tf.convert_to_tensor(v)).tolist() for v in variables]


@BOTH
@KINDS
def test_one_variable(init: Callable[..., None], resource: bool) -> None:
    v = tf.get_variable("v", [3], use_resource=resource)
    init(MODEL, {"a": v})
    assert values_of(v) == [[1.0, 2.0, 3.0]]


@BOTH
@KINDS
def test_a_scope(init: Callable[..., None], resource: bool) -> None:
    with tf.variable_scope("n", use_resource=resource):
        b, c, tb = tf.get_variable("b", [2], tf.int32), tf.get_variable("c", [2]), tf.get_variable("t/b", [2])
    other = tf.get_variable("other", initializer=9.0)
    init(MODEL, {"s/": "n/"})
    assert values_of(b, c, tb, other) == [[1, 2], [1.0, 2.0], [5.0, 6.0], 9.0]


@BOTH
@KINDS
@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_parts(init: Callable[..., None], resource: bool, parts: int) -> None:
    with tf.variable_scope("n", use_resource=resource, partitioner=tf.fixed_size_partitioner(parts)):
        w = tf.get_variable("w", [4, 2])
    init(MODEL, {"p/w": "n/w"})
    assert values_of(w) == [[[0.0, 0.0], [0.0, 0.0], [2.0, 2.0], [2.0, 2.0]]]


def test_a_partitioned_variable_itself() -> None:
    w = tf.get_variable("w", [4, 2], partitioner=tf.fixed_size_partitioner(2))
    tf.train.init_from_checkpoint(MODEL, {"p/w": w})
    assert values_of(w)[0][2:] == [[2.0, 2.0], [2.0, 2.0]]


def test_everything_a_scope_lacks_is_listed() -> None:
    with tf.variable_scope("n"):
        for name in ("b", "cc", "t/bb", "zzzzz"):
            tf.get_variable(name, [2])
    with pytest.raises(ValueError) as caught:
        tf.train.init_from_checkpoint(MODEL, {"s/": "n/"})
    text = str(caught.value)
    assert text.startswith("Tensor s/cc (cc in s/) is not found in ")
    assert "3 of 4 names are not in it:" in text
    assert "s/cc  (nearest: s/c" in text and "s/t/bb  (nearest: s/t/b" in text and "s/zzzzz" in text


def test_a_value_that_is_no_variable_is_refused() -> None:
    tf.get_variable("v", [3])
    with pytest.raises(TypeError, match="must be variables, lists of their parts, or names"):
        tf.train.init_from_checkpoint(MODEL, {"a": 3})


def test_another_type_is_found_when_it_runs() -> None:
    v = tf.get_variable("v", [3], tf.int32)
    tf.train.init_from_checkpoint(MODEL, {"a": v})
    with pytest.raises(tf.errors.InvalidArgumentError, match="tensor_name = a; expected dtype int32 does not equal original dtype float"):
        values_of(v)


def test_reading_without_a_graph() -> None:
    folder = str(Path(MODEL).parent)
    assert tf.train.list_variables(folder) == [("a", [3]), ("p/w", [4, 2]), ("s/b", [2]), ("s/c", [2]), ("s/t/b", [2])]
    assert tf.train.load_variable(folder, "a:0").tolist() == [1.0, 2.0, 3.0]
    reader = tf.train.NewCheckpointReader(MODEL)
    assert reader.get_variable_to_dtype_map()["s/b"] is tf.int32
    assert reader.get_tensor("p/w").tolist() == [[0.0, 0.0], [0.0, 0.0], [2.0, 2.0], [2.0, 2.0]]
    scalar = tf.train.NewCheckpointReader(str(Path(folder) / "types")).get_tensor("scalar")
    assert type(scalar) is np.float32 and scalar == 7.0


def test_checkpoints_iterator(tmp_path: Path) -> None:
    v = tf.get_variable("v", initializer=1.0)
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(v.initializer)
        seen = []
        saver.save(session, str(tmp_path / "m"), 0, write_meta_graph=False)
        for found in tf.train.checkpoints_iterator(str(tmp_path), timeout=0):
            seen.append(found)
            if len(seen) < 3:
                saver.save(session, str(tmp_path / "m"), len(seen), write_meta_graph=False)
    assert seen == [str(tmp_path / f"m-{i}") for i in range(3)]
    assert tf.contrib.training.wait_for_new_checkpoint(str(tmp_path), seen[-1], timeout=0) is None
