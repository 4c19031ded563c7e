"""ClusterSpec as TensorFlow shows it, servers of one task, cluster resolvers."""

from __future__ import annotations

from typing import Any

import pytest

import scopeflow as tf


def test_a_cluster_is_plain_data() -> None:
    """Lists where tasks are numbered from 0, dicts elsewhere; a ClusterDef and back."""
    spec = tf.train.ClusterSpec({"worker": ["a:1", "b:2"], "ps": {3: "c:3", 1: "d:4"}, "empty": []})
    assert str(spec) == "ClusterSpec({'empty': {}, 'ps': {1: 'd:4', 3: 'c:3'}, 'worker': ['a:1', 'b:2']})"
    assert spec.as_dict() == {"worker": ["a:1", "b:2"], "ps": {1: "d:4", 3: "c:3"}, "empty": {}}
    assert (spec.jobs, spec.num_tasks("ps"), spec.task_indices("ps")) == (["worker", "ps", "empty"], 2, [1, 3])
    assert (spec.task_address("ps", 3), spec.job_tasks("ps")) == ("c:3", [None, "d:4", None, "c:3"])
    assert [job.name for job in spec.as_cluster_def().job] == ["empty", "ps", "worker"]
    assert spec == tf.train.ClusterSpec(spec.as_cluster_def()) == tf.train.ClusterSpec(spec)
    assert spec and not tf.train.ClusterSpec({}) and spec != spec.as_dict()


@pytest.mark.parametrize(
    "bad, text",
    [
        ({"a": "x"}, "The tasks for job 'a' must be a list"),
        ([1], "`cluster` must be a dictionary"),
        ({"a": [1]}, "Task address 1 must be bytes or unicode"),
        ({1: ["y"]}, "Job name 1 must be bytes or unicode"),
        ({"a": {"x": "y"}}, "'x' has type str"),
    ],
)
def test_what_is_no_cluster(bad: Any, text: str) -> None:
    """Is a TypeError."""
    with pytest.raises(TypeError, match=text):
        tf.train.ClusterSpec(bad)


def test_tasks_that_do_not_exist() -> None:
    """Are ValueErrors."""
    spec = tf.train.ClusterSpec({"w": {1: "a"}})
    for wrong, text in (
        (lambda: spec.task_address("w", 0), "No task with index 0 in job 'w'"),
        (lambda: spec.num_tasks("x"), "No such job in cluster: 'x'"),
        (lambda: spec.job_tasks("x"), "No such job"),
    ):
        with pytest.raises(ValueError, match=text):
            wrong()


def test_sessions_of_a_server_share_variables() -> None:
    """They stay when a session is closed, until the server is reset."""
    server, other = tf.train.Server.create_local_server(), tf.distribute.Server({"w": ["localhost:0"]})
    assert server.server_def.job_name == "local" and server.server_def.protocol == "grpc" and server.target != other.target
    with tf.Graph().as_default():
        v = tf.get_variable("v", initializer=1.0)
        add = v.assign_add(1.0)
        with tf.Session(server.target) as session:
            session.run(v.initializer)
            session.run(add)
        with tf.Session(server.target) as session:
            assert session.run(v) == 2.0
        with tf.Session(other.target) as session, pytest.raises(tf.errors.FailedPreconditionError):
            session.run(v)
        tf.Session.reset(server.target)
        with tf.Session(server.target) as session, pytest.raises(tf.errors.FailedPreconditionError):
            session.run(v)


def test_more_than_one_task_is_refused() -> None:
    """The message says what works."""
    with pytest.raises(NotImplementedError, match="create_local_server"):
        tf.train.Server({"worker": ["a:1"], "ps": ["b:1"]}, job_name="worker", task_index=0)
    with pytest.raises(ValueError, match="explicit `job_name`"):
        tf.train.Server({"worker": ["a:1"], "ps": ["b:1"]})
    with pytest.raises(tf.errors.InvalidArgumentError, match='Task 5 was not defined in job "w"'):
        tf.train.Server({"w": ["a:1", "b:1"]}, task_index=5)
    with pytest.raises(TypeError, match="Could not convert"):
        tf.train.Server(3)


def test_a_monitored_session_in_a_server() -> None:
    """As programs for clusters write it."""
    server = tf.train.Server.create_local_server()
    with tf.Graph().as_default():
        with tf.device(tf.train.replica_device_setter(cluster=tf.train.ClusterSpec({"ps": ["a:1"], "worker": ["b:1"]}))):
            step = tf.train.get_or_create_global_step()
            add = step.assign_add(1)
        assert step.device == "/job:ps/task:0"
        with tf.train.MonitoredTrainingSession(master=server.target, is_chief=True) as session:
            assert session.run(add) == 1


def test_resolvers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given, from TF_CONFIG, and put together."""
    resolver = tf.contrib.cluster_resolver
    spec = tf.train.ClusterSpec({"worker": ["a:1", "b:2"]})
    simple = resolver.SimpleClusterResolver(spec, "m", "worker", 1, "e", {"GPU": 2}, "grpc")
    assert (simple.master(), simple.master("worker", 0), simple.master("worker", 1, "x")) == ("grpc://m", "grpc://a:1", "x://b:2")
    assert (simple.environment, simple.num_accelerators(), simple.task_id) == ("e", {"GPU": 2}, 1)
    with pytest.raises(TypeError, match="must be a ClusterSpec"):
        resolver.SimpleClusterResolver({"worker": []})
    config = '{"cluster": {"worker": ["h1:1", "h2:2"], "chief": ["h0:0"]}, "task": {"type": "worker", "index": 1}, "rpc_layer": "grpc"}'
    monkeypatch.setenv("TF_CONFIG", config)
    from_config = resolver.TFConfigClusterResolver()
    assert (from_config.master(), from_config.task_type, from_config.task_id) == ("grpc://h2:2", "worker", 1)
    assert from_config.master("chief", 0) == "grpc://h0:0"
    monkeypatch.delenv("TF_CONFIG")
    assert (from_config.master(), from_config.task_id, from_config.cluster_spec().as_dict()) == ("", None, {})
    union = resolver.UnionClusterResolver(simple, resolver.SimpleClusterResolver(tf.train.ClusterSpec({"worker": ["c:1"], "ps": ["p:1"]})))
    assert union.cluster_spec().as_dict() == {"worker": ["a:1", "b:2", "c:1"], "ps": ["p:1"]}
    assert (union.master(), union.task_type, union.rpc_layer) == ("grpc://m", "worker", "grpc")
    numbered = [resolver.SimpleClusterResolver(tf.train.ClusterSpec({"w": {0: a}})) for a in "ab"]
    with pytest.raises(KeyError, match="Duplicate keys"):
        resolver.UnionClusterResolver(
            *numbered, resolver.SimpleClusterResolver(tf.train.ClusterSpec({"w": {0: "x", 5: "y"}}))
        ).cluster_spec()
