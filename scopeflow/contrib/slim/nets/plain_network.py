"""What the networks that are one chain of convolutions have in common: end points and the classifier at their end."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from ....graph.operation import Tensor
from ....ops.shaping import squeeze
from ....scopes import VariableScope, variable_scope
from ....variables.initializers import TruncatedNormal, Zeros
from ...framework.arg_scope import arg_scope
from ...layers.arguments import convert_collection_to_dict
from ...layers.convolution import convolution2d as conv2d
from ...layers.dense import fully_connected
from ...layers.pooling import max_pool2d
from ...layers.reshaping import dropout


def trunc_normal(stddev: float) -> Any:
    """The initializer of normal numbers within two deviations of 0."""
    return TruncatedNormal(0.0, stddev)


@contextlib.contextmanager
def collecting(scope: Any, default_name: str, inputs: Any, by_name: bool = False) -> Iterator[tuple[VariableScope, str]]:
    """(the network's variable scope, the collection that its layers' outputs go to).

    The collection is called after the name scope, or (`by_name`) after the variable scope.
    """
    with variable_scope(scope, default_name, [inputs]) as sc:
        end_points = (sc.name if by_name else sc.original_name_scope) + "_end_points"
        with arg_scope([conv2d, fully_connected, max_pool2d], outputs_collections=[end_points]):
            yield sc, end_points


def classified(
    net: Any,
    sc: VariableScope,
    end_points_collection: str,
    first: tuple[int, Any],
    num_classes: int,
    is_training: Any,
    keep_prob: float,
    spatial_squeeze: bool,
    last: Callable[..., Any] | dict[str, Any],
) -> tuple[Tensor, dict[str, Any]]:
    """The fully connected end, as convolutions: "fc6" (`first` is its depth and kernel), "fc7", "fc8", with dropout between.

    Returns:
      (logits, end points): [batch, num_classes], or [batch, height, width, num_classes] without `spatial_squeeze`.
    """
    net = conv2d(net, first[0], first[1], padding="VALID", scope="fc6")
    net = dropout(net, keep_prob, is_training=is_training, scope="dropout6")
    net = conv2d(net, 4096, [1, 1], scope="fc7")
    net = dropout(net, keep_prob, is_training=is_training, scope="dropout7")
    net = conv2d(net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope="fc8", **last)
    end_points = convert_collection_to_dict(end_points_collection)
    if spatial_squeeze:
        net = squeeze(net, [1, 2], name="fc8/squeezed")
        end_points[sc.name + "/fc8"] = net
    return net, end_points


#: how the last layer starts in networks whose others start with other biases
ZERO_BIASES: dict[str, Any] = {"biases_initializer": Zeros()}
