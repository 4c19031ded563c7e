"""Inception v1 (arXiv:1409.4842), v2 (arXiv:1502.03167) and v3 (arXiv:1512.00567), of Szegedy, Ioffe and others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....graph.graph import GraphKeys
from ....graph.operation import Tensor
from ....graph.public import public
from ....ops.nn.activation import relu
from ....ops.shaping import squeeze
from ....scopes import variable_scope
from ....variables.initializers import scaled_variance
from ...framework.arg_scope import Scope, arg_scope
from ...layers.batch_normalization import batch_norm
from ...layers.convolution import convolution2d as conv2d
from ...layers.convolution import separable_convolution2d as separable_conv2d
from ...layers.dense import fully_connected, softmax
from ...layers.pooling import avg_pool2d, max_pool2d
from ...layers.regularizers import l2_regularizer
from ...layers.reshaping import dropout
from .inception_modules import build_stages
from .plain_network import trunc_normal

Result = tuple[Tensor, dict[str, Any]]
_MODULE = "contrib.slim.nets.inception."

_V1 = """
Conv2d_1a_7x7 64 /2
MaxPool_2a_3x3 /2
Conv2d_2b_1x1 64
Conv2d_2c_3x3 192
MaxPool_3a_3x3 /2
Mixed_3b: 0a_1x1 64  | 0a_1x1 96, 0b_3x3 128  | 0a_1x1 16, 0b_3x3 32  | max 0a_3x3, 0b_1x1 32
Mixed_3c: 0a_1x1 128 | 0a_1x1 128, 0b_3x3 192 | 0a_1x1 32, 0b_3x3 96  | max 0a_3x3, 0b_1x1 64
MaxPool_4a_3x3 /2
Mixed_4b: 0a_1x1 192 | 0a_1x1 96, 0b_3x3 208  | 0a_1x1 16, 0b_3x3 48  | max 0a_3x3, 0b_1x1 64
Mixed_4c: 0a_1x1 160 | 0a_1x1 112, 0b_3x3 224 | 0a_1x1 24, 0b_3x3 64  | max 0a_3x3, 0b_1x1 64
Mixed_4d: 0a_1x1 128 | 0a_1x1 128, 0b_3x3 256 | 0a_1x1 24, 0b_3x3 64  | max 0a_3x3, 0b_1x1 64
Mixed_4e: 0a_1x1 112 | 0a_1x1 144, 0b_3x3 288 | 0a_1x1 32, 0b_3x3 64  | max 0a_3x3, 0b_1x1 64
Mixed_4f: 0a_1x1 256 | 0a_1x1 160, 0b_3x3 320 | 0a_1x1 32, 0b_3x3 128 | max 0a_3x3, 0b_1x1 128
MaxPool_5a_2x2 /2
Mixed_5b: 0a_1x1 256 | 0a_1x1 160, 0b_3x3 320 | 0a_1x1 32, 0a_3x3 128 | max 0a_3x3, 0b_1x1 128
Mixed_5c: 0a_1x1 384 | 0a_1x1 192, 0b_3x3 384 | 0a_1x1 48, 0b_3x3 128 | max 0a_3x3, 0b_1x1 128
"""

_V2 = """
MaxPool_2a_3x3 /2
Conv2d_2b_1x1 64 ~.1
Conv2d_2c_3x3 192
MaxPool_3a_3x3 /2
Mixed_3b: 0a_1x1 64 | 0a_1x1 64 ~.09, 0b_3x3 64 | 0a_1x1 64 ~.09, 0b_3x3 96, 0c_3x3 96 | avg 0a_3x3, 0b_1x1 32 ~.1
Mixed_3c: 0a_1x1 64 | 0a_1x1 64 ~.09, 0b_3x3 96 | 0a_1x1 64 ~.09, 0b_3x3 96, 0c_3x3 96 | avg 0a_3x3, 0b_1x1 64 ~.1
Mixed_4a: 0a_1x1 128 ~.09, 1a_3x3 160 /2 | 0a_1x1 64 ~.09, 0b_3x3 96, 1a_3x3 96 /2 | max 1a_3x3 /2
Mixed_4b: 0a_1x1 224 | 0a_1x1 64 ~.09, 0b_3x3 96 | 0a_1x1 96 ~.09, 0b_3x3 128, 0c_3x3 128 | avg 0a_3x3, 0b_1x1 128 ~.1
Mixed_4c: 0a_1x1 192 | 0a_1x1 96 ~.09, 0b_3x3 128 | 0a_1x1 96 ~.09, 0b_3x3 128, 0c_3x3 128 | avg 0a_3x3, 0b_1x1 128 ~.1
Mixed_4d: 0a_1x1 160 | 0a_1x1 128 ~.09, 0b_3x3 160 | 0a_1x1 128 ~.09, 0b_3x3 160, 0c_3x3 160 | avg 0a_3x3, 0b_1x1 96 ~.1
Mixed_4e: 0a_1x1 96 | 0a_1x1 128 ~.09, 0b_3x3 192 | 0a_1x1 160 ~.09, 0b_3x3 192, 0c_3x3 192 | avg 0a_3x3, 0b_1x1 96 ~.1
Mixed_5a: 0a_1x1 128 ~.09, 1a_3x3 192 /2 | 0a_1x1 192 ~.09, 0b_3x3 256, 1a_3x3 256 /2 | max 1a_3x3 /2
Mixed_5b: 0a_1x1 352 | 0a_1x1 192 ~.09, 0b_3x3 320 | 0a_1x1 160 ~.09, 0b_3x3 224, 0c_3x3 224 | avg 0a_3x3, 0b_1x1 128 ~.1
Mixed_5c: 0a_1x1 352 | 0a_1x1 192 ~.09, 0b_3x3 320 | 0a_1x1 192 ~.09, 0b_3x3 224, 0c_3x3 224 | max 0a_3x3, 0b_1x1 128 ~.1
"""

_V3_STEM = """
Conv2d_1a_3x3 32 /2
Conv2d_2a_3x3 32
Conv2d_2b_3x3 64 SAME
MaxPool_3a_3x3 /2
Conv2d_3b_1x1 80
Conv2d_4a_3x3 192
MaxPool_5a_3x3 /2
"""


def _sevens(depth: int) -> str:
    """The branches of the stages Mixed_6b to Mixed_6e."""
    return (
        f"0a_1x1 192 | 0a_1x1 {depth}, 0b_1x7 {depth}, 0c_7x1 192"
        f" | 0a_1x1 {depth}, 0b_7x1 {depth}, 0c_1x7 {depth}, 0d_7x1 {depth}, 0e_1x7 192 | avg 0a_3x3, 0b_1x1 192"
    )


def _spread(second: str) -> str:
    """The branches of the stages Mixed_7b and Mixed_7c; `second` is a name that differs."""
    return (
        f"0a_1x1 320 | 0a_1x1 384, {{0b_1x3 384 + {second} 384}}"
        " | 0a_1x1 448, 0b_3x3 384, {0c_1x3 384 + 0d_3x1 384} | avg 0a_3x3, 0b_1x1 192"
    )


_V3 = f"""
Mixed_5b: 0a_1x1 64 | 0a_1x1 48, 0b_5x5 64        | 0a_1x1 64, 0b_3x3 96, 0c_3x3 96 | avg 0a_3x3, 0b_1x1 32
Mixed_5c: 0a_1x1 64 | 0b_1x1 48, Conv_1_0c_5x5 64 | 0a_1x1 64, 0b_3x3 96, 0c_3x3 96 | avg 0a_3x3, 0b_1x1 64
Mixed_5d: 0a_1x1 64 | 0a_1x1 48, 0b_5x5 64        | 0a_1x1 64, 0b_3x3 96, 0c_3x3 96 | avg 0a_3x3, 0b_1x1 64
Mixed_6a: 1a_1x1 384 =3x3 /2 VALID | 0a_1x1 64, 0b_3x3 96, 1a_1x1 96 =3x3 /2 VALID | max 1a_3x3 /2 VALID
Mixed_6b: {_sevens(128)}
Mixed_6c: {_sevens(160)}
Mixed_6d: {_sevens(160)}
Mixed_6e: {_sevens(192)}
Mixed_7a: 0a_1x1 192, 1a_3x3 320 /2 VALID | 0a_1x1 192, 0b_1x7 192, 0c_7x1 192, 1a_3x3 192 /2 VALID | max 1a_3x3 /2 VALID
Mixed_7b: {_spread("0b_3x1")}
Mixed_7c: {_spread("0c_3x1")}
"""


# -- the layers' arguments --------------------------------------------------------------
def _arg_scope(weight_decay: float, normalization: dict[str, Any] | None) -> Scope:
    with arg_scope([conv2d, fully_connected], weights_regularizer=l2_regularizer(weight_decay)):
        with arg_scope(
            [conv2d],
            weights_initializer=scaled_variance(),
            activation_fn=relu,
            normalizer_fn=None if normalization is None else batch_norm,
            normalizer_params=normalization or {},
        ) as scope:
            return scope


def _normalization(collection: str, decay: float = 0.9997, epsilon: float = 0.001, updates: Any = GraphKeys.UPDATE_OPS) -> dict[str, Any]:
    return {
        "decay": decay,
        "epsilon": epsilon,
        "updates_collections": updates,
        "variables_collections": {"beta": None, "gamma": None, "moving_mean": [collection], "moving_variance": [collection]},
    }


@public(_MODULE + "inception_v1_arg_scope")
def inception_v1_arg_scope(
    weight_decay: float = 0.00004, use_batch_norm: bool = True, batch_norm_var_collection: str = "moving_vars"
) -> Scope:
    """The arguments that Inception v1's layers are used with.

    Args:
      weight_decay: of the weights.
      use_batch_norm: whether batch normalization takes the place of biases.
      batch_norm_var_collection: the collection of the moving averages.
    """
    return _arg_scope(weight_decay, _normalization(batch_norm_var_collection) if use_batch_norm else None)


@public(_MODULE + "inception_v2_arg_scope")
def inception_v2_arg_scope(weight_decay: float = 0.00004, batch_norm_var_collection: str = "moving_vars") -> Scope:
    """The arguments that Inception v2's layers are used with; see `inception_v1_arg_scope`."""
    return _arg_scope(weight_decay, _normalization(batch_norm_var_collection))


