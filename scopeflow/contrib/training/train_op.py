"""create_train_op: a loss, its gradients and their application as one tensor; and what is done to gradients before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from ...graph.composite import IndexedSlices
from ...graph.conversion import constant
from ...graph.default_graph import control_dependencies, get_collection, get_collection_ref, name_scope
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import TABLE, public
from ...ops.clipping import clip_by_norm, global_norm
from ...ops.elementwise import multiply
from ...ops.flow import no_op, with_dependencies
from ...train.global_step import get_or_create_global_step
from ...train.optimizer import Optimizer
from ...variables.listing import trainable_variables

GradientsAndVariables = Sequence[tuple[Any, Any]]
#: the default of `global_step`: the graph's own, made if need be. Not None, which means: do not count steps.
USE_GLOBAL_STEP = 0


def _dense(gradient: Any) -> Any:
    return gradient.values if isinstance(gradient, IndexedSlices) else gradient


def summarize_gradients(grads_and_vars: Iterable[tuple[Any, Any]], separator: str) -> list[Any]:
    """Summaries of each gradient's histogram and norm, called by the variable's name and `separator`."""
    out = []
    for gradient, variable in grads_and_vars:
        if gradient is None:
            TABLE["logging.info"]("Var %s has no gradient", variable.op.name)
            continue
        values = _dense(gradient)
        name = f"{variable.op.name}{separator}gradient"
        out.append(TABLE["summary.histogram"](name, values))
        out.append(TABLE["summary.scalar"](name + "_norm", global_norm([values])))
    return out


@public("contrib.training.add_gradients_summaries")
def add_gradients_summaries(grads_and_vars: Iterable[tuple[Any, Any]]) -> list[Any]:
    """Summaries of each gradient: a histogram "v_gradient" and the norm "v_gradient_norm"."""
    return summarize_gradients(grads_and_vars, "_")


@public("contrib.training.clip_gradient_norms", "contrib.slim.learning.clip_gradient_norms")
def clip_gradient_norms(gradients_to_variables: Iterable[tuple[Any, Any]], max_norm: float) -> list[tuple[Any, Any]]:
    """The (gradient, variable) pairs with each gradient's norm limited to `max_norm`."""
    out = []
    for gradient, variable in gradients_to_variables:
        if gradient is not None:
            if isinstance(gradient, IndexedSlices):
                gradient = IndexedSlices(clip_by_norm(gradient.values, max_norm), gradient.indices, gradient.dense_shape)
            else:
                gradient = clip_by_norm(gradient, max_norm)
        out.append((gradient, variable))
    return out


@public("contrib.training.clip_gradient_norms_fn")
def clip_gradient_norms_fn(max_norm: float) -> Callable[[GradientsAndVariables], list[tuple[Any, Any]]]:
    """`clip_gradient_norms` as a function of the pairs alone, for `create_train_op`."""
    return lambda gradients_to_variables: clip_gradient_norms(gradients_to_variables, max_norm)


@public("contrib.training.multiply_gradients", "contrib.slim.learning.multiply_gradients")
def multiply_gradients(grads_and_vars: GradientsAndVariables, gradient_multipliers: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """The (gradient, variable) pairs with gradients multiplied.

    Args:
      gradient_multipliers: variable, or its op's name -> factor, a number or tensor.

    Raises:
      ValueError: no list, no dict, an empty one, or a factor for a gradient that is None.
    """
    if not isinstance(grads_and_vars, list):
        raise ValueError("`grads_and_vars` must be a list.")
    if not gradient_multipliers:
        raise ValueError("`gradient_multipliers` is empty.")
    if not isinstance(gradient_multipliers, dict):
        raise ValueError("`gradient_multipliers` must be a dict.")
    out = []
    for gradient, variable in grads_and_vars:
        if variable in gradient_multipliers or variable.op.name in gradient_multipliers:
            if gradient is None:
                raise ValueError("Requested multiple of `None` gradient.")
            key = variable if variable in gradient_multipliers else variable.op.name
            factor = gradient_multipliers[key]
            if not isinstance(factor, Tensor):
                factor = constant(factor, dtype=gradient.dtype.base_dtype)
            if isinstance(gradient, IndexedSlices):
                gradient = IndexedSlices(multiply(gradient.values, factor), gradient.indices, gradient.dense_shape)
            else:
                gradient = multiply(gradient, factor)
        out.append((gradient, variable))
    return out


@public("contrib.training.create_train_op")
def create_train_op(
    total_loss: Any,
    optimizer: Optimizer,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Iterable[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    transform_grads_fn: Callable[[GradientsAndVariables], Any] | None = None,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: Any = None,
    colocate_gradients_with_ops: bool = False,
    check_numerics: bool = True,
) -> Tensor:
    """A tensor that, when computed, makes a training step and gives the loss.

    Args:
      total_loss: the loss, a scalar.
      optimizer: what computes and applies the gradients.
      global_step: the variable that counts the steps; the graph's own, made if there is none, by default; None: none.
      update_ops: ops to run before the loss; those in the collection "update_ops" if None.
      variables_to_train: all trainable ones if None.
      transform_grads_fn: function of the list of (gradient, variable) that gives another.
      summarize_gradients: whether to add summaries of the gradients.
      gate_gradients, aggregation_method, colocate_gradients_with_ops: see `Optimizer.compute_gradients`.
      check_numerics: whether a step fails if the loss is not finite.

    Raises:
      ValueError: no variable has a gradient.
    """
    if global_step is USE_GLOBAL_STEP:
        global_step = get_or_create_global_step()
    listed = get_collection(GraphKeys.UPDATE_OPS)
    if update_ops is None:
        updates = list(dict.fromkeys(listed))
    else:
        updates = list(dict.fromkeys(update_ops))
        if not set(listed) <= set(updates):
            TABLE["logging.warning"]("update_ops in create_train_op does not contain all the update_ops in GraphKeys.UPDATE_OPS")
    if updates:
        with control_dependencies(updates):
            barrier = no_op(name="update_barrier")
        total_loss = with_dependencies([barrier], total_loss)
    if variables_to_train is None:
        variables_to_train = trainable_variables()
    else:
        known = get_collection(GraphKeys.TRAINABLE_VARIABLES)
        for v in variables_to_train:
            assert any(v is k for k in known), f"{v} is not trainable"
    assert variables_to_train, "there are no variables to train"
    gradients = optimizer.compute_gradients(
        total_loss,
        variables_to_train,
        gate_gradients=gate_gradients,
        aggregation_method=aggregation_method,
        colocate_gradients_with_ops=colocate_gradients_with_ops,
    )
    if transform_grads_fn:
        gradients = transform_grads_fn(gradients)
    if summarize_gradients:
        with name_scope("summarize_grads"):
            add_gradients_summaries(gradients)
    applied = optimizer.apply_gradients(gradients, global_step=global_step)
    with name_scope("train_op"):
        if check_numerics:
            total_loss = TABLE["check_numerics"](total_loss, "LossTensor is inf or nan")
        train_op = with_dependencies([applied], total_loss)
    listed_ops = get_collection_ref(GraphKeys.TRAIN_OP)
    if train_op not in listed_ops:
        listed_ops.append(train_op)
    return train_op
