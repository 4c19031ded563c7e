"""Convolutions, plain, transposed, separable and in each channel by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ...graph.conversion import convert_to_tensor
from ...graph.operation import Tensor
from ...graph.public import export, public
from ...layers.convolution import Conv1D, Conv2D, Conv3D
from ...layers.separable_convolution import SeparableConv2D
from ...layers.transposed_convolution import Conv2DTranspose, Conv3DTranspose
from ...ops.joining import tile
from ...ops.nn import activation
from ...ops.nn.dilated import depthwise_conv2d
from ...ops.nn.linear import bias_add
from ...variables.initializers import Zeros, xavier_initializer
from ..framework.arg_scope import add_arg_scope
from ..framework.creating import model_variable
from .arguments import channel_dimension, two_element_tuple
from .scoping import NDHWC_FORMATS, collections_for, finish, keras_format, layer_scope, list_variables, require_format

_RENAME = {"kernel": "weights", "bias": "biases"}
_SEPARABLE = {"depthwise_kernel": "depthwise_weights", "pointwise_kernel": "pointwise_weights", "bias": "biases"}
_FORMATS = (None, "NWC", "NCW", "NHWC", "NCHW", "NDHWC", "NCDHW")
_CLASSES = {3: Conv1D, 4: Conv2D, 5: Conv3D}


@public("contrib.layers.convolution", "contrib.slim.convolution")
@add_arg_scope
def convolution(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Callable[[Any], Any] | None = activation.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    conv_dims: int | None = None,
) -> Tensor:
    """activation_fn(convolution of `inputs` with `weights`, plus `biases`), over one, two or three dimensions.

    Args:
      inputs: [batch, space..., channels], or [batch, channels, space...] for formats "NC...".
      num_outputs: the number of channels of the result.
      kernel_size: an int, or one for each dimension of space.
      stride: how far the window moves; likewise.
      padding: "SAME" or "VALID".
      data_format: "NWC", "NHWC", "NDHWC" (also None), or "NCW", "NCHW", "NCDHW".
      rate: distance between the elements of the window; likewise. Not together with a stride.
      activation_fn: function of the result; None for none.
      normalizer_fn: used in place of `biases`, for example `batch_norm`.
      normalizer_params: its arguments.
      weights_initializer, biases_initializer: initializers; None for `biases_initializer` leaves out the biases.
      weights_regularizer, biases_regularizer: regularizers.
      reuse: whether to share the variables of `scope`.
      variables_collections: collections for all variables, or a dict from their names to collections.
      outputs_collections: collections for the result.
      trainable: whether the variables are trained.
      scope: variable scope; "Conv", uniquified, if None.
      conv_dims: the number of dimensions of space, which `inputs` must have.

    Raises:
      ValueError: a format, rank or size that does not do.
    """
    if data_format not in _FORMATS:
        raise ValueError(f"Invalid data_format: {data_format!r}")
    with layer_scope(scope, "Conv", inputs, reuse, _RENAME) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.get_shape().ndims
        if conv_dims is not None and conv_dims + 2 != rank:
            raise ValueError(f"Convolution expects input with rank {conv_dims + 2}, got {rank}")
        if rank not in _CLASSES:
            raise ValueError("Convolution not supported for input with rank", rank)
        layer = _CLASSES[rank](
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=keras_format(data_format),
            dilation_rate=rate,
            activation=None,
            use_bias=not normalizer_fn and biases_initializer,
            kernel_initializer=weights_initializer,
            bias_initializer=biases_initializer,
            kernel_regularizer=weights_regularizer,
            bias_regularizer=biases_regularizer,
            activity_regularizer=None,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer.apply(inputs)
        list_variables(layer, _RENAME, variables_collections)
        return finish(outputs, sc, outputs_collections, _normalizer(normalizer_fn, normalizer_params), activation_fn)


def _normalizer(function: Any, parameters: Any) -> Any:
    return None if function is None else (function, parameters)


def _convolution_of(dims: int) -> Callable[..., Tensor]:
    """`convolution` over `dims` dimensions, under the three names that it has."""

    def layer(
        inputs: Any,
        num_outputs: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: str = "SAME",
        data_format: str | None = None,
        rate: Any = 1,
        activation_fn: Callable[[Any], Any] | None = activation.relu,
        normalizer_fn: Callable[..., Any] | None = None,
        normalizer_params: dict[str, Any] | None = None,
        weights_initializer: Any = xavier_initializer(),  # noqa: B008
        weights_regularizer: Any = None,
        biases_initializer: Any = Zeros(),  # noqa: B008
        biases_regularizer: Any = None,
        reuse: Any = None,
        variables_collections: Any = None,
        outputs_collections: Any = None,
        trainable: bool = True,
        scope: Any = None,
    ) -> Tensor:
        return convolution(
            inputs,
            num_outputs,
            kernel_size,
            stride,
            padding,
            data_format,
            rate,
            activation_fn,
            normalizer_fn,
            normalizer_params,
            weights_initializer,
            weights_regularizer,
            biases_initializer,
            biases_regularizer,
            reuse,
            variables_collections,
            outputs_collections,
            trainable,
            scope,
            conv_dims=dims,
        )

    layer.__name__ = layer.__qualname__ = f"convolution{dims}d"
    layer.__doc__ = f"`convolution` over {dims} dimension{'s' if dims > 1 else ''} of space; `inputs` must be of rank {dims + 2}."
    names = [f"contrib.{module}.{name}{dims}d" for module in ("layers", "slim") for name in ("conv", "convolution")]
    return export(add_arg_scope(layer), *names)


convolution1d = _convolution_of(1)
convolution2d = _convolution_of(2)
convolution3d = _convolution_of(3)


def _transposed(
    layer_class: Any,
    default_name: str,
    formats: tuple[str, str],
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any,
    padding: str,
    data_format: str,
    activation_fn: Any,
    normalizer: Any,
    initializers: tuple[Any, Any],
    regularizers: tuple[Any, Any],
    reuse: Any,
    variables_collections: Any,
    outputs_collections: Any,
    trainable: bool,
    scope: Any,
) -> Tensor:
    with layer_scope(scope, default_name, inputs, reuse, _RENAME) as sc:
        require_format(data_format, formats)
        inputs = convert_to_tensor(inputs)
        layer = layer_class(
            filters=num_outputs,
            kernel_size=kernel_size,
            strides=stride,
            padding=padding,
            data_format=keras_format(data_format),
            activation=None,
            use_bias=not normalizer and initializers[1],
            kernel_initializer=initializers[0],
            bias_initializer=initializers[1],
            kernel_regularizer=regularizers[0],
            bias_regularizer=regularizers[1],
            activity_regularizer=None,
            trainable=trainable,
            name=sc.name,
            dtype=inputs.dtype.base_dtype,
            _scope=sc,
            _reuse=reuse,
        )
        outputs = layer.apply(inputs)
        list_variables(layer, _RENAME, variables_collections)
        return finish(outputs, sc, outputs_collections, normalizer, activation_fn)


@public(*(f"contrib.{m}.{n}2d_transpose" for m in ("layers", "slim") for n in ("conv", "convolution")))
@add_arg_scope
def convolution2d_transpose(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str = "NHWC",
    activation_fn: Callable[[Any], Any] | None = activation.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """The transpose of a convolution, which enlarges images by `stride`; see `convolution` for the arguments.

    Args:
      scope: variable scope; "Conv2d_transpose", uniquified, if None.

    Raises:
      ValueError: a format or size that does not do.
    """
    return _transposed(
        Conv2DTranspose, "Conv2d_transpose", ("NCHW", "NHWC"), inputs, num_outputs, kernel_size, stride, padding, data_format,
        activation_fn, _normalizer(normalizer_fn, normalizer_params), (weights_initializer, biases_initializer),
        (weights_regularizer, biases_regularizer), reuse, variables_collections, outputs_collections, trainable, scope,
    )  # fmt: skip


@public(*(f"contrib.{m}.{n}3d_transpose" for m in ("layers", "slim") for n in ("conv", "convolution")))
@add_arg_scope
def convolution3d_transpose(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str = "NDHWC",
    activation_fn: Callable[[Any], Any] | None = activation.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """The transpose of a convolution over volumes; see `convolution` for the arguments.

    Args:
      scope: variable scope; "Conv3d_transpose", uniquified, if None.

    Raises:
      ValueError: a format or size that does not do.
    """
    return _transposed(
        Conv3DTranspose, "Conv3d_transpose", NDHWC_FORMATS, inputs, num_outputs, kernel_size, stride, padding, data_format,
        activation_fn, _normalizer(normalizer_fn, normalizer_params), (weights_initializer, biases_initializer),
        (weights_regularizer, biases_regularizer), reuse, variables_collections, outputs_collections, trainable, scope,
    )  # fmt: skip


class _Variables:
    """Makes the variables of a layer that has no class of its own."""

    def __init__(self, dtype: Any, collections: Any, trainable: bool):
        self._dtype, self._collections, self._trainable = dtype, collections, trainable

    def make(self, name: str, shape: list[int], initializer: Any, regularizer: Any) -> Any:
        """A model variable."""
        return model_variable(
            name,
            shape=shape,
            dtype=self._dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=collections_for(self._collections, name),
            trainable=self._trainable,
        )


@public(*(f"contrib.{m}.{n}2d_in_plane" for m in ("layers", "slim") for n in ("conv", "convolution")))
@add_arg_scope
def convolution2d_in_plane(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    activation_fn: Callable[[Any], Any] | None = activation.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """The same convolution of each channel with itself, with one kernel for all; see `convolution` for the arguments.

    Args:
      scope: variable scope; "ConvInPlane", uniquified, if None.
    """
    with layer_scope(scope, "ConvInPlane", inputs, reuse) as sc:
        inputs = convert_to_tensor(inputs)
        height, width = two_element_tuple(kernel_size)
        down, right = two_element_tuple(stride)
        channels = channel_dimension(inputs.get_shape(), "NHWC", min_rank=4)
        variables = _Variables(inputs.dtype.base_dtype, variables_collections, trainable)
        weights = variables.make("weights", [height, width, 1, 1], weights_initializer, weights_regularizer)
        outputs = depthwise_conv2d(inputs, tile(weights, [1, 1, channels, 1]), [1, down, right, 1], padding)
        normalizer = _normalizer(normalizer_fn, normalizer_params)
        if normalizer is None and biases_initializer is not None:
            outputs = bias_add(outputs, variables.make("biases", [channels], biases_initializer, biases_regularizer))
        return finish(outputs, sc, outputs_collections, normalizer, activation_fn)


@public(*(f"contrib.{m}.separable_{n}2d" for m in ("layers", "slim") for n in ("conv", "convolution")))
@add_arg_scope
def separable_convolution2d(
    inputs: Any,
    num_outputs: int | None,
    kernel_size: Any,
    depth_multiplier: int = 1,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str = "NHWC",
    rate: Any = 1,
    activation_fn: Callable[[Any], Any] | None = activation.relu,
    normalizer_fn: Callable[..., Any] | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = xavier_initializer(),  # noqa: B008
    pointwise_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = Zeros(),  # noqa: B008
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """A convolution of each channel by itself, then one that mixes the channels; see `convolution` for the other arguments.

    Args:
      num_outputs: the number of channels of the result; None leaves out the mixing.
      depth_multiplier: how many channels each channel becomes in the first step.
      weights_initializer: of the first step's weights, and the second's too if `pointwise_initializer` is None.
      scope: variable scope; "SeparableConv2d", uniquified, if None.

    Raises:
      ValueError: a format or size that does not do.
    """
    require_format(data_format)
    rename = _SEPARABLE
    pointwise_initializer = weights_initializer if pointwise_initializer is None else pointwise_initializer
    with layer_scope(scope, "SeparableConv2d", inputs, reuse, rename) as sc:
        inputs = convert_to_tensor(inputs)
        normalizer = _normalizer(normalizer_fn, normalizer_params)
        if num_outputs is not None:
            layer = SeparableConv2D(
                filters=num_outputs,
                kernel_size=kernel_size,
                strides=stride,
                padding=padding,
                data_format=keras_format(data_format),
                dilation_rate=two_element_tuple(rate),
                activation=None,
                depth_multiplier=depth_multiplier,
                use_bias=not normalizer_fn and biases_initializer,
                depthwise_initializer=weights_initializer,
                pointwise_initializer=pointwise_initializer,
                bias_initializer=biases_initializer,
                depthwise_regularizer=weights_regularizer,
                pointwise_regularizer=weights_regularizer,
                bias_regularizer=biases_regularizer,
                activity_regularizer=None,
                trainable=trainable,
                name=sc.name,
                dtype=inputs.dtype.base_dtype,
                _scope=sc,
                _reuse=reuse,
            )
            outputs = layer.apply(inputs)
            list_variables(layer, _SEPARABLE, variables_collections)
        else:
            outputs = _depthwise(
                inputs, kernel_size, depth_multiplier, stride, padding, data_format, rate, bool(normalizer),
                (weights_initializer, biases_initializer), (weights_regularizer, biases_regularizer),
                _Variables(inputs.dtype.base_dtype, variables_collections, trainable),
            )  # fmt: skip
        return finish(outputs, sc, outputs_collections, normalizer, activation_fn)


def _depthwise(
    inputs: Tensor,
    kernel_size: Any,
    depth_multiplier: int,
    stride: Any,
    padding: str,
    data_format: str,
    rate: Any,
    normalized: bool,
    initializers: tuple[Any, Any],
    regularizers: tuple[Any, Any],
    variables: _Variables,
) -> Tensor:
    """The first step of a separable convolution alone."""
    height, width = two_element_tuple(kernel_size)
    down, right = two_element_tuple(stride)
    channels = channel_dimension(inputs.get_shape(), data_format, min_rank=4)
    weights = variables.make("depthwise_weights", [height, width, channels, depth_multiplier], initializers[0], regularizers[0])
    strides = [1, 1, down, right] if data_format.startswith("NC") else [1, down, right, 1]
    outputs = depthwise_conv2d(inputs, weights, strides, padding, rate=two_element_tuple(rate), data_format=data_format)
    if not normalized and initializers[1] is not None:
        biases = variables.make("biases", [channels * depth_multiplier], initializers[1], regularizers[1])
        outputs = bias_add(outputs, biases, data_format=data_format)
    return outputs
