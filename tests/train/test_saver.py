"""Saving and restoring; what nodes a Saver makes is in tests/golden/node_cases/checkpoint.py."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import checkpoint_values
import numpy as np
import pytest

import scopeflow as tf

GOLDEN = Path(checkpoint_values.__file__).parent / "checkpoints"


@pytest.fixture(autouse=True)
def graph() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def variables(**values: Any) -> list[Any]:
    return [tf.get_variable(n, initializer=v) for n, v in values.items()]


def initialized() -> Any:
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def saved(folder: Path, name: str = "model", **values: Any) -> str:
    """A checkpoint of variables of these names and values."""
    with tf.Graph().as_default():
        variables(**values)
        with initialized() as session:
            return tf.train.Saver().save(session, str(folder / name))


def files(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.suffix != ".meta")


def test_round_trip_of_every_kind_of_variable(tmp_path: Path) -> None:
    ref = tf.get_variable("ref", initializer=[1.0, 2.0])
    res = tf.get_variable("res", initializer=[[3, 4]], use_resource=True)
    text = tf.get_variable("text", initializer=["a", "bc"])
    flag = tf.get_variable("flag", initializer=True)
    half = tf.get_variable("half", initializer=tf.cast([0.5, 1.5], tf.bfloat16))
    with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(3)):
        part = tf.get_variable("w", initializer=tf.range(10.0))
        handles = tf.get_variable("r", initializer=tf.range(10), use_resource=True)
    saver = tf.train.Saver()
    everything = [ref, res, text, flag, half, part.as_tensor(), handles.as_tensor()]
    with initialized() as session:
        before = session.run(everything)
        path = saver.save(session, str(tmp_path / "model"))
    assert path == str(tmp_path / "model")
    with tf.Session() as session:
        saver.restore(session, path)
        after = session.run(everything)
        session.run(ref.assign_add([1.0, 1.0]))
        assert session.run(ref).tolist() == [2.0, 3.0]
    for x, y in zip(before, after):
        assert np.asarray(x).dtype == np.asarray(y).dtype and np.asarray(x).tolist() == np.asarray(y).tolist()


def test_partitions_restore_into_other_partitions(tmp_path: Path) -> None:
    with tf.Graph().as_default():
        with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(3)):
            tf.get_variable("w", initializer=tf.reshape(tf.range(20.0), [10, 2]))
        with initialized() as session:
            path = tf.train.Saver().save(session, str(tmp_path / "model"))
    for parts in (None, tf.fixed_size_partitioner(4), tf.fixed_size_partitioner(2, axis=1)):
        with tf.Graph().as_default(), tf.variable_scope("p", partitioner=parts):
            w = tf.convert_to_tensor(tf.get_variable("w", [10, 2]))
            with tf.Session() as session:
                tf.train.Saver().restore(session, path)
                assert session.run(w).tolist() == np.arange(20.0).reshape(10, 2).tolist()


@pytest.mark.parametrize("version", [tf.train.SaverDef.V1, tf.train.SaverDef.V2])
@pytest.mark.parametrize("sharded", [False, True])
def test_versions_and_shards(tmp_path: Path, version: Any, sharded: bool) -> None:
    with tf.device("/cpu:0"):
        (a,) = variables(a=[1.0, 2.0])
    with tf.device("/cpu:1"):
        (b,) = variables(b=3)
    saver = tf.train.Saver(sharded=sharded, write_version=version)
    with initialized() as session:
        path = saver.save(session, str(tmp_path / "model"), global_step=5)
        assert saver.save(session, str(tmp_path / "model"), global_step=5) == path
    expected = {
        (tf.train.SaverDef.V1, False): ["model-5"],
        (tf.train.SaverDef.V1, True): ["model-5-00000-of-00002", "model-5-00001-of-00002"],
        (tf.train.SaverDef.V2, False): ["model-5.data-00000-of-00001", "model-5.index"],
        (tf.train.SaverDef.V2, True): ["model-5.data-00000-of-00002", "model-5.data-00001-of-00002", "model-5.index"],
    }[version, sharded]
    assert files(tmp_path) == ["checkpoint", *expected]
    assert tf.train.latest_checkpoint(str(tmp_path)) == path
    with tf.Session() as session:
        saver.restore(session, path)
        assert session.run(b) == 3 and session.run(a).tolist() == [1.0, 2.0]


def test_old_checkpoints_are_removed_and_the_state_says_so(tmp_path: Path) -> None:
    variables(a=1.0)
    saver = tf.train.Saver(max_to_keep=2, pad_step_number=True, save_relative_paths=True)
    with initialized() as session:
        for step in range(4):
            saver.save(session, str(tmp_path / "m"), step, write_meta_graph=False)
        assert saver.last_checkpoints == [str(tmp_path / "m-00000002"), str(tmp_path / "m-00000003")]
        saver.save(session, str(tmp_path / "m"), 9, write_state=False, write_meta_graph=False)
    state = (tmp_path / "checkpoint").read_text()
    assert state == (
        'model_checkpoint_path: "m-00000003"\nall_model_checkpoint_paths: "m-00000002"\nall_model_checkpoint_paths: "m-00000003"\n'
    )
    assert [f for f in files(tmp_path) if f.endswith("index")] == ["m-00000002.index", "m-00000003.index", "m-00000009.index"]
    again = tf.train.Saver(max_to_keep=2)
    again.recover_last_checkpoints(tf.train.get_checkpoint_state(str(tmp_path)).all_model_checkpoint_paths)
    assert again.last_checkpoints == saver.last_checkpoints


def test_one_in_so_many_hours_is_kept(tmp_path: Path) -> None:
    variables(a=1.0)
    saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=1e-9)
    with initialized() as session:
        for step in range(3):
            saver.save(session, str(tmp_path / "m"), step, write_meta_graph=False)
    assert [f for f in files(tmp_path) if f.endswith("index")] == ["m-0.index", "m-1.index", "m-2.index"]


def test_a_step_may_be_a_tensor_or_a_numpy_integer(tmp_path: Path) -> None:
    step = tf.train.get_or_create_global_step()
    with initialized() as session:
        assert tf.train.Saver().save(session, str(tmp_path / "m"), step).endswith("m-0")
        assert tf.train.Saver().save(session, str(tmp_path / "m"), np.int64(12)).endswith("m-12")


def test_reshape(tmp_path: Path) -> None:
    path = saved(tmp_path, a=[1.0, 2.0, 3.0, 4.0])
    a = tf.get_variable("a", [2, 2])
    with tf.Session() as session:
        tf.train.Saver(reshape=True).restore(session, path)
        assert session.run(a).tolist() == [[1.0, 2.0], [3.0, 4.0]]
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"lhs shape= \[2,2\] rhs shape= \[4\]"):
            tf.train.Saver().restore(session, path)


def test_everything_that_does_not_fit_is_said_at_once(tmp_path: Path) -> None:
    path = saved(tmp_path, **{"net/w": [1.0, 2.0], "net/b": [3.0], "step": 7, "kind": 1.0, "size": [1.0]})
    w, b, step, kind, size = variables(**{"model/w": [0.0, 0.0], "model/b": [0.0], "model/step": 0, "kind": 0, "size": [0.0, 0.0]})
    with initialized() as session:
        with pytest.raises(tf.errors.NotFoundError) as caught:
            tf.train.Saver().restore(session, path)
        assert session.run([w, b, step, kind, size])[2:4] == [0, 0]
    text = str(caught.value)
    assert text.startswith(
        "Restoring from checkpoint failed. This is most likely due to a Variable name or other graph key that is missing"
    )
    assert "Key model/b not found in checkpoint" in text
    assert "model/w [2]  (nearest: net/w)" in text and "model/b [1]  (nearest: net/b" in text
    assert "kind: int32 here, float32 there" in text
    assert "size: [2] here, [1] there" in text
    assert "{'net/b': 'model/b', 'step': 'model/step', 'net/w': 'model/w'}" in text


def test_a_resource_variable_does_not_take_another_shape(tmp_path: Path) -> None:
    path = saved(tmp_path, a=[1.0, 2.0, 3.0])
    a = tf.get_variable("a", initializer=[0.0, 0.0], use_resource=True)
    with initialized() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"a: \[2\] here, \[3\] there"):
            tf.train.Saver().restore(session, path)
        assert session.run(a).tolist() == [0.0, 0.0]


def test_damage_is_found_and_nothing_changes(tmp_path: Path) -> None:
    path = saved(tmp_path, a=[1.0, 2.0, 3.0], b=[4.0])
    data = Path(path + ".data-00000-of-00001")
    content = bytearray(data.read_bytes())
    content[-1] ^= 1
    data.write_bytes(content)
    a, b = variables(a=[0.0, 0.0, 0.0], b=[0.0])
    with initialized() as session:
        saver = tf.train.Saver()
        with pytest.raises(tf.errors.DataLossError, match=r"data-00000-of-00001: tensor b \(4 bytes at 12\): Checksum does not match"):
            saver.restore(session, path)
        data.write_bytes(content[:-1])
        with pytest.raises(tf.errors.OutOfRangeError, match="tensor b: Read less bytes than requested"):
            saver.restore(session, path)
        os.remove(data)
        with pytest.raises(tf.errors.NotFoundError, match="data-00000-of-00001; No such file or directory"):
            saver.restore(session, path)
        assert session.run(a).tolist() == [0.0, 0.0, 0.0] and session.run(b).tolist() == [0.0]


def test_a_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = saved(tmp_path, a=[1.0])
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    variables(a=[2.0], b=[3.0])
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(tf.global_variables()[0].initializer)
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value b"):
            saver.save(session, path)
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_saving_over_a_checkpoint_that_is_read(tmp_path: Path) -> None:
    (a,) = variables(a=[1.0])
    saver = tf.train.Saver()
    with initialized() as session:
        for value in (2.0, 3.0, 4.0):
            session.run(a.assign([value]))
            path = saver.save(session, str(tmp_path / "m"), write_meta_graph=False)
            assert files(tmp_path) == ["checkpoint", "m.data-00000-of-00001", "m.index"]
            session.run(a.assign([0.0]))
            saver.restore(session, path)
            assert session.run(a).tolist() == [value]


def test_an_empty_saver_does_nothing(tmp_path: Path) -> None:
    tf.constant(1)
    saver = tf.train.Saver(allow_empty=True)
    with tf.Session() as session:
        assert saver.save(session, str(tmp_path / "m"), write_meta_graph=False) is None
        saver.restore(session, "anything")


def test_a_missing_parent_folder(tmp_path: Path) -> None:
    variables(a=1.0)
    with initialized() as session:
        with pytest.raises(ValueError, match="Parent directory of .* doesn't exist, can't save"):
            tf.train.Saver().save(session, str(tmp_path / "no" / "such" / "m"))


def test_saveable_objects_of_a_program(tmp_path: Path) -> None:
    from scopeflow.train.saveable import SaveableObject, SaveSpec

    v = tf.get_variable("v", initializer=[1.0, 2.0])
    other = tf.get_variable("other", initializer=[0.0, 0.0], collections=["mine"])

    class Doubled(SaveableObject):
        def __init__(self) -> None:
            super().__init__(v, [SaveSpec(lambda: v * 2.0, "", "doubled", tf.float32, v.device)], "doubled")

        def restore(self, restored_tensors: Any, restored_shapes: Any) -> Any:
            return tf.assign(other, restored_tensors[0])

    tf.add_to_collection(tf.GraphKeys.SAVEABLE_OBJECTS, Doubled())
    saver = tf.train.Saver([v.op.graph.get_collection(tf.GraphKeys.SAVEABLE_OBJECTS)[0]])
    with initialized() as session:
        session.run(other.initializer)
        path = saver.save(session, str(tmp_path / "m"), write_meta_graph=False)
        saver.restore(session, path)
        assert session.run(other).tolist() == [2.0, 4.0]


def test_variables_restore_from_a_checkpoint_of_objects() -> None:
    """`objects` was written by tf.train.Checkpoint of TensorFlow 1.15.5: its keys are those of objects."""
    path = str(GOLDEN / "objects")
    with tf.variable_scope("net"):
        kernel, bias = tf.get_variable("kernel", [2], use_resource=True), tf.get_variable("bias", [1])
    saver = tf.train.Saver()
    with tf.Session() as session:
        for _ in range(2):
            saver.restore(session, path)
            assert session.run(kernel).tolist() == [1.0, 2.0] and session.run(bias).tolist() == [3.0]
    tf.get_variable("other", [1])
    with tf.Session() as session, pytest.raises(tf.errors.NotFoundError, match="Some variables are missing from it: other"):
        tf.train.Saver().restore(session, path)


def test_the_graph_comes_with_the_checkpoint(tmp_path: Path) -> None:
    (a,) = variables(a=[1.0, 2.0])
    tf.multiply(a, 3.0, name="product")
    with initialized() as session:
        path = tf.train.Saver().save(session, str(tmp_path / "m"))
    with tf.Graph().as_default(), tf.Session() as session:
        saver = tf.train.import_meta_graph(path + ".meta")
        saver.restore(session, path)
        assert session.run("product:0").tolist() == [3.0, 6.0]
        assert saver.save(session, str(tmp_path / "n")) == str(tmp_path / "n")


def test_restoring_takes_no_second_copy(tmp_path: Path) -> None:
    size = 32 << 20
    with tf.Graph().as_default():
        tf.get_variable("a", [size // 4], initializer=tf.zeros_initializer())
        with initialized() as session:
            path = tf.train.Saver().save(session, str(tmp_path / "m"))
    tf.get_variable("a", [size // 4])
    saver = tf.train.Saver()
    with tf.Session() as session:
        tracemalloc.start()
        try:
            saver.restore(session, path)
            assert tracemalloc.get_traced_memory()[1] < size * 1.1
        finally:
            tracemalloc.stop()
