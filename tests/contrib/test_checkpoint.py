"""tf.contrib.checkpoint: pictures of object graphs, parts of a state, variables of a scope."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import object_checkpoint_programs as programs
import pytest

import scopeflow as tf

_FOLDER = Path(programs.__file__).parent / "object_checkpoints"


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with tf.Graph().as_default():
        yield


def test_a_picture_of_the_object_graph() -> None:
    """Slots hang on their optimizer and their variable."""
    text = tf.contrib.checkpoint.dot_graph_from_checkpoint(str(_FOLDER / "optimizers-2"))
    assert text.startswith('digraph {\nN_0 [shape=point label="" width=.25]\nN_0 -> N_1 [label="a"]\n')
    assert 'N_1 [shape=point label="" width=.25 color=red,tooltip="Optimizer"]\nN_1 -> N_7 [label="momentum" style=dotted]\n' in text
    assert 'N_4 [shape=point label="" color=blue width=.25 tooltip="Variable first shape=[2] float32"]\n' in text
    assert 'N_7 [shape=point label="" color=orange width=.25 tooltip="Slot variable first/Momentum shape=[2] float32"]\n' in text


def test_a_checkpoint_of_a_saver_has_no_object_graph(tmp_path: Path) -> None:
    """The error says what it is."""
    v = tf.get_variable("v", initializer=1.0)
    with tf.Session() as session:
        session.run(v.initializer)
        path = tf.train.Saver().save(session, str(tmp_path / "m"))
    with pytest.raises(ValueError, match="name-based saver"):
        tf.contrib.checkpoint.object_metadata(path)


def test_a_state_in_parts(tmp_path: Path) -> None:
    """Each part has a key; they are taken together."""
    v, w = tf.Variable([1.0, 2.0]), tf.Variable([5.0])

    def fill(parts: dict[str, Any]) -> None:
        parts["a"], parts["b"] = tf.identity(v), tf.identity(w)

    parts = tf.contrib.checkpoint.split_dependency(
        ["a", "b"], [tf.float32, tf.float32], fill, lambda found: tf.group(v.assign(found["a"]), w.assign(found["b"])), "cpu:0"
    )
    root = tf.train.Checkpoint(**parts)
    with tf.Session() as session:
        session.run([v.initializer, w.initializer])
        path = root.save(str(tmp_path / "x"), session)
        assert [n for n, _ in tf.train.list_variables(path)][1:3] == ["a/.ATTRIBUTES/VARIABLE_VALUE", "b/.ATTRIBUTES/VARIABLE_VALUE"]
        session.run([v.assign([0.0, 0.0]), w.assign([0.0])])
        root.restore(path).assert_consumed().run_restore_ops(session)
        assert [x.tolist() for x in session.run([v, w])] == [[1.0, 2.0], [5.0]]


def test_variables_of_a_scope_become_dependencies() -> None:
    """By their names within the scope."""

    class Holder(tf.contrib.checkpoint.CheckpointableBase):
        variable_scope = SimpleNamespace(name="s")

    holder = Holder()
    with tf.contrib.checkpoint.capture_dependencies(holder):
        with tf.variable_scope("s"):
            a = tf.get_variable("a", [1])
            with tf.variable_scope("t"):
                b = tf.get_variable("b", [1])
        tf.get_variable("elsewhere", [1])
    assert [(d.name, d.ref) for d in holder._checkpoint_dependencies] == [("a", a), ("t/b", b)]
