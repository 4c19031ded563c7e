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
    """The op that made a TensorArray, from its handle or from that of the array of its gradients."""
    return _maker(t, "TensorArrayV3")


def _maker(t: Tensor, *types: str) -> Operation | None:
    """The op of one of `types` that a handle comes from."""
    while t.op.type not in types:
        if t.op.type == "StackPopV2":
            # A handle that was made inside of a loop: what was pushed.
            pushed = _pushed(_maker(t.op._inputs[0], "StackV2"))
            if pushed is None:
                return None
            t = pushed
        elif t.op._inputs and t.dtype.base_dtype.name == "resource":
            t = t.op._inputs[0]
        else:
            return None
    return t.op


def _pushed(stack: Operation | None) -> Tensor | None:
    """What is pushed on a stack."""
    todo = [] if stack is None else [stack.outputs[0]]
    while todo:
        for op in todo.pop().consumers():
            if op.type == "StackPushV2":
                return op._inputs[1]
            if op.type in _FORWARDING:
                todo += op.outputs
    return None


#: kinds of VariableKey that live as long as a run: stacks, and arrays of gradients
RUN_KINDS = frozenset({"stack", "array"})
#: ops on those -> whether they change them
_RUN_OPS = {"StackV2": True, "StackPushV2": True, "StackPopV2": True}
_RUN_OPS.update({f"TensorArray{what}V3": True for what in ("Grad", "Write", "Scatter", "Split")})
_RUN_OPS.update({f"TensorArray{what}V3": False for what in ("Read", "Gather", "Concat", "Size")})


def run_state(op: Operation) -> tuple[VariableKey, bool] | None:
    """The stack or array of gradients that `op` works on, and whether it changes it; None if it works on none.

    The gradients that TensorFlow writes hold them by handles, their contents being state; those of arrays in the graph proper are what
    their flow tensors carry.
    """
    changes = _RUN_OPS.get(op.type)
    if changes is None:
        return None
    if op.type.startswith("Stack"):
        made = op if op.type == "StackV2" else _maker(op._inputs[0], "StackV2")
        return None if made is None else (VariableKey("stack", "", made.name), changes)
    made = op if op.type == "TensorArrayGradV3" else _maker(op._inputs[0], "TensorArrayGradV3", "TensorArrayV3")
    if made is None or made.type != "TensorArrayGradV3":
        return None
    array = array_op(made._inputs[0])
    return VariableKey("array", made.attrs["source"], made.name if array is None else array.name), changes


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
    return t.dtype.base_dtype.name == "resource" and variable_op(t) is None and _maker(t, "TensorArrayV3", "StackV2") is None


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
    run = run_state(op)
    if run is not None:
        return {run[0]}
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
        run = run_state(op)
        return {run[0]} if run is not None and run[1] else set()
    return {key for _, name, key in state_inputs(op) if name in spec.writes}


def describe(op: Any) -> str:
    """An op as error messages mention it: its name and the line that made it."""
    where = f" (defined at {op.defined_at})" if op.defined_at else ""
    return f"\n\t [[node {op.name}{where}]]"
