"""tf.train.SyncReplicasOptimizer, which needs several processes."""

from __future__ import annotations

from typing import Any

from ..graph.public import public
from .optimizer import Optimizer


@public("train.SyncReplicasOptimizer")
class SyncReplicasOptimizer(Optimizer):
    """Can be imported, for programs that ask what an optimizer is. There is one process here, which the optimizer it would wrap is for.

    Raises:
      NotImplementedError: always.
    """

    def __init__(
        self,
        opt: Any,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: Any = None,
        variables_to_average: Any = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ):
        raise NotImplementedError("tf.train.SyncReplicasOptimizer needs several worker processes: use the optimizer it wraps")
