"""Values that are known while the graph is built: constants and what kernels make of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.operation import Tensor
from ..graph.tensor_shape import Dims

#: Larger results are not computed while building.
_LIMIT = 1 << 14
_MISSING = object()


def fold(tensor: Tensor) -> np.ndarray | None:
    """The tensor's value if it follows from constants and static shapes alone, else None."""
    if tensor.op.type == "Const":
        return tensor.op.attrs["value"]
    return _fold(tensor, {})


def _fold(tensor: Tensor, memo: dict[Tensor, Any]) -> np.ndarray | None:
    if tensor.op.type == "Const":
        return tensor.op.attrs["value"]
    found = memo.get(tensor, _MISSING)
    if found is not _MISSING:
        return found
    op, spec = tensor.op, tensor.op.spec
    if op.type == "ShapeN" and memo:
        return None  # the reference sees through ShapeN only where its result is the shape asked for
    asked = not memo
    memo[tensor] = None
    if asked and op.type in ("Size", "Rank") and _fold(op.inputs[0], memo) is None:
        return None  # and through these only behind another op, or on a value that is known
    value: Any = None
    if op.type in ("Shape", "ShapeN", "Size", "Rank"):
        value = _shape_op(op, tensor.value_index)
    elif op.type == "PlaceholderWithDefault":
        pass  # it may be fed
    elif spec is not None and spec.kernel is not None and not (spec.stateful or spec.jax_only or spec.reads or _calls_outside(op)):
        if len(op.inputs) and all(t.dtype.is_numpy_compatible for t in op.inputs) and _small(tensor):
            inputs = []
            for t in op.inputs:
                v = _fold(t, memo)
                if v is None:
                    break
                inputs.append(v)
            else:
                value = run_kernel(op, inputs)[tensor.value_index]
    memo[tensor] = value
    return value


def _calls_outside(op: Any) -> bool:
    """True for what runs on the host for other reasons than a shape that depends on values: strings, files, Python functions."""
    if not op.spec.host:
        return False
    return op.type == "PyFuncStateless" or any(t.dtype.base_dtype.np_dtype.kind == "O" for t in (*op.inputs, *op.outputs))


def _small(tensor: Tensor) -> bool:
    size = 1
    for d in tensor._dims or ():
        size *= d or 1
    return size <= _LIMIT


def _shape_op(op: Any, index: int) -> np.ndarray | None:
    dims = op.inputs[index if op.type == "ShapeN" else 0]._dims
    if dims is None:
        return None
    if op.type == "Rank":
        return np.array(len(dims), np.int32)
    if None in dims:
        return None
    np_type = op.outputs[0].dtype.np_dtype
    if op.type == "Size":
        return np.array(int(np.prod(dims, dtype=np.int64)), np_type)
    return np.array(dims, np_type)


def run_kernel(op: Any, inputs: list[Any]) -> list[np.ndarray]:
    """Runs `op`'s kernel on NumPy values; each result as a NumPy array of the output's type."""
    spec = op.spec
    attrs = op.attrs
    with np.errstate(all="ignore"):
        out = spec.kernel(*spec.group(op, inputs), **{k: attrs[k] for k in spec.kernel_attrs})
    values = flat_results(spec, out)
    return [np.asarray(v, t.dtype.base_dtype.np_dtype) for v, t in zip(values, op.outputs)]


def flat_results(spec: Any, out: Any) -> list[Any]:
    """A kernel's result as a flat list, one an output tensor."""
    if len(spec.outputs) == 1:
        return list(out) if spec.outputs[0].many else [out]
    flat: list[Any] = []
    for arg, value in zip(spec.outputs, out):
        flat += list(value) if arg.many else [value]
    return flat


def fold_dims(tensor: Tensor) -> Dims:
    """The static shape that a shape-valued int tensor describes: None for its unknown parts (-1 too)."""
    return _dims_of_value(tensor, 0)


def _dims_of_value(tensor: Tensor, depth: int) -> Dims:
    value = fold(tensor)
    if value is not None:
        if value.ndim == 0:
            return None
        return tuple(None if d < 0 else int(d) for d in value.tolist())
    op = tensor.op
    if depth < 30:
        if op.type in ("Shape", "ShapeN"):
            return op.inputs[tensor.value_index]._dims
        if op.type == "Pack" and (tensor._dims is None or len(tensor._dims) == 1):
            out: list[int | None] = []
            for t in op.inputs:
                v = fold(t)
                out.append(None if v is None or v < 0 else int(v))
            return tuple(out)
        if op.type in ("ConcatV2",):
            parts: list[int | None] = []
            for t in op.inputs[:-1]:
                part = _dims_of_value(t, depth + 1)
                if part is None:
                    return _unknown_of_length(tensor)
                parts += part
            return tuple(parts)
        if (
            op.type == "StridedSlice"
            and not op.attrs["shrink_axis_mask"]
            and not op.attrs["new_axis_mask"]
            and not op.attrs["ellipsis_mask"]
        ):
            base = _dims_of_value(op.inputs[0], depth + 1)
            begin, end, step = (fold(t) for t in op.inputs[1:])
            if base is not None and begin is not None and end is not None and step is not None and begin.size == 1:
                b = None if op.attrs["begin_mask"] & 1 else int(begin[0])
                e = None if op.attrs["end_mask"] & 1 else int(end[0])
                return base[b : e : int(step[0])]
    return _unknown_of_length(tensor)


def _unknown_of_length(tensor: Tensor) -> Dims:
    dims = tensor._dims
    if dims is None or len(dims) != 1 or dims[0] is None:
        return None
    return (None,) * dims[0]
