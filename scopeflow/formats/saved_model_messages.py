"""SavedModel: the message in saved_model.pb, and reading it as text."""

from __future__ import annotations

import functools
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from tensorboard.compat.proto import meta_graph_pb2

_FIELD = descriptor_pb2.FieldDescriptorProto


def _saved_model() -> Any:
    """The class of SavedModel messages, whose MetaGraphDefs are tensorboard's."""
    meta_graph = meta_graph_pb2.MetaGraphDef.DESCRIPTOR
    file = descriptor_pb2.FileDescriptorProto(name="scopeflow/saved_model.proto", package="scopeflow", syntax="proto3")
    file.dependency.append(meta_graph.file.name)
    message = file.message_type.add(name="SavedModel")
    message.field.add(name="saved_model_schema_version", number=1, type=_FIELD.TYPE_INT64, label=_FIELD.LABEL_OPTIONAL)
    message.field.add(
        name="meta_graphs", number=2, type=_FIELD.TYPE_MESSAGE, type_name="." + meta_graph.full_name, label=_FIELD.LABEL_REPEATED
    )
    pool = descriptor_pool.Default()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("scopeflow.SavedModel"))


SavedModel = _saved_model()


@functools.cache
def _tensorflow_pool() -> descriptor_pool.DescriptorPool:
    """The messages of a MetaGraphDef under their names in TensorFlow: files of text name them where any message may stand."""
    pool = descriptor_pool.DescriptorPool()
    seen: set[str] = set()

    def add(file: Any) -> None:
        if file.name in seen:
            return
        seen.add(file.name)
        for dependency in file.dependencies:
            add(dependency)
        proto = descriptor_pb2.FileDescriptorProto()
        file.CopyToProto(proto)
        data = proto.SerializeToString()
        if proto.package == "tensorboard":
            text = text_format.MessageToString(proto).replace('package: "tensorboard"', 'package: "tensorflow"')
            data = text_format.Parse(
                text.replace('".tensorboard.', '".tensorflow.'), descriptor_pb2.FileDescriptorProto()
            ).SerializeToString()
        pool.AddSerializedFile(data)

    add(meta_graph_pb2.MetaGraphDef.DESCRIPTOR.file)
    return pool


def merge_text(text: str, message: Any) -> Any:
    """Reads a message's text, in which `[type.googleapis.com/tensorflow.X]` may stand for any message. Raises text_format.ParseError."""
    return text_format.Merge(text, message, descriptor_pool=_tensorflow_pool())
