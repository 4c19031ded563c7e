"""tf.test.compute_gradient: gradients against differences."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.default_graph import default_session
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops.creation import placeholder
from ..ops.gradients import gradients


def _parts(value: Any) -> np.ndarray:
    """The elements in a row, those of complex numbers as real and imaginary part."""
    flat = np.ascontiguousarray(value).reshape(-1)
    return flat.view(flat.real.dtype) if np.iscomplexobj(flat) else flat


def _dense(value: Any, shape: Any) -> np.ndarray:
    """A gradient as an array; IndexedSlices are spread out."""
    if not hasattr(value, "indices"):
        return np.asarray(value)
    out = np.zeros(shape, value.values.dtype)
    np.add.at(out, value.indices, value.values)
    return out


def _by_gradients(x: Tensor, x_shape: Any, x_value: np.ndarray, y: Tensor, y_shape: Any, feeds: dict[Any, Any]) -> np.ndarray:
    """[elements of x, elements of y] by tf.gradients, which is run once for each element of y."""
    session = default_session()
    dy = placeholder(y.dtype.base_dtype, shape=y_shape)
    dx = gradients(y, x, grad_ys=dy)[0]
    unit = np.zeros(y_shape, y.dtype.as_numpy_dtype)
    rows = []
    for i in range(_parts(unit).size):
        _parts(unit)[i] = 1
        if dx is None:
            rows.append(np.zeros(_parts(x_value).size, _parts(x_value).dtype))
        else:
            rows.append(_parts(_dense(session.run(dx, {**feeds, x: x_value, dy: unit}), x_shape)))
        _parts(unit)[i] = 0
    return np.stack(rows, axis=1) if rows else np.zeros((_parts(x_value).size, 0), _parts(x_value).dtype)


def _by_differences(x: Tensor, x_value: np.ndarray, y: Tensor, delta: float, feeds: dict[Any, Any]) -> np.ndarray:
    """[elements of x, elements of y] by differences of `y` around `x_value`."""
    session = default_session()
    moved = np.array(x_value)
    rows = []
    for i in range(_parts(moved).size):
        start = _parts(moved)[i]
        ends = []
        for step in (delta, -delta):
            _parts(moved)[i] = start + step
            ends.append(_parts(session.run(y, {**feeds, x: moved})))
        _parts(moved)[i] = start
        rows.append((ends[0] - ends[1]) / (2 * delta))
    return np.stack(rows)


@public("test.compute_gradient", "python.ops.gradient_checker.compute_gradient")
def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: dict[Any, Any] | None = None,
) -> Any:
    """(by gradients, by differences): two arrays [elements of x, elements of y], or a list of such pairs for a list of tensors.

    Args:
      x, x_shape: tensor or list of them, and its shape or theirs.
      y, y_shape: the tensor to differentiate.
      x_init_value: where; None: at random numbers between 0 and 1.
      delta: the step of the differences.
      init_targets: ops to run first.
      extra_feed_dict: more to feed.
    """
    session = default_session()
    if init_targets is not None:
        for op in init_targets if isinstance(init_targets, (list, tuple)) else [init_targets]:
            session.run(op)
    feeds = dict(extra_feed_dict or {})
    many = isinstance(x, list)
    tensors, shapes = (x, x_shape) if many else ([x], [x_shape])
    starts = x_init_value if many and x_init_value is not None else [x_init_value] * len(tensors)
    values = []
    for tensor, shape, start in zip(tensors, shapes, starts):
        dtype = tensor.dtype.as_numpy_dtype
        if start is None:
            start = np.random.random_sample(shape)
            if np.issubdtype(dtype, np.complexfloating):
                start = start + 1j * np.random.random_sample(shape)
        values.append(np.array(start, dtype))
    # Each is fed alone; the others have the values that the graph gives them.
    pairs = [
        (_by_gradients(tensor, shape, value, y, y_shape, feeds), _by_differences(tensor, value, y, delta, feeds))
        for tensor, shape, value in zip(tensors, shapes, values)
    ]
    return pairs if many else pairs[0]


@public("test.compute_gradient_error", "python.ops.gradient_checker.compute_gradient_error")
def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: dict[Any, Any] | None = None,
) -> float:
    """The greatest difference between the two arrays of `compute_gradient`, whose arguments these are."""
    found = compute_gradient(x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    pairs = found if isinstance(found, list) else [found]
    return max((float(np.fabs(a - b).max()) if a.size or b.size else 0.0 for a, b in pairs), default=0.0)
