"""OverFeat (Sermanet et al., arXiv:1312.6229)."""

from __future__ import annotations

from typing import Any

from ....graph.operation import Tensor
from ....graph.public import export, public
from ....ops.nn.activation import relu
from ....variables.initializers import Constant, Zeros
from ...framework.arg_scope import Scope, arg_scope
from ...layers.convolution import convolution2d as conv2d
from ...layers.dense import fully_connected
from ...layers.pooling import max_pool2d
from ...layers.regularizers import l2_regularizer
from .plain_network import ZERO_BIASES, classified, collecting, trunc_normal

_MODULE = "contrib.slim.nets.overfeat."
export(trunc_normal, _MODULE + "trunc_normal")


@public(_MODULE + "overfeat_arg_scope")
def overfeat_arg_scope(weight_decay: float = 0.0005) -> Scope:
    """The arguments that OverFeat's layers are used with."""
    with arg_scope(
        [conv2d, fully_connected],
        activation_fn=relu,
        weights_regularizer=l2_regularizer(weight_decay),
        biases_initializer=Zeros(),
    ):
        with arg_scope([conv2d], padding="SAME"), arg_scope([max_pool2d], padding="VALID") as scope:
            return scope


@public(_MODULE + "overfeat")
def overfeat(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.5,
    spatial_squeeze: bool = True,
    scope: str = "overfeat",
) -> tuple[Tensor, dict[str, Any]]:
    """(logits, end points) of images [batch, 231, 231, 3]; see `alexnet_v2` for the arguments."""
    with collecting(scope, "overfeat", inputs, by_name=True) as (sc, collected):
        net = conv2d(inputs, 64, [11, 11], 4, padding="VALID", scope="conv1")
        net = max_pool2d(net, [2, 2], scope="pool1")
        net = conv2d(net, 256, [5, 5], padding="VALID", scope="conv2")
        net = max_pool2d(net, [2, 2], scope="pool2")
        net = conv2d(net, 512, [3, 3], scope="conv3")
        net = conv2d(net, 1024, [3, 3], scope="conv4")
        net = conv2d(net, 1024, [3, 3], scope="conv5")
        net = max_pool2d(net, [2, 2], scope="pool5")
        with arg_scope([conv2d], weights_initializer=trunc_normal(0.005), biases_initializer=Constant(0.1)):
            return classified(net, sc, collected, (3072, [6, 6]), num_classes, is_training, dropout_keep_prob, spatial_squeeze, ZERO_BIASES)


overfeat.default_image_size = 231  # type: ignore[attr-defined]
