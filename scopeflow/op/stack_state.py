"""The value of a stack (StackV2), by which TensorFlow's own gradients keep what a loop's iterations computed for the way back."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from .array_state import GROW
from .checks import check
from .namespace import is_known

#: an element that is known while tracing, such as a shape, is kept as such up to this many numbers
_KNOWN_SIZE = 64


@jax.tree_util.register_pytree_node_class
class StackState:
    """The elements of a stack.

    They are a tuple while it is known how many there are; in a compiled loop a buffer, or, where all are the same
    known value (a shape, mostly), only their number is kept, so that what is popped is known too.

    Args:
      elements: tuple of arrays; or the buffer [capacity, *element]; None where `known` says what they are.
      known: the value of all elements, None if they are not known.
      size: how many there are; traced for a buffer and for known elements.
      name: the stack's op, for messages.
    """

    def __init__(self, elements: Any, known: np.ndarray | None, size: Any, name: str):
        self.elements, self.known, self.size, self.name = elements, known, size, name

    # -- as a value among arrays ---------------------------------------------------------------
    dtype = np.dtype(object)

    @property
    def shape(self) -> Any:
        """What compiled functions are specialised by: the shapes of the parts."""
        return tuple(np.shape(leaf) for leaf in jax.tree_util.tree_leaves(self)), jax.tree_util.tree_structure(self)

    def tree_flatten(self) -> tuple[Any, Any]:
        known = None if self.known is None else (self.known.tobytes(), self.known.shape, self.known.dtype)
        if self.is_list:
            return (self.elements, None), (known, self.name)
        return (self.elements, self.size), (known, self.name)

    @classmethod
    def tree_unflatten(cls, aux: Any, children: Any) -> StackState:
        elements, size = children
        known, name = aux
        if known is not None:
            known = np.frombuffer(known[0], known[2]).reshape(known[1])
        return cls(elements, known, len(elements) if isinstance(elements, tuple) else size, name)

    @property
    def is_list(self) -> bool:
        return isinstance(self.elements, tuple)

    # -- forms ---------------------------------------------------------------------------------
    def form(self) -> tuple[str, Any, Any] | None:
        """What the stack must be to hold such elements as it holds: ("known", value, None) or ("buffer", shape, type); None for any.

        Raises:
          InvalidArgumentError: the elements differ in shape.
        """
        if self.known is not None:
            return "known", self.known, None
        if not self.is_list:
            return "buffer", tuple(self.elements.shape[1:]), self.elements.dtype
        if not self.elements:
            return None
        first = self.elements[0]
        if all(_is_small(e) and _same(e, first) for e in self.elements):
            return "known", first, None
        if len({np.shape(e) for e in self.elements}) > 1:
            raise errors.InvalidArgumentError(None, None, f"Stack {self.name}: the elements differ in shape.")
        return "buffer", tuple(np.shape(first)), first.dtype

    def formed(self, form: tuple[str, Any, Any], room: int) -> StackState:
        """The same stack in a form, with room for at least so many elements."""
        kind, value, dtype = form
        size = jnp.asarray(self.size, np.int32)
        if kind == "known":
            return StackState(None, value, size, self.name)
        if self.known is not None:
            buffer = jnp.broadcast_to(jnp.asarray(self.known, dtype), (room, *value))
        elif not self.is_list:
            buffer = self.elements
        elif self.elements:
            buffer = jnp.stack([jnp.asarray(e, dtype) for e in self.elements])
        else:
            buffer = jnp.zeros((room, *value), dtype)
        more = room - buffer.shape[0]
        if more > 0:
            buffer = jnp.pad(buffer, [(0, more)] + [(0, 0)] * (buffer.ndim - 1))
        return StackState(buffer, None, size, self.name)

    def _as_list(self) -> StackState:
        """As a tuple, where it is known what is in it."""
        if self.is_list or not is_known(self.size) or (self.known is None and not is_known(self.elements)):
            return self
        n = int(self.size)
        return StackState((self.known,) * n if self.known is not None else tuple(self.elements[:n]), None, n, self.name)

    # -- pushing and popping ---------------------------------------------------------------------
    def push(self, value: Any) -> StackState:
        """With `value` on top."""
        state = self._as_list()
        if state.is_list:
            return StackState((*state.elements, value), None, len(state.elements) + 1, self.name)
        if state.known is not None:
            if _is_small(value) and _same(value, state.known):
                return StackState(None, state.known, state.size + 1, self.name)
            # The form does not hold it: what runs this finds that out by the form that it gets back.
            return StackState(jnp.asarray(value)[None], None, state.size + 1, self.name)
        check(state.size < state.elements.shape[0], GROW)
        if np.shape(value) != state.elements.shape[1:]:
            raise errors.InvalidArgumentError(None, None, f"Stack {self.name}: the elements differ in shape.")
        return StackState(jnp.asarray(state.elements).at[state.size].set(value, mode="drop"), None, state.size + 1, self.name)

    def pop(self) -> tuple[StackState, Any]:
        """(the stack without its top, the top)."""
        state = self._as_list()
        if state.is_list:
            if not state.elements:
                raise errors.InvalidArgumentError(None, None, f"Stack[{self.name}] is empty when calling Pop().")
            return StackState(state.elements[:-1], None, len(state.elements) - 1, self.name), state.elements[-1]
        size = state.size - 1
        check(size >= 0, f"Stack[{self.name}] is empty when calling Pop().")
        if state.known is not None:
            return StackState(None, state.known, size, self.name), state.known
        return StackState(state.elements, None, size, self.name), jax.lax.dynamic_index_in_dim(
            jnp.asarray(state.elements), jnp.maximum(size, 0), 0, keepdims=False
        )


def _is_small(value: Any) -> bool:
    return isinstance(value, (np.ndarray, np.generic)) and np.size(value) <= _KNOWN_SIZE and value.dtype != object


def _same(a: Any, b: Any) -> bool:
    return np.shape(a) == np.shape(b) and a.dtype == b.dtype and np.asarray(a).tobytes() == np.asarray(b).tobytes()


def joined_form(a: tuple[str, Any, Any] | None, b: tuple[str, Any, Any] | None) -> tuple[str, Any, Any] | None:
    """A form that holds the elements of both."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0] == "known":
        return a if _same(a[1], b[1]) else ("buffer", np.shape(a[1]), a[1].dtype)
    return a if a[0] == "buffer" else b


def empty(name: str) -> StackState:
    """A stack with nothing on it."""
    return StackState((), None, 0, name)