@public(_MODULE + "inception_v3_arg_scope")
def inception_v3_arg_scope(
    weight_decay: float = 0.00004,
    batch_norm_var_collection: str = "moving_vars",
    batch_norm_decay: float = 0.9997,
    batch_norm_epsilon: float = 0.001,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    use_fused_batchnorm: bool = True,
) -> Scope:
    """The arguments that Inception v3's layers are used with; see `inception_v1_arg_scope` and `batch_norm`."""
    normalization = _normalization(batch_norm_var_collection, batch_norm_decay, batch_norm_epsilon, updates_collections)
    return _arg_scope(weight_decay, {**normalization, "fused": use_fused_batchnorm})


# -- the networks without their classifiers ---------------------------------------------
@public(_MODULE + "inception_v1_base")
def inception_v1_base(inputs: Any, final_endpoint: str = "Mixed_5c", scope: Any = "InceptionV1") -> Result:
    """(result of the stage `final_endpoint`, all stages' results by name). Raises ValueError if there is no such stage."""
    end_points: dict[str, Any] = {}
    with variable_scope(scope, "InceptionV1", [inputs]):
        with arg_scope([conv2d, fully_connected], weights_initializer=trunc_normal(0.01)):
            with arg_scope([conv2d, max_pool2d], stride=1, padding="SAME"):
                return build_stages(inputs, _V1, end_points, final_endpoint), end_points


