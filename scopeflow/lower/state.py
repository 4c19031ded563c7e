"""Which variable a tensor refers to: references and resource handles followed back to the op that owns the state."""

from __future__ import annotations

from typing import Any, NamedTuple

from ..graph.operation import Operation, Tensor

#: ops whose output refers to the variable that their first input refers to
_FORWARDING = {"Identity", "Switch", "RefSwitch", "RefIdentity", "Enter", "RefEnter", "Merge", "RefMerge", "Exit", "RefExit"}
_FORWARDING |= {"NextIteration", "RefNextIteration", "IdentityN"}


#: the types of regions (lower/regions.py), which stand for all ops of a loop or a branching
REGIONS = frozenset({"$While", "$Cond"})


class VariableKey(NamedTuple):
    """Names a variable's place in a session's store."""

    kind: str  # "ref" or "resource"
    container: str
    name: str


def variable_op(tensor: Tensor) -> Operation | None:
    """The op (VariableV2, VarHandleOp) of the variable that a reference or resource tensor refers to."""
    while True:
        op = tensor.op
        spec = op.spec
        if spec is not None and spec.variable:
            return op
        if op.type in _FORWARDING and op._inputs:
            tensor = op._inputs[tensor.value_index if op.type == "IdentityN" else 0]
        elif tensor.dtype.is_ref and op._inputs:
            tensor = op._inputs[0]
        else:
            return None


def array_op(t: Tensor) -> Operation | None:
    """The op that made a TensorArray, from its handle."""
    while t.op.type != "TensorArrayV3":
        if not t.op._inputs:
            return None
        t = t.op._inputs[0]
    return t.op


def key_of(op: Operation) -> VariableKey:
    """The store key of a variable op."""
    known = op._key
    if known is None or known[0] != op.graph._mutations:
        name = op.attrs.get("shared_name") or op.name
        key = VariableKey("resource" if op.type == "VarHandleOp" else "ref", op.attrs.get("container") or "", name)
        known = op._key = op.graph._mutations, key
    return known[1]


def is_alias(tensor: Tensor) -> bool:
    """True if `tensor` stands for a reference variable's current value: the reference itself, or an Identity of it.

    The reference's Identity of a variable shares its buffer, so what is read through it is the value at the time of
    reading; a chain of Identities likewise.
    """
    while True:
        if tensor.dtype.is_ref:
            return True
        if tensor.op.type != "Identity":
            return False
        tensor = tensor.op.inputs[0]


def is_handle(t: Tensor) -> bool:
    """True for the handle of a host object, which is a value; those of variables and TensorArrays are only names."""
    return t.dtype.base_dtype.name == "resource" and variable_op(t) is None and array_op(t) is None


def alias_key(tensor: Tensor) -> VariableKey | None:
    """The variable that an alias stands for."""
    op = variable_op(tensor)
    return None if op is None else key_of(op)


def sign_of_life(op: Operation) -> Tensor | None:
    """The tensor with a value that is not dead if `op` ran: its output, or an input where that is a reference; None if there is none."""
    candidates = [*op.outputs[:1], *op._inputs] if op.type not in ("Merge", "RefMerge") else op.outputs[:1]
    return next((t for t in candidates if not is_alias(t) and t.dtype.base_dtype.name != "resource"), next(iter(op.outputs), None))


def state_inputs(op: Operation) -> list[tuple[int, str, VariableKey]]:
    """(input index, argument name, variable) for each input through which `op` reads or writes a variable's state."""
    spec = op.spec
    if spec is None or not spec._has_state_inputs:
        return []
    known = op._state
    if known is not None and known[0] == op.graph._mutations:
        return known[1]
    out = []
    for i, name in enumerate(spec.flat_input_names(op)):
        if name in spec.reads or name in spec.writes:
            root = variable_op(op.inputs[i])
            if root is not None:
                out.append((i, name, key_of(root)))
    op._state = op.graph._mutations, out
    return out


def reads_of(op: Operation) -> set[VariableKey]:
    """The variables whose current values `op` (or a region) reads: through aliases, and as state."""
    if op.type in REGIONS:
        return op.reads
    out = {key for _, _, key in state_inputs(op)}
    if op.type == "Identity" and op.inputs and is_alias(op.inputs[0]):
        return out  # an alias itself: its consumers read
    for t in op.inputs:
        if is_alias(t):
            key = alias_key(t)
            if key is not None:
                out.add(key)
    return out


def writes_of(op: Operation) -> set[VariableKey]:
    """The variables that `op` (or a region) writes."""
    if op.type in REGIONS:
        return op.writes
    spec = op.spec
    if spec is None or not spec.writes:
        return set()
    return {key for _, name, key in state_inputs(op) if name in spec.writes}


def describe(op: Any) -> str:
    """An op as error messages mention it: its name and the line that made it."""
    where = f" (defined at {op.defined_at})" if op.defined_at else ""
    return f"\n\t [[node {op.name}{where}]]"
