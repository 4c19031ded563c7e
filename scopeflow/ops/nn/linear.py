"""Adding a bias, and layers that are one matrix product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...graph.tensor_shape import Dims
from ...op import shapes
from ...op.declare import ShapeError, op
from ...op.namespace import xp
from ..elementwise import NUMBER
from .activation import relu


@op("BiasAdd", "value: T, bias: T -> output: T", T=NUMBER)
def bias_add_op(value, bias, *, data_format: str = "NHWC"):
    """`value` plus `bias`, a vector along the last dimension (NHWC) or the second one (NCHW)."""
    if data_format == "NCHW":
        return value + xp(bias).reshape(bias, (-1,) + (1,) * (value.ndim - 2))
    return value + bias


@bias_add_op.shape
def _bias_add_shape(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims, bias = inputs[0]._dims, inputs[1]._dims
    shapes.at_least(dims, 2)
    if bias is not None and len(bias) != 1:
        raise ShapeError(f"Shape must be rank 1 but is rank {len(bias)}")
    if dims is None:
        return [None]
    at = 1 if attrs.get("data_format") == "NCHW" else len(dims) - 1
    depth = None if bias is None else bias[0]
    if depth is None:
        return [dims]
    if dims[at] is not None and dims[at] != depth:
        raise ShapeError(f"Dimensions must be equal, but are {dims[at]} and {depth}")
    return [dims if dims[at] is not None else dims[:at] + (depth,) + dims[at + 1 :]]


@op("BiasAddV1", "value: T, bias: T -> output: T", T=NUMBER, shape=_bias_add_shape)
def bias_add_v1(value, bias):
    """`value` plus `bias`, a vector along the last dimension."""
    return value + bias


def _depth(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    dims = inputs[0]._dims
    if dims is None:
        return [(None,)]
    return [(dims[-3 if attrs["data_format"] == "NCHW" and len(dims) > 2 else -1],)]


@op("BiasAddGrad", "out_backprop: T -> output: T", T=NUMBER, shape=_depth)
def bias_add_grad(out_backprop, *, data_format: str = "NHWC"):
    """The gradient of a bias: the sum over all dimensions but the depth."""
    depth = 1 if data_format == "NCHW" else out_backprop.ndim - 1
    return xp(out_backprop).sum(out_backprop, axis=tuple(i for i in range(out_backprop.ndim) if i != depth))


@public("nn.bias_add")
def bias_add(value: Any, bias: Any, data_format: str | None = None, name: str | None = None) -> Tensor:
    """`value` [..., depth] plus `bias` [depth]; with `data_format` "NC...", `value` is [batch, depth, ...].

    Raises:
      ValueError: another data format, or sizes that do not agree.
    """
    layout = "NHWC"
    if data_format is not None:
        if data_format.startswith("NC"):
            layout = "NCHW"
        elif not (data_format.startswith("N") and data_format.endswith("C")):
            raise ValueError("data_format must be of the form `N...C` or `NC...`")
    if type(value) is Tensor and type(bias) is Tensor and value.dtype is bias.dtype:
        return bias_add_op(value, bias, data_format=layout, name=name)
    with name_scope(name, "BiasAdd", [value, bias]) as scope:
        value = convert_to_tensor(value, name="input")
        bias = convert_to_tensor(bias, dtype=value.dtype, name="bias")
        return bias_add_op(value, bias, data_format=layout, name=scope)


@public("nn.xw_plus_b")
def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """X [batch, in] times weights [in, out] plus biases [out]."""
    from ..matmul import matmul

    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return bias_add(matmul(x, weights), biases, name=scope)


@public("nn.relu_layer")
def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """Relu of x [batch, in] times weights [in, out] plus biases [out]."""
    from ..matmul import matmul

    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return relu(bias_add(matmul(x, weights), biases), name=scope)


@op("L2Loss", "t: T -> output: T", T="half bfloat16 float double", shape=shapes.scalar)
def l2_loss(t):
    """Half the sum of squares of `t`, a scalar."""
    n = xp(t)
    return n.sum(n.square(t), dtype=t.dtype) / 2


export(l2_loss, "nn.l2_loss")