def _depth(multiplier: float, least: int) -> Callable[[int], int]:
    if multiplier <= 0:
        raise ValueError("depth_multiplier is not greater than zero.")
    return lambda d: max(int(d * multiplier), least)


@public(_MODULE + "inception_v2_base")
def inception_v2_base(
    inputs: Any, final_endpoint: str = "Mixed_5c", min_depth: int = 16, depth_multiplier: float = 1.0, scope: Any = None
) -> Result:
    """(result of the stage `final_endpoint`, all stages' results by name).

    Args:
      min_depth: the least depth of a convolution.
      depth_multiplier: factor of all depths, which are not less than `min_depth`.

    Raises:
      ValueError: there is no such stage, or `depth_multiplier` is not positive.
    """
    depth = _depth(depth_multiplier, min_depth)
    end_points: dict[str, Any] = {}
    with variable_scope(scope, "InceptionV2", [inputs]):
        with arg_scope([conv2d, max_pool2d, avg_pool2d, separable_conv2d], stride=1, padding="SAME"):
            first = "Conv2d_1a_7x7"
            # depthwise, as large as pays
            times = min(int(depth(64) / 3), 8)
            net = separable_conv2d(
                inputs, depth(64), [7, 7], depth_multiplier=times, stride=2, weights_initializer=trunc_normal(1.0), scope=first
            )
            end_points[first] = net
            if final_endpoint == first:
                return net, end_points
            return build_stages(net, _V2, end_points, final_endpoint, depth), end_points


