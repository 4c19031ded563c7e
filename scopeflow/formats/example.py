"""tf.train.Example and its parts: the messages inside TFRecord files of training data."""

from __future__ import annotations

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_FIELD = descriptor_pb2.FieldDescriptorProto
_KINDS = {"bytes": _FIELD.TYPE_BYTES, "float": _FIELD.TYPE_FLOAT, "int64": _FIELD.TYPE_INT64, "string": _FIELD.TYPE_STRING}

#: message -> its fields, numbered from 1: (name, type, "" | "repeated" | "map" | the oneof it belongs to)
_MESSAGES = {
    "BytesList": [("value", "bytes", "repeated")],
    "FloatList": [("value", "float", "repeated")],
    "Int64List": [("value", "int64", "repeated")],
    "Feature": [("bytes_list", "BytesList", "kind"), ("float_list", "FloatList", "kind"), ("int64_list", "Int64List", "kind")],
    "Features": [("feature", "Feature", "map")],
    "FeatureList": [("feature", "Feature", "repeated")],
    "FeatureLists": [("feature_list", "FeatureList", "map")],
    "Example": [("features", "Features", "")],
    "SequenceExample": [("context", "Features", ""), ("feature_lists", "FeatureLists", "")],
}


def _set_type(field: descriptor_pb2.FieldDescriptorProto, kind: str) -> None:
    if kind in _KINDS:
        field.type = _KINDS[kind]
    else:
        field.type, field.type_name = _FIELD.TYPE_MESSAGE, ".tensorflow." + kind


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name="scopeflow/example.proto", package="tensorflow", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (field_name, kind, role) in enumerate(fields, 1):
            field = message.field.add(name=field_name, number=number, label=_FIELD.LABEL_OPTIONAL)
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
    return file


# A pool of its own, so that real TensorFlow's messages of the same names may live in one process.
_pool = descriptor_pool.DescriptorPool()
_pool.Add(_file())
MESSAGES = {name: message_factory.GetMessageClass(_pool.FindMessageTypeByName("tensorflow." + name)) for name in _MESSAGES}
BytesList, FloatList, Int64List = MESSAGES["BytesList"], MESSAGES["FloatList"], MESSAGES["Int64List"]
Feature, Features, FeatureList, FeatureLists = (MESSAGES[n] for n in ("Feature", "Features", "FeatureList", "FeatureLists"))
Example, SequenceExample = MESSAGES["Example"], MESSAGES["SequenceExample"]
