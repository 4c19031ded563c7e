"""Moving averages of variables and tensors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph import dtypes
from ..graph.conversion import to_tensor
from ..graph.default_graph import get_collection, get_default_graph, init_scope, name_scope
from ..graph.graph import GraphKeys
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..ops import elementwise as m
from ..ops.casting import cast
from ..ops.flow import group
from ..scopes import get_variable, variable_scope
from ..variables import Variable
from ..variables.assignment import assign, assign_add, assign_sub
from ..variables.initializers import Zeros
from ..variables.listing import moving_average_variables, trainable_variables
from . import slot_creator


@public("python.training.moving_averages.assign_moving_average")
def assign_moving_average(variable: Any, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None) -> Any:
    """Moves `variable` towards `value`: variable <- variable * decay + value * (1 - decay). Gives the assignment.

    With `zero_debias`, a variable that started at zero is corrected for that, as Adam's means are: two more variables beside
    it, `biased` and `local_step`, keep what that takes (Kingma and Ba, arXiv:1412.6980, section 3).
    """
    with name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope:
        with get_default_graph().colocate_with(variable):
            decay = to_tensor(1.0 - decay, name="decay")
            if decay.dtype is not variable.dtype.base_dtype:
                decay = cast(decay, variable.dtype.base_dtype)
            if zero_debias:
                return assign(variable, _zero_debias(variable, value, decay), name=scope)
            return assign_sub(variable, (variable - value) * decay, name=scope)


def _zero_debias(unbiased: Any, value: Any, decay: Tensor) -> Tensor:
    """The average of `value` corrected for its start at zero; keeps its own sums beside the variable `unbiased`."""
    with variable_scope(unbiased.op.name, values=[unbiased, value, decay]):
        start = Zeros()
        biased = get_variable("biased", initializer=start, shape=unbiased.get_shape(), dtype=unbiased.dtype, trainable=False)
        local_step = get_variable("local_step", shape=[], dtype=unbiased.dtype, initializer=start, trainable=False)
    moved = assign_sub(biased, (biased - value) * decay)
    count = assign_add(local_step, 1)
    # The two assignments' results, so that the division sees the new values.
    return moved / (1 - m.pow_(1.0 - decay, count))


@public("python.training.moving_averages.weighted_moving_average")
def weighted_moving_average(
    value: Any, decay: Any, weight: Any, truediv: bool = True, collections: Any = None, name: str | None = None
) -> Tensor:
    """The moving average of value * weight over that of weight: a mean in which `weight` counts. Makes the two averages."""
    if collections is None:
        collections = [GraphKeys.GLOBAL_VARIABLES]
    with variable_scope(name, "WeightedMovingAvg", [value, weight, decay]) as scope:
        value_x_weight = get_variable(
            "value_x_weight",
            shape=value.get_shape(),
            dtype=value.dtype,
            initializer=Zeros(),
            trainable=False,
            collections=collections,
        )
        total = get_variable(
            "weight",
            shape=weight.get_shape(),
            dtype=weight.dtype,
            initializer=Zeros(),
            trainable=False,
            collections=collections,
        )
        numerator = assign_moving_average(value_x_weight, value * weight, decay, zero_debias=False)
        denominator = assign_moving_average(total, weight, decay, zero_debias=False)
        quotient = m.truediv if truediv else m.div
        return quotient(numerator, denominator, name=scope.name)


_HOLDERS = ("Variable", "VariableV2", "VarHandleOp")


@public("train.ExponentialMovingAverage")
class ExponentialMovingAverage:
    """Keeps moving averages of variables and tensors: average <- decay * average + (1 - decay) * value.

    Args:
      decay: close to 1, such as 0.999.
      num_updates: a count of updates; given, the decay is at most (1 + num_updates) / (10 + num_updates), so that averages
        move faster at first.
      zero_debias: averages of tensors, which start at zero, are corrected for that.
    """

    def __init__(self, decay: Any, num_updates: Any = None, zero_debias: bool = False, name: str = "ExponentialMovingAverage"):
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Any] = {}

    @property
    def name(self) -> str:
        return self._name

    def apply(self, var_list: Iterable[Any] | None = None) -> Operation:
        """An op that updates the averages of `var_list` (the trainable variables if None); makes those that are not there yet.

        The average of a variable starts as its initial value, that of a tensor at zero.

        Raises:
          TypeError: the type of an item cannot be averaged.
        """
        var_list = trainable_variables() if var_list is None else list(var_list)
        debiased: set[Any] = set()
        for var in var_list:
            if var.dtype.base_dtype not in (dtypes.bfloat16, dtypes.float16, dtypes.float32, dtypes.float64):
                raise TypeError(f"The variables must be half, float, or double: {var.name}")
            if _key(var) not in self._averages:
                # Outside of loops and branches: an average is made once.
                with init_scope():
                    self._averages[_key(var)] = self._made_average(var, debiased)
        with name_scope(self._name) as scope:
            decay = to_tensor(self._decay, name="decay")
            if self._num_updates is not None:
                count = cast(self._num_updates, dtypes.float32, name="num_updates")
                decay = m.minimum(decay, (1.0 + count) / (10.0 + count))
            updates = [assign_moving_average(self._averages[_key(v)], v, decay, zero_debias=_key(v) in debiased) for v in var_list]
            return group(*updates, name=scope)

    def _made_average(self, var: Any, debiased: set[Any]) -> Any:
        if isinstance(var, Variable):
            average = slot_creator.create_slot(var, var.initialized_value(), self._name, colocate_with_primary=True)
            # Savers and averages of averages find it among the model's.
            get_default_graph().add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, var)
            return average
        if self._zero_debias:
            debiased.add(_key(var))
        return slot_creator.create_zeros_slot(var, self._name, colocate_with_primary=var.op.type in _HOLDERS)

    def average(self, var: Any) -> Any:
        """The variable that holds the average of `var`; None if there is none."""
        return self._averages.get(_key(var))

    def average_name(self, var: Any) -> str:
        """The name of the variable that holds, or would hold, the average of `var`."""
        found = self._averages.get(_key(var))
        if found is not None:
            return found.op.name
        return get_default_graph().unique_name(f"{var.op.name}/{self._name}", mark_as_used=False)

    def variables_to_restore(self, moving_avg_variables: Iterable[Any] | None = None) -> dict[str, Any]:
        """What to restore so that variables take their averages' values: name in the checkpoint -> variable.

        Args:
          moving_avg_variables: those that have averages (trainable and averaged variables if None); all others keep their names.
        """
        if moving_avg_variables is None:
            moving_avg_variables = trainable_variables() + moving_average_variables()
        averaged = {_key(v): v for v in moving_avg_variables}
        names = {self.average_name(v): v for v in averaged.values()}
        taken = {v.name for v in averaged.values()}
        for v in get_collection(GraphKeys.GLOBAL_VARIABLES):
            if v.name not in taken and v.op.name not in names:
                names[v.op.name] = v
        return names


def _key(var: Any) -> tuple[Any, str]:
    return (var.graph, var.name)
