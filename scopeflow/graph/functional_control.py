"""Branches and loops whose parts are functions (If, While, Case), as the nodes that TensorFlow 1 makes of tf.cond and tf.while_loop.

A branch is a call behind Switches, whose results Merges bring together; a loop is two calls between Enters and Exits. The calls are
taken apart in turn (function_calls.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.attr_value_pb2 import AttrValue
from tensorboard.compat.proto.node_def_pb2 import NodeDef
from tensorboard.compat.proto.types_pb2 import DT_BOOL, DT_INT32, DT_RESOURCE

#: op type -> its attributes that name functions
FUNCTIONAL = {
    "If": ("then_branch", "else_branch"),
    "StatelessIf": ("then_branch", "else_branch"),
    "While": ("cond", "body"),
    "StatelessWhile": ("cond", "body"),
    "Case": ("branches",),
}


def is_functional(node: NodeDef) -> bool:
    """True for a node that the functions of this module take apart."""
    return node.op in FUNCTIONAL and all(a in node.attr for a in FUNCTIONAL[node.op])


class _Parts:
    """The nodes that take the place of one."""

    def __init__(self, node: NodeDef):
        self.node, self.made = node, []
        self.data = [i for i in node.input if not i.startswith("^")]
        self.controls = [i for i in node.input if i.startswith("^")]

    def add(self, name: str, op: str, inputs: Sequence[str], **attrs: Any) -> str:
        """A node below the name of the one taken apart; returns its name. An int among `attrs` is a type."""
        made = NodeDef(name=f"{self.node.name}/{name}", op=op, device=self.node.device)
        made.input.extend(dict.fromkeys(inputs) if op == "NoOp" else inputs)
        for k, v in attrs.items():
            if isinstance(v, AttrValue):
                made.attr[k].CopyFrom(v)
            elif isinstance(v, int):
                made.attr[k].type = v
            else:
                made.attr[k].list.type.extend(v)
        self.made.append(made)
        return made.name

    def call(self, name: str, function: Any, inputs: Sequence[str], types: Sequence[int], results: Sequence[int], after: str) -> str:
        """A call of a function, whose nodes run `after`, which lies where the call does."""
        called = AttrValue()
        called.func.CopyFrom(function)
        return self.add(name, "StatefulPartitionedCall", [*inputs, f"^{after}"], f=called, Tin=types, Tout=results)


def taken_apart(node: NodeDef) -> tuple[list[NodeDef], list[str]]:
    """(the nodes in place of an If, While or Case, the names of the tensors that its results are)."""
    parts = _Parts(node)
    if node.op in ("While", "StatelessWhile"):
        return parts.made, _loop(parts)
    types, results = node.attr["Tin"].list.type, node.attr["Tout"].list.type
    choice, *inputs = parts.data
    if node.op == "Case":
        return parts.made, _case(parts, choice, inputs, types, results)
    kind = node.attr["Tcond"].type
    pred = choice
    if kind != DT_BOOL:
        pred = parts.add("pred", "Cast", [choice, *parts.controls], SrcT=kind, DstT=DT_BOOL)
    functions = [node.attr["else_branch"].func, node.attr["then_branch"].func]
    taken = [_branch(parts, f"branch_{side}", pred, side, f, inputs, types, results) for side, f in enumerate(functions)]
    return parts.made, _merged(parts, "merge", taken, results)


def _branch(
    parts: _Parts, name: str, pred: str, side: int, function: Any, inputs: Sequence[str], types: Sequence[int], results: Sequence[int]
) -> list[str]:
    """The results of a function that runs if `pred` is `side`."""
    pivot = parts.add(f"{name}/switch", "Switch", [pred, pred, *parts.controls], T=DT_BOOL)
    taken = parts.add(f"{name}/pivot", "Identity", [f"{pivot}:{side}"], T=DT_BOOL)
    given = [f"{parts.add(f'{name}/input_{i}', 'Switch', [v, pred], T=t)}:{side}" for i, (v, t) in enumerate(zip(inputs, types))]
    call = parts.call(name, function, given, types, results, taken)
    return [f"{call}:{i}" for i in range(len(results))]


def _merged(parts: _Parts, name: str, taken: Sequence[Sequence[str]], results: Sequence[int]) -> list[str]:
    two = AttrValue(i=2)
    return [f"{parts.add(f'{name}_{i}', 'Merge', [t[i] for t in taken], T=kind, N=two)}:0" for i, kind in enumerate(results)]


def _case(parts: _Parts, index: str, inputs: Sequence[str], types: Sequence[int], results: Sequence[int]) -> list[str]:
    """Branches one inside the else of another; an index that is none means the last."""
    functions = list(parts.node.attr["branches"].list.func)

    def rest(first: int, index: str, inputs: Sequence[str], after: str) -> list[str]:
        name = f"branch_{first}"
        if first == len(functions) - 1:
            call = parts.call(name, functions[first], inputs, types, results, after)
            return [f"{call}:{i}" for i in range(len(results))]
        number = AttrValue()
        number.tensor.dtype = DT_INT32
        number.tensor.tensor_shape.SetInParent()
        number.tensor.int_val.append(first)
        mine = parts.add(f"{name}/number", "Const", [f"^{after}"], dtype=DT_INT32, value=number)
        pred = f"{parts.add(f'{name}/pred', 'Equal', [index, mine], T=DT_INT32)}:0"
        pivot = parts.add(f"{name}/switch", "Switch", [pred, pred], T=DT_BOOL)
        here = parts.add(f"{name}/pivot", "Identity", [f"{pivot}:1"], T=DT_BOOL)
        other = parts.add(f"{name}/other", "Identity", [f"{pivot}:0"], T=DT_BOOL)
        switches = [parts.add(f"{name}/input_{i}", "Switch", [v, pred], T=t) for i, (v, t) in enumerate(zip(inputs, types))]
        onward = parts.add(f"{name}/index", "Switch", [index, pred], T=DT_INT32)
        call = parts.call(name, functions[first], [f"{s}:1" for s in switches], types, results, here)
        others = rest(first + 1, f"{onward}:0", [f"{s}:0" for s in switches], other)
        return _merged(parts, f"{name}/merge", [others, [f"{call}:{i}" for i in range(len(results))]], results)

    start = parts.add("start", "NoOp", parts.controls)
    return rest(0, index, inputs, start)


def _loop(parts: _Parts) -> list[str]:
    node = parts.node
    types = list(node.attr["T"].list.type)
    if not types:
        raise ValueError(f"Node '{node.name}': a loop without variables")
    frame = AttrValue(s=f"{node.name}/frame".encode())
    variables = range(len(types))
    enters = [
        parts.add(f"enter_{i}", "Enter", [v, *parts.controls], T=t, frame_name=frame) for i, (v, t) in enumerate(zip(parts.data, types))
    ]
    two = AttrValue(i=2)
    merges = [parts.add(f"merge_{i}", "Merge", [enters[i], f"{node.name}/next_{i}"], T=types[i], N=two) for i in variables]
    asked = parts.call("cond", node.attr["cond"].func, [f"{m}:0" for m in merges], types, [DT_BOOL], merges[0])
    goes_on = parts.add("loop_cond", "LoopCond", [f"{asked}:0"])
    switches = [parts.add(f"switch_{i}", "Switch", [f"{merges[i]}:0", goes_on], T=types[i]) for i in variables]
    plain = next((i for i in variables if types[i] != DT_RESOURCE), 0)
    inside = parts.add("inside", "Identity", [f"{switches[plain]}:1"], T=types[plain])
    body = parts.call("body", node.attr["body"].func, [f"{s}:1" for s in switches], types, types, inside)
    for i in variables:
        parts.add(f"next_{i}", "NextIteration", [f"{body}:{i}"], T=types[i])
    return [f"{parts.add(f'exit_{i}', 'Exit', [f'{switches[i]}:0'], T=types[i])}:0" for i in variables]
