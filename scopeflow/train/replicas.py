"""tf.distribute for the one replica there is: programs that ask for their strategy get the one that does nothing."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from ..graph import dtypes
from ..graph.conversion import constant
from ..graph.operation import Tensor
from ..graph.public import export, public
from ..ops.flow import identity


@public("distribute.ReduceOp")
class ReduceOp(enum.Enum):
    """How values of several replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


@public("distribute.Strategy", "distribute.StrategyV1")
class Strategy:
    """How a model is spread over devices: here, not at all."""

    num_replicas_in_sync = 1

    @contextmanager
    def scope(self) -> Iterator[Strategy]:
        """A `with` block in which the strategy holds."""
        yield self

    def experimental_run_v2(self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """`fn(*args, **kwargs)`."""
        return fn(*args, **(kwargs or {}))

    run = experimental_run_v2

    def reduce(self, reduce_op: Any, value: Any, axis: Any = None) -> Any:
        """The sum or mean over the replicas: `value`."""
        return value

    def experimental_local_results(self, value: Any) -> tuple[Any]:
        """What the replicas have: one value."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any) -> Any:
        """The dataset itself."""
        return dataset


@public("distribute.ReplicaContext")
class ReplicaContext:
    """The replica that a function is run for: the only one."""

    num_replicas_in_sync = 1

    def __init__(self, strategy: Any, replica_id_in_sync_group: Any = 0):
        self.strategy = strategy
        self._number = replica_id_in_sync_group

    @property
    def replica_id_in_sync_group(self) -> Tensor:
        """The replica's number, 0."""
        return constant(self._number, dtypes.int32, name="replica_id_in_sync_group")

    def merge_call(self, merge_fn: Callable[..., Any], args: Any = (), kwargs: Any = None) -> Any:
        """`merge_fn(strategy, *args, **kwargs)`, with the values of all replicas."""
        return merge_fn(self.strategy, *args, **(kwargs or {}))

    def all_reduce(self, reduce_op: Any, value: Any) -> Any:
        """The sum or mean over the replicas: `value`."""
        return identity(value)


_STRATEGY = Strategy()


@public("distribute.get_strategy", "contrib.distribute.get_strategy")
def get_strategy() -> Strategy:
    """The strategy that holds: the one that does nothing."""
    return _STRATEGY


@public("distribute.has_strategy", "contrib.distribute.has_strategy")
def has_strategy() -> bool:
    """Whether another strategy than that which does nothing holds: False."""
    return False


@public("distribute.in_cross_replica_context", "contrib.distribute.in_cross_replica_context")
def in_cross_replica_context() -> bool:
    """Whether this runs once for all replicas: False, since it runs for one."""
    return False


@public("distribute.get_replica_context", "contrib.distribute.get_replica_context")
def get_replica_context() -> ReplicaContext:
    """The replica that this runs for."""
    return ReplicaContext(_STRATEGY)


def _not_here(name: str) -> type:
    """A class that can be imported, but not made."""

    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"tf.{name}: scopeflow runs a graph on one device of one process; leave the strategy out")

    doc = "Can be imported; a graph runs on one device of one process, so that it cannot be used."
    return type(name.rpartition(".")[2], (Strategy,), {"__init__": refuse, "__doc__": doc, "__module__": __name__})


for _name in ("MirroredStrategy", "OneDeviceStrategy"):
    export(_not_here(f"distribute.{_name}"), f"distribute.{_name}", f"contrib.distribute.{_name}")
for _name in ("CollectiveAllReduceStrategy", "ParameterServerStrategy", "TPUStrategy"):
    export(_not_here(f"contrib.distribute.{_name}"), f"contrib.distribute.{_name}")
export(
    _not_here("distribute.cluster_resolver.TPUClusterResolver"),
    "distribute.cluster_resolver.TPUClusterResolver",
    "contrib.cluster_resolver.TPUClusterResolver",
)
