"""Clusters: tf.train.ClusterSpec, which is plain data, and tf.train.Server, of which one process can be one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping
from typing import Any

from ..formats.server_messages import ClusterDef, JobDef, ServerDef
from ..graph import errors
from ..graph.public import export, public
from ..runtime.servers import open_server

export(ClusterDef, "train.ClusterDef")
export(JobDef, "train.JobDef")
export(ServerDef, "train.ServerDef")


def _text(value: Any, what: str) -> str:
    if isinstance(value, bytes):
        return value.decode()
    if not isinstance(value, str):
        raise TypeError(f"{what} {value!r} must be bytes or unicode")
    return value


@public("train.ClusterSpec")
class ClusterSpec:
    """The tasks of a cluster: job name -> addresses, a list or a dict by task number.

    Args:
      cluster: such a dict, a ClusterDef or a ClusterSpec.

    Raises:
      TypeError: it is none of these.
    """

    def __init__(self, cluster: Any):
        self._jobs: dict[str, dict[int, str]] = {}
        if isinstance(cluster, ClusterSpec):
            cluster = cluster.as_cluster_def()
        if isinstance(cluster, Mapping):
            for job, tasks in cluster.items():
                if isinstance(tasks, (list, tuple)):
                    numbered = dict(enumerate(tasks))
                elif isinstance(tasks, Mapping):
                    numbered = dict(tasks)
                else:
                    raise TypeError(f"The tasks for job {job!r} must be a list or a dictionary from integers to strings.")
                name = _text(job, "Job name")
                for i in numbered:
                    if not isinstance(i, int):
                        raise TypeError(f"{i!r} has type {type(i).__name__}, but expected one of: int")
                self._jobs[name] = {i: _text(numbered[i], "Task address") for i in sorted(numbered)}
        elif isinstance(cluster, ClusterDef):
            self._jobs = {job.name: {i: job.tasks[i] for i in sorted(job.tasks)} for job in cluster.job}
        else:
            raise TypeError(
                "`cluster` must be a dictionary mapping one or more job names to lists of network addresses, "
                "or a `ClusterDef` protocol buffer"
            )

    def __bool__(self) -> bool:
        return bool(self._jobs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ClusterSpec) and self._jobs == other._jobs

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        shown = self.as_dict()
        return "ClusterSpec({" + ", ".join(f"{job!r}: {shown[job]!r}" for job in sorted(shown)) + "})"

    def _job(self, job_name: str) -> dict[int, str]:
        try:
            return self._jobs[job_name]
        except KeyError:
            raise ValueError(f"No such job in cluster: {job_name!r}") from None

    def as_dict(self) -> dict[str, Any]:
        """Job name -> list of addresses, or a dict by number where these are not 0, 1, ..."""
        out: dict[str, Any] = {}
        for job, tasks in self._jobs.items():
            dense = tasks and list(tasks) == list(range(len(tasks)))
            out[job] = list(tasks.values()) if dense else dict(tasks)
        return out

    def as_cluster_def(self) -> Any:
        """The cluster as a ClusterDef, its jobs sorted by name."""
        out = ClusterDef()
        for name in sorted(self._jobs):
            job = out.job.add(name=name)
            for i, address in self._jobs[name].items():
                job.tasks[i] = address
        return out

    @property
    def jobs(self) -> list[str]:
        """The names of the jobs."""
        return list(self._jobs)

    def num_tasks(self, job_name: str) -> int:
        """How many tasks a job has. Raises ValueError if there is no such job."""
        return len(self._job(job_name))

    def task_indices(self, job_name: str) -> list[int]:
        """The numbers of a job's tasks, sorted. Raises ValueError if there is no such job."""
        return list(self._job(job_name))

    def task_address(self, job_name: str, task_index: int) -> str:
        """The address of a task. Raises ValueError if there is no such task."""
        try:
            return self._job(job_name)[task_index]
        except KeyError:
            raise ValueError(f"No task with index {task_index!r} in job {job_name!r}") from None

    def job_tasks(self, job_name: str) -> list[str | None]:
        """The addresses of a job's tasks by number; None for numbers that are not used. Raises ValueError if there is no such job."""
        tasks = self._job(job_name)
        return [tasks.get(i) for i in range(max(tasks) + 1)] if tasks else []


