"""tf.contrib.tpu as far as it means something without TPUs: one replica, so that sums over replicas are what they sum."""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from ..graph import dtypes
from ..graph.operation import Operation, Tensor
from ..graph.public import TABLE, export, public
from ..losses.reduction import Reduction
from ..op.declare import op
from ..op.shapes import unchanged
from ..ops.casting import cast
from ..scopes import variable_scope
from ..train.optimizer import Optimizer


@op(
    "CrossReplicaSum", "input: T, group_assignment: int32 -> output: T", T="bfloat16 float int32 uint32",
    no_gradient="group_assignment", shape=unchanged,
)  # fmt: skip
def _cross_replica_sum(input, group_assignment):
    return input


@public("contrib.tpu.cross_replica_sum", "tpu.cross_replica_sum")
def cross_replica_sum(x: Any, group_assignment: Any = None, name: str | None = None) -> Tensor:
    """The sum of `x` over the replicas, of which there is one: `x`."""
    return _cross_replica_sum(x, [[0]] if group_assignment is None else group_assignment, name=name)


@public("contrib.tpu.CrossShardOptimizer", "tpu.CrossShardOptimizer")
class CrossShardOptimizer(Optimizer):
    """An optimizer that adds up the gradients of all replicas. There is one here, so that it does what the optimizer it wraps does.

    Args:
      opt: the optimizer.
      reduction: MEAN or SUM of `tf.losses.Reduction`: how the loss is taken over the replicas.

    Raises:
      ValueError: another reduction.
    """

    def __init__(self, opt: Any, reduction: str = Reduction.MEAN, name: str = "CrossShardOptimizer", group_assignment: Any = None):
        if reduction not in (Reduction.SUM, Reduction.MEAN):
            raise ValueError(f"Unsupported reduction: {reduction}.")
        super().__init__(False, name)
        self._opt = opt
        self._reduction = reduction
        self._group_assignment = group_assignment

    def compute_gradients(self, loss: Any, var_list: Any = None, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Those of the wrapped optimizer."""
        return self._opt.compute_gradients(loss, var_list=var_list, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """The wrapped optimizer's step."""
        return self._opt.apply_gradients(list(grads_and_vars), global_step, name)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """The wrapped optimizer's slot."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """The names of the wrapped optimizer's slots."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Any]:
        """The wrapped optimizer's variables."""
        return self._opt.variables()


@public("contrib.tpu.bfloat16_scope", "tpu.bfloat16_scope")
@contextmanager
def bfloat16_scope() -> Iterator[Any]:
    """A variable scope whose bfloat16 variables are kept as float32."""

    def kept(getter: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if kwargs["dtype"] != dtypes.bfloat16:
            return getter(*args, **kwargs)
        return cast(getter(*args, **{**kwargs, "dtype": dtypes.float32}), dtypes.bfloat16)

    with variable_scope("", custom_getter=kept) as scope:
        yield scope


@public("contrib.tpu.core", "tpu.core")
def core(num: int) -> str:
    """The device name of a core of a replica."""
    return f"device:TPU_REPLICATED_CORE:{num}"


@public("contrib.tpu.InputPipelineConfig")
class InputPipelineConfig:
    """Where input pipelines run."""

    PER_SHARD_V1, PER_HOST_V1, PER_HOST_V2, BROADCAST, SLICED = range(1, 6)


_CONFIG_DEFAULTS = {
    "iterations_per_loop": 2,
    "num_shards": None,
    "num_cores_per_replica": None,
    "per_host_input_for_training": True,
    "tpu_job_name": None,
    "initial_infeed_sleep_secs": None,
    "input_partition_dims": None,
    "eval_training_input_configuration": InputPipelineConfig.PER_HOST_V1,
    "experimental_host_call_every_n_steps": 1,
}


@public("contrib.tpu.TPUConfig")
class TPUConfig(namedtuple("TPUConfig", list(_CONFIG_DEFAULTS), defaults=list(_CONFIG_DEFAULTS.values()))):
    """What a program says about its TPUs; kept, not used.

    Raises:
      ValueError: a number is out of its range.
    """

    __slots__ = ()

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        config = super().__new__(cls, *args, **kwargs)
        loops, cores = config.iterations_per_loop, config.num_cores_per_replica
        if isinstance(loops, str) and not re.fullmatch(r"[1-9]\d*[smh]", loops) or isinstance(loops, int) and loops < 1:
            raise ValueError(f"TPUConfig iterations_per_loop must be a positive number, or a time such as '60m': {loops}")
        for name in ("num_shards", "initial_infeed_sleep_secs"):
            value = getattr(config, name)
            if value is not None and value <= 0:
                raise ValueError(f"TPUConfig {name} must be positive, got {value}")
        if cores is not None and cores not in (1, 2, 4, 8, 16, 32, 64, 128):
            raise ValueError(f"num_cores_per_replica must be 1, 2, 4, 8, 16, 32, 64, 128; got {cores}")
        where = config.per_host_input_for_training
        if isinstance(where, bool):
            where = InputPipelineConfig.PER_HOST_V1 if where else InputPipelineConfig.PER_SHARD_V1
        return config._replace(per_host_input_for_training=where)

    @classmethod
    def _make(cls, iterable: Any) -> Any:
        return tuple.__new__(cls, iterable)


def _without_tpus(name: str) -> type:
    """A class or function that programs may import and subclass, but not make."""

    def refuse(self: Any, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"tf.contrib.tpu.{name}: scopeflow has no TPUs; use the part of the program that runs on a CPU or GPU")

    doc = "Can be imported; there are no TPUs, so that it cannot be used."
    return type(name, (), {"__init__": refuse, "__doc__": doc, "__module__": __name__})


for _name in (
    "InfeedQueue",
    "RunConfig",
    "TPUDistributionStrategy",
    "TPUEstimator",
    "TPUEstimatorSpec",
    "infeed_dequeue",
    "infeed_dequeue_tuple",
    "infeed_enqueue",
    "infeed_enqueue_tuple",
    "keras_to_tpu_model",
    "outfeed_dequeue",
    "outfeed_dequeue_tuple",
    "outfeed_enqueue",
    "outfeed_enqueue_tuple",
    "repeat",
    "while_loop",
):
    if f"contrib.tpu.{_name}" not in TABLE:
        export(_without_tpus(_name), f"contrib.tpu.{_name}")
for _name in ("batch_parallel", "initialize_system", "outside_compilation", "replicate", "rewrite", "shard", "shutdown_system"):
    export(_without_tpus(_name), f"contrib.tpu.{_name}", f"tpu.{_name}")
