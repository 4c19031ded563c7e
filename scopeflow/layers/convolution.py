"""Convolution layers."""

from __future__ import annotations

from typing import Any, ClassVar

from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import array
from ..ops.nn.dilated import Convolution
from ..ops.nn.linear import bias_add
from ..ops.nn.window import arranged, output_size
from ..variables.initializers import Zeros
from .arguments import data_format_name, functional, op_data_format, padding_name, window_tuple
from .configuration import described
from .input_spec import InputSpec
from .keras_functions import activation_for, constraint_for, initializer_for, regularizer_for
from .layer import Layer


class ConvolutionLayer(Layer):
    """What layers that convolve over `rank` spatial dimensions have in common.

    Args:
      filters: depth of the output.
      kernel_size: an int, or one for each spatial dimension.
      strides, dilation_rate: likewise; only one of the two may be above 1.
      padding: "valid", "same", or, in one dimension, "causal".
      data_format: "channels_last" or "channels_first".
      activation: function, or name, or None.
      kernel_initializer: Glorot uniform if None.
      kernel_regularizer, bias_regularizer, activity_regularizer: functions that give losses.
      kernel_constraint, bias_constraint: functions that optimizers apply to new values.
    """

    rank: ClassVar[int]

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = Zeros(),  # noqa: B008
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: Any = None,
        **kwargs: Any,
    ):
        super().__init__(trainable=trainable, name=name, activity_regularizer=regularizer_for(activity_regularizer), **kwargs)
        self.filters = int(filters) if filters is not None and not isinstance(filters, int) else filters
        self.kernel_size = window_tuple(kernel_size, self.rank, "kernel_size")
        self.strides = window_tuple(strides, self.rank, "strides")
        self.padding = padding_name(padding)
        if self.padding == "causal" and self.rank != 1:
            raise ValueError("Causal padding is only supported for `Conv1D`and ``SeparableConv1D`.")
        self.data_format = data_format_name(data_format)
        self.dilation_rate = window_tuple(dilation_rate, self.rank, "dilation_rate")
        self.activation = activation_for(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializer_for(kernel_initializer)
        self.bias_initializer = initializer_for(bias_initializer)
        self.kernel_regularizer = regularizer_for(kernel_regularizer)
        self.bias_regularizer = regularizer_for(bias_regularizer)
        self.kernel_constraint = constraint_for(kernel_constraint)
        self.bias_constraint = constraint_for(bias_constraint)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def _channel_axis(self) -> int:
        return 1 if self.data_format == "channels_first" else -1

    @property
    def _op_format(self) -> str:
        """The ops' name for the data format."""
        return op_data_format(self.data_format, self.rank)

    def _depth_of(self, input_shape: Any) -> int:
        """The inputs' depth. Raises ValueError if it is not known."""
        depth = as_shape(input_shape)[self._channel_axis].value
        if depth is None:
            raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
        return depth

    def _add_kernel(self, shape: Any) -> Any:
        return self.add_weight("kernel", shape, self.dtype, self.kernel_initializer, self.kernel_regularizer, True, self.kernel_constraint)

    def _add_bias(self) -> Any:
        """The bias [filters]; None without one."""
        if not self.use_bias:
            return None
        return self.add_weight(
            "bias", (self.filters,), self.dtype, self.bias_initializer, self.bias_regularizer, True, self.bias_constraint
        )

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` [*kernel_size, depth, filters] and `bias` [filters]. Raises ValueError for an unknown depth."""
        depth = self._depth_of(input_shape)
        kernel_shape = (*self.kernel_size, depth, self.filters)
        self.kernel = self._add_kernel(kernel_shape)
        self.bias = self._add_bias()
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self._channel_axis: depth})
        padding = "valid" if self.padding == "causal" else self.padding
        shape = self.kernel.get_shape()
        self._convolution_op = Convolution(input_shape, shape, padding.upper(), self.strides, self.dilation_rate, self._op_format)
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The layer's output."""
        if self.padding == "causal":
            inputs = array.pad(inputs, self._causal_paddings())
        outputs = self._convolution_op(inputs, self.kernel)
        if self.use_bias:
            outputs = self._plus_bias(outputs)
        return outputs if self.activation is None else self.activation(outputs)

    def _plus_bias(self, outputs: Any) -> Any:
        if self.data_format == "channels_last":
            return bias_add(outputs, self.bias, data_format="NHWC")
        if self.rank == 1:
            return outputs + array.reshape(self.bias, (1, self.filters, 1))
        return bias_add(outputs, self.bias, data_format="NCHW")

    def _causal_paddings(self) -> list[list[int]]:
        """Zeros before the first step, so that no output sees later steps."""
        before = [self.dilation_rate[0] * (self.kernel_size[0] - 1), 0]
        return [[0, 0], before, [0, 0]] if self.data_format == "channels_last" else [[0, 0], [0, 0], before]

    def _spatial(self, input_shape: Any) -> list[int | None]:
        sizes = as_shape(input_shape).as_list()
        return sizes[2:] if self.data_format == "channels_first" else sizes[1:-1]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's shape."""
        padding = "VALID" if self.padding == "valid" else "SAME"
        rows = zip(self._spatial(input_shape), self.kernel_size, self.strides, self.dilation_rate)
        if self.padding == "causal":
            rows = ((n, 1, s, 1) for n, _, s, _ in rows)
        sizes = [output_size(n, w, s, d, padding) for n, w, s, d in rows]
        return TensorShape(arranged(as_shape(input_shape)[0].value, sizes, self.filters, self._op_format))

    def get_config(self) -> dict[str, Any]:
        names = "filters kernel_size strides padding data_format dilation_rate activation use_bias kernel_initializer bias_initializer"
        return described(self, f"{names} kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint")


@public("layers.Conv1D")
class Conv1D(ConvolutionLayer):
    __doc__ = f"Convolution of [batch, steps, depth].\n{(ConvolutionLayer.__doc__ or '').partition('.')[2]}"
    rank = 1


@public("layers.Conv2D")
class Conv2D(ConvolutionLayer):
    __doc__ = f"Convolution of [batch, height, width, depth].\n{(ConvolutionLayer.__doc__ or '').partition('.')[2]}"
    rank = 2


@public("layers.Conv3D")
class Conv3D(ConvolutionLayer):
    __doc__ = f"Convolution of [batch, depth, height, width, channels].\n{(ConvolutionLayer.__doc__ or '').partition('.')[2]}"
    rank = 3


conv1d = functional(Conv1D, "layers.conv1d")
conv2d = functional(Conv2D, "layers.conv2d")
conv3d = functional(Conv3D, "layers.conv3d")
