"""Operation and Tensor: the nodes of a graph and the values between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import errors
from .dtypes import DType
from .public import public
from .source import Place
from .tensor_shape import Dims, TensorShape, as_shape, dims_compatible

if TYPE_CHECKING:
    from .graph import Graph


@public("Operation")
class Operation:
    """A node of a Graph: an op type with attributes, inputs and control inputs.

    `attrs` holds the attributes as Python values: DType, TensorShape, numpy.ndarray (tensor), str, int, float,
    bool, or a list of them; `node_def` gives them as a proto.
    """

    __slots__ = (
        "graph",
        "name",
        "type",
        "spec",
        "_inputs",
        "_control_inputs",
        "attrs",
        "outputs",
        "_id",
        "_device",
        "_place",
        "_context",
        "_original_op",
        "_key",
        "_state",
        "__weakref__",
        "__dict__",
    )

    def __init__(
        self,
        graph: Graph,
        name: str,
        op_type: str,
        spec: Any,
        inputs: tuple[Tensor, ...],
        control_inputs: tuple[Operation, ...],
        attrs: dict[str, Any],
        output_dtypes: tuple[DType, ...],
        output_dims: list[Dims],
        number: int,
        place: Place | None,
    ):
        self.graph = graph
        self.name = name
        self.type = op_type
        self.spec = spec
        self._inputs = inputs
        self._control_inputs = control_inputs
        self.attrs = attrs
        self._id = number
        self._device = ""
        self._place = place
        self._context = None
        self._original_op = None
        #: the variable the op makes, and those it uses, as of a number of the graph's mutations (lower/state.py)
        self._key: Any = None
        self._state: Any = None
        if len(output_dtypes) == 1:
            self.outputs = [Tensor(self, 0, output_dtypes[0], output_dims[0])]
        else:
            self.outputs = [Tensor(self, i, t, s) for i, (t, s) in enumerate(zip(output_dtypes, output_dims))]

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The input tensors."""
        return self._inputs

    @property
    def control_inputs(self) -> list[Operation]:
        """The ops that run before this one although it takes nothing from them."""
        return list(self._control_inputs)

    @property
    def device(self) -> str:
        """The device asked for, "" if none."""
        return self._device

    def _set_device(self, device: Any) -> None:
        from .device import canonical_name

        self._device = device if isinstance(device, str) else canonical_name(device)

    @property
    def _id_value(self) -> int:
        return self._id

    @property
    def defined_at(self) -> str | None:
        """`file:line` of the program line that made this op."""
        return None if self._place is None else str(self._place)

    @property
    def traceback(self) -> list[tuple[str, int, str, str]]:
        """The program line that made this op, in the form of the traceback module."""
        import linecache

        p = self._place
        if p is None:
            return []
        return [(p.file, p.line, p.function, linecache.getline(p.file, p.line).strip())]

    @property
    def traceback_with_start_lines(self) -> list[tuple[str, int, str, str, int]]:
        """`traceback`, with the line at which each function begins; here, that of the program's call."""
        return [(*entry, entry[1]) for entry in self.traceback]

    @property
    def control_outputs(self) -> list[Operation]:
        """The ops that have this one as a control input."""
        return [op for op in self.graph.get_operations() if self in op._control_inputs]

    @property
    def op_def(self) -> Any:
        """The OpDef of the op's type; None for a type that TensorFlow does not have."""
        from .op_definitions import definition

        return definition(self.type)

    def _get_control_flow_context(self) -> Any:
        return self._context

    def _set_control_flow_context(self, context: Any) -> None:
        self._context = context

    @property
    def _control_flow_context(self) -> Any:
        return self._context

    def get_attr(self, name: str) -> Any:
        """The value of an attribute. Raises ValueError if there is none of that name."""
        if name not in self.attrs:
            raise ValueError(f"Operation '{self.name}' has no attr named '{name}'.")
        value = self.attrs[name]
        if isinstance(value, str):
            return value.encode()
        if isinstance(value, list):
            return [v.encode() if isinstance(v, str) else v for v in value]
        if isinstance(value, TensorShape):
            return value.as_proto()
        if isinstance(value, np.ndarray):
            from .graph_def import make_tensor_proto

            return make_tensor_proto(value)
        return value

    def _set_attr(self, name: str, value: Any) -> None:
        """Sets an attribute from a Python value or an AttrValue proto."""
        from .graph_def import attr_from_proto

        self.attrs[name] = attr_from_proto(value) if hasattr(value, "WhichOneof") else value
        self.graph._changed()

    def _add_control_input(self, op: Operation) -> None:
        self._add_control_inputs([op])

    def _add_control_inputs(self, ops: list[Operation]) -> None:
        self._control_inputs = tuple(dict.fromkeys([*self._control_inputs, *ops]))
        self.graph._changed()

    def _update_input(self, index: int, tensor: Tensor) -> None:
        if not 0 <= index < len(self._inputs):
            raise errors.OutOfRangeError(
                None, None, f"Cannot update edge. Input index [{index}] is greater than the number of total inputs [{len(self._inputs)}]."
            )
        self._inputs = self._inputs[:index] + (tensor,) + self._inputs[index + 1 :]
        self.graph._changed()

    def colocation_groups(self) -> list[bytes]:
        """The `loc:@name` groups the op belongs to; its own if it has no others."""
        groups = [g.encode() for g in self.attrs.get("_class", ()) if g.startswith("loc:@")]
        return groups or [f"loc:@{self.name}".encode()]

    @property
    def node_def(self) -> Any:
        """The op as a NodeDef proto."""
        from .graph_def import node_def_of

        return node_def_of(self)

    def values(self) -> tuple[Tensor, ...]:
        """The outputs, as a tuple."""
        return tuple(self.outputs)

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs the op in `session` (the default session if None)."""
        _session_for(self.graph, session, self, "execute operation").run(self, feed_dict)

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<tf.Operation '{self.name}' type={self.type}>"


def _session_for(graph: Graph, session: Any, what: Any, doing: str) -> Any:
    from .default_graph import default_session

    kind = "operation" if isinstance(what, Operation) else "tensor"
    if session is None:
        session = default_session()
        if session is None:
            raise ValueError(
                f"Cannot {doing} using `{'run' if doing.startswith('execute') else 'eval'}()`: No default session is registered. Use "
                f"`with sess.as_default(){':' if kind == 'operation' else ''}` or pass an explicit session to "
                f"`{'run' if doing.startswith('execute') else 'eval'}(session=sess)`"
            )
        if session.graph is not graph:
            raise ValueError(
                f"Cannot use the default session to {doing}: the {kind}'s graph is different from the session's graph. "
                f"Pass an explicit session to `{'run' if doing.startswith('execute') else 'eval'}(session=sess)`."
            )
    elif session.graph is not graph:
        raise ValueError(f"Cannot use the given session to {doing}: the {kind}'s graph is different from the session's graph.")
    return session


@public("Tensor")
class Tensor:
    """A value in a graph: output `value_index` of `op`. Its arithmetic is added by `ops.overloads`."""

    __slots__ = ("op", "value_index", "dtype", "_dims", "__weakref__", "__dict__")

    #: methods of numpy arrays must not take over `array + tensor`
    __array_priority__ = 100
    OVERLOADABLE_OPERATORS: set[str] = set()

    def __init__(self, op: Operation, value_index: int, dtype: DType, dims: Dims = None):
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self._dims = dims

    @property
    def name(self) -> str:
        return f"{self.op.name}:{self.value_index}"

    @property
    def graph(self) -> Graph:
        return self.op.graph

    @property
    def device(self) -> str:
        return self.op._device

    @property
    def shape(self) -> TensorShape:
        """The static shape."""
        return TensorShape.of(self._dims)

    def get_shape(self) -> TensorShape:
        """The static shape."""
        return TensorShape.of(self._dims)

    @property
    def _shape(self) -> TensorShape:
        return TensorShape.of(self._dims)

    def _shape_as_list(self) -> list[int | None] | None:
        return None if self._dims is None else list(self._dims)

    def _rank(self) -> int | None:
        return None if self._dims is None else len(self._dims)

    def set_shape(self, shape: Any) -> None:
        """Merges `shape` into the static shape. Raises ValueError if they are not compatible."""
        shape = as_shape(shape)
        if not dims_compatible(self._dims, shape._dims):
            if self._dims is not None and len(self._dims) != len(shape._dims):
                raise ValueError(f"Shapes must be equal rank, but are {len(self._dims)} and {len(shape._dims)}")
            a, b, i = next((a, b, i) for i, (a, b) in enumerate(zip(self._dims, shape._dims)) if a != b and None not in (a, b))
            raise ValueError(
                f"Dimension {i} in both shapes must be equal, but are {a} and {b}. Shapes are "
                f"{_bracketed(self._dims)} and {_bracketed(shape._dims)}."
            )
        self._dims = self.shape.merge_with(shape)._dims

    def consumers(self) -> list[Operation]:
        """The ops that take this tensor as an input."""
        return self.op.graph._consumers_of(self)

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The tensor's value in `session` (the default session if None)."""
        return _session_for(self.graph, session, self, "evaluate tensor").run(self, feed_dict)

    def _as_node_def_input(self) -> str:
        return self.op.name if self.value_index == 0 else f"{self.op.name}:{self.value_index}"

    def _as_tf_output(self) -> Any:
        return (self.op, self.value_index)

    def experimental_ref(self) -> Any:
        """A hashable reference to the tensor."""
        return Reference(self)

    def __iter__(self) -> Iterator[Tensor]:
        raise errors.OperatorNotAllowedInGraphError(
            "iterating over `tf.Tensor` is not allowed in Graph execution. Use Eager execution or decorate this function with @tf.function."
        )
        yield self  # a generator, so that iter(t) alone is no error

    def __len__(self) -> int:
        raise TypeError(
            f"len is not well defined for symbolic Tensors. ({self.name}) Please call `x.shape` rather than `len(x)` for shape information."
        )

    def __bool__(self) -> bool:
        raise errors.OperatorNotAllowedInGraphError(
            "using a `tf.Tensor` as a Python `bool` is not allowed in Graph execution. Use Eager execution or decorate this function with "
            "@tf.function. Test `t is not None` for whether there is a tensor, and use tf.cond to act on its value."
        )

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise NotImplementedError(
            f"Cannot convert a symbolic Tensor ({self.name}) to a numpy array. Get its value with Session.run or Tensor.eval."
        )

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: Any) -> Tensor:
        return self

    def __hash__(self) -> int:
        return id(self)

    def __str__(self) -> str:
        shape = "" if self._dims is None else f", shape={self.shape}"
        device = f", device={self.op._device}" if self.op._device else ""
        return f'Tensor("{self.name}"{shape}, dtype={self.dtype.name}{device})'

    def __repr__(self) -> str:
        return f"<tf.Tensor '{self.name}' shape={self.shape} dtype={self.dtype.name}>"

    @staticmethod
    def _override_operator(operator: str, func: Callable[..., Any]) -> None:
        setattr(Tensor, operator, func)


class Reference:
    """Hashable stand-in for an object compared by identity."""

    __slots__ = ("_object",)

    def __init__(self, value: Any):
        self._object = value

    def deref(self) -> Any:
        return self._object

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Reference) and self._object is other._object

    def __hash__(self) -> int:
        return id(self._object)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._object!r}>"


def _bracketed(dims: Dims) -> str:
    return "<unknown>" if dims is None else "[" + ",".join("?" if d is None else str(d) for d in dims) + "]"