_numbers = itertools.count(1)


def _server_def_of(given: Any, job_name: Any, task_index: Any, protocol: Any, config: Any) -> Any:
    """A ServerDef with all it needs."""
    out = ServerDef()
    if isinstance(given, ServerDef):
        out.CopyFrom(given)
    else:
        try:
            out.cluster.CopyFrom(ClusterSpec(given).as_cluster_def())
        except TypeError:
            raise TypeError("Could not convert `server_or_cluster_def` to a `tf.train.ServerDef` or `tf.train.ClusterSpec`.") from None
    if job_name is not None:
        out.job_name = job_name
    if task_index is not None:
        out.task_index = task_index
    spec = ClusterSpec(out.cluster)
    if not out.job_name:
        if len(spec.jobs) != 1:
            raise ValueError("Must specify an explicit `job_name`.")
        out.job_name = spec.jobs[0]
    if task_index is None and not isinstance(given, ServerDef) and spec.num_tasks(out.job_name) > 1:
        raise ValueError("Must specify an explicit `task_index`.")
    out.protocol = protocol or out.protocol or "grpc"
    if config is not None:
        out.default_session_config.MergeFrom(config)
    return out


@public("train.Server", "distribute.Server")
class Server:
    """A cluster's task. Here a cluster has one task, this process: sessions with its `target` run in it and share their variables.

    Args:
      server_or_cluster_def: a ServerDef, or what a ClusterSpec is made of.
      job_name, task_index: which task this is; left out where there is one only.
      protocol: "grpc".
      config: of sessions that have none of their own.
      start: kept for programs' sake: there is nothing to start.

    Raises:
      NotImplementedError: the cluster has more tasks.
      tf.errors.InvalidArgumentError: there is no such task.
    """

    def __init__(
        self,
        server_or_cluster_def: Any,
        job_name: str | None = None,
        task_index: int | None = None,
        protocol: str | None = None,
        config: Any = None,
        start: bool = True,
    ):
        self._server_def = _server_def_of(server_or_cluster_def, job_name, task_index, protocol, config)
        spec = ClusterSpec(self._server_def.cluster)
        job, number = self._server_def.job_name, self._server_def.task_index
        if number not in spec.task_indices(job):
            raise errors.InvalidArgumentError(None, None, f'Task {number} was not defined in job "{job}"')
        if self._server_def.protocol.partition("+")[0] != "grpc":
            raise errors.NotFoundError(None, None, f"No server factory registered for the given ServerDef: {self._server_def}")
        tasks = sum(spec.num_tasks(j) for j in spec.jobs)
        if tasks > 1:
            raise NotImplementedError(
                f"tf.train.Server: the cluster has {tasks} tasks ({spec}), and scopeflow runs in one process. "
                "Give it a cluster of one task (tf.train.Server.create_local_server()), or run the program without a cluster."
            )
        self._target = f"grpc://localhost:{next(_numbers)}"
        open_server(self._target)

    @property
    def server_def(self) -> Any:
        """The ServerDef."""
        return self._server_def

    @property
    def target(self) -> str:
        """What a session that runs in the server is given."""
        return self._target

    def start(self) -> None:
        """Nothing: the server runs with its process."""

    def join(self) -> None:
        """Waits for ever, as servers do."""
        threading.Event().wait()

    @staticmethod
    def create_local_server(config: Any = None, start: bool = True) -> Server:
        """A server that is a cluster of its own."""
        return Server({"local": ["localhost:0"]}, protocol="grpc", config=config, start=start)
