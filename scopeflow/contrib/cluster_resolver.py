"""Cluster resolvers: what says which tasks a cluster has, and which of them this process is."""

from __future__ import annotations

import json
import os
from typing import Any

from ..graph.public import public
from ..train.cluster import ClusterSpec


def _named(*names: str) -> Any:
    return public(*(f"{folder}.{name}" for name in names for folder in ("contrib.cluster_resolver", "distribute.cluster_resolver")))


def _with_protocol(address: str, rpc_layer: str | None) -> str:
    return f"{rpc_layer}://{address}" if rpc_layer and address else address


@_named("ClusterResolver")
class ClusterResolver:
    """Base of cluster resolvers."""

    def cluster_spec(self) -> ClusterSpec:
        """The cluster as it is now."""
        raise NotImplementedError("cluster_spec is not implemented")

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The target of a session in the cluster."""
        raise NotImplementedError("master is not implemented")

    def num_accelerators(self, task_type: str | None = None, task_id: int | None = None, config_proto: Any = None) -> dict[str, int]:
        """Kind of device -> how many of them a task has: here, those of this process."""
        import jax

        counts: dict[str, int] = {}
        for device in jax.devices():
            if device.platform != "cpu":
                counts[device.platform.upper()] = counts.get(device.platform.upper(), 0) + 1
        return counts

    @property
    def environment(self) -> str:
        """Where it runs: "" or "google"."""
        return ""


class _Task:
    """Properties that say which task this process is."""

    task_type: Any = None
    task_id: Any = None
    rpc_layer: Any = None


@_named("SimpleClusterResolver")
class SimpleClusterResolver(_Task, ClusterResolver):
    """What is known of a cluster beforehand."""

    def __init__(
        self,
        cluster_spec: ClusterSpec,
        master: str = "",
        task_type: str | None = None,
        task_id: int | None = None,
        environment: str = "",
        num_accelerators: dict[str, int] | None = None,
        rpc_layer: str | None = None,
    ):
        if not isinstance(cluster_spec, ClusterSpec):
            raise TypeError("cluster_spec must be a ClusterSpec.")
        if not isinstance(master, str):
            raise TypeError("master must be a string.")
        self._cluster_spec, self._master, self._environment = cluster_spec, master, environment
        self.task_type, self.task_id, self.rpc_layer = task_type, task_id, rpc_layer
        self._num_accelerators = num_accelerators

    def cluster_spec(self) -> ClusterSpec:
        """The cluster."""
        return self._cluster_spec

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, or the master that was given."""
        if task_type is not None and task_id is not None:
            address = self._cluster_spec.task_address(task_type, task_id)
        else:
            address = self._master
        return _with_protocol(address, rpc_layer or self.rpc_layer)

    def num_accelerators(self, task_type: str | None = None, task_id: int | None = None, config_proto: Any = None) -> dict[str, int]:
        """What was given, or the devices of this process."""
        return super().num_accelerators(task_type, task_id, config_proto) if self._num_accelerators is None else self._num_accelerators

    @property
    def environment(self) -> str:
        """What was given."""
        return self._environment


