"""GraphDef protos: a graph's nodes and attributes in TensorFlow's interchange form."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from tensorboard.compat.proto.attr_value_pb2 import AttrValue, NameAttrList
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.node_def_pb2 import NodeDef
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from . import dtypes, gradient_nodes
from .dtypes import DType, as_dtype
from .op_definitions import definition
from .public import public
from .tensor_shape import TensorShape, as_shape

#: op types that are functions in TensorFlow, with the definitions that a GraphDef with such nodes takes along
FUNCTIONS: dict[str, Any] = {}


def graph_def_of(graph: Any, add_shapes: bool) -> GraphDef:
    """The graph as a GraphDef."""
    out = GraphDef()
    out.versions.CopyFrom(graph.graph_def_versions)
    for op in graph.get_operations():
        node = node_def_of(op, sort=True)
        if add_shapes and op.outputs:
            node.attr["_output_shapes"].list.shape.extend(t.shape.as_proto() for t in op.outputs)
        out.node.append(node)
    used = dict(graph._functions)
    used.update((op.type, FUNCTIONS[op.type]) for op in graph.get_operations() if op.type in FUNCTIONS)
    if used:
        out.library.function.extend(used.values())
    return out


def node_def_of(op: Any, sort: bool = False) -> NodeDef:
    """An operation as a NodeDef; with `sort`, as in a GraphDef: control inputs by name."""
    node = NodeDef(name=op.name, op=op.type, device=op._device)
    node.input.extend(t._as_node_def_input() for t in op.inputs)
    control = ["^" + c.name for c in op._control_inputs]
    node.input.extend(sorted(control) if sort else control)
    kinds = _attr_kinds(op.type)
    for k, v in op.attrs.items():
        if not k.startswith("$"):
            node.attr[k].CopyFrom(attr_to_proto(v, kinds.get(k)))
    if op.type in (gradient_nodes.INTERNAL, gradient_nodes.EXPORTED):
        gradient_nodes.write(op, node)
    elif definition(op.type) is None and op.type not in FUNCTIONS:
        gradient_nodes.write_outputs(op, node)
    return node


@functools.cache
def _attr_kinds(op_type: str) -> dict[str, str]:
    """Attribute -> its type in the op's definition."""
    op_def = definition(op_type)
    return {} if op_def is None else {a.name: a.type for a in op_def.attr}


def attr_to_proto(value: Any, kind: str | None = None) -> AttrValue:
    """A Python attribute value as an AttrValue; of the type `kind` ("float", "list(type)"), if that is known."""
    if isinstance(value, AttrValue):
        return value
    if kind == "float" and not isinstance(value, str):
        return AttrValue(f=float(value))
    if kind == "shape":
        return AttrValue(shape=as_shape(value).as_proto())
    if isinstance(value, DType):
        return AttrValue(type=value.as_datatype_enum)
    if isinstance(value, (bool, np.bool_)):
        return AttrValue(b=bool(value))
    if isinstance(value, (int, np.integer)):
        return AttrValue(i=int(value))
    if isinstance(value, (float, np.floating)):
        return AttrValue(f=float(value))
    if isinstance(value, str):
        return AttrValue(s=value.encode())
    if isinstance(value, bytes):
        return AttrValue(s=value)
    if isinstance(value, TensorShape):
        return AttrValue(shape=value.as_proto())
    if isinstance(value, TensorShapeProto):
        return AttrValue(shape=value)
    if isinstance(value, np.ndarray):
        return AttrValue(tensor=make_tensor_proto(value))
    if isinstance(value, TensorProto):
        return AttrValue(tensor=value)
    if isinstance(value, NameAttrList):
        return AttrValue(func=value)
    if isinstance(value, (list, tuple)):
        out = AttrValue()
        out.list.SetInParent()
        for v in value:
            one = attr_to_proto(v, kind[5:-1] if kind else None)
            which = one.WhichOneof("value")
            field = getattr(out.list, which)
            if hasattr(field, "add"):
                field.add().CopyFrom(getattr(one, which))
            else:
                field.append(getattr(one, which))
        return out
    if value is None:
        return AttrValue()
    return AttrValue(s=repr(value).encode())


def attr_from_proto(proto: AttrValue) -> Any:
    """An AttrValue as a Python attribute value."""
    which = proto.WhichOneof("value")
    if which == "type":
        return as_dtype(proto.type)
    if which == "s":
        try:
            return proto.s.decode()
        except UnicodeDecodeError:
            return proto.s
    if which == "shape":
        return TensorShape(proto.shape)
    if which == "tensor":
        return make_ndarray(proto.tensor)
    if which == "list":
        for field in ("s", "i", "f", "b", "type", "shape", "tensor", "func"):
            items = getattr(proto.list, field)
            if len(items):
                return [attr_from_proto(AttrValue(**{field: v})) for v in items]
        return []
    return None if which is None else getattr(proto, which)