@public(_MODULE + "inception_v3_base")
def inception_v3_base(
    inputs: Any, final_endpoint: str = "Mixed_7c", min_depth: int = 16, depth_multiplier: float = 1.0, scope: Any = None
) -> Result:
    """(result of the stage `final_endpoint`, all stages' results by name); see `inception_v2_base`."""
    depth = _depth(depth_multiplier, min_depth)
    end_points: dict[str, Any] = {}
    with variable_scope(scope, "InceptionV3", [inputs]):
        with arg_scope([conv2d, max_pool2d, avg_pool2d], stride=1, padding="VALID"):
            in_stem = any(line.split()[0] == final_endpoint for line in _V3_STEM.split("\n") if line)
            net = build_stages(inputs, _V3_STEM, end_points, final_endpoint if in_stem else "MaxPool_5a_3x3", depth)
        if in_stem:
            return net, end_points
        with arg_scope([conv2d, max_pool2d, avg_pool2d], stride=1, padding="SAME"):
            return build_stages(net, _V3, end_points, final_endpoint, depth), end_points


# -- the classifiers --------------------------------------------------------------------
def _window(net: Any, size: int) -> list[int]:
    """A window as large as the image, at most `size`; `size` if the image's size is not known."""
    shape = net.get_shape().as_list()
    if shape[1] is None or shape[2] is None:
        return [size, size]
    return [min(shape[1], size), min(shape[2], size)]


def _named(name: str, window: list[int]) -> str:
    return f"{name}_{window[0]}x{window[1]}"


@public(_MODULE + "inception_v1")
def inception_v1(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    prediction_fn: Callable[..., Any] = softmax,
    spatial_squeeze: bool = True,
    reuse: Any = None,
    scope: Any = "InceptionV1",
) -> Result:
    """(logits, end points) of images [batch, 224, 224, 3].

    Args:
      num_classes: the number of logits.
      is_training: whether dropout drops and batch normalization trains.
      dropout_keep_prob: the probability with which dropout keeps.
      prediction_fn: function of the logits that gives the end point "Predictions".
      spatial_squeeze: whether the logits are [batch, num_classes]; else [batch, 1, 1, num_classes].
      reuse: whether to share the variables of `scope`.
      scope: variable scope.
    """
    with variable_scope(scope, "InceptionV1", [inputs, num_classes], reuse=reuse) as scope:
        with arg_scope([batch_norm, dropout], is_training=is_training):
            net, end_points = inception_v1_base(inputs, scope=scope)
            with variable_scope("Logits"):
                net = avg_pool2d(net, [7, 7], stride=1, scope="MaxPool_0a_7x7")
                net = dropout(net, dropout_keep_prob, scope="Dropout_0b")
                logits = _logits(net, num_classes, "Conv2d_0c_1x1", spatial_squeeze)
                end_points["Logits"] = logits
                end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, end_points


