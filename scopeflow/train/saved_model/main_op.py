"""The op that initializes what a SavedModel does not restore: local variables and tables."""

from __future__ import annotations

from typing import Any

from ...graph.operation import Operation
from ...graph.public import TABLE, public


@public("saved_model.main_op.main_op")
def main_op() -> Operation:
    """An op that initializes global and local variables and tables."""
    return TABLE["group"](TABLE["global_variables_initializer"](), TABLE["local_variables_initializer"](), TABLE["tables_initializer"]())


@public("saved_model.main_op_with_restore", "saved_model.main_op.main_op_with_restore")
def main_op_with_restore(restore_op_name: Any) -> Operation:
    """An op that does `main_op()` and an op that restores."""
    return TABLE["group"](main_op(), restore_op_name)
