"""Moving means and variances in variables."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.default_graph import colocate_with, control_dependencies, name_scope
from ..graph.public import TABLE, public
from ..ops import array
from ..ops.elementwise import log, log1p, square
from ..ops.reduction import reduce_logsumexp


def _require_float(variable: Any, name: str) -> Any:
    base = variable.dtype.base_dtype
    if not base.is_floating:
        raise TypeError(f"{name}.base_dtype({base.name}) does not have float type `dtype`.")
    return base


@public("contrib.distributions.assign_moving_mean_variance")
def assign_moving_mean_variance(mean_var: Any, variance_var: Any, value: Any, decay: Any, name: str | None = None) -> tuple[Any, Any]:
    """Moves a mean and a variance towards `value`, by 1 - `decay` of the way. Returns their new values.

    Raises:
      TypeError: variables that hold no floats, or of different types.
    """
    with name_scope(name, "assign_moving_mean_variance", [variance_var, mean_var, value, decay]):
        with colocate_with(variance_var):
            base = _require_float(mean_var, "mean_var")
            if base != variance_var.dtype.base_dtype:
                raise TypeError(f"mean_var.base_dtype({base.name}) != variance_var.base_dtype({variance_var.dtype.base_dtype.name})")
            value = convert_to_tensor(value, dtype=base, name="value")
            decay = convert_to_tensor(decay, dtype=base, name="decay")
            delta = value - mean_var
            with control_dependencies([delta]):
                mean = TABLE["assign_add"](mean_var, (1.0 - decay) * delta)
                variance = TABLE["assign_sub"](variance_var, (1.0 - decay) * (variance_var - decay * square(delta)))
            return mean, variance


@public("contrib.distributions.assign_log_moving_mean_exp")
def assign_log_moving_mean_exp(log_mean_exp_var: Any, log_value: Any, decay: Any, name: str | None = None) -> Any:
    """Moves the logarithm of a mean towards `log_value`, by 1 - `decay` of the way of the exponentials. Returns its new value.

    Raises:
      TypeError: a variable that holds no floats.
    """
    with name_scope(name, "assign_log_moving_mean_exp", [log_mean_exp_var, log_value, decay]):
        with colocate_with(log_mean_exp_var):
            base = _require_float(log_mean_exp_var, "log_mean_exp_var")
            log_value = convert_to_tensor(log_value, dtype=base, name="log_value")
            decay = convert_to_tensor(decay, dtype=base, name="decay")
            delta = (log_value - log_mean_exp_var)[None, ...]
            terms = array.concat([log(decay) * array.ones_like(delta), delta + log1p(-decay)], axis=0)
            return TABLE["assign_add"](log_mean_exp_var, reduce_logsumexp(terms, axis=0))


@public("contrib.distributions.moving_mean_variance")
def moving_mean_variance(value: Any, decay: Any, collections: Any = None, name: str | None = None) -> tuple[Any, Any]:
    """A mean and a variance in variables of their own, which `value` moves. Returns their new values."""
    with TABLE["variable_scope"](name, "moving_mean_variance", [value, decay]):
        value = convert_to_tensor(value, name="value")
        base = value.dtype.base_dtype
        if not base.is_floating:
            raise TypeError(f"value.base_dtype({base.name}) does not have float type `dtype`.")
        decay = convert_to_tensor(decay, dtype=base, name="decay")
        variance, mean = (
            TABLE["get_variable"](
                which, shape=value.shape, dtype=base, initializer=TABLE["zeros_initializer"](), trainable=False, collections=collections
            )
            for which in ("moving_variance", "moving_mean")
        )
        return assign_moving_mean_variance(mean, variance, value, decay)