_FIELDS = {
    np.dtype(np.float32): "float_val",
    np.dtype(np.float64): "double_val",
    np.dtype(np.int32): "int_val",
    np.dtype(np.int16): "int_val",
    np.dtype(np.int8): "int_val",
    np.dtype(np.uint8): "int_val",
    np.dtype(np.uint16): "int_val",
    np.dtype(np.int64): "int64_val",
    np.dtype(np.bool_): "bool_val",
    np.dtype(np.uint32): "uint32_val",
    np.dtype(np.uint64): "uint64_val",
}


@public("make_tensor_proto", "contrib.util.make_tensor_proto")
def make_tensor_proto(
    values: Any, dtype: Any = None, shape: Any = None, verify_shape: bool = False, allow_broadcast: bool = False
) -> TensorProto:
    """A TensorProto holding `values`. Raises TypeError and ValueError as `tf.constant` does."""
    from .conversion import as_array

    if isinstance(values, TensorProto):
        return values
    wanted = None if dtype is None else as_dtype(dtype)
    array = as_array(values, wanted, shape, verify_shape)
    kind = wanted.base_dtype if wanted is not None else as_dtype(array.dtype)
    proto = TensorProto(dtype=kind.as_datatype_enum, tensor_shape=TensorShape(array.shape).as_proto())
    if shape is not None:
        # Only the values given are stored: whoever reads it repeats the last one.
        given = as_array(values, wanted)
        if 0 < given.size < array.size and (given.dtype in _FIELDS or kind is dtypes.string):
            field = "string_val" if kind is dtypes.string else _FIELDS[given.dtype]
            getattr(proto, field).extend(given.ravel().tolist())
            return proto
    if kind is dtypes.string:
        proto.string_val.extend(array.ravel().tolist())
    elif array.size == 1 and array.dtype in _FIELDS:
        getattr(proto, _FIELDS[array.dtype]).append(array.ravel()[0].item())
    elif array.size == 1 and kind in (dtypes.float16, dtypes.bfloat16):
        proto.half_val.append(int(array.ravel().view(np.uint16)[0]))
    elif array.size == 1 and kind is dtypes.complex64:
        proto.scomplex_val.extend([float(array.ravel()[0].real), float(array.ravel()[0].imag)])
    elif array.size == 1 and kind is dtypes.complex128:
        proto.dcomplex_val.extend([float(array.ravel()[0].real), float(array.ravel()[0].imag)])
    else:
        proto.tensor_content = np.ascontiguousarray(array).tobytes()
    return proto


@public("make_ndarray", "contrib.util.make_ndarray")
def make_ndarray(tensor: TensorProto) -> np.ndarray:
    """The NumPy array in a TensorProto; the last of its values fills up the shape. Raises TypeError for other types."""
    kind = as_dtype(tensor.dtype).base_dtype
    shape = tuple(d.size for d in tensor.tensor_shape.dim)
    size = int(np.prod(shape, dtype=np.int64))
    if tensor.tensor_content:
        return np.frombuffer(tensor.tensor_content, kind.np_dtype).copy().reshape(shape)
    if kind is dtypes.string:
        values: Any = np.empty(len(tensor.string_val), object)
        values[:] = list(tensor.string_val)
    elif kind in (dtypes.float16, dtypes.bfloat16):
        values = np.array(tensor.half_val, np.uint16).view(kind.np_dtype)
    elif kind is dtypes.complex64 or kind is dtypes.complex128:
        flat = tensor.scomplex_val if kind is dtypes.complex64 else tensor.dcomplex_val
        values = np.array([complex(a, b) for a, b in zip(flat[::2], flat[1::2])], kind.np_dtype)
    elif kind.np_dtype in _FIELDS:
        values = np.array(getattr(tensor, _FIELDS[kind.np_dtype]), kind.np_dtype)
    else:
        raise TypeError(f"Unsupported tensor type: {kind.name}")
    if len(values) == 0:
        values = np.zeros(size, kind.np_dtype) if kind is not dtypes.string else np.full(size, b"", object)
    elif len(values) < size:
        values = np.concatenate([values, np.full(size - len(values), values[-1], values.dtype)])
    return values.reshape(shape)
