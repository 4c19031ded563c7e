"""The definitions of TensorFlow 1.15.5's ops (`op_definitions.pb.gz`): what a NodeDef of each type must look like."""

from __future__ import annotations

import functools
import gzip
import importlib.resources
from collections.abc import Iterable, Mapping
from typing import Any

from tensorboard.compat.proto import types_pb2
from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.op_def_pb2 import OpDef, OpList

from .dtypes import DType, as_dtype
from .public import export

#: attribute type -> the field of an AttrValue that holds it
_FIELD_OF = {"string": "s", "int": "i", "float": "f", "bool": "b", "type": "type", "shape": "shape", "tensor": "tensor", "func": "func"}
_TYPE_OF = {field: kind for kind, field in _FIELD_OF.items()}
#: lists longer than this are cut in messages
_LONG_LIST = 15


@functools.cache
def definitions() -> Mapping[str, OpDef]:
    """Op type -> its definition, for every op of TensorFlow 1.15.5."""
    data = importlib.resources.files(__package__).joinpath("op_definitions.pb.gz").read_bytes()
    return {op.name: op for op in OpList.FromString(gzip.decompress(data)).op}


export(definitions, "python.framework.op_def_registry.get_registered_ops")


def definition(op_type: str) -> OpDef | None:
    """The definition of an op type, None if TensorFlow 1.15.5 has no such op."""
    return definitions().get(op_type)


# -- checking ---------------------------------------------------------------------------
def check_attr(value: AttrValue, attr: Any) -> None:
    """Raises ValueError if `value` is not what the definition `attr` allows."""
    found = _kind(value)
    if found != attr.type and not (found == "list()" and attr.type.startswith("list(")):
        raise ValueError(f"AttrValue had value with type '{found}' when '{attr.type}' expected\n\t for attr '{attr.name}'\n\t")
    if attr.has_minimum:
        if attr.type == "int" and value.i < attr.minimum:
            raise ValueError(f"Value for attr '{attr.name}' of {value.i} must be at least minimum {attr.minimum}\n\t")
        if attr.type.startswith("list(") and len(_items(value, attr.type)) < attr.minimum:
            n = len(_items(value, attr.type))
            raise ValueError(f"Length for attr '{attr.name}' of {n} must be at least minimum {attr.minimum}\n\t")
    if attr.HasField("allowed_values"):
        allowed = attr.allowed_values.list
        if attr.type in ("type", "list(type)"):
            for t in value.list.type if attr.type == "list(type)" else (value.type,):
                if t not in allowed.type:
                    names = ", ".join(as_dtype(a).proto_name for a in allowed.type)
                    raise ValueError(
                        f"Value for attr '{attr.name}' of {as_dtype(t).proto_name} is not in the list of allowed values: {names}\n\t"
                    )
        elif attr.type == "string" and value.s not in allowed.s:
            names = ", ".join(f'"{s.decode()}"' for s in allowed.s)
            raise ValueError(
                f"Value for attr '{attr.name}' of \"{value.s.decode(errors='replace')}\" is not in the list of allowed values: {names}\n\t"
            )


def _kind(value: AttrValue) -> str:
    """The attribute type that a value is of."""
    which = value.WhichOneof("value")
    if which != "list":
        return "" if which is None else _TYPE_OF.get(which, which)
    for kind, field in _FIELD_OF.items():
        if len(getattr(value.list, field)):
            return f"list({kind})"
    return "list()"


def _items(value: AttrValue, kind: str) -> Any:
    return getattr(value.list, _FIELD_OF[kind[5:-1]])


def flat_types(args: Iterable[Any], attrs: Mapping[str, AttrValue]) -> list[DType]:
    """The types of the inputs or outputs `args` of a definition, one a tensor, for a node with these attributes."""
    out: list[DType] = []
    for arg in args:
        if arg.type_list_attr:
            out += [as_dtype(t) for t in attrs[arg.type_list_attr].list.type]
            continue
        dtype = as_dtype(attrs[arg.type_attr].type if arg.type_attr else arg.type)
        out += [dtype._as_ref if arg.is_ref else dtype] * (attrs[arg.number_attr].i if arg.number_attr else 1)
    return out


# -- in words ---------------------------------------------------------------------------
def summary(op: OpDef) -> str:
    """A definition as TensorFlow's error messages spell it."""
    text = f"Op<name={op.name}; signature={_args(op.input_arg)} -> {_args(op.output_arg)}"
    for attr in op.attr:
        text += f"; attr={attr.name}:{attr.type}"
        if attr.HasField("default_value"):
            text += f",default={_spelled(attr.default_value)}"
        if attr.has_minimum:
            text += f",min={attr.minimum}"
        if attr.HasField("allowed_values"):
            text += f",allowed={_spelled(attr.allowed_values)}"
    for flag in ("is_commutative", "is_aggregate", "is_stateful", "allows_uninitialized_input"):
        if getattr(op, flag):
            text += f"; {flag}=true"
    return text + ">"


def _args(args: Iterable[Any]) -> str:
    out = []
    for arg in args:
        kind = "" if arg.type_list_attr else arg.type_attr or as_dtype(arg.type).proto_name
        text = kind if not arg.number_attr else f"{arg.number_attr}*{kind}"
        out.append(f"{arg.name}:" + (f"Ref({text})" if arg.is_ref else text))
    return ", ".join(out)


def _spelled(value: AttrValue) -> str:
    which = value.WhichOneof("value")
    if which == "list":
        for field in _FIELD_OF.values():
            items = getattr(value.list, field)
            if len(items):
                parts = [_spelled(AttrValue(**{field: v})) for v in items]
                if len(parts) > _LONG_LIST:
                    parts = [*parts[:5], "...", *parts[-5:]]
                return f"[{', '.join(parts)}]"
        return "[]"
    if which == "s":
        return f'"{value.s.decode(errors="replace")}"'
    if which == "b":
        return "true" if value.b else "false"
    if which == "f":
        return f"{value.f:.6g}"
    if which == "type":
        return types_pb2.DataType.Name(value.type)
    if which == "shape":
        return "<unknown>" if value.shape.unknown_rank else "[" + ",".join(str(d.size) for d in value.shape.dim) + "]"
    return str(getattr(value, which)) if which else "<none>"
