"""Variables of a worker's own, and the global ones that all workers train together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ...graph.default_graph import device, get_collection_ref
from ...graph.graph import GraphKeys
from ...train.optimizer import Optimizer
from ...variables import Variable

#: the name scope of the global variables
CENTER = "global_center_variable"


class WorkerGetter:
    """A custom getter that makes trainable variables local ones of a worker, and global ones beside them.

    `worker_device` is where the local ones are; the global ones are where the scope's device functions put them.
    """

    def __init__(self, worker_device: Any):
        self._worker_device = worker_device
        self._global_map: dict[Any, Any] = {}

    def _local(self, getter: Callable[..., Any], name: str, trainable: Any, *args: Any, **kwargs: Any) -> Any:
        with device(self._worker_device):
            return getter(name, *args, trainable=trainable, collections=[GraphKeys.LOCAL_VARIABLES], **kwargs)

    def _center(self, getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        return getter(f"{CENTER}/{name}", *args, trainable=False, collections=[GraphKeys.GLOBAL_VARIABLES], **kwargs)


def local_step() -> Any:
    """The variable that counts a worker's own steps."""
    return Variable(initial_value=0, trainable=False, collections=[GraphKeys.LOCAL_VARIABLES], name="local_step")


def apply_locally(optimizer: Optimizer, pairs: Iterable[Any]) -> Any:
    """The optimizer's step; the slots that it makes become local variables, as what they belong to."""
    known = set(get_collection_ref(GraphKeys.GLOBAL_VARIABLES))
    step = optimizer.apply_gradients(pairs)
    listed = get_collection_ref(GraphKeys.GLOBAL_VARIABLES)
    made = [v for v in listed if v not in known]
    for v in made:
        listed.remove(v)
    get_collection_ref(GraphKeys.LOCAL_VARIABLES).extend(made)
    return step
