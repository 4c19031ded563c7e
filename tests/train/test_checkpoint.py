"""tf.train.Checkpoint: checkpoints of TensorFlow's, read and written; objects that come later; what does not match."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

# tests/golden is on the path (see pyproject.toml)
import object_checkpoint_programs as programs
import pytest
import record_object_checkpoints as recorder

import scopeflow as tf

_FOLDER = Path(programs.__file__).parent / "object_checkpoints"
_RECORDED = json.loads((_FOLDER / "recorded.json").read_text())
_DIGESTS = json.loads((_FOLDER.parent / "object_checkpoints_read_by_reference.json").read_text())
_EACH = pytest.mark.parametrize("program", programs.PROGRAMS, ids=lambda p: p.__name__)


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with tf.Graph().as_default():
        yield


@_EACH
def test_it_writes_what_tensorflow_writes(program: Any, tmp_path: Path) -> None:
    """The object graph and the values are TensorFlow's; TensorFlow has restored these very bytes."""
    path = recorder.save(tf, program, str(tmp_path))
    assert programs.described(tf.contrib.checkpoint.object_metadata(path)) == _RECORDED[program.__name__]["graph"]
    assert programs.tensors(tf.train.load_checkpoint(path)) == _RECORDED[program.__name__]["tensors"]
    assert recorder.digest(path) == _DIGESTS[program.__name__]


@_EACH
def test_it_restores_what_tensorflow_wrote(program: Any, tmp_path: Path) -> None:
    """All of the checkpoint goes into all of the program."""
    root = program(tf, programs.values(50.0))
    status = root.restore(str(_FOLDER / f"{program.__name__}-2"))
    status.assert_consumed().assert_nontrivial_match()
    with tf.Session() as session:
        status.run_restore_ops(session)
        path = root.write(str(tmp_path / "again"), session)
    assert programs.tensors(tf.train.load_checkpoint(path)) == _RECORDED[program.__name__]["tensors"]


def test_objects_made_after_the_restore_take_their_values() -> None:
    """A layer that is built later, and an optimizer's slots."""
    dense, norm, optimizer = tf.layers.Dense(2), tf.layers.BatchNormalization(), tf.train.AdamOptimizer()
    root = tf.train.Checkpoint(model=dense, norm=norm, optimizer=optimizer)
    status = root.restore(str(_FOLDER / "layers-2"))
    with pytest.raises(AssertionError, match="Unresolved object in checkpoint"):
        status.assert_consumed()
    y = norm(dense(tf.ones([1, 3])))
    optimizer.minimize(tf.reduce_sum(y * y))
    status.assert_consumed()
    with tf.Session() as session:
        status.initialize_or_restore(session)
        kernel, power = session.run([dense.kernel, optimizer._get_beta_accumulators()[0]])
    held = _RECORDED["layers"]["tensors"]
    assert kernel.tolist() == held["model/kernel/.ATTRIBUTES/VARIABLE_VALUE"]
    assert power.tolist() == held["optimizer/beta1_power/.ATTRIBUTES/VARIABLE_VALUE"]


def test_templates_restore_when_called() -> None:
    """The variables of a template are made by its first call."""
    made = tf.make_template("other", lambda: tf.get_variable("a", [1]))
    status = tf.train.Checkpoint(made=made).restore(str(_FOLDER / "templates-2"))
    value = made()
    with tf.Session() as session:
        status.initialize_or_restore(session)
        assert session.run(value).tolist() == _RECORDED["templates"]["tensors"]["made/a/.ATTRIBUTES/VARIABLE_VALUE"]


def test_what_the_checkpoint_lacks_is_initialized(tmp_path: Path) -> None:
    """`initialize_or_restore` runs the initializers of the others."""
    with tf.Session() as session:
        one = tf.train.Checkpoint(a=tf.Variable(3.0))
        session.run(one.a.initializer)
        path = one.save(str(tmp_path / "x"), session)
    two = tf.train.Checkpoint(a=tf.Variable(0.0), b=tf.Variable(5.0))
    status = two.restore(path)
    with pytest.raises(AssertionError, match="Some Python objects were not bound to checkpointed values"):
        status.assert_existing_objects_matched()
    status.assert_nontrivial_match()
    with tf.Session() as session:
        status.initialize_or_restore(session)
        assert session.run([two.a, two.b, two.save_counter]) == [3.0, 5.0, 1]


def test_a_checkpoint_of_other_objects(tmp_path: Path) -> None:
    """Nothing but the root and its counter match."""
    with tf.Session() as session:
        path = tf.train.Checkpoint().write(str(tmp_path / "x"), session)
    root = tf.train.Checkpoint(b=tf.Variable(1.0))
    with pytest.raises(AssertionError, match="Nothing except the root object matched"):
        root.restore(path).assert_nontrivial_match()


def test_no_checkpoint() -> None:
    """`restore(None)` initializes, and says so where a restore is asked for."""
    root = tf.train.Checkpoint(v=tf.Variable(4.0))
    status = root.restore(None)
    with tf.Session() as session:
        status.initialize_or_restore(session)
        assert session.run(root.v) == 4.0
        for refused in (status.assert_consumed, status.assert_existing_objects_matched, lambda: status.run_restore_ops(session)):
            with pytest.raises(AssertionError, match="No checkpoint specified"):
                refused()


def test_a_checkpoint_of_a_saver(tmp_path: Path) -> None:
    """It is restored by the names of variables."""
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    with tf.Session() as session:
        session.run(v.initializer)
        path = tf.train.Saver([v]).save(session, str(tmp_path / "model"))
        session.run(v.assign([0.0, 0.0]))
        status = tf.train.Checkpoint(anything=v).restore(path)
        status.initialize_or_restore(session)
        assert session.run(v).tolist() == [1.0, 2.0]


