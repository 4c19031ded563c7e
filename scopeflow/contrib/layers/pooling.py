"""Pooling."""

from __future__ import annotations

from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.pooling import AveragePooling2D, AveragePooling3D, MaxPooling2D, MaxPooling3D
from ...ops.nn.pooling import pool as pool_op
from ..framework.arg_scope import add_arg_scope
from .arguments import collect_named_outputs, n_positive_integers
from .scoping import NDHWC_FORMATS, NHWC_FORMATS, keras_format, require_format


def _pooled(
    layer_class: Any,
    default_name: str,
    formats: tuple[str, str],
    inputs: Any,
    kernel_size: Any,
    stride: Any,
    padding: str,
    data_format: str,
    outputs_collections: Any,
    scope: Any,
) -> Tensor:
    require_format(data_format, formats)
    with name_scope(scope, default_name, [inputs]) as path:
        inputs = convert_to_tensor(inputs)
        layer = layer_class(pool_size=kernel_size, strides=stride, padding=padding, data_format=keras_format(data_format), _scope=path)
        return collect_named_outputs(outputs_collections, path, layer.apply(inputs))


@public("contrib.layers.avg_pool2d", "contrib.slim.avg_pool2d")
@add_arg_scope
def avg_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """The means of windows of images.

    Args:
      inputs: [batch, height, width, channels], or as `data_format` ("NHWC" or "NCHW") says.
      kernel_size: size of the windows: an int, or one for height and width.
      stride: how far the windows are apart; likewise.
      padding: "VALID" or "SAME".
      outputs_collections: collections for the result.
      scope: name scope; "AvgPool2D" if None.

    Raises:
      ValueError: an unknown format, or inputs of another rank.
    """
    return _pooled(
        AveragePooling2D, "AvgPool2D", NHWC_FORMATS, inputs, kernel_size, stride, padding, data_format, outputs_collections, scope
    )


@public("contrib.layers.avg_pool3d", "contrib.slim.avg_pool3d")
@add_arg_scope
def avg_pool3d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = "NDHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """`avg_pool2d` of volumes; `data_format` is "NDHWC" or "NCDHW"."""
    return _pooled(
        AveragePooling3D, "AvgPool3D", NDHWC_FORMATS, inputs, kernel_size, stride, padding, data_format, outputs_collections, scope
    )


@public("contrib.layers.max_pool2d", "contrib.slim.max_pool2d")
@add_arg_scope
def max_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """The largest values of windows of images; see `avg_pool2d`. The scope is "MaxPool2D" if None."""
    return _pooled(MaxPooling2D, "MaxPool2D", NHWC_FORMATS, inputs, kernel_size, stride, padding, data_format, outputs_collections, scope)


@public("contrib.layers.max_pool3d", "contrib.slim.max_pool3d")
@add_arg_scope
def max_pool3d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = "NDHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """`max_pool2d` of volumes; `data_format` is "NDHWC" or "NCDHW"."""
    return _pooled(MaxPooling3D, "MaxPool3D", NDHWC_FORMATS, inputs, kernel_size, stride, padding, data_format, outputs_collections, scope)


@public("contrib.slim.pool", "contrib.layers.python.layers.layers.pool")
@add_arg_scope
def pool(
    inputs: Any,
    kernel_size: Any,
    pooling_type: str,
    padding: str = "VALID",
    data_format: str | None = None,
    dilation_rate: Any = 1,
    stride: Any = 1,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """`tf.nn.pool` with sizes that may be single ints.

    Args:
      inputs: [batch, space..., channels], or channels first if `data_format` begins with "NC".
      pooling_type: "MAX" or "AVG".
      outputs_collections: collections for the result.
      scope: name scope; the pooling type in small letters with "_pool" if None.

    Raises:
      ValueError: the rank is not known or below 3.
    """
    with name_scope(scope, f"{pooling_type.lower()}_pool", [inputs]) as path:
        rank = inputs.get_shape().ndims
        if rank is None:
            raise ValueError("Rank of inputs must be known")
        if rank < 3:
            raise ValueError("Rank of inputs must be >= 3")
        space = rank - 2
        outputs = pool_op(
            input=inputs,
            window_shape=n_positive_integers(space, kernel_size),
            pooling_type=pooling_type,
            padding=padding,
            data_format=data_format,
            dilation_rate=n_positive_integers(space, dilation_rate),
            strides=n_positive_integers(space, stride),
            name=path,
        )
        return collect_named_outputs(outputs_collections, path, outputs)
