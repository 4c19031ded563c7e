"""Transposed convolution layers: what a convolution's gradient does to the output."""

from __future__ import annotations

from typing import Any

from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import array
from ..ops.nn.convolution import conv2d_transpose as conv2d_transpose_op
from ..ops.nn.convolution import conv3d_transpose as conv3d_transpose_op
from ..ops.nn.linear import bias_add
from ..ops.nn.window import arranged
from ..variables.initializers import Zeros
from .arguments import functional, op_data_format
from .convolution import ConvolutionLayer
from .input_spec import InputSpec


class _TransposedConvolution(ConvolutionLayer):
    """A convolution the other way round: `strides` above 1 make the output larger.

    Args:
      filters: depth of the output.
      kernel_size: an int, or one for each spatial dimension.
      strides: likewise.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first".
      activation: function, or name, or None.
      kernel_initializer: Glorot uniform if None.
      kernel_regularizer, bias_regularizer, activity_regularizer: functions that give losses.
      kernel_constraint, bias_constraint: functions that optimizers apply to new values.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
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
        super().__init__(
            filters, kernel_size, strides, padding, data_format, 1, activation, use_bias, kernel_initializer, bias_initializer,
            kernel_regularizer, bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, trainable, name, **kwargs,
        )  # fmt: skip

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` [*kernel_size, filters, depth] and `bias` [filters]. Raises ValueError for an unknown depth."""
        shape = as_shape(input_shape)
        if shape.ndims != self.rank + 2:
            raise ValueError(f"Inputs should have rank {self.rank + 2}. Received input shape: {shape}")
        depth = self._depth_of(shape)
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={self._channel_axis: depth})
        self.kernel = self._add_kernel((*self.kernel_size, self.filters, depth))
        self.bias = self._add_bias()
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The layer's output."""
        shape = array.shape(inputs)
        first = 2 if self.data_format == "channels_first" else 1
        batch = shape[0]
        sizes = [shape[first + i] for i in range(self.rank)]
        sizes = [self._enlarged(n, w, s) for n, w, s in zip(sizes, self.kernel_size, self.strides)]
        outputs = self._transposed(inputs, array.stack(arranged(batch, sizes, self.filters, self._op_format)))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        if self.use_bias:
            outputs = bias_add(outputs, self.bias, data_format=op_data_format(self.data_format, 2))
        return outputs if self.activation is None else self.activation(outputs)

    def _enlarged(self, size: Any, window: int, stride: int) -> Any:
        """The output's size for an input's, an int or a tensor."""
        size = size * stride
        return size + max(window - stride, 0) if self.padding == "valid" else size

    def _transposed(self, inputs: Any, output_shape: Any) -> Any:
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's shape."""
        rows = zip(self._spatial(input_shape), self.kernel_size, self.strides)
        sizes = [None if n is None else self._enlarged(n, w, s) for n, w, s in rows]
        return TensorShape(arranged(as_shape(input_shape)[0].value, sizes, self.filters, self._op_format))


@public("layers.Conv2DTranspose")
class Conv2DTranspose(_TransposedConvolution):
    __doc__ = f"Transposed convolution of [batch, height, width, depth].\n{(_TransposedConvolution.__doc__ or '').partition('.')[2]}"
    rank = 2

    def _transposed(self, inputs: Any, output_shape: Any) -> Any:
        # Channels last, as on a CPU.
        first = self.data_format == "channels_first"
        if first:
            inputs = array.transpose(inputs, (0, 2, 3, 1))
            output_shape = array.stack([output_shape[i] for i in (0, 2, 3, 1)])
        else:
            output_shape[0]  # the reference looks whether it is None, which makes a node
        outputs = conv2d_transpose_op(inputs, self.kernel, output_shape, (1, *self.strides, 1), self.padding.upper(), "NHWC")
        return array.transpose(outputs, (0, 3, 1, 2)) if first else outputs


@public("layers.Conv3DTranspose")
class Conv3DTranspose(_TransposedConvolution):
    __doc__ = (
        f"Transposed convolution of [batch, depth, height, width, channels].\n{(_TransposedConvolution.__doc__ or '').partition('.')[2]}"
    )
    rank = 3

    def _depth_of(self, input_shape: Any) -> int:
        depth = input_shape[self._channel_axis].value
        if depth is None:
            raise ValueError(f"The channel dimension of the inputs should be defined, found None: {input_shape}")
        return depth

    def _transposed(self, inputs: Any, output_shape: Any) -> Any:
        strides = arranged(1, self.strides, 1, self._op_format)
        return conv3d_transpose_op(inputs, self.kernel, output_shape, strides, self.padding.upper(), self._op_format)


conv2d_transpose = functional(Conv2DTranspose, "layers.conv2d_transpose")
conv3d_transpose = functional(Conv3DTranspose, "layers.conv3d_transpose")
