"""State that lives as long as a run: stacks, and arrays of gradients, of graphs with gradients that TensorFlow wrote.

Ops name them by handles. Here they are entries of a frame's state, beside the variables, so that loops carry them and
branches agree on them; they come into being empty and are gone when the run ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from ..graph.operation import Operation
from ..op.array_state import ArrayState, empty
from ..op.checks import collecting
from ..op.stack_state import StackState, joined_form
from .state import VariableKey, array_op

if TYPE_CHECKING:
    from .trace import Frame


def run(frame: Frame, op: Operation, key: VariableKey) -> None:
    """Runs an op on the stack or array `key`."""
    from .trace import DEAD

    if any(frame.lookup(t) is DEAD for t in op._inputs):
        frame.give(op, [DEAD] * len(op.outputs))
        return
    spec, held = op.spec, frame.state.get(key)
    inputs = [frame.lookup(t) if t.dtype.base_dtype.name == "resource" else frame.value(t, op) for t in op._inputs]
    keywords = {k: op.attrs[k] for k in spec.kernel_attrs}
    with collecting() as found, np.errstate(all="ignore"):
        if key.kind == "stack":
            held, *results = _tuple(spec.kernel(held, *inputs[1:], **keywords))
        elif op.type == "TensorArrayGradV3":
            if held is None:
                held = spec.kernel(inputs[0], inputs[1] if isinstance(inputs[1], ArrayState) else _unsized(op))
            results = [np.zeros(2, np.uint8), np.float32(0)]
        else:
            results = list(_tuple(spec.kernel(*spec.group(op, [*inputs[:-1], held]), **keywords)))
            if isinstance(results[0], ArrayState):
                held, results = results[0], [np.float32(0)]
    frame.check(op, found)
    frame.state[key] = held
    frame.give(op, results)


def _unsized(op: Operation) -> ArrayState:
    """The array that a TensorArrayGradV3 is asked for the gradients of, where its flow does not say what that holds."""
    array = array_op(op._inputs[0])
    if array is None:
        raise errors.InternalError(None, op, "the array is not found whose gradients these are")
    return empty(0, array.attrs["dtype"].np_dtype, array.attrs["element_shape"]._dims, True, array.attrs["tensor_array_name"] or array.name)


def _tuple(results: Any) -> tuple[Any, ...]:
    return results if isinstance(results, tuple) else (results,)


def is_held(value: Any) -> bool:
    """True for the contents of a stack or an array."""
    return isinstance(value, (StackState, ArrayState))


def form_of(value: Any) -> Any:
    """The form of a stack or array: what it must be made for to hold what it holds. None if it holds nothing yet."""
    if isinstance(value, StackState):
        return value.form()
    if isinstance(value, ArrayState):
        size = value.size if isinstance(value.size, int) and not value.grows else 0
        return "array", value.known_element_dims(), value.replace(elements=(None,) * size, written=None, size=size)
    return None


def joined(a: Any, b: Any) -> Any:
    """A form for what is of either form."""
    if a is None or b is None:
        return a or b
    if a[0] == "array":
        return a if a[1] is not None else b
    return joined_form(a, b)


def formed(value: Any, form: Any, room: int) -> Any:
    """A stack or array (None: not there yet) as compiled loops and branches carry it, with room for so many elements if it grows."""
    if form is None:
        return value
    if form[0] != "array":
        return value.formed(form, room)
    _, dims, blank = form
    value = blank if value is None else value
    if dims is None:
        return value
    room = max(room, value.capacity) if value.grows and value.is_list else 0
    made = value.as_buffer(dims, room)
    size = jnp.asarray(made.size, np.int32) if made.grows else made.size
    return made.replace(elements=jnp.asarray(made.elements), written=jnp.asarray(made.written), size=size)


def fitted(new: Any, old: Any) -> Any | None:
    """`new` in the form of `old`; None if that cannot be."""
    if is_held(old) and not old.is_list and is_held(new):
        form = form_of(old)
        if new.is_list or (isinstance(new, StackState) and joined(form_of(new), form) is form):
            capacity = 0 if old.elements is None else old.capacity if isinstance(old, ArrayState) else old.elements.shape[0]
            new = formed(new, form, capacity)
        if isinstance(new, ArrayState):
            new = new.replace(
                written=jnp.asarray(new.written), size=new.size if isinstance(old.size, int) else jnp.asarray(new.size, np.int32)
            )
    if jax.tree_util.tree_structure(new) != jax.tree_util.tree_structure(old):
        return None
    shapes = [[np.shape(leaf) for leaf in jax.tree_util.tree_leaves(v)] for v in (new, old)]
    return new if shapes[0] == shapes[1] else None
