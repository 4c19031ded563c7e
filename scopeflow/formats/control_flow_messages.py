"""CondContextDef and WhileContextDef: how a MetaGraphDef describes branches and loops."""

from __future__ import annotations

from .messages import define

_MESSAGES = define(
    "scopeflow/control_flow.proto",
    {
        "ValuesDef": [("values", "string", "repeated"), ("external_values", "string", "map")],
        "ControlFlowContextDef": [("cond_ctxt", "CondContextDef", "ctxt"), ("while_ctxt", "WhileContextDef", "ctxt")],
        "CondContextDef": [
            ("context_name", "string", ""),
            ("pred_name", "string", ""),
            ("pivot_name", "string", ""),
            ("branch", "int32", ""),
            ("values_def", "ValuesDef", ""),
            ("nested_contexts", "ControlFlowContextDef", "repeated"),
        ],
        "WhileContextDef": [
            ("context_name", "string", ""),
            ("parallel_iterations", "int32", ""),
            ("back_prop", "bool", ""),
            ("swap_memory", "bool", ""),
            ("pivot_name", "string", ""),
            ("pivot_for_pred_name", "string", ""),
            ("pivot_for_body_name", "string", ""),
            ("loop_exit_names", "string", "repeated"),
            ("values_def", "ValuesDef", "", 9),
            ("loop_enter_names", "string", "repeated", 10),
            ("maximum_iterations_name", "string", "", 11),
            ("nested_contexts", "ControlFlowContextDef", "repeated", 12),
        ],
    },
)
ValuesDef, ControlFlowContextDef = _MESSAGES["ValuesDef"], _MESSAGES["ControlFlowContextDef"]
CondContextDef, WhileContextDef = _MESSAGES["CondContextDef"], _MESSAGES["WhileContextDef"]
