"""An optimizer that keeps moving averages of what it trains."""

from __future__ import annotations

from typing import Any

from ...graph.default_graph import control_dependencies
from ...graph.operation import Operation
from ...graph.public import TABLE, public
from ...ops.flow import group
from ...train.moving_averages import ExponentialMovingAverage
from ...train.optimizer import GradAndVar, Optimizer
from ...variables.listing import global_variables


@public("contrib.opt.MovingAverageOptimizer")
class MovingAverageOptimizer(Optimizer):
    """Applies `opt`, and keeps exponential moving averages of the variables; `swapping_saver` saves these in their places.

    Args:
      sequential_update: averages take the variables after the step; otherwise in no order with it.
    """

    def __init__(self, opt: Optimizer, average_decay: Any = 0.9999, num_updates: Any = None, sequential_update: bool = True):
        self._optimizer = opt
        self._ema = ExponentialMovingAverage(average_decay, num_updates=num_updates)
        self._swapped_variable_name_map: dict[str, str] | None = None
        self._sequential_update = sequential_update

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[GradAndVar]:
        """See the wrapped optimizer's."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Operation:
        """The wrapped optimizer's step, and the update of the averages."""
        pairs = list(grads_and_vars)
        train_op = self._optimizer.apply_gradients(pairs, global_step=global_step, name=name)
        variables = [v for g, v in pairs if g is not None]
        if self._sequential_update:
            with control_dependencies([train_op]):
                averaged = self._ema.apply(variables)
        else:
            averaged = self._ema.apply(variables)
        names: dict[str, str] = {}
        for v in variables:
            average = self._ema.average(v)
            names[v.op.name], names[average.op.name] = average.op.name, v.op.name
        self._swapped_variable_name_map = names
        return group(train_op, averaged, name="train_with_avg")

    def swapping_saver(self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any) -> Any:
        """A Saver that writes averages under the names of their variables, and the variables under those of their averages.

        Raises:
          RuntimeError: no gradients have been applied yet.
          ValueError: `var_list` holds a variable without its average, or the other way round.
        """
        if self._swapped_variable_name_map is None:
            raise RuntimeError("Must call apply_gradients or minimize before creating the swapping_saver")
        saver = TABLE["train.Saver"]
        if var_list is None:
            var_list = global_variables()
        if not isinstance(var_list, dict):
            var_list = {v.op.name: v for v in var_list}
        swapped = {}
        for key, v in var_list.items():
            other = self._swapped_variable_name_map.get(key, None)
            if other is None:
                swapped[key] = v
            elif other not in var_list:
                raise ValueError(f"Variable to swap {other} is not part of variables to save. This breaks MovingAverageOptimizer.")
            else:
                swapped[key] = var_list[other]
        return saver(swapped, name=name, **kwargs)
