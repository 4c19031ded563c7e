"""What both versions of ResNet are made of: blocks of units, strides turned into holes, and the layers' arguments."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import Any

from ....graph.graph import GraphKeys
from ....graph.operation import Tensor
from ....graph.public import export, public
from ....ops.joining import pad
from ....ops.nn.activation import relu
from ....scopes import variable_scope
from ....variables.initializers import scaled_variance
from ...framework.arg_scope import Scope, add_arg_scope, arg_scope
from ...layers.arguments import collect_named_outputs
from ...layers.batch_normalization import batch_norm
from ...layers.convolution import convolution2d as conv2d
from ...layers.pooling import max_pool2d
from ...layers.regularizers import l2_regularizer

_MODULE = "contrib.slim.nets.resnet_utils."

Block = export(collections.namedtuple("Block", ["scope", "unit_fn", "args"]), _MODULE + "Block")
Block.__doc__ = "A block of a ResNet: its scope, the function that makes a unit, and a dict of arguments for each unit."


@public(_MODULE + "subsample")
def subsample(inputs: Any, factor: int, scope: str | None = None) -> Tensor:
    """Every `factor`-th pixel of images."""
    return inputs if factor == 1 else max_pool2d(inputs, [1, 1], stride=factor, scope=scope)


@public(_MODULE + "conv2d_same")
def conv2d_same(inputs: Any, num_outputs: int, kernel_size: int, stride: int, rate: int = 1, scope: str | None = None) -> Tensor:
    """A convolution with a stride whose padding does not hang on the image's size, unlike "SAME"."""
    if stride == 1:
        return conv2d(inputs, num_outputs, kernel_size, stride=1, rate=rate, padding="SAME", scope=scope)
    total = kernel_size + (kernel_size - 1) * (rate - 1) - 1
    before = total // 2
    around = [before, total - before]
    inputs = pad(inputs, [[0, 0], around, around, [0, 0]])
    return conv2d(inputs, num_outputs, kernel_size, stride=stride, rate=rate, padding="VALID", scope=scope)


@public(_MODULE + "stack_blocks_dense")
@add_arg_scope
def stack_blocks_dense(net: Any, blocks: Sequence[Any], output_stride: int | None = None, outputs_collections: Any = None) -> Tensor:
    """The blocks of a ResNet on top of each other.

    Once the image has shrunk by `output_stride`, further strides become holes in the kernels, so that it shrinks no more.

    Args:
      net: [batch, height, width, channels].
      blocks: each a Block.
      output_stride: how much smaller the result is; None: as the blocks' strides make it.
      outputs_collections: collections for the result of each block.

    Raises:
      ValueError: the strides do not multiply to `output_stride`.
    """
    stride, rate = 1, 1
    for block in blocks:
        with variable_scope(block.scope, "block", [net]) as sc:
            for i, unit in enumerate(block.args):
                if output_stride is not None and stride > output_stride:
                    raise ValueError("The target output_stride cannot be reached.")
                with variable_scope("unit_%d" % (i + 1), values=[net]):
                    if output_stride is not None and stride == output_stride:
                        net = block.unit_fn(net, rate=rate, **{**unit, "stride": 1})
                        rate *= unit.get("stride", 1)
                    else:
                        net = block.unit_fn(net, rate=1, **unit)
                        stride *= unit.get("stride", 1)
            net = collect_named_outputs(outputs_collections, sc.name, net)
    if output_stride is not None and stride != output_stride:
        raise ValueError("The target output_stride cannot be reached.")
    return net


@public(
    _MODULE + "resnet_arg_scope",
    "contrib.slim.nets.resnet_v1.resnet_arg_scope",
    "contrib.slim.nets.resnet_v2.resnet_arg_scope",
)
def resnet_arg_scope(
    weight_decay: float = 0.0001, batch_norm_decay: float = 0.997, batch_norm_epsilon: float = 1e-5, batch_norm_scale: bool = True
) -> Scope:
    """The arguments that a ResNet's layers are used with.

    Args:
      weight_decay: of the convolutions' weights.
      batch_norm_decay, batch_norm_epsilon, batch_norm_scale: of batch normalization.
    """
    normalization = {
        "decay": batch_norm_decay,
        "epsilon": batch_norm_epsilon,
        "scale": batch_norm_scale,
        "updates_collections": GraphKeys.UPDATE_OPS,
    }
    with arg_scope(
        [conv2d],
        weights_regularizer=l2_regularizer(weight_decay),
        weights_initializer=scaled_variance(),
        activation_fn=relu,
        normalizer_fn=batch_norm,
        normalizer_params=normalization,
    ):
        with arg_scope([batch_norm], **normalization), arg_scope([max_pool2d], padding="SAME") as scope:
            return scope
