"""Gradient nodes in a GraphDef. What tf.gradients adds is one node of a type that TensorFlow does not have, whose attributes name
tensors and operations of the graph. It is written under a type of its own, so that scopeflow can read it again and whoever else
reads the GraphDef is told whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorboard.compat.proto.attr_value_pb2 import AttrValue, NameAttrList
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from .dtypes import as_dtype
from .operation import Operation, Tensor
from .tensor_shape import TensorShape

#: the op type in a graph, and in a GraphDef
INTERNAL, EXPORTED = "Gradients", "ScopeflowGradients"
_PREFIX = "_scopeflow_"
_INCOMPLETE = _PREFIX + "incomplete"
#: attribute of an op with a gradient function of its own, whose nodes a GraphDef does not tell from others
OWN_GRADIENT = "$gradient"
_CONTAINERS = {"list": list, "tuple": tuple, "frozenset": frozenset}


def write(op: Operation, node: NodeDef) -> None:
    """Writes the type and the attributes of a gradient node into its NodeDef."""
    node.op = EXPORTED
    for k, v in op.attrs.items():
        if k.startswith("$"):
            node.attr[_PREFIX + k[1:]].func.CopyFrom(_encoded(v, op, k))
    own = any(OWN_GRADIENT in inner.attrs for b in op.attrs["$between"] if _is_region(b) for inner in b.ops)
    if own or op.type == EXPORTED:
        node.attr[_INCOMPLETE].s = b"it goes through a loop with a gradient function of the program's own"
    write_outputs(op, node)


def write_outputs(op: Operation, node: NodeDef) -> None:
    """Writes the types and shapes of an op's outputs, which no definition tells."""
    node.attr[_PREFIX + "types"].list.type.extend(t.dtype.as_datatype_enum for t in op.outputs)
    node.attr[_PREFIX + "shapes"].list.shape.extend(t.shape.as_proto() for t in op.outputs)


def _outputs(node: NodeDef) -> tuple[tuple[Any, ...], list[Any]]:
    types = tuple(as_dtype(t) for t in node.attr[_PREFIX + "types"].list.type)
    return types, [TensorShape(s)._dims for s in node.attr[_PREFIX + "shapes"].list.shape]


def is_own(node: NodeDef) -> bool:
    """True for a node of a type that only scopeflow has, a gradient node or one of those that a gradient function is made of."""
    return _PREFIX + "types" in node.attr


def _encoded(value: Any, op: Operation, key: str) -> NameAttrList:
    items = AttrValue()
    items.list.SetInParent()
    # A loop or branching is named by the ops that bring its results out.
    members = [m for v in value for m in ([t.op for t in v.outputs] if _is_region(v) else [v])]
    values = sorted(members, key=_name) if isinstance(value, frozenset) else members
    if values and all(isinstance(v, bool) for v in values):
        items.list.b.extend(values)
    else:
        items.list.s.extend(_name(v).encode() for v in values)
    out = NameAttrList(name=type(value).__name__)
    if out.name not in _CONTAINERS:
        raise TypeError(f"The gradient node {op.name} cannot be written to a GraphDef: its attribute {key} is a {out.name}.")
    out.attr["items"].CopyFrom(items)
    return out


def _is_region(value: Any) -> bool:
    return hasattr(value, "ops") and hasattr(value, "outputs")


def _name(value: Any) -> str:
    if value is None:
        return ""
    return value.name if isinstance(value, Tensor) else "^" + value.name


def make(graph: Any, node: NodeDef, name: str, find: Callable[[str], Any]) -> Operation:
    """Adds the operation that a gradient node stands for; `find` gives the tensor ("a:0") or operation ("^a") of a name.

    One that does not hold all it needs stays what it is in the GraphDef: running it raises UnimplementedError.
    """
    attrs: dict[str, Any] = {}
    kind = EXPORTED if _INCOMPLETE in node.attr else INTERNAL
    for k, v in node.attr.items():
        if not k.startswith(_PREFIX):
            attrs[k] = v.i if k == "N" else v
        elif v.WhichOneof("value") == "func":
            items = v.func.attr["items"].list
            values: Any = list(items.b) if len(items.b) else [find(s.decode()) if s else None for s in items.s]
            attrs["$" + k.removeprefix(_PREFIX)] = _CONTAINERS[v.func.name](values)
    types, dims = _outputs(node)
    if node.op != EXPORTED:
        kind = node.op
    inputs = tuple(find(i) for i in node.input if not i.startswith("^"))
    return graph.add_op(kind, None, inputs, attrs, types, dims, name + "/")


def _lists(node: NodeDef) -> list[AttrValue]:
    """The attributes of a gradient node that name tensors and operations."""
    return [v for k, v in node.attr.items() if k.startswith(_PREFIX) and v.WhichOneof("value") == "func"]


def references(node: NodeDef) -> list[str]:
    """The names of tensors and operations that a gradient node's attributes hold."""
    return [s.decode() for v in _lists(node) for s in v.func.attr["items"].list.s if s]


def strip_scope(node: NodeDef, scope: str) -> None:
    """Takes the prefix `scope` (with its slash) off the names in a gradient node's attributes."""
    for v in _lists(node):
        items = v.func.attr["items"].list.s
        for i, s in enumerate(items):
            text = s.decode()
            mark = "^" if text.startswith("^") else ""
            items[i] = (mark + text[len(mark) :].removeprefix(scope)).encode()
