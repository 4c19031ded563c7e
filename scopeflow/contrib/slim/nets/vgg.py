"""VGG: the networks A, D (16 layers) and E (19 layers) of Simonyan and Zisserman, arXiv:1409.1556."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....graph.operation import Tensor
from ....graph.public import export, public
from ....ops.nn.activation import relu
from ....variables.initializers import Zeros
from ...framework.arg_scope import Scope, arg_scope
from ...layers.composing import repeat
from ...layers.convolution import convolution2d as conv2d
from ...layers.dense import fully_connected
from ...layers.pooling import max_pool2d
from ...layers.regularizers import l2_regularizer
from .plain_network import classified, collecting

_MODULE = "contrib.slim.nets.vgg."
#: the depths of the five groups of convolutions
_DEPTHS = (64, 128, 256, 512, 512)


@public(_MODULE + "vgg_arg_scope")
def vgg_arg_scope(weight_decay: float = 0.0005) -> Scope:
    """The arguments that VGG's layers are used with."""
    with arg_scope(
        [conv2d, fully_connected],
        activation_fn=relu,
        weights_regularizer=l2_regularizer(weight_decay),
        biases_initializer=Zeros(),
    ):
        with arg_scope([conv2d], padding="SAME") as scope:
            return scope


def _vgg(name: str, repetitions: Sequence[int], *names: str, by_name: bool = False) -> Callable[..., tuple[Tensor, dict[str, Any]]]:
    """The network with so many convolutions in each group."""

    def network(
        inputs: Any,
        num_classes: int = 1000,
        is_training: Any = True,
        dropout_keep_prob: float = 0.5,
        spatial_squeeze: bool = True,
        scope: str = name,
    ) -> tuple[Tensor, dict[str, Any]]:
        with collecting(scope, name, inputs, by_name) as (sc, collected):
            net = inputs
            for i, (times, depth) in enumerate(zip(repetitions, _DEPTHS), 1):
                net = repeat(net, times, conv2d, depth, [3, 3], scope=f"conv{i}")
                net = max_pool2d(net, [2, 2], scope=f"pool{i}")
            return classified(net, sc, collected, (4096, [7, 7]), num_classes, is_training, dropout_keep_prob, spatial_squeeze, {})

    network.__name__ = network.__qualname__ = name
    network.__doc__ = f"(logits, end points) of images [batch, 224, 224, 3] by {name}; see `alexnet_v2` for the arguments."
    network.default_image_size = 224  # type: ignore[attr-defined]
    return export(network, *(_MODULE + n for n in (name, *names)))


vgg_a = _vgg("vgg_a", (1, 1, 2, 2, 2))
vgg_16 = _vgg("vgg_16", (2, 2, 3, 3, 3), "vgg_d")
vgg_19 = _vgg("vgg_19", (2, 2, 4, 4, 4), "vgg_e", by_name=True)
