"""Adagrad whose slots can be left alone while a regularizer's gradients are applied."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from ...graph.public import public
from ...train.adagrad import AdagradOptimizer
from ...train.optimizer import Hyperparameter


@public("contrib.opt.RegAdagradOptimizer")
class RegAdagradOptimizer(AdagradOptimizer):
    """Adagrad; steps that are built inside `avoid_updating_slots()` do not add to the sum of squares."""

    def __init__(
        self, learning_rate: Hyperparameter, initial_accumulator_value: float = 0.1, use_locking: bool = False, name: str = "RegAdagrad"
    ):
        super().__init__(learning_rate, initial_accumulator_value, use_locking, name)
        self._should_update_slots = True

    @contextlib.contextmanager
    def avoid_updating_slots(self) -> Iterator[None]:
        """A context whose steps use the slots as they are."""
        before, self._should_update_slots = self._should_update_slots, False
        try:
            yield
        finally:
            self._should_update_slots = before

    def _step_options(self) -> dict[str, Any]:
        return {"use_locking": self._use_locking, "update_slots": self._should_update_slots}
