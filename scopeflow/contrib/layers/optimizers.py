"""tf.contrib.layers.optimize_loss: a whole training step of one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ...graph import dtypes
from ...graph.composite import IndexedSlices
from ...graph.conversion import to_tensor
from ...graph.default_graph import get_collection
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...ops import array
from ...ops import elementwise as m
from ...ops.casting import cast
from ...ops.clipping import clip_by_global_norm, global_norm
from ...ops.flow import with_dependencies
from ...ops.random import truncated_normal
from ...ops.summaries import histogram, scalar
from ...scopes import get_variable, variable_scope
from ...train.adagrad import AdagradOptimizer
from ...train.adam import AdamOptimizer
from ...train.ftrl import FtrlOptimizer
from ...train.global_step import assert_global_step, get_global_step
from ...train.gradient_descent import GradientDescentOptimizer
from ...train.momentum import MomentumOptimizer
from ...train.moving_averages import assign_moving_average
from ...train.optimizer import GradAndVar, Optimizer
from ...train.rms_prop import RMSPropOptimizer
from ...variables.initializers import Constant, Zeros

OPTIMIZER_CLS_NAMES: dict[str, Callable[..., Optimizer]] = {
    "Adagrad": AdagradOptimizer,
    "Adam": AdamOptimizer,
    "Ftrl": FtrlOptimizer,
    "Momentum": lambda learning_rate: MomentumOptimizer(learning_rate, momentum=0.9),
    "RMSProp": RMSPropOptimizer,
    "SGD": GradientDescentOptimizer,
}
OPTIMIZER_SUMMARIES = ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]
export(OPTIMIZER_CLS_NAMES, "contrib.layers.OPTIMIZER_CLS_NAMES", "contrib.slim.OPTIMIZER_CLS_NAMES")
export(OPTIMIZER_SUMMARIES, "contrib.layers.OPTIMIZER_SUMMARIES", "contrib.slim.OPTIMIZER_SUMMARIES")


@public("contrib.layers.optimize_loss", "contrib.slim.optimize_loss")
def optimize_loss(
    loss: Any,
    global_step: Any,
    learning_rate: Any,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: dict[Any, Any] | None = None,
    clip_gradients: Any = None,
    learning_rate_decay_fn: Callable[[Any, Any], Tensor] | None = None,
    update_ops: Iterable[Any] | None = None,
    variables: Sequence[Any] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Tensor:
    """`loss`, which takes a training step when it is run.

    Args:
      global_step: None for the graph's own.
      learning_rate: a float becomes a variable; None leaves it to the optimizer.
      optimizer: a name of `OPTIMIZER_CLS_NAMES`, an optimizer, a class of them, or a function that makes one (of the rate).
      gradient_noise_scale: scale of truncated normals that are added to gradients.
      gradient_multipliers: variable, or its name, -> factor of its gradient.
      clip_gradients: a global norm, or a function of (gradient, variable) pairs.
      learning_rate_decay_fn: of the learning rate and the global step.
      update_ops: run before the step (the collection "update_ops" if None).
      variables: what to train (the trainable variables if None).
      summaries: which of `OPTIMIZER_SUMMARIES` to make (learning rate, loss and global norm if None).

    Raises:
      ValueError: an argument is of the wrong kind or value.
    """
    loss = to_tensor(loss)
    _require_scalar(loss)
    if global_step is None:
        global_step = get_global_step()
    else:
        assert_global_step(global_step)
    with variable_scope(name, "OptimizeLoss", [loss, global_step]):
        if update_ops is None:
            update_ops = dict.fromkeys(get_collection(GraphKeys.UPDATE_OPS))
        update_ops = list(update_ops)
        if update_ops:
            loss = with_dependencies(update_ops, loss)
        rate = _rate(learning_rate)
        if summaries is None:
            summaries = ["loss", "learning_rate", "global_gradient_norm"]
        for wanted in summaries:
            if wanted not in OPTIMIZER_SUMMARIES:
                raise ValueError(f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], you provided {wanted}.")
        if learning_rate is not None and learning_rate_decay_fn is not None:
            if global_step is None:
                raise ValueError("global_step is required for learning_rate_decay_fn.")
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in summaries:
                scalar("learning_rate", rate)
        chosen = _optimizer(optimizer, learning_rate, rate)
        pairs = chosen.compute_gradients(loss, variables, colocate_gradients_with_ops=colocate_gradients_with_ops)
        if gradient_noise_scale is not None:
            pairs = _with_noise(pairs, gradient_noise_scale)
        if gradient_multipliers is not None:
            pairs = _multiplied(pairs, gradient_multipliers)
            if not pairs:
                raise ValueError(
                    "Empty list of (gradient, var) pairs encountered. This is most likely to be caused by an improper value of "
                    "gradient_multipliers."
                )
        shows_norm = "global_gradient_norm" in summaries or "gradient_norm" in summaries
        if shows_norm:
            scalar("global_norm/gradient_norm", global_norm([g for g, _ in pairs]))
        if isinstance(clip_gradients, float):
            clipped, _ = clip_by_global_norm([g for g, _ in pairs], clip_gradients)
            pairs = list(zip(clipped, [v for _, v in pairs]))
        elif callable(clip_gradients):
            pairs = clip_gradients(pairs)
        elif clip_gradients is not None:
            raise ValueError(f"Unknown type {type(clip_gradients)} for clip_gradients")
        if "loss" in summaries:
            scalar("loss", loss)
        for gradient, variable in pairs:
            values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
            if values is not None:
                label = variable.name.replace(":", "_")
                if "gradients" in summaries:
                    histogram(f"gradients/{label}", values)
                if "gradient_norm" in summaries:
                    scalar(f"gradient_norm/{label}", global_norm([values]))
        if clip_gradients is not None and shows_norm:
            scalar("global_norm/clipped_gradient_norm", global_norm([g for g, _ in pairs]))
        step = chosen.apply_gradients(pairs, global_step=global_step if increment_global_step else None, name="train")
        return with_dependencies([step], loss)


def _require_scalar(loss: Tensor) -> None:
    if loss.get_shape().ndims not in (0, None):
        raise ValueError(f"Expected scalar shape for {loss.name}, saw shape: {loss.get_shape()}.")


def _rate(learning_rate: Any) -> Any:
    """The learning rate as a tensor or variable; None if it is None."""
    if learning_rate is None:
        return None
    if isinstance(learning_rate, Tensor) and learning_rate.get_shape().ndims == 0:
        return learning_rate
    if isinstance(learning_rate, float):
        if learning_rate < 0.0:
            raise ValueError("Invalid learning_rate %s.", learning_rate)
        return get_variable("learning_rate", [], trainable=False, initializer=Constant(learning_rate))
    raise ValueError(f"Learning rate should be 0d Tensor or float. Got {learning_rate} of type {type(learning_rate)}")


def _optimizer(optimizer: Any, learning_rate: Any, rate: Any) -> Optimizer:
    if isinstance(optimizer, str):
        if optimizer not in OPTIMIZER_CLS_NAMES:
            raise ValueError(f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided {optimizer}.")
        if rate is None:
            raise ValueError(f"Learning rate is None, but should be specified if optimizer is string ({optimizer}).")
        return OPTIMIZER_CLS_NAMES[optimizer](learning_rate=rate)
    if isinstance(optimizer, type) and issubclass(optimizer, Optimizer):
        if rate is None:
            raise ValueError(f"Learning rate is None, but should be specified if optimizer is class ({optimizer}).")
        return optimizer(learning_rate=rate)
    if isinstance(optimizer, Optimizer):
        return optimizer
    if callable(optimizer):
        made = optimizer() if learning_rate is None else optimizer(rate)
        if not isinstance(made, Optimizer):
            raise ValueError(f"Unrecognized optimizer: function should return subclass of Optimizer. Got {made!s}.")
        return made
    raise ValueError(
        "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass of Optimizer or function with one "
        f"argument. Got {optimizer!s}."
    )


def _with_noise(pairs: Sequence[GradAndVar], scale: float) -> list[GradAndVar]:
    noisy = []
    for gradient, _ in pairs:
        if gradient is None:
            noisy.append(None)
            continue
        shape = gradient.dense_shape if isinstance(gradient, IndexedSlices) else gradient.get_shape()
        noisy.append(gradient + truncated_normal(shape) * scale)
    return list(zip(noisy, [v for _, v in pairs]))


def _multiplied(pairs: Sequence[GradAndVar], multipliers: dict[Any, Any]) -> list[GradAndVar]:
    out = []
    for gradient, variable in pairs:
        key = variable if variable in multipliers else variable.name
        if key in multipliers:
            if gradient is None:
                raise ValueError("Requested multiple of `None` gradient.")
            factor = cast(multipliers[key], (gradient.values if isinstance(gradient, IndexedSlices) else gradient).dtype)
            if isinstance(gradient, IndexedSlices):
                gradient = IndexedSlices(gradient.values * factor, gradient.indices, gradient.dense_shape)
            else:
                gradient = gradient * factor
        out.append((gradient, variable))
    return out


@public("contrib.slim.adaptive_clipping_fn")
def adaptive_clipping_fn(
    std_factor: float = 2.0,
    decay: Any = 0.95,
    static_max_norm: float | None = None,
    global_step: Any = None,
    report_summary: bool = False,
    epsilon: float = 1e-8,
    name: str | None = None,
) -> Callable[[Sequence[GradAndVar]], list[GradAndVar]]:
    """A function that clips gradients by their usual norm: exp(mean + std_factor * deviation) of the norm's logarithm so far.

    Args:
      decay: of the running mean and variance of the logarithm.
      static_max_norm: a limit that holds besides.
      global_step: given, the decay is smaller in the first steps.
    """

    def clip(grads_and_vars: Sequence[GradAndVar]) -> list[GradAndVar]:
        gradients, variables = zip(*grads_and_vars)
        norm = global_norm(gradients)
        largest, log_mean = _usual_largest(norm, std_factor, decay, global_step, epsilon, name)
        if report_summary:
            scalar("global_norm/adaptive_max_gradient_norm", largest)
        factor = array.where(norm < largest, array.ones_like(norm), m.exp(log_mean) / norm)
        if static_max_norm is not None:
            factor = m.minimum(static_max_norm / norm, factor)
        clipped: list[Any] = []
        for g in gradients:
            if g is None:
                clipped.append(None)
            elif isinstance(g, IndexedSlices):
                clipped.append(IndexedSlices(g.values * factor, g.indices, g.dense_shape))
            else:
                clipped.append(g * factor)
        return list(zip(clipped, variables))

    return clip


def _usual_largest(norm: Tensor, std_factor: float, decay: Any, global_step: Any, epsilon: float, name: str | None) -> tuple[Tensor, Any]:
    with variable_scope(name, "AdaptiveMaxNorm", [norm]):
        log_norm = m.log(norm + epsilon)

        def average(label: str, value: Tensor, kept: Any) -> Any:
            held = get_variable(label, shape=value.get_shape(), dtype=value.dtype, initializer=Zeros(), trainable=False)
            return assign_moving_average(held, value, kept, zero_debias=False)

        if global_step is not None:
            n = cast(global_step, dtypes.float32)
            decay = m.minimum(decay, n / (n + 1.0))
        mean = average("mean", log_norm, decay)
        square_mean = average("sq_mean", m.square(log_norm), decay)
        variance = square_mean - m.square(mean)
        deviation = m.sqrt(m.maximum(epsilon, variance))
        return m.exp(mean + std_factor * deviation), mean
