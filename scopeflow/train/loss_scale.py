"""Loss scales: factors that keep the gradients of half precision from vanishing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph import dtypes
from ..graph.conversion import to_tensor
from ..graph.default_graph import get_default_graph
from ..graph.operation import Operation, Tensor
from ..graph.public import public
from ..graph.tracking import Trackable, TrackableReference
from ..ops import elementwise as m
from ..ops.control_flow import cond
from ..ops.flow import group, no_op
from ..ops.reduction import reduce_all
from ..variables import Variable


@public("train.experimental.LossScale")
class LossScale(Trackable):
    """Base of loss scales: called, they give the factor; `update` changes it by the gradients of a step."""

    def __init__(self) -> None:
        self._weights: dict[tuple[str, Any], Any] = {}

    def __call__(self) -> Tensor:
        """The factor, a float32 scalar."""
        raise NotImplementedError()

    def update(self, grads: Iterable[Any]) -> tuple[Operation, Any]:
        """The op that changes the factor, and whether the gradients, already divided by it, are to be applied."""
        raise NotImplementedError()

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes it of."""
        raise NotImplementedError()

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LossScale:
        """A loss scale of a config."""
        return cls(**config)

    def _add_weight(self, name: str, initial_value: Any, dtype: Any = None) -> Any:
        variable = Variable(initial_value=initial_value, name=name, dtype=dtype, trainable=False, use_resource=True)
        self._weights[name, get_default_graph()] = variable
        self._handle_deferred_dependencies(name, variable)
        return variable

    @property
    def _checkpoint_dependencies(self) -> list[TrackableReference]:
        graph = get_default_graph()
        own = [TrackableReference(name, v) for (name, g), v in self._weights.items() if g is graph]
        return super()._checkpoint_dependencies + sorted(own, key=lambda r: r.name)

    def _lookup_dependency(self, name: str) -> Any:
        return super()._lookup_dependency(name) or self._weights.get((name, get_default_graph()))


@public("train.experimental.FixedLossScale")
class FixedLossScale(LossScale):
    """A factor that stays.

    Raises:
      ValueError: it is no number, or less than 1.
    """

    def __init__(self, loss_scale_value: float):
        super().__init__()
        if not isinstance(loss_scale_value, (int, float)):
            raise ValueError("loss_scale_value must be a Python int or float.")
        if loss_scale_value < 1:
            raise ValueError("loss_scale_value must be at least 1.")
        self._loss_scale_value = float(loss_scale_value)

    def __call__(self) -> Tensor:
        return to_tensor(self._loss_scale_value, dtypes.float32)

    def update(self, grads: Iterable[Any]) -> tuple[Operation, Any]:
        """Nothing to change; gradients are always applied."""
        return no_op(), True

    def get_config(self) -> dict[str, Any]:
        """The factor."""
        return {"loss_scale_value": self._loss_scale_value}

    def __repr__(self) -> str:
        return f"FixedLossScale({self._loss_scale_value})"


def _all_finite(grads: Iterable[Any]) -> Tensor:
    return reduce_all([reduce_all(m.is_finite(g)) for g in grads if g is not None])


@public("train.experimental.DynamicLossScale")
class DynamicLossScale(LossScale):
    """A factor that grows by `multiplier` after `increment_period` steps of finite gradients, and shrinks when some are not.

    Gradients that are not finite are not applied.
    """

    def __init__(self, initial_loss_scale: float = 32768, increment_period: int = 2000, multiplier: float = 2.0):
        super().__init__()
        self._initial_loss_scale = float(initial_loss_scale)
        self._increment_period = int(increment_period)
        self._multiplier = float(multiplier)
        self._current_loss_scale = self._add_weight("current_loss_scale", self._initial_loss_scale, dtypes.float32)
        self._num_good_steps = self._add_weight("good_steps", 0, dtypes.int64)

    @property
    def initial_loss_scale(self) -> float:
        return self._initial_loss_scale

    @property
    def increment_period(self) -> int:
        return self._increment_period

    @property
    def multiplier(self) -> float:
        return self._multiplier

    def __call__(self) -> Tensor:
        return to_tensor(self._current_loss_scale)

    def update(self, grads: Iterable[Any]) -> tuple[Operation, Any]:
        """The op that changes the factor, and whether all gradients are finite."""
        finite = _all_finite(grads)
        return cond(finite, self._after_good_step, self._after_bad_step), finite

    def _after_good_step(self) -> Any:
        due = m.greater_equal(self._num_good_steps + 1, self._increment_period)
        return cond(due, self._grow, lambda: _op(self._num_good_steps.assign_add(1)))

    def _grow(self) -> Operation:
        larger = self._current_loss_scale * self._multiplier
        kept = cond(m.is_finite(larger), lambda: _op(self._current_loss_scale.assign(larger)), no_op)
        return group(kept, self._num_good_steps.assign(0))

    def _after_bad_step(self) -> Operation:
        smaller = m.maximum(self._current_loss_scale / self._multiplier, 1)
        return group(self._num_good_steps.assign(0), self._current_loss_scale.assign(smaller))

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {
            "initial_loss_scale": self._initial_loss_scale,
            "increment_period": self._increment_period,
            "multiplier": self._multiplier,
        }

    def __repr__(self) -> str:
        return (
            f"DynamicLossScale(initial_loss_scale={self._initial_loss_scale}, increment_period={self._increment_period}, "
            f"multiplier={self._multiplier})"
        )


def _op(value: Any) -> Any:
    return getattr(value, "op", value)


def loss_scale_of(identifier: Any) -> Any:
    """A loss scale, of a number or "dynamic". Raises ValueError."""
    if isinstance(identifier, (int, float)):
        return FixedLossScale(identifier)
    if identifier == "dynamic":
        return DynamicLossScale()
    if isinstance(identifier, LossScale) or identifier is None:
        return identifier
    raise ValueError(f"Could not interpret loss scale identifier: {identifier}")
