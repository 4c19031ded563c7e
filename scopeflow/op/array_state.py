"""The value of a TensorArray: what its flow tensor carries while a graph runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..graph import errors
from .checks import check
from .namespace import is_known, xp


class _Room(threading.local):
    #: how many elements a growing array gets room for when it is first written at a computed index
    elements = 1


_room = _Room()


@contextlib.contextmanager
def room_for(elements: int) -> Iterator[None]:
    """A context in which growing arrays that are written at computed indices get room for that many elements."""
    before, _room.elements = _room.elements, elements
    try:
        yield
    finally:
        _room.elements = before


@jax.tree_util.register_pytree_node_class
class ArrayState:
    """The elements of a TensorArray.

    While all indices are known they are a list, whose elements may differ in shape. An index that is computed makes
    them a buffer [capacity, *element] with a mask of what has been written.

    Args:
      elements: tuple of arrays (None: not written), or the buffer.
      written: None for a tuple; bool [capacity] for a buffer.
      size: the number of elements; traced where a growing array was written at a computed index.
      dtype: element type, a NumPy type.
      element_dims: what is known of the elements' shape, None for nothing.
      grows: whether writing past the end makes the array longer.
      name: the array's op, for messages.
      adds: whether what is written is added to what was there, as in arrays that hold gradients.
    """

    def __init__(
        self, elements: Any, written: Any, size: Any, dtype: np.dtype, element_dims: Any, grows: bool, name: str, adds: bool = False
    ):
        self.elements, self.written, self.size = elements, written, size
        self.dtype, self.element_dims, self.grows, self.name, self.adds = dtype, element_dims, grows, name, adds

    # -- as a value among arrays ---------------------------------------------------------------
    @property
    def shape(self) -> Any:
        """What compiled functions are specialised by: the shapes of the parts."""
        return tuple(np.shape(leaf) for leaf in jax.tree_util.tree_leaves(self)), jax.tree_util.tree_structure(self)

    def tree_flatten(self) -> tuple[Any, Any]:
        size = None if isinstance(self.size, int) else self.size
        fixed = self.size if isinstance(self.size, int) else None
        return (self.elements, self.written, size), (fixed, self.dtype, self.element_dims, self.grows, self.name, self.adds)

    @classmethod
    def tree_unflatten(cls, aux: Any, children: Any) -> ArrayState:
        elements, written, size = children
        fixed, *rest = aux
        return cls(elements, written, size if fixed is None else fixed, *rest)

    def replace(self, **changes: Any) -> ArrayState:
        """A copy with other parts."""
        fields = {k: getattr(self, k) for k in ("elements", "written", "size", "dtype", "element_dims", "grows", "name", "adds")}
        return ArrayState(**{**fields, **changes})

    @property
    def is_list(self) -> bool:
        return isinstance(self.elements, tuple)

    @property
    def capacity(self) -> int:
        return len(self.elements) if self.is_list else int(self.elements.shape[0])

    def _fail(self, text: str) -> errors.InvalidArgumentError:
        return errors.InvalidArgumentError(None, None, f"TensorArray {self.name}: {text}")

    # -- forms ---------------------------------------------------------------------------------
    def known_element_dims(self) -> tuple[int, ...] | None:
        """The elements' shape, from what was written or declared; None if it is not known or they differ."""
        if not self.is_list:
            return tuple(self.elements.shape[1:])
        found = {tuple(np.shape(e)) for e in self.elements if e is not None}
        if len(found) == 1:
            return found.pop()
        if not found and self.element_dims is not None and None not in self.element_dims:
            return tuple(self.element_dims)
        return None

    def as_buffer(self, element_shape: tuple[int, ...] | None = None, capacity: int | None = None) -> ArrayState:
        """The same as a buffer, for computed indices; it has room for `capacity` elements.

        Raises:
          InvalidArgumentError: the elements' shape is not known, or they differ in it.
        """
        if not self.is_list:
            more = (capacity or 0) - self.capacity
            if more <= 0:
                return self
            pad = [(0, more)] + [(0, 0)] * (self.elements.ndim - 1)
            return self.replace(elements=jnp.pad(self.elements, pad), written=jnp.pad(jnp.asarray(self.written), (0, more)))
        shape = element_shape if element_shape is not None else self.known_element_dims()
        if shape is None:
            raise self._fail("an element is read or written at a computed index, but the elements' shape is not known or differs.")
        n = max(len(self.elements), capacity or 0)
        elements = list(self.elements) + [None] * (n - len(self.elements))
        written = np.array([e is not None for e in elements], bool)
        lib = xp(*[e for e in elements if e is not None])
        if not written.any():
            buffer = jnp.zeros((n, *shape), self.dtype)
        else:
            zero = np.zeros(shape, self.dtype)
            buffer = lib.stack([zero if e is None else e for e in elements])
        return self.replace(elements=buffer, written=written)

    # -- reading and writing ---------------------------------------------------------------------
    def write(self, index: Any, value: Any) -> ArrayState:
        """With `value` at `index`."""
        if value.dtype != self.dtype:
            raise errors.InvalidArgumentError(
                None, None, f"TensorArray dtype is {_tf_name(self.dtype)} but Op is trying to write dtype {_tf_name(value.dtype)}."
            )
        if is_known(index):
            return self._write_known(int(index), value)
        state = self
        if self.is_list:
            shape = tuple(np.shape(value)) if self.known_element_dims() is None else None
            state = self.as_buffer(shape, _room.elements if self.grows else None)
        if tuple(np.shape(value)) != tuple(state.elements.shape[1:]):
            raise self._fail(f"Could not write a value of shape {np.shape(value)}: the elements have shape {state.elements.shape[1:]}.")
        size = state.size
        if self.grows:
            check(index >= 0, f"TensorArray {self.name}: Tried to write to a negative index")
            check(index < state.capacity, GROW)
            size = jnp.maximum(jnp.asarray(size, np.int32), index.astype(np.int32) + 1)
        else:
            check(
                (index >= 0) & (index < state.capacity),
                f"TensorArray {self.name}: Tried to write to an index but array is not resizeable and size is: {state.capacity}",
            )
        written = jnp.asarray(state.written)
        if self.adds:
            elements = jnp.asarray(state.elements).at[index].add(value, mode="drop")
            return state.replace(elements=elements, written=written.at[index].set(True), size=size)
        check(~written[index], f"TensorArray {self.name}: Could not write to a TensorArray index because it has already been written to.")
        return state.replace(
            elements=jnp.asarray(state.elements).at[index].set(value, mode="drop"), written=written.at[index].set(True), size=size
        )

    def _write_known(self, index: int, value: Any) -> ArrayState:
        size = self.size
        if index < 0:
            raise self._fail(f"Tried to write to index {index} which is negative")
        if isinstance(size, int) and index >= size:
            if not self.grows:
                raise self._fail(f"Tried to write to index {index} but array is not resizeable and size is: {size}")
            size = index + 1
        if not self.is_list:
            state = self.as_buffer(capacity=index + 1)
            written = state.written
            if isinstance(written, np.ndarray) and written[index] and not self.adds:
                raise self._fail(f"Could not write to TensorArray index {index} because it has already been written to.")
            lib = jnp.asarray(written).at[index].set(True)
            size = size if isinstance(size, int) else jnp.maximum(size, index + 1)
            at = jnp.asarray(state.elements).at[index]
            return state.replace(elements=at.add(value) if self.adds else at.set(value), written=lib, size=size)
        elements = list(self.elements) + [None] * (index + 1 - len(self.elements))
        if elements[index] is not None and not self.adds:
            raise self._fail(f"Could not write to TensorArray index {index} because it has already been written to.")
        elements[index] = value if elements[index] is None else elements[index] + value
        return self.replace(elements=tuple(elements), size=size)

    def read(self, index: Any) -> Any:
        """The element at `index`; zeros where none was written and the shape is known."""
        if is_known(index) and self.is_list:
            i = int(index)
            if not 0 <= i < len(self.elements):
                raise self._fail(f"Tried to read from index {i} but array size is: {len(self.elements)}")
            found = self.elements[i]
            return self._zeros(i) if found is None else found
        state = self.as_buffer() if self.known_element_dims() is not None or not self.is_list else None
        if state is None:
            return self._read_unknown(index)
        size = state.size if not isinstance(state.size, int) else state.capacity
        if is_known(index, size):
            if not 0 <= int(index) < int(size):
                raise self._fail(f"Tried to read from index {int(index)} but array size is: {int(size)}")
        else:
            bound = f", whose size is: {size}" if isinstance(size, int) else ""
            check((index >= 0) & (index < size), f"TensorArray {self.name}: Tried to read from an index outside of the array{bound}")
        if is_known(index) or not state.capacity:
            return state.elements[int(index)] if state.capacity else jnp.zeros(state.elements.shape[1:], self.dtype)
        return jax.lax.dynamic_index_in_dim(jnp.asarray(state.elements), index, 0, keepdims=False)

    def _read_unknown(self, index: Any) -> Any:
        raise self._fail(
            "Could not read from a TensorArray index that is computed: the elements have different shapes, or none was written and "
            "their shape is not declared. Give `element_shape`."
        )

    def _zeros(self, index: int) -> Any:
        dims = self.known_element_dims()
        if dims is None:
            declared = "<unknown>" if self.element_dims is None else str(list(self.element_dims))
            raise self._fail(
                f"Could not read from TensorArray index {index}.  Furthermore, the element shape is not fully defined: {declared}.  It is "
                "possible you are working with a resizeable TensorArray and stop_gradients is not allowing the gradients to be written.  "
                "If you set the full element_shape property on the forward TensorArray, the proper all-zeros tensor will be returned "
                "instead of incurring this error."
            )
        return np.zeros(dims, self.dtype)

    def gather(self, indices: Any) -> Any:
        """The elements at `indices`, stacked."""
        if is_known(indices):
            wanted = np.asarray(indices).reshape(-1)
            if not self.is_list:
                buffer = self.elements
                if wanted.size and wanted.max() >= self.capacity and not isinstance(self.size, int):
                    raise Outgrown()
                if wanted.size and (wanted.min() < 0 or wanted.max() >= self.capacity):
                    raise self._fail(f"Tried to read from index {int(wanted.max())} but array size is: {self.capacity}")
                if np.array_equal(wanted, np.arange(self.capacity)):
                    return buffer
                if np.array_equal(wanted, np.arange(len(wanted))):
                    return buffer[: len(wanted)]
                return xp(buffer).take(buffer, wanted, axis=0)
            if not wanted.size:
                dims = self.known_element_dims()
                if dims is None:
                    raise self._fail("Cannot gather no elements of unknown shape. Give `element_shape`.")
                return np.zeros((0, *dims), self.dtype)
            values = [self.read(i) for i in wanted]
            shapes = {tuple(np.shape(v)) for v in values}
            if len(shapes) > 1:
                raise self._fail(f"Cannot stack elements of different shapes: {sorted(shapes)}")
            return xp(*values).stack(values)
        state = self.as_buffer()
        check((indices >= 0) & (indices < state.capacity), f"TensorArray {self.name}: Tried to read from an index outside of the array")
        return jnp.take(jnp.asarray(state.elements), indices, axis=0, mode="clip")

    def scatter(self, indices: Any, value: Any) -> ArrayState:
        """With value[i] at indices[i]."""
        n = int(np.shape(value)[0]) if np.ndim(value) else 0
        if not is_known(indices):
            state = self
            for i in range(n):
                state = state.write(indices[i], value[i])
            return state
        wanted = np.asarray(indices).reshape(-1)
        if wanted.size != n:
            raise errors.InvalidArgumentError(None, None, f"Expected len(indices) == values.shape[0], but saw: {wanted.size} vs. {n}")
        if wanted.size and isinstance(self.size, int) and not self.grows and wanted.max() >= self.size:
            raise errors.InvalidArgumentError(None, None, f"Max scatter index must be < array size ({int(wanted.max())} vs. {self.size})")
        empty = self.is_list and all(e is None for e in self.elements)
        if empty and np.ndim(value) and np.array_equal(wanted, np.arange(n)) and (self.grows or n == self.size) and self.size <= n:
            if value.dtype != self.dtype and n:
                self.write(np.int32(0), value[0])
            return self.replace(elements=value, written=np.ones(n, bool), size=n)
        state = self
        for i, at in enumerate(wanted):
            state = state.write(at, value[i])
        return state

    def split(self, value: Any, lengths: np.ndarray) -> ArrayState:
        """With value cut into pieces of `lengths` along its first dimension."""
        lengths = np.asarray(lengths)
        if lengths.sum() != np.shape(value)[0]:
            raise errors.InvalidArgumentError(
                None, None, f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is {int(lengths.sum())} and "
                f"value's shape is: {list(np.shape(value))}"
            )  # fmt: skip
        if len(lengths) != self.size and not (self.grows and len(lengths) > self.size):
            text = f"TensorArray's size is not equal to the size of lengths ({self.size} vs. {len(lengths)}), and the TensorArray is "
            raise errors.InvalidArgumentError(None, None, text + "not marked as dynamically resizeable")
        state, at = self, 0
        for i, n in enumerate(lengths.tolist()):
            state = state.write(np.int32(i), value[at : at + n])
            at += n
        return state

    def concat(self) -> tuple[Any, Any]:
        """(all elements one after another along their first dimension, their lengths int64)."""
        if not self.is_list:
            if not self.elements.shape[1:]:
                raise self._fail("Concat saw a scalar shape at index 0 but requires at least vectors.  Did you mean to call pack?")
            n, length = self.capacity, int(self.elements.shape[1])
            return self.elements.reshape((n * length, *self.elements.shape[2:])), np.full(n, length, np.int64)
        values = [self.read(np.int32(i)) for i in range(len(self.elements))]
        if not values:
            return np.zeros((0, *(self.element_dims or (0,))[1:]), self.dtype), np.zeros(0, np.int64)
        if any(not np.ndim(v) for v in values):
            raise self._fail("Concat saw a scalar shape at index 0 but requires at least vectors.  Did you mean to call pack?")
        return xp(*values).concatenate(values), np.array([np.shape(v)[0] for v in values], np.int64)


class Outgrown(Exception):
    """A growing array is found to have outgrown the room it was compiled for while that is being compiled."""


#: message of the check that fails where a growing array, or a loop, outgrew the room it was compiled for: the run starts again with more
GROW = "\0grow"


def _tf_name(dtype: np.dtype) -> str:
    from ..graph.dtypes import as_dtype

    return as_dtype(dtype).proto_name


def empty(size: int, dtype: np.dtype, element_dims: Any, grows: bool, name: str, adds: bool = False) -> ArrayState:
    """A TensorArray of `size` elements, none of them written. Raises InvalidArgumentError for a negative size."""
    if size < 0:
        raise errors.InvalidArgumentError(None, None, f"Size should be >= 0, got {size}")
    return ArrayState((None,) * size, None, size, np.dtype(dtype), element_dims, grows, name, adds)
