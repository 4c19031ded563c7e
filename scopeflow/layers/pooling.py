"""Pooling layers."""

from __future__ import annotations

from typing import Any, ClassVar

from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import array
from ..ops.nn import pooling
from ..ops.nn.window import arranged, output_size
from .arguments import data_format_name, functional, op_data_format, padding_name, window_tuple
from .configuration import described
from .input_spec import InputSpec
from .layer import Layer


class _Pooling(Layer):
    """A window that slides over the spatial dimensions.

    Args:
      pool_size: an int, or one for each spatial dimension.
      strides: likewise.
      padding: "valid" or "same".
      data_format: "channels_last" or "channels_first".
    """

    rank: ClassVar[int]
    #: functions of 2 and 3 spatial dimensions
    pool_2d: ClassVar[Any]
    pool_3d: ClassVar[Any]

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: Any = None,
        **kwargs: Any,
    ):
        if strides is None:
            raise ValueError("Argument `strides` must not be None.")
        super().__init__(name=name, **kwargs)
        self.data_format = data_format_name(data_format)
        self.pool_size = window_tuple(pool_size, self.rank, "pool_size")
        self.strides = window_tuple(strides, self.rank, "strides")
        self.padding = padding_name(padding)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's shape."""
        first = self.data_format == "channels_first"
        sizes = as_shape(input_shape).as_list()
        batch, depth = sizes[0], sizes[1] if first else sizes[-1]
        spatial = sizes[2:] if first else sizes[1:-1]
        pooled = [output_size(n, w, s, 1, self.padding.upper()) for n, w, s in zip(spatial, self.pool_size, self.strides)]
        return TensorShape(arranged(batch, pooled, depth, op_data_format(self.data_format, self.rank)))

    def get_config(self) -> dict[str, Any]:
        return described(self, "pool_size padding strides data_format")


class _Pooling1D(_Pooling):
    rank = 1

    def call(self, inputs: Any) -> Any:
        """The layer's output: pooled as images of width 1."""
        first = self.data_format == "channels_first"
        images = array.expand_dims(inputs, 3 if first else 2)
        if first:
            # As on a CPU, which pools channels last.
            images = array.transpose(images, (0, 2, 3, 1))
        ksize, strides = (1, *self.pool_size, 1, 1), (1, *self.strides, 1, 1)
        pooled = type(self).pool_2d(images, ksize, strides, self.padding.upper(), "NHWC")
        if first:
            pooled = array.transpose(pooled, (0, 3, 1, 2))
        return array.squeeze(pooled, [3 if first else 2])


class _Pooling2D(_Pooling):
    rank = 2

    def call(self, inputs: Any) -> Any:
        """The layer's output."""
        data_format = op_data_format(self.data_format, 2)
        ksize, strides = (arranged(1, window, 1, data_format) for window in (self.pool_size, self.strides))
        return type(self).pool_2d(inputs, ksize, strides, self.padding.upper(), data_format)


class _Pooling3D(_Pooling):
    rank = 3

    def call(self, inputs: Any) -> Any:
        """The layer's output."""
        first = self.data_format == "channels_first"
        if first:
            inputs = array.transpose(inputs, (0, 2, 3, 4, 1))
        pooled = type(self).pool_3d(inputs, (1, *self.pool_size, 1), (1, *self.strides, 1), self.padding.upper())
        return array.transpose(pooled, (0, 4, 1, 2, 3)) if first else pooled


@public("layers.AveragePooling1D")
class AveragePooling1D(_Pooling1D):
    """The average of each window, of [batch, steps, depth]."""

    pool_2d = pooling.avg_pool


@public("layers.MaxPooling1D")
class MaxPooling1D(_Pooling1D):
    """The largest element of each window, of [batch, steps, depth]."""

    pool_2d = pooling.max_pool


@public("layers.AveragePooling2D")
class AveragePooling2D(_Pooling2D):
    """The average of each window, of [batch, height, width, depth]."""

    pool_2d = pooling.avg_pool


@public("layers.MaxPooling2D")
class MaxPooling2D(_Pooling2D):
    """The largest element of each window, of [batch, height, width, depth]."""

    pool_2d = pooling.max_pool


@public("layers.AveragePooling3D")
class AveragePooling3D(_Pooling3D):
    """The average of each window, of [batch, depth, height, width, channels]."""

    pool_3d = pooling.avg_pool3d


@public("layers.MaxPooling3D")
class MaxPooling3D(_Pooling3D):
    """The largest element of each window, of [batch, depth, height, width, channels]."""

    pool_3d = pooling.max_pool3d


average_pooling1d = functional(AveragePooling1D, "layers.average_pooling1d")
average_pooling2d = functional(AveragePooling2D, "layers.average_pooling2d")
average_pooling3d = functional(AveragePooling3D, "layers.average_pooling3d")
max_pooling1d = functional(MaxPooling1D, "layers.max_pooling1d")
max_pooling2d = functional(MaxPooling2D, "layers.max_pooling2d")
max_pooling3d = functional(MaxPooling3D, "layers.max_pooling3d")
