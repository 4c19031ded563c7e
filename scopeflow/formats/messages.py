"""Protocol buffer messages that no library brings compiled, made from tables of their fields."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELD = descriptor_pb2.FieldDescriptorProto
_KINDS = {
    "bool": _FIELD.TYPE_BOOL,
    "bytes": _FIELD.TYPE_BYTES,
    "double": _FIELD.TYPE_DOUBLE,
    "fixed32": _FIELD.TYPE_FIXED32,
    "float": _FIELD.TYPE_FLOAT,
    "int32": _FIELD.TYPE_INT32,
    "int64": _FIELD.TYPE_INT64,
    "string": _FIELD.TYPE_STRING,
}


def define(file_name: str, messages: dict[str, list[tuple[Any, ...]]]) -> dict[str, type]:
    """Message classes of the package `tensorflow`.

    Args:
      file_name: a name for the file that declares them.
      messages: message -> its fields as (name, type, role), numbered from 1, or (name, type, role, number); the type is a scalar's or
        another of these messages; the role "", "repeated", "map" (from strings), or the oneof that the field belongs to.
    """
    file = descriptor_pb2.FileDescriptorProto(name=file_name, package="tensorflow", syntax="proto3")
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for position, (field_name, kind, role, *number) in enumerate(fields, 1):
            field = message.field.add(name=field_name, number=number[0] if number else position, label=_FIELD.LABEL_OPTIONAL)
            if role == "map":
                entry = message.nested_type.add(name="".join(p.title() for p in field_name.split("_")) + "Entry")
                entry.options.map_entry = True
                _set_type(entry.field.add(name="key", number=1, label=_FIELD.LABEL_OPTIONAL), "string")
                _set_type(entry.field.add(name="value", number=2, label=_FIELD.LABEL_OPTIONAL), kind)
                field.label, kind = _FIELD.LABEL_REPEATED, f"{name}.{entry.name}"
            elif role == "repeated":
                field.label = _FIELD.LABEL_REPEATED
            elif role:
                if not message.oneof_decl:
                    message.oneof_decl.add(name=role)
                field.oneof_index = 0
            _set_type(field, kind)
    # A pool of its own, so that real TensorFlow's messages of the same names may live in one process.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow." + name)) for name in messages}


def _set_type(field: descriptor_pb2.FieldDescriptorProto, kind: str) -> None:
    if kind in _KINDS:
        field.type = _KINDS[kind]
    else:
        field.type, field.type_name = _FIELD.TYPE_MESSAGE, ".tensorflow." + kind
