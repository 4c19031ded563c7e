"""The frame of a ResNet: root, blocks, classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....graph.operation import Tensor
from ....ops.reduction import reduce_mean
from ....scopes import variable_scope
from ...framework.arg_scope import arg_scope
from ...layers.arguments import convert_collection_to_dict
from ...layers.batch_normalization import batch_norm
from ...layers.convolution import convolution2d as conv2d
from ...layers.dense import softmax
from ...layers.pooling import max_pool2d
from . import resnet_utils

Blocks = Sequence[Any]


def resnet(
    version: int,
    bottleneck: Any,
    inputs: Any,
    blocks: Blocks,
    num_classes: int | None,
    is_training: Any,
    global_pool: bool,
    output_stride: int | None,
    root: Callable[[Any], Any] | None,
    postnorm: Callable[[Any], Any] | None,
    reuse: Any,
    scope: Any,
) -> tuple[Tensor, dict[str, Any]]:
    """(result, end points) of a ResNet.

    Args:
      version: 1 or 2.
      bottleneck: its unit.
      inputs: [batch, height, width, channels].
      blocks: each a `resnet_utils.Block`.
      num_classes: the number of logits; None: the result is that of the last block, pooled or not.
      is_training: whether batch normalization trains.
      global_pool: whether to take the mean over space before the logits.
      output_stride: how much smaller than `inputs` the last block's result is; None: as the strides make it.
      root: the first layers, or None.
      postnorm: what follows the blocks, or None.
      reuse: whether to share the variables of `scope`.
      scope: variable scope.

    Raises:
      ValueError: an `output_stride` that cannot be.
    """
    with variable_scope(scope, f"resnet_v{version}", [inputs], reuse=reuse) as sc:
        collected = sc.original_name_scope + "_end_points"
        with arg_scope([conv2d, bottleneck, resnet_utils.stack_blocks_dense], outputs_collections=collected):
            with arg_scope([batch_norm], is_training=is_training):
                net = inputs
                if root is not None:
                    if output_stride is not None:
                        if output_stride % 4 != 0:
                            raise ValueError("The output_stride needs to be a multiple of 4.")
                        output_stride //= 4
                    net = max_pool2d(root(net), [3, 3], stride=2, scope="pool1")
                net = resnet_utils.stack_blocks_dense(net, blocks, output_stride)
                if postnorm is not None:
                    net = postnorm(net)
                if global_pool:
                    net = reduce_mean(net, [1, 2], name="pool5", keepdims=True)
                if num_classes is not None:
                    net = conv2d(net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="logits")
                end_points = convert_collection_to_dict(collected)
                if num_classes is not None:
                    end_points["predictions"] = softmax(net, scope="predictions")
                return net, end_points


def block_of(bottleneck: Any, scope: str, base_depth: int, num_units: int, stride: int) -> Any:
    """A block of `num_units` units, the last of which has the stride."""
    unit = {"depth": base_depth * 4, "depth_bottleneck": base_depth, "stride": 1}
    return resnet_utils.Block(scope, bottleneck, [dict(unit) for _ in range(num_units - 1)] + [{**unit, "stride": stride}])


#: layers of a ResNet -> how many units its four blocks have
UNITS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}


def named_network(version: int, layers: int, network: Callable[..., Any], block: Callable[..., Any]) -> Callable[..., Any]:
    """`resnet_v1_50` and its kin: the networks of the papers."""
    name = f"resnet_v{version}_{layers}"

    def named(
        inputs: Any,
        num_classes: int | None = None,
        is_training: Any = True,
        global_pool: bool = True,
        output_stride: int | None = None,
        reuse: Any = None,
        scope: str = name,
    ) -> tuple[Tensor, dict[str, Any]]:
        strides = (2, 2, 2, 1)
        depths = (64, 128, 256, 512)
        blocks = [block(f"block{i + 1}", depths[i], units, strides[i]) for i, units in enumerate(UNITS[layers])]
        return network(
            inputs, blocks, num_classes, is_training, global_pool, output_stride, include_root_block=True, reuse=reuse, scope=scope
        )

    named.__name__ = named.__qualname__ = name
    named.__doc__ = f"(result, end points) of the ResNet of {layers} layers; see `resnet_v{version}` for the arguments."
    return named
