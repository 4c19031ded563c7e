"""The protocol buffer messages under their `tf` names; they come compiled in tensorboard."""

from __future__ import annotations

import importlib
from types import ModuleType

from ..formats import example
from ..formats.control_flow_messages import CondContextDef, ControlFlowContextDef, ValuesDef, WhileContextDef
from ..formats.profile_messages import GraphNodeProto, MultiGraphNodeProto
from ..formats.queue_runner_messages import QueueRunnerDef
from ..formats.saved_model_messages import SavedModel
from ..graph.public import export

#: tensorflow.core folder -> the _pb2 modules in it
FOLDERS = {
    "example": ("example_pb2", "feature_pb2"),
    "framework": (
        "allocation_description_pb2",
        "api_def_pb2",
        "attr_value_pb2",
        "cost_graph_pb2",
        "function_pb2",
        "graph_pb2",
        "node_def_pb2",
        "op_def_pb2",
        "resource_handle_pb2",
        "step_stats_pb2",
        "summary_pb2",
        "tensor_description_pb2",
        "tensor_pb2",
        "tensor_shape_pb2",
        "types_pb2",
        "variable_pb2",
        "versions_pb2",
    ),
    "profiler": ("tfprof_log_pb2", "tfprof_output_pb2"),
    "protobuf": (
        "cluster_pb2",
        "config_pb2",
        "control_flow_pb2",
        "debug_pb2",
        "meta_graph_pb2",
        "queue_runner_pb2",
        "rewriter_config_pb2",
        "saved_model_pb2",
        "saved_object_graph_pb2",
        "saver_pb2",
        "struct_pb2",
        "trackable_object_graph_pb2",
        "verifier_config_pb2",
    ),
    "util": ("event_pb2",),
}

_PUBLISHED = {
    "attr_value_pb2": ("AttrValue", "NameAttrList"),
    "cluster_pb2": ("train.ClusterDef", "train.JobDef"),
    "config_pb2": ("ConfigProto", "GPUOptions", "GraphOptions", "OptimizerOptions", "RunMetadata", "RunOptions"),
    "event_pb2": ("Event", "LogMessage", "SessionLog", "summary.Event", "summary.SessionLog", "summary.TaggedRunMetadata"),
    "graph_pb2": ("GraphDef",),
    "histogram_pb2": ("HistogramProto",),
    "meta_graph_pb2": ("MetaGraphDef", "TensorInfo"),
    "node_def_pb2": ("NodeDef",),
    "saver_pb2": ("train.SaverDef",),
    "summary_pb2": ("Summary", "SummaryMetadata", "summary.Summary", "summary.SummaryDescription"),
    "tfprof_log_pb2": ("profiler.OpLogProto",),
}


#: _pb2 module -> its messages, where formats/ makes them
_MADE = {
    "control_flow_pb2": {m.__name__: m for m in (CondContextDef, ControlFlowContextDef, ValuesDef, WhileContextDef)},
    "queue_runner_pb2": {"QueueRunnerDef": QueueRunnerDef},
    "saved_model_pb2": {"SavedModel": SavedModel},
    "tfprof_output_pb2": {"GraphNodeProto": GraphNodeProto, "MultiGraphNodeProto": MultiGraphNodeProto},
}


def module(name: str) -> ModuleType | None:
    """The compiled messages of `name` (such as "graph_pb2"), or None."""
    try:
        return importlib.import_module("tensorboard.compat.proto." + name)
    except ModuleNotFoundError:
        return None


def core_module(path: str) -> ModuleType | None:
    """The module for a path below `tensorflow.core` ("framework.graph_pb2"), or None."""
    folder, _, name = path.rpartition(".")
    if name not in FOLDERS.get(folder, ()):
        return None
    messages = example.MESSAGES if folder == "example" else _MADE.get(name)
    if messages is not None:
        made = ModuleType(f"tensorflow.core.{path}", "Messages that tensorboard does not bring.")
        made.__dict__.update(messages)
        return made
    return module(name)


def _publish() -> None:
    for file, names in _PUBLISHED.items():
        messages = module(file)
        for name in names:
            value = getattr(messages, name.rpartition(".")[2], None)
            if value is not None:
                export(value, name)
    for name, message in example.MESSAGES.items():
        export(message, "train." + name)


_publish()
