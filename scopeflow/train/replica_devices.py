"""tf.train.replica_device_setter: variables on parameter servers, everything else on the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..graph.device import DeviceSpec
from ..graph.public import public
from .cluster import ClusterSpec

_HELD_BY_SERVERS = (
    "Variable",
    "VariableV2",
    "AutoReloadVariable",
    "MutableHashTable",
    "MutableHashTableV2",
    "MutableHashTableOfTensors",
    "MutableHashTableOfTensorsV2",
    "MutableDenseHashTable",
    "MutableDenseHashTableV2",
    "VarHandleOp",
    "BoostedTreesEnsembleResourceHandleOp",
    "BoostedTreesQuantileStreamResourceHandleOp",
    "ResourceConditionalAccumulator",
    "DecisionTreeResource",
)


@public("train.replica_device_setter", "python.training.device_setter.replica_device_setter")
def replica_device_setter(
    ps_tasks: int = 0,
    ps_device: Any = "/job:ps",
    worker_device: Any = "/job:worker",
    merge_devices: bool = True,
    cluster: Any = None,
    ps_ops: Any = None,
    ps_strategy: Callable[[Any], int] | None = None,
) -> Callable[[Any], str] | None:
    """A device function for `tf.device`: variables go to the parameter servers in turn, other ops to the worker.

    Args:
      ps_tasks: how many parameter servers there are; 0: no device function.
      ps_device, worker_device: where variables and other ops go.
      merge_devices: an op that has part of a device takes the rest from here; False: it keeps what it has.
      cluster: dict from job names to tasks, or its ClusterSpec or ClusterDef, which gives `ps_tasks`.
      ps_ops: op types that count as variables.
      ps_strategy: function of an op to its parameter server's number; None: one after the other.

    Raises:
      TypeError: `cluster` is none, or `ps_strategy` is no function.
    """
    server = DeviceSpec.from_string(ps_device or "")
    if cluster is not None:
        tasks = ClusterSpec(cluster).as_dict().get(server.job or "", ())
        ps_tasks = len(tasks) if tasks else 0
        if not tasks:
            return None
    if ps_tasks == 0:
        return None
    held = tuple(_HELD_BY_SERVERS if ps_ops is None else ps_ops)
    if ps_strategy is not None and not callable(ps_strategy):
        raise TypeError("ps_strategy must be callable")
    made = 0

    def in_turn(_: Any) -> int:
        nonlocal made
        made += 1
        return (made - 1) % ps_tasks

    number_of = ps_strategy or in_turn

    def device_function(op: Any) -> str:
        if not merge_devices and op.device:
            return op.device
        asked = DeviceSpec.from_string(op.device or "")
        kind = getattr(op, "type", None) or op.node_def.op
        if kind in held and server.job and asked.job in (None, server.job):
            chosen = DeviceSpec.from_string(server.to_string())
            chosen.task = number_of(op)
        else:
            chosen = DeviceSpec.from_string(worker_device or "")
        chosen.merge_from(asked)
        return chosen.to_string()

    return device_function
