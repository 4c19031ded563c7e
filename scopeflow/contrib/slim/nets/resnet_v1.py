"""ResNet as first published (He et al., arXiv:1512.03385), with the stride in the last unit of each block."""

from __future__ import annotations

import functools
from typing import Any

from ....graph.operation import Tensor
from ....graph.public import export, public
from ....ops.nn.activation import relu
from ....scopes import variable_scope
from ...framework.arg_scope import add_arg_scope
from ...layers.arguments import collect_named_outputs, last_dimension
from ...layers.convolution import convolution2d as conv2d
from . import resnet_utils
from .resnet import UNITS, Blocks, block_of, named_network, resnet

_MODULE = "contrib.slim.nets.resnet_v1."


@public(_MODULE + "bottleneck")
@add_arg_scope
def bottleneck(
    inputs: Any,
    depth: int,
    depth_bottleneck: int,
    stride: int,
    rate: int = 1,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """relu(shortcut + residual): the residual narrows to `depth_bottleneck`, convolves, and widens to `depth`.

    Args:
      stride: of the unit.
      rate: distance between the elements of the middle kernel.
      outputs_collections: collections for the result.
      scope: variable scope; "bottleneck_v1", uniquified, if None.
    """
    with variable_scope(scope, "bottleneck_v1", [inputs]) as sc:
        if depth == last_dimension(inputs.get_shape(), min_rank=4):
            shortcut = resnet_utils.subsample(inputs, stride, "shortcut")
        else:
            shortcut = conv2d(inputs, depth, [1, 1], stride=stride, activation_fn=None, scope="shortcut")
        residual = conv2d(inputs, depth_bottleneck, [1, 1], stride=1, scope="conv1")
        residual = resnet_utils.conv2d_same(residual, depth_bottleneck, 3, stride, rate=rate, scope="conv2")
        residual = conv2d(residual, depth, [1, 1], stride=1, activation_fn=None, scope="conv3")
        return collect_named_outputs(outputs_collections, sc.name, relu(shortcut + residual))


@public(_MODULE + "resnet_v1")
def resnet_v1(
    inputs: Any,
    blocks: Blocks,
    num_classes: int | None = None,
    is_training: Any = True,
    global_pool: bool = True,
    output_stride: int | None = None,
    include_root_block: bool = True,
    reuse: Any = None,
    scope: str | None = None,
) -> tuple[Tensor, dict[str, Any]]:
    """(result, end points) of a ResNet made of `blocks`.

    Args:
      inputs: [batch, height, width, channels].
      blocks: each a `resnet_utils.Block`.
      num_classes: the number of logits; None: the result is that of the last block, pooled or not.
      is_training: whether batch normalization trains.
      global_pool: whether to take the mean over space before the logits; False for images of any size.
      output_stride: how much smaller than `inputs` the last block's result is, a multiple of 4; None: as the strides make it.
      include_root_block: whether the network begins with a large convolution and max pooling.
      reuse: whether to share the variables of `scope`.
      scope: variable scope; "resnet_v1", uniquified, if None.

    Raises:
      ValueError: an `output_stride` that cannot be.
    """
    root = functools.partial(resnet_utils.conv2d_same, num_outputs=64, kernel_size=7, stride=2, scope="conv1")
    return resnet(
        1, bottleneck, inputs, blocks, num_classes, is_training, global_pool, output_stride, root if include_root_block else None,
        None, reuse, scope,
    )  # fmt: skip


resnet_v1_block = export(functools.partial(block_of, bottleneck), _MODULE + "resnet_v1_block")
for _layers in UNITS:
    _network = named_network(1, _layers, resnet_v1, resnet_v1_block)
    globals()[_network.__name__] = export(_network, _MODULE + _network.__name__)
    _network.default_image_size = 224  # type: ignore[attr-defined]
resnet_v1.default_image_size = 224  # type: ignore[attr-defined]
export(resnet_utils, _MODULE + "resnet_utils")
