"""ClusterDef, JobDef and ServerDef: which tasks a cluster has, and which of them a server is."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from tensorboard.compat.proto import cluster_pb2, config_pb2

ClusterDef, JobDef = cluster_pb2.ClusterDef, cluster_pb2.JobDef
_FIELD = descriptor_pb2.FieldDescriptorProto


def _server_def() -> Any:
    """The class of ServerDef messages, whose ClusterDef and ConfigProto are tensorboard's."""
    file = descriptor_pb2.FileDescriptorProto(name="scopeflow/server.proto", package="scopeflow", syntax="proto3")
    message = file.message_type.add(name="ServerDef")
    for number, name, kind in (
        (1, "cluster", ClusterDef),
        (2, "job_name", _FIELD.TYPE_STRING),
        (3, "task_index", _FIELD.TYPE_INT32),
        (4, "default_session_config", config_pb2.ConfigProto),
        (5, "protocol", _FIELD.TYPE_STRING),
    ):
        field = message.field.add(name=name, number=number, label=_FIELD.LABEL_OPTIONAL)
        if isinstance(kind, int):
            field.type = kind
        else:
            field.type, field.type_name = _FIELD.TYPE_MESSAGE, "." + kind.DESCRIPTOR.full_name
            file.dependency.append(kind.DESCRIPTOR.file.name)
    pool = descriptor_pool.Default()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("scopeflow.ServerDef"))


ServerDef = _server_def()
