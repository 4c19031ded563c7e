"""What tf.Print, tf.print and assertions write."""

from __future__ import annotations

import jax
import numpy as np
import pytest

import scopeflow as tf
from scopeflow.ops.printing import layout, summary


def test_summary_follows_the_reference() -> None:
    """Rows in brackets, up to so many elements: texts recorded from TensorFlow 1.15.5."""
    x = np.arange(12, dtype=np.float32).reshape(4, 3) / 3
    assert summary(x, 3) == "[0 0.333333343 0.666666687]..."
    assert summary(x, 2) == "[0 0.333333343...]..."
    assert summary(np.arange(24).reshape(2, 3, 4), 3) == "[[0 1 2...]]..."
    assert summary(np.arange(1, 6), 3) == "1 2 3..."
    assert summary(np.array([[1], [2]]), -1) == "[1][2]"
    assert summary(np.zeros([2, 0]), 3) == ""
    assert summary(np.array([True, False]), 3) == "1 0"


@pytest.mark.parametrize(
    "value, text",
    [(0.1, "0.1"), (1e10, "1e+10"), (1 / 3, "0.333333343"), (2.0, "2"), (1e-7, "1e-07"), (123456.789, "123456.789"), (-0.0, "-0")],
)
def test_floats(value: float, text: str) -> None:
    """As few digits as read back to the same float32, of two tries."""
    assert summary(np.float32(value), 3) == text


def test_layout_of_edges() -> None:
    """tf.print shows the first and last elements, in lines as NumPy does."""
    assert layout(np.arange(10), 3) == "[0 1 2 ... 7 8 9]"
    assert layout(np.arange(8).reshape(2, 2, 2), 3) == "[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]"


def test_print_writes_first_n_times(capfd: pytest.CaptureFixture[str]) -> None:
    """tf.Print writes to standard error, the first so many times, and passes its input and gradients through."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2])
        y = tf.Print(x * x, [x, x[0]], "values: ", first_n=2)
        grad = tf.gradients(y, x)[0]
        with tf.Session() as session:
            for i in range(3):
                np.testing.assert_allclose(session.run(y, {x: [i, 2]}), [i * i, 4])
            np.testing.assert_allclose(session.run(grad, {x: [1, 2]}), [2, 4])
    jax.effects_barrier()
    assert sorted(capfd.readouterr().err.splitlines())[:2] == ["values: [0 2][0]", "values: [1 2][1]"]


def test_print_of_structures(capsys: pytest.CaptureFixture[str]) -> None:
    """tf.print writes tensors inside lists and dicts, separated as asked."""
    import sys

    with tf.Graph().as_default():
        x = tf.constant([1, 2])
        op = tf.print("a", x, {"k": tf.constant(1.5)}, sep="|", end="!\n", output_stream=sys.stdout)
        with tf.Session() as session:
            session.run(op)
    assert capsys.readouterr().out == "a|[1 2]|{'k': 1.5}!\n"
