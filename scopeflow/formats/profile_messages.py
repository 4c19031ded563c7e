"""GraphNodeProto and MultiGraphNodeProto: what tf.profiler.profile gives, as far as counting goes."""

from __future__ import annotations

from .messages import define

_MESSAGES = define(
    "scopeflow/tfprof_output.proto",
    {
        "GraphNodeProto": [
            ("name", "string", ""),
            ("parameters", "int64", "", 4),
            ("total_parameters", "int64", "", 8),
            ("children", "GraphNodeProto", "repeated", 12),
            ("float_ops", "int64", "", 13),
            ("total_float_ops", "int64", "", 14),
            ("total_definition_count", "int64", "", 23),
        ],
        "MultiGraphNodeProto": [
            ("name", "string", ""),
            ("parameters", "int64", "", 4),
            ("float_ops", "int64", "", 5),
            ("total_parameters", "int64", "", 8),
            ("total_float_ops", "int64", "", 9),
            ("graph_nodes", "GraphNodeProto", "repeated", 10),
            ("children", "MultiGraphNodeProto", "repeated", 11),
        ],
    },
)
GraphNodeProto, MultiGraphNodeProto = _MESSAGES["GraphNodeProto"], _MESSAGES["MultiGraphNodeProto"]
