"""LSTMs whose maps are convolutions (Shi et al. 2015, arXiv 1506.04214)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.rnn.cell import RNNCell
from ...layers.rnn.lstm import LSTMStateTuple
from ...ops import array
from ...ops.elementwise import sigmoid, tanh
from ...ops.nn.convolution import conv1d, conv2d, conv3d
from ...scopes import get_variable
from ...variables.initializers import Constant


@public("contrib.rnn.ConvLSTMCell")
class ConvLSTMCell(RNNCell):
    """A convolutional LSTM.

    Args:
      conv_ndims: number of spatial dimensions: 1, 2 or 3.
      input_shape: of the inputs, without batch: sizes and channels.
      output_channels: channels of output and cell.
      kernel_shape: of the convolution: a size for each spatial dimension.
      use_bias: whether the convolution has a bias.
      skip_connection: the outputs have the inputs concatenated.
      forget_bias: added to the forget gate's bias.
      initializers: not used, as in the reference.

    Raises:
      ValueError: `input_shape` does not go with `conv_ndims`.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: Any = "conv_lstm_cell",
    ):
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}.")
        self._conv_ndims = conv_ndims
        self._input_shape = input_shape
        self._output_channels = output_channels
        self._kernel_shape = list(kernel_shape)
        self._use_bias = use_bias
        self._forget_bias = forget_bias
        self._skip_connection = skip_connection
        total = output_channels + (input_shape[-1] if skip_connection else 0)
        self._output_size = TensorShape([*input_shape[:-1], total])
        state = TensorShape([*input_shape[:-1], output_channels])
        self._state_size = LSTMStateTuple(state, state)

    @property
    def output_size(self) -> TensorShape:
        return self._output_size

    @property
    def state_size(self) -> LSTMStateTuple:
        return self._state_size

    def call(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Tensor, LSTMStateTuple]:
        cell, hidden = state
        mapped = _convolved([inputs, hidden], self._kernel_shape, 4 * self._output_channels, self._use_bias)
        i, j, f, o = array.split(value=mapped, num_or_size_splits=4, axis=self._conv_ndims + 1)
        new_cell = sigmoid(f + self._forget_bias) * cell
        new_cell += sigmoid(i) * tanh(j)
        output = tanh(new_cell) * sigmoid(o)
        if self._skip_connection:
            output = array.concat([output, inputs], axis=-1)
        return output, LSTMStateTuple(new_cell, output)


def _convolved(args: list[Any], filter_size: list[int], features: int, bias: bool) -> Tensor:
    """The convolution of `args`, concatenated along their channels, to `features` channels."""
    shapes = [a.shape.as_list() for a in args]
    rank = len(shapes[0])
    for shape in shapes:
        if len(shape) not in (3, 4, 5):
            raise ValueError(f"Conv Linear expects 3D, 4D or 5D arguments: {shapes}")
        if len(shape) != rank:
            raise ValueError(f"Conv Linear expects all args to be of same Dimension: {shapes}")
    convolution = {3: conv1d, 4: conv2d, 5: conv3d}[rank]
    strides = 1 if rank == 3 else rank * [1]
    depth = sum(shape[-1] for shape in shapes)
    dtype = args[0].dtype
    kernel = get_variable("kernel", [*filter_size, depth, features], dtype=dtype)
    out = convolution(array.concat(axis=rank - 1, values=args), kernel, strides, padding="SAME")
    if not bias:
        return out
    return out + get_variable("biases", [features], dtype=dtype, initializer=Constant(0.0, dtype=dtype))


def _of_dimensions(ndims: int) -> type:
    @public(f"contrib.rnn.Conv{ndims}DLSTMCell")
    class Cell(ConvLSTMCell):
        def __init__(self, name: Any = f"conv_{ndims}d_lstm_cell", **kwargs: Any):
            super().__init__(conv_ndims=ndims, name=name, **kwargs)

    Cell.__name__ = Cell.__qualname__ = f"Conv{ndims}DLSTMCell"
    Cell.__doc__ = f"ConvLSTMCell of {ndims} spatial dimension{'s' if ndims > 1 else ''}."
    return Cell


Conv1DLSTMCell, Conv2DLSTMCell, Conv3DLSTMCell = (_of_dimensions(n) for n in (1, 2, 3))