def _logits(net: Any, num_classes: int, name: str, spatial_squeeze: bool, **options: Any) -> Tensor:
    logits = conv2d(net, num_classes, [1, 1], activation_fn=None, normalizer_fn=None, scope=name, **options)
    return squeeze(logits, [1, 2], name="SpatialSqueeze") if spatial_squeeze else logits


@public(_MODULE + "inception_v2")
def inception_v2(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    prediction_fn: Callable[..., Any] = softmax,
    spatial_squeeze: bool = True,
    reuse: Any = None,
    scope: Any = "InceptionV2",
) -> Result:
    """(logits, end points) of images [batch, 224, 224, 3]; see `inception_v1` and `inception_v2_base` for the arguments."""
    _depth(depth_multiplier, min_depth)
    with variable_scope(scope, "InceptionV2", [inputs, num_classes], reuse=reuse) as scope:
        with arg_scope([batch_norm, dropout], is_training=is_training):
            net, end_points = inception_v2_base(inputs, scope=scope, min_depth=min_depth, depth_multiplier=depth_multiplier)
            with variable_scope("Logits"):
                window = _window(net, 7)
                net = avg_pool2d(net, window, padding="VALID", scope=_named("AvgPool_1a", window))
                net = dropout(net, dropout_keep_prob, scope="Dropout_1b")
                logits = _logits(net, num_classes, "Conv2d_1c_1x1", spatial_squeeze)
            end_points["Logits"] = logits
            end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, end_points


@public(_MODULE + "inception_v3")
def inception_v3(
    inputs: Any,
    num_classes: int = 1000,
    is_training: Any = True,
    dropout_keep_prob: float = 0.8,
    min_depth: int = 16,
    depth_multiplier: float = 1.0,
    prediction_fn: Callable[..., Any] = softmax,
    spatial_squeeze: bool = True,
    reuse: Any = None,
    scope: Any = "InceptionV3",
) -> Result:
    """(logits, end points) of images [batch, 299, 299, 3]; see `inception_v1` and `inception_v2_base` for the arguments.

    The end point "AuxLogits" is that of a second classifier, on an earlier stage.
    """
    depth = _depth(depth_multiplier, min_depth)
    with variable_scope(scope, "InceptionV3", [inputs, num_classes], reuse=reuse) as scope:
        with arg_scope([batch_norm, dropout], is_training=is_training):
            net, end_points = inception_v3_base(inputs, scope=scope, min_depth=min_depth, depth_multiplier=depth_multiplier)
            with arg_scope([conv2d, max_pool2d, avg_pool2d], stride=1, padding="SAME"), variable_scope("AuxLogits"):
                aux = avg_pool2d(end_points["Mixed_6e"], [5, 5], stride=3, padding="VALID", scope="AvgPool_1a_5x5")
                aux = conv2d(aux, depth(128), [1, 1], scope="Conv2d_1b_1x1")
                window = _window(aux, 5)
                aux = conv2d(
                    aux, depth(768), window, weights_initializer=trunc_normal(0.01), padding="VALID", scope=_named("Conv2d_2a", window)
                )
                aux = _logits(aux, num_classes, "Conv2d_2b_1x1", spatial_squeeze, weights_initializer=trunc_normal(0.001))
                end_points["AuxLogits"] = aux
            with variable_scope("Logits"):
                window = _window(net, 8)
                net = avg_pool2d(net, window, padding="VALID", scope=_named("AvgPool_1a", window))
                net = dropout(net, dropout_keep_prob, scope="Dropout_1b")
                end_points["PreLogits"] = net
                logits = _logits(net, num_classes, "Conv2d_1c_1x1", spatial_squeeze)
            end_points["Logits"] = logits
            end_points["Predictions"] = prediction_fn(logits, scope="Predictions")
    return logits, end_points


for _network, _size in ((inception_v1, 224), (inception_v2, 224), (inception_v3, 299)):
    _network.default_image_size = _size  # type: ignore[attr-defined]
