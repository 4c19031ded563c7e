"""Separable convolution layers: each channel by itself, then a mix of the channels."""

from __future__ import annotations

from typing import Any

from ..graph.public import public
from ..ops import array
from ..ops.nn.dilated import separable_conv2d as separable_conv2d_op
from ..ops.nn.linear import bias_add
from ..ops.nn.window import arranged
from ..variables.initializers import Zeros
from .arguments import functional, op_data_format
from .configuration import described
from .convolution import ConvolutionLayer
from .input_spec import InputSpec
from .keras_functions import constraint_for, initializer_for, regularizer_for


class _SeparableConvolution(ConvolutionLayer):
    """Each channel convolved with `depth_multiplier` filters, then all of them mixed into `filters` channels.

    Args:
      filters: depth of the output.
      kernel_size: an int, or one for each spatial dimension.
      strides, dilation_rate: likewise; only one of the two may be above 1, and strides must be equal.
      padding: "valid", "same", or, in one dimension, "causal".
      data_format: "channels_last" or "channels_first".
      activation: function, or name, or None.
      depthwise_initializer, pointwise_initializer: Glorot uniform if None.
      depthwise_regularizer, pointwise_regularizer, bias_regularizer, activity_regularizer: functions that give losses.
      depthwise_constraint, pointwise_constraint, bias_constraint: functions that optimizers apply to new values.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = Zeros(),  # noqa: B008
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: Any = None,
        **kwargs: Any,
    ):
        super().__init__(
            filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias, None, bias_initializer, None,
            bias_regularizer, activity_regularizer, None, bias_constraint, trainable, name, **kwargs,
        )  # fmt: skip
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = initializer_for(depthwise_initializer)
        self.pointwise_initializer = initializer_for(pointwise_initializer)
        self.depthwise_regularizer = regularizer_for(depthwise_regularizer)
        self.pointwise_regularizer = regularizer_for(pointwise_regularizer)
        self.depthwise_constraint = constraint_for(depthwise_constraint)
        self.pointwise_constraint = constraint_for(pointwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Makes the depthwise kernel [*kernel_size, depth, multiplier], the pointwise one [1, ..., channels, filters] and the bias."""
        depth = self._depth_of(input_shape)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self._channel_axis: depth})
        self.depthwise_kernel = self.add_weight(
            "depthwise_kernel", (*self.kernel_size, depth, self.depth_multiplier), self.dtype, self.depthwise_initializer,
            self.depthwise_regularizer, True, self.depthwise_constraint,
        )  # fmt: skip
        self.pointwise_kernel = self.add_weight(
            "pointwise_kernel", (1,) * self.rank + (self.depth_multiplier * depth, self.filters), self.dtype, self.pointwise_initializer,
            self.pointwise_regularizer, True, self.pointwise_constraint,
        )  # fmt: skip
        self.bias = self._add_bias()
        self.built = True

    def _convolved(self, inputs: Any, depthwise: Any, pointwise: Any, strides: Any, padding: str, rate: Any) -> Any:
        """The layer's sums for images, with the bias."""
        data_format = op_data_format(self.data_format, 2)
        outputs = separable_conv2d_op(
            inputs, depthwise, pointwise, arranged(1, strides, 1, data_format), padding.upper(), rate, data_format=data_format
        )
        return bias_add(outputs, self.bias, data_format=data_format) if self.use_bias else outputs

    def get_config(self) -> dict[str, Any]:
        names = "filters kernel_size strides padding data_format depth_multiplier dilation_rate activation use_bias"
        kinds = " ".join(f"depthwise_{k} pointwise_{k} bias_{k}" for k in ("initializer", "regularizer", "constraint"))
        return described(self, f"{names} {kinds} activity_regularizer")


@public("layers.SeparableConv1D")
class SeparableConv1D(_SeparableConvolution):
    __doc__ = f"Separable convolution of [batch, steps, depth].\n{(_SeparableConvolution.__doc__ or '').partition('.')[2]}"
    rank = 1

    def call(self, inputs: Any) -> Any:
        """The layer's output: computed as images of height 1."""
        if self.padding == "causal":
            inputs = array.pad(inputs, self._causal_paddings())
        at = 2 if self.data_format == "channels_first" else 1
        images = array.expand_dims(inputs, at)
        depthwise, pointwise = (array.expand_dims(k, 0) for k in (self.depthwise_kernel, self.pointwise_kernel))
        padding = "valid" if self.padding == "causal" else self.padding
        outputs = self._convolved(images, depthwise, pointwise, self.strides * 2, padding, (1, *self.dilation_rate))
        outputs = array.squeeze(outputs, [at])
        return outputs if self.activation is None else self.activation(outputs)


@public("layers.SeparableConv2D")
class SeparableConv2D(_SeparableConvolution):
    __doc__ = f"Separable convolution of [batch, height, width, depth].\n{(_SeparableConvolution.__doc__ or '').partition('.')[2]}"
    rank = 2

    def call(self, inputs: Any) -> Any:
        """The layer's output."""
        outputs = self._convolved(inputs, self.depthwise_kernel, self.pointwise_kernel, self.strides, self.padding, self.dilation_rate)
        return outputs if self.activation is None else self.activation(outputs)


separable_conv1d = functional(SeparableConv1D, "layers.separable_conv1d")
separable_conv2d = functional(SeparableConv2D, "layers.separable_conv2d")