@_named("TFConfigClusterResolver")
class TFConfigClusterResolver(ClusterResolver):
    """What the environment variable TF_CONFIG says, in JSON: `cluster`, `task` with `type` and `index`, `rpc_layer`."""

    def __init__(
        self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None, environment: str | None = None
    ):
        self._task_type, self._task_id, self._rpc_layer, self._environment = task_type, task_id, rpc_layer, environment

    @staticmethod
    def _config() -> dict[str, Any]:
        return json.loads(os.environ.get("TF_CONFIG", "{}"))

    @property
    def task_type(self) -> Any:
        """The job of this process."""
        return self._config().get("task", {}).get("type") if self._task_type is None else str(self._task_type)

    @task_type.setter
    def task_type(self, value: Any) -> None:
        self._task_type = value

    @property
    def task_id(self) -> Any:
        """The number of this process in its job."""
        if self._task_id is not None:
            return int(self._task_id)
        found = self._config().get("task", {}).get("index")
        return None if found is None else int(found)

    @task_id.setter
    def task_id(self, value: Any) -> None:
        self._task_id = value

    @property
    def rpc_layer(self) -> Any:
        """The protocol."""
        return self._config().get("rpc_layer") if self._rpc_layer is None else self._rpc_layer

    @rpc_layer.setter
    def rpc_layer(self, value: Any) -> None:
        self._rpc_layer = value

    @property
    def environment(self) -> Any:
        """What was given."""
        return self._environment

    def cluster_spec(self) -> ClusterSpec:
        """The cluster."""
        return ClusterSpec(self._config().get("cluster", {}))

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task; that of this process if none is named, "" if the cluster has no more than one."""
        cluster = self.cluster_spec()
        tasks = sum(cluster.num_tasks(job) for job in cluster.jobs)
        if tasks == 0 or (tasks == 1 and "chief" not in cluster.jobs):
            return ""
        task_type = self.task_type if task_type is None else task_type
        task_id = self.task_id if task_id is None else task_id
        return _with_protocol(cluster.task_address(task_type, task_id or 0), rpc_layer or self.rpc_layer)


@public("contrib.cluster_resolver.UnionClusterResolver", "distribute.cluster_resolver.UnionResolver")
class UnionClusterResolver(_Task, ClusterResolver):
    """Several clusters as one: jobs of one name are put together; all else is the first's.

    Args:
      args: resolvers.
      kwargs: `rpc_layer`, `task_type` and `task_id` in place of the first's.

    Raises:
      TypeError: one is no resolver.
      ValueError: there is none, or an unknown keyword.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        first = args[0] if args else None
        self.rpc_layer = kwargs.pop("rpc_layer", getattr(first, "rpc_layer", None))
        self.task_type = kwargs.pop("task_type", getattr(first, "task_type", None))
        self.task_id = kwargs.pop("task_id", getattr(first, "task_id", None))
        if kwargs:
            raise ValueError(f"Unexpected kwargs provided {kwargs!r}")
        if not args:
            raise ValueError("At least one ClusterResolver is required.")
        if not all(isinstance(r, ClusterResolver) for r in args):
            raise TypeError("All arguments must be a sub-class of `ClusterResolver.`")
        self._resolvers = args

    def cluster_spec(self) -> ClusterSpec:
        """All tasks. Raises KeyError if two clusters number a job's tasks, and use a number twice."""
        found: dict[str, list[Any]] = {}
        for resolver in self._resolvers:
            for job, tasks in resolver.cluster_spec().as_dict().items():
                found.setdefault(job, []).append(tasks)
        merged: dict[str, Any] = {}
        for job, parts in found.items():
            if all(isinstance(p, list) for p in parts):
                merged[job] = list(dict.fromkeys(address for p in parts for address in p))
                continue
            merged[job] = {}
            for p in parts:
                numbered = dict(enumerate(p)) if isinstance(p, list) else p
                twice = set(merged[job]) & set(numbered)
                if twice:
                    raise KeyError(f"Duplicate keys detected when merging two ClusterSpecs: {twice!r}")
                merged[job].update(numbered)
        return ClusterSpec(merged)

    def master(self, task_type: str | None = None, task_id: int | None = None, rpc_layer: str | None = None) -> str:
        """The address of a task, or the first's master."""
        if task_type is not None and task_id is not None:
            return _with_protocol(self.cluster_spec().task_address(task_type, task_id), rpc_layer or self.rpc_layer)
        return self._resolvers[0].master(rpc_layer=rpc_layer)

    def num_accelerators(self, task_type: str | None = None, task_id: int | None = None, config_proto: Any = None) -> dict[str, int]:
        """The first's."""
        return self._resolvers[0].num_accelerators(task_type, task_id, config_proto)

    @property
    def environment(self) -> str:
        """The first's."""
        return self._resolvers[0].environment
