"""tf.train.replica_device_setter."""

from __future__ import annotations

import pytest

import scopeflow as tf


def _devices(chooser, inner="", names="ab") -> list[str]:
    with tf.Graph().as_default() as graph:
        with tf.device(chooser):
            for name in names:
                with tf.device(inner):
                    tf.Variable(0.0, name=name)
        return [graph.get_operation_by_name(n).device for n in ("a", "b", "b/initial_value")]


@pytest.mark.parametrize(
    ("arguments", "inner", "expected"),
    [
        ({"ps_tasks": 2}, "", ["/job:ps/task:0", "/job:ps/task:1", "/job:worker"]),
        ({"cluster": {"ps": ["a", "b"]}}, "", ["/job:ps/task:0", "/job:ps/task:1", "/job:worker"]),
        ({"ps_tasks": 3, "ps_strategy": lambda op: 5}, "", ["/job:ps/task:5", "/job:ps/task:5", "/job:worker"]),
        ({"ps_tasks": 2}, "/gpu:1", ["/job:ps/task:0/device:GPU:1", "/job:ps/task:1/device:GPU:1", "/job:worker/device:GPU:1"]),
        ({"ps_tasks": 2, "merge_devices": False}, "/gpu:1", ["/device:GPU:1"] * 3),
        ({"ps_tasks": 2}, "/job:other", ["/job:other"] * 3),
        ({"ps_tasks": 2, "ps_ops": ["Const"]}, "", ["/job:worker", "/job:worker", "/job:ps/task:1"]),
    ],
)
def test_where_ops_go(arguments, inner, expected) -> None:
    assert _devices(tf.train.replica_device_setter(**arguments), inner) == expected


def test_without_servers_there_is_no_device_function() -> None:
    assert tf.train.replica_device_setter() is None
    assert tf.train.replica_device_setter(cluster={"worker": ["a"]}) is None
    with pytest.raises(TypeError, match="`cluster` must be a dictionary"):
        tf.train.replica_device_setter(cluster=3)
    with pytest.raises(TypeError, match="ps_strategy must be callable"):
        tf.train.replica_device_setter(2, ps_strategy=3)
