"""ResNet with normalization and activation before each convolution (He et al., arXiv:1603.05027)."""

from __future__ import annotations

import functools
from typing import Any

from ....graph.operation import Tensor
from ....graph.public import export, public
from ....ops.nn.activation import relu
from ....scopes import variable_scope
from ...framework.arg_scope import add_arg_scope, arg_scope
from ...layers.arguments import collect_named_outputs, last_dimension
from ...layers.batch_normalization import batch_norm
from ...layers.convolution import convolution2d as conv2d
from . import resnet_utils
from .resnet import UNITS, Blocks, block_of, named_network, resnet

_MODULE = "contrib.slim.nets.resnet_v2."


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
    """Shortcut + residual of the normalized, activated inputs; see `resnet_v1.bottleneck`."""
    with variable_scope(scope, "bottleneck_v2", [inputs]) as sc:
        depth_in = last_dimension(inputs.get_shape(), min_rank=4)
        ready = batch_norm(inputs, activation_fn=relu, scope="preact")
        if depth == depth_in:
            shortcut = resnet_utils.subsample(inputs, stride, "shortcut")
        else:
            shortcut = conv2d(ready, depth, [1, 1], stride=stride, normalizer_fn=None, activation_fn=None, scope="shortcut")
        residual = conv2d(ready, depth_bottleneck, [1, 1], stride=1, scope="conv1")
        residual = resnet_utils.conv2d_same(residual, depth_bottleneck, 3, stride, rate=rate, scope="conv2")
        residual = conv2d(residual, depth, [1, 1], stride=1, normalizer_fn=None, activation_fn=None, scope="conv3")
        return collect_named_outputs(outputs_collections, sc.name, shortcut + residual)


def _root(inputs: Any) -> Tensor:
    # the first unit normalizes and activates
    with arg_scope([conv2d], activation_fn=None, normalizer_fn=None):
        return resnet_utils.conv2d_same(inputs, 64, 7, stride=2, scope="conv1")


@public(_MODULE + "resnet_v2")
def resnet_v2(
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
    """(result, end points) of a ResNet made of `blocks`; see `resnet_v1` for the arguments."""
    postnorm = functools.partial(batch_norm, activation_fn=relu, scope="postnorm")
    return resnet(
        2, bottleneck, inputs, blocks, num_classes, is_training, global_pool, output_stride, _root if include_root_block else None,
        postnorm, reuse, scope,
    )  # fmt: skip


resnet_v2_block = export(functools.partial(block_of, bottleneck), _MODULE + "resnet_v2_block")
for _layers in UNITS:
    _network = named_network(2, _layers, resnet_v2, resnet_v2_block)
    globals()[_network.__name__] = export(_network, _MODULE + _network.__name__)
    _network.default_image_size = 224  # type: ignore[attr-defined]
resnet_v2.default_image_size = 224  # type: ignore[attr-defined]
export(resnet_utils, _MODULE + "resnet_utils")