def test_a_saver_reads_a_checkpoint_of_objects(tmp_path: Path) -> None:
    """The names of variables are in the object graph too."""
    v = tf.get_variable("v", initializer=[1.0, 2.0])
    with tf.Session() as session:
        session.run(v.initializer)
        path = tf.train.Checkpoint(anything=v).save(str(tmp_path / "model"), session)
        session.run(v.assign([0.0, 0.0]))
        tf.train.Saver([v]).restore(session, path)
        assert session.run(v).tolist() == [1.0, 2.0]


def test_attributes_must_be_trackable() -> None:
    """As keywords; other attributes are kept and not saved."""
    with pytest.raises(ValueError, match="was expecting a trackable object"):
        tf.train.Checkpoint(v=3)
    root = tf.train.Checkpoint()
    root.number = 3
    assert tf.contrib.checkpoint.list_objects(root) == [root]


def test_a_list_that_was_changed_cannot_be_saved(tmp_path: Path) -> None:
    """The numbers that name its items would be others."""
    root = tf.train.Checkpoint()
    root.items = [tf.Variable(1.0), tf.Variable(2.0)]
    root.items.pop(0)
    with tf.Session() as session, pytest.raises(ValueError, match="A list element was replaced, deleted or moved"):
        root.save(str(tmp_path / "x"), session)


def test_numpy_state_needs_no_session(tmp_path: Path) -> None:
    """It is restored at once, also attributes that did not exist."""
    one = tf.train.Checkpoint(state=tf.contrib.checkpoint.NumpyState())
    one.state.array = np.arange(3)
    with tf.Session() as session:
        path = one.save(str(tmp_path / "x"), session)
        one.state.array = np.zeros([1])
        second = one.save(str(tmp_path / "x"), session)
    two = tf.train.Checkpoint(state=tf.contrib.checkpoint.NumpyState())
    two.restore(path)
    assert two.state.array.tolist() == [0, 1, 2]
    two.restore(second)
    assert two.state.array.tolist() == [0.0]
    with pytest.raises(NotImplementedError, match="NumPy arrays only"):
        two.state.text = "text"


def test_the_manager_keeps_the_last(tmp_path: Path) -> None:
    """Older checkpoints are deleted, and a new manager goes on with what is there."""
    root = tf.train.Checkpoint(v=tf.Variable(1.0))
    manager = tf.train.CheckpointManager(root, str(tmp_path), max_to_keep=2)
    assert manager.latest_checkpoint is None
    with tf.Session() as session:
        session.run(root.v.initializer)
        for _ in range(4):
            manager.save()
    assert [Path(p).name for p in manager.checkpoints] == ["ckpt-3", "ckpt-4"]
    assert sorted(p.name for p in tmp_path.glob("*.index")) == ["ckpt-3.index", "ckpt-4.index"]
    again = tf.train.CheckpointManager(root, str(tmp_path), max_to_keep=1)
    assert again.latest_checkpoint == str(tmp_path / "ckpt-4") == tf.train.latest_checkpoint(str(tmp_path))
    with tf.Session() as session:
        root.restore(again.latest_checkpoint).run_restore_ops(session)
        assert session.run(root.save_counter) == 4
        again.save()
    assert [Path(p).name for p in again.checkpoints] == ["ckpt-5"]
    with pytest.raises(ValueError, match="max_to_keep"):
        tf.train.CheckpointManager(root, str(tmp_path), max_to_keep=0)


def test_iterators_say_that_they_cannot_be_saved(tmp_path: Path) -> None:
    """Leaving out the position would restart the data silently."""
    root = tf.train.Checkpoint(it=tf.data.make_initializable_iterator(tf.data.Dataset.range(3)))
    with tf.Session() as session, pytest.raises(NotImplementedError, match="NoDependency"):
        root.save(str(tmp_path / "x"), session)


def test_modules_name_and_find_their_parts() -> None:
    """The class's name in snake case; variables sorted by attribute, those of submodules after."""

    class OneMore(tf.Module):
        def __init__(self) -> None:
            super().__init__()
            self.b = tf.Variable(1.0)
            self.a = [tf.Variable(2.0, trainable=False)]

        @tf.Module.with_name_scope
        def call(self) -> Any:
            return tf.constant(1.0, name="c")

    class Outer(tf.Module):
        def __init__(self) -> None:
            super().__init__(name="out")
            self.inner = OneMore()

    outer = Outer()
    assert (outer.name, outer.inner.name, outer.submodules) == ("out", "one_more", (outer.inner,))
    assert outer.variables == (outer.inner.a[0], outer.inner.b)
    assert outer.trainable_variables == (outer.inner.b,)
    assert outer.inner.call().name == "one_more/c:0"
    with pytest.raises(ValueError, match="valid module name"):
        tf.Module("a b")


def test_a_checkpoint_of_a_saver_that_lacks_a_variable(tmp_path: Path) -> None:
    """`run_restore_ops` refuses; `initialize_or_restore` initializes it."""
    v, w = tf.get_variable("v", initializer=1.0), tf.get_variable("w", initializer=5.0)
    with tf.Session() as session:
        session.run(v.initializer)
        path = tf.train.Saver([v]).save(session, str(tmp_path / "model"))
        session.run([v.assign(0.0), w.assign(0.0)])
        status = tf.train.Checkpoint(v=v, w=w).restore(path)
        with pytest.raises(AssertionError, match="do not have values"):
            status.assert_consumed()
        with pytest.raises(tf.errors.NotFoundError, match="w"):
            status.run_restore_ops(session)
        status.initialize_or_restore(session)
        assert session.run([v, w]) == [1.0, 5.0]
