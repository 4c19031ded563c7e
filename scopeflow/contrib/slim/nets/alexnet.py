"""AlexNet, the variant of "One weird trick for parallelizing convolutional neural networks" (Krizhevsky, arXiv:1404.5997)."""

from __future__ import annotations

from typing import Any

from ....graph.operation import Tensor
from ....graph.public import export, public
from ....ops.nn.activation import relu
from ....variables.initializers import Constant
from ...framework.arg_scope import Scope, arg_scope
from ...layers.convolution import convolution2d as conv2d
from ...layers.dense import fully_connected
from ...layers.pooling import max_pool2d
from ...layers.regularizers import l2_regularizer
from .plain_network import ZERO_BIASES, classified, collecting, trunc_normal

_MODULE = "contrib.slim.nets.alexnet."
export(trunc_normal, _MODULE + "trunc_normal")


@public(_MODULE + "alexnet_v2_arg_scope")
def alexnet_v2_arg_scope(weight_decay: float = 0.0005) -> Scope:
    """The arguments that AlexNet's layers are used with."""
    with arg_scope(
        [conv2d, fully_connected],
        activation_fn=relu,
        biases_initializer=Constant(0.1),
        weights_regularizer=l2_regularizer(weight_decay),
    ):
        with arg_scope([conv2d], padding="SAME"), arg_scope([max_pool2d], padding="VALID") as scope:
            return scope


@public(_MODULE + "alexnet_v2")
def alexnet_v2(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: str = "alexnet_v2",
) -> tuple[Tensor, dict[str, Any]]:
    """(logits, end points) of images [batch, 224, 224, 3].

    Args:
      num_classes: the number of logits.
      is_training: whether dropout drops.
      dropout_keep_prob: the probability with which it keeps.
      spatial_squeeze: whether the logits are [batch, num_classes]; False for larger images: [batch, height, width, num_classes].
      scope: variable scope.
    """
    with collecting(scope, "alexnet_v2", inputs) as (sc, collected):
        net = conv2d(inputs, 64, [11, 11], 4, padding="VALID", scope="conv1")
        net = max_pool2d(net, [3, 3], 2, scope="pool1")
        net = conv2d(net, 192, [5, 5], scope="conv2")
        net = max_pool2d(net, [3, 3], 2, scope="pool2")
        net = conv2d(net, 384, [3, 3], scope="conv3")
        net = conv2d(net, 384, [3, 3], scope="conv4")
        net = conv2d(net, 256, [3, 3], scope="conv5")
        net = max_pool2d(net, [3, 3], 2, scope="pool5")
        with arg_scope([conv2d], weights_initializer=trunc_normal(0.005), biases_initializer=Constant(0.1)):
            return classified(net, sc, collected, (4096, [5, 5]), num_classes, is_training, dropout_keep_prob, spatial_squeeze, ZERO_BIASES)


alexnet_v2.default_image_size = 224  # type: ignore[attr-defined]
