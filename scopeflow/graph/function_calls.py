"""Calls of functions in a GraphDef: replaced by the functions' nodes, below the name of the call.

Who takes a call's output takes the function's result. The call itself becomes an IdentityN of the results (a NoOp, if there are none), so
that its name and outputs can still be fetched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from .functional_control import is_functional, taken_apart
from .op_definitions import definition, flat_types

_CALLS = ("PartitionedCall", "StatefulPartitionedCall")
#: functions that call functions are followed this far: they cannot call themselves
_DEEPEST = 50


def called(node: NodeDef, functions: Mapping[str, Any]) -> str | None:
    """The name of the function that a node calls, None if it calls none of `functions`."""
    name = node.attr["f"].func.name if node.op in _CALLS and "f" in node.attr else node.op
    return name if name in functions else None


def without_calls(graph_def: GraphDef, functions: Mapping[str, Any]) -> GraphDef:
    """The GraphDef with the nodes of functions in place of their calls; itself if there are none.

    Raises:
      ValueError: functions call each other without end.
    """
    if not any(called(n, functions) or is_functional(n) for n in graph_def.node):
        return graph_def
    out = GraphDef()
    out.CopyFrom(graph_def)
    del out.node[:]
    results: dict[str, str] = {}
    for node in graph_def.node:
        _expand(node, functions, out, 0, results)
    for node in out.node:
        for i, text in enumerate(node.input):
            while not text.startswith("^") and (result := results.get(text if ":" in text else text + ":0")) is not None:
                text = result
            node.input[i] = text
    return out


def _expand(node: NodeDef, functions: Mapping[str, Any], out: GraphDef, depth: int, found: dict[str, str]) -> None:
    if is_functional(node):
        nodes, outputs = taken_apart(node)
        for n in nodes:
            _expand(n, functions, out, depth + 1, found)
        found.update((f"{node.name}:{i}", t) for i, t in enumerate(outputs))
        waits = [] if outputs else [f"^{n.name}" for n in nodes if n.op == "StatefulPartitionedCall"]
        _stand_in(node, outputs, waits, out, node.attr["Tout" if "Tout" in node.attr else "T"].list.type)
        return
    name = called(node, functions)
    if name is None:
        out.node.add().CopyFrom(node)
        return
    if depth > _DEEPEST:
        raise ValueError(f"Node '{node.name}': the function {name!r} calls itself")
    function = functions[name]
    signature = function.signature
    given = {**node.attr["f"].func.attr} if node.op in _CALLS else {}
    given.update({k: v for k, v in node.attr.items() if k != "f"})
    data = [i for i in node.input if not i.startswith("^")]
    controls = [i for i in node.input if i.startswith("^")]
    tensors: dict[str, list[str]] = {}
    at = 0
    for arg in signature.input_arg:
        n = len(flat_types([arg], given))
        tensors[arg.name] = data[at : at + n]
        at += n
    body = {b.name: b for b in function.node_def}

    def resolve(text: str) -> list[str]:
        """The inputs that an input of a node of the function stands for."""
        if text.startswith("^"):
            return controls if text[1:] in tensors else [f"^{node.name}/{text[1:]}"]
        source, _, rest = text.partition(":")
        if source in tensors:
            index = rest.rpartition(":")[2] or rest
            return [tensors[source][int(index)]] if index else tensors[source]
        output, _, index = rest.partition(":")
        first = _first_output(body[source], output, functions, given)
        return [f"{node.name}/{source}:{first + int(index or 0)}"]

    for b in function.node_def:
        inner = NodeDef(name=f"{node.name}/{b.name}", op=b.op, device=b.device or node.device)
        for k, v in b.attr.items():
            inner.attr[k].CopyFrom(_filled(v, given))
        if "_class" in inner.attr:
            del inner.attr["_class"]
        inputs = [r for text in b.input for r in resolve(text)]
        inner.input.extend([i for i in inputs if not i.startswith("^")])
        inner.input.extend(dict.fromkeys([*(i for i in inputs if i.startswith("^")), *controls]))
        _expand(inner, functions, out, depth + 1, found)
    results = [r for arg in signature.output_arg for r in resolve(function.ret[arg.name])]
    found.update((f"{node.name}:{i}", r) for i, r in enumerate(results))
    waits = [*controls, *(f"^{node.name}/{b}" for b in function.control_ret.values())]
    if not results:
        waits += [f"^{node.name}/{b}" for b in body]
    _stand_in(node, results, waits, out, [t.as_datatype_enum for t in flat_types(signature.output_arg, given)])


def _stand_in(node: NodeDef, results: list[str], waits: list[str], out: GraphDef, types: Sequence[int]) -> None:
    """A node of the name of one that was taken apart, which gives what that gave."""
    made = out.node.add(name=node.name, op="IdentityN" if results else "NoOp", device=node.device)
    made.input.extend(results)
    made.input.extend(dict.fromkeys(waits))
    if results:
        made.attr["T"].list.type.extend(types)
    for k, v in node.attr.items():
        if k in ("_output_shapes", "_class", "_gradient_op_type"):
            made.attr[k].CopyFrom(v)


def _filled(value: AttrValue, given: Mapping[str, AttrValue]) -> AttrValue:
    """An attribute of a node of a function; one that the call decides, with the call's value."""
    return given.get(value.placeholder, value) if value.WhichOneof("value") == "placeholder" else value


def _first_output(node: NodeDef, output: str, functions: Mapping[str, Any], given: Mapping[str, AttrValue]) -> int:
    """The number of the first tensor of a named output of a node."""
    op_def = functions[node.op].signature if node.op in functions else definition(node.op)
    if op_def is None or not output:
        return 0
    attrs = {k: _filled(v, given) for k, v in node.attr.items()}
    for attr in op_def.attr:
        if attr.name not in attrs and attr.HasField("default_value"):
            attrs[attr.name] = attr.default_value
    at = 0
    for arg in op_def.output_arg:
        if arg.name == output:
            return at
        at += len(flat_types([arg], attrs))
    raise ValueError(f"Node '{node.name}' ({node.op}) has no output {output!r}")
