"""How the copies of a distributed variable are kept together: recorded on variables, as in TensorFlow 1.15."""

from __future__ import annotations

import enum
from typing import Any

from ..graph.public import public


@public("VariableSynchronization")
class VariableSynchronization(enum.Enum):
    """When the copies of a distributed variable are brought together."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


@public("VariableAggregation")
class VariableAggregation(enum.Enum):
    """How values assigned to the copies of a distributed variable are combined."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
    ONLY_FIRST_TOWER = 3  # noqa: PIE796  the older name


AUTO, ON_READ = VariableSynchronization.AUTO, VariableSynchronization.ON_READ
NO_AGGREGATION = VariableAggregation.NONE


def trainable_by_default(synchronization: Any) -> bool:
    """What `trainable` is if nobody says: true, unless the variable is synchronized when it is read."""
    return synchronization is not ON_READ


def mode_number(mode: Any) -> int:
    """A mode's number in a VariableDef."""
    return mode.value if isinstance(mode, enum.Enum) else int(mode or 0)
