"""tf.train.warm_start: which variables it picks, by pattern, list and other names; what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scopeflow as tf

_ZEROS = tf.zeros_initializer()


@pytest.fixture
def old(tmp_path: Path) -> Any:
    """A checkpoint of a, s/b, c and the untrained g."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("a", initializer=[1.0, 2.0])
        tf.get_variable("s/b", initializer=3.0)
        tf.get_variable("c", initializer=np.arange(6.0).reshape(3, 2))
        tf.get_variable("g", initializer=5.0, trainable=False)
        session.run(tf.global_variables_initializer())
        path = tf.train.Saver().save(session, str(tmp_path / "m"))
    with tf.Graph().as_default():
        yield path


def _values() -> list[Any]:
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return [np.asarray(v).tolist() for v in session.run(tf.global_variables())]


@pytest.mark.parametrize(
    "chosen, expected",
    [
        (".*", [[1.0, 2.0], 3.0, 0.0]),
        ("s/.*", [[0.0, 0.0], 3.0, 0.0]),
        (["g", "a"], [[1.0, 2.0], 0.0, 5.0]),
        (None, [[0.0, 0.0], 0.0, 0.0]),
        ("variables", [[0.0, 0.0], 3.0, 5.0]),
    ],
)
def test_variables_are_picked(old: str, chosen: Any, expected: list[Any]) -> None:
    """A pattern means trainable variables; a list of patterns, all; a list of variables, these."""
    made = [tf.get_variable(n, s, initializer=_ZEROS, trainable=n != "g") for n, s in (("a", [2]), ("s/b", []), ("g", []))]
    tf.train.warm_start(old, made[1:] if chosen == "variables" else chosen)
    assert _values() == expected


def test_parts_of_one_variable(old: str) -> None:
    """Take their parts of the tensor."""
    tf.get_variable("c", [3, 2], tf.float64, initializer=_ZEROS, partitioner=tf.fixed_size_partitioner(2))
    tf.train.warm_start(old)
    assert _values() == [[[0.0, 1.0], [2.0, 3.0]], [[4.0, 5.0]]]


def test_other_names(old: str) -> None:
    """A name that is of no variable is a mistake."""
    tf.get_variable("x", [2], initializer=_ZEROS)
    tf.train.warm_start(old, var_name_to_prev_var_name={"x": "a"})
    assert _values() == [[1.0, 2.0]]
    with pytest.raises(ValueError, match=r"var_name_to_prev_var_name that were not used: \{'y'\}"):
        tf.train.warm_start(old, var_name_to_prev_var_name={"x": "a", "y": "a"})
    with pytest.raises(ValueError, match="Tensor x is not found"):
        tf.train.warm_start(old)


def test_what_is_refused(old: str) -> None:
    """Other types, and vocabularies."""
    v = tf.get_variable("a", [2], initializer=_ZEROS)
    for wrong in (v, 3, [v, "a"]):
        with pytest.raises(ValueError, match="vars_to_warm_start"):
            tf.train.warm_start(old, wrong)
    info = tf.train.VocabInfo("new.txt", 2, 0, "old.txt")
    assert (info.old_vocab_size, info.axis) == (-1, 0)
    with pytest.raises(NotImplementedError, match="from one vocabulary to another"):
        tf.train.warm_start(old, var_name_to_vocab_info={"a": info})
    with pytest.raises(ValueError, match="0 and 1"):
        tf.train.VocabInfo("new.txt", 2, 0, "old.txt", axis=2)
