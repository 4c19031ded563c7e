"""Strategies that deal variables out over parameter servers, for `replica_device_setter`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...graph.operation import Operation
from ...graph.public import public


@public("contrib.training.GreedyLoadBalancingStrategy")
class GreedyLoadBalancingStrategy:
    """Each op goes to the task with the least load so far.

    Args:
      num_tasks: how many tasks there are.
      load_fn: function of an op that gives its load, such as `byte_size_load_fn`.
    """

    def __init__(self, num_tasks: int, load_fn: Callable[[Operation], float]):
        self._load_fn = load_fn
        self._ps_loads = np.zeros(num_tasks)

    def __call__(self, op: Operation) -> int:
        task = int(np.argmin(self._ps_loads))
        self._ps_loads[task] += self._load_fn(op)
        return task


@public("contrib.training.byte_size_load_fn")
def byte_size_load_fn(op: Operation) -> int:
    """The size of a variable in bytes.

    Raises:
      ValueError: its type has no size, or the op more than one output.
    """
    if len(op.outputs) != 1:
        raise ValueError(f"Op {op} must have a single output")
    size = op.outputs[0].dtype.size
    shape = op.outputs[0].get_shape()
    shape.assert_is_fully_defined()
    return shape.num_elements() * size


@public("contrib.training.RandomStrategy")
class RandomStrategy:
    """Each op goes to a task chosen at random, by its name, so that each process chooses alike.

    Args:
      num_ps_tasks: how many tasks there are.
      seed: of the choices.
    """

    def __init__(self, num_ps_tasks: int, seed: int = 0):
        self._num_tasks, self._seed = num_ps_tasks, seed

    def __call__(self, op: Operation) -> int:
        import hashlib

        digest = hashlib.md5(f"{op.name}_{self._seed}".encode()).hexdigest()
        return int(digest, 16) % self._num_tasks
