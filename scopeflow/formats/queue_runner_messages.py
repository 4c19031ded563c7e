"""QueueRunnerDef: how a MetaGraphDef describes a QueueRunner."""

from __future__ import annotations

from .messages import define

_MESSAGES = define(
    "scopeflow/queue_runner.proto",
    {
        "QueueRunnerDef": [
            ("queue_name", "string", ""),
            ("enqueue_op_name", "string", "repeated"),
            ("close_op_name", "string", ""),
            ("cancel_op_name", "string", ""),
            # codes of tf.errors
            ("queue_closed_exception_types", "int32", "repeated"),
        ]
    },
)
QueueRunnerDef = _MESSAGES["QueueRunnerDef"]
