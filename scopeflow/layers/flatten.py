"""Flatten: all dimensions but the first as one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..graph.public import public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops import array
from .arguments import data_format_name
from .configuration import described
from .input_spec import InputSpec
from .layer import Layer


@public("layers.Flatten")
class Flatten(Layer):
    """[batch, ...] as [batch, rest]; channels first are moved last before."""

    def __init__(self, data_format: str | None = None, **kwargs: Any):
        super().__init__(**kwargs)
        self.data_format = data_format_name(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        """The layer's output."""
        rank = inputs.shape.ndims
        if self.data_format == "channels_first" and rank is not None and rank > 1:
            inputs = array.transpose(inputs, perm=[0, *range(2, rank), 1])
        batch = inputs.shape[0].value
        outputs = array.reshape(inputs, (batch or array.shape(inputs)[0], -1))
        outputs.set_shape(self.compute_output_shape(inputs.shape))
        return outputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's shape."""
        batch, *rest = as_shape(input_shape).as_list()
        return TensorShape([batch, None if None in rest else int(np.prod(rest))])

    def get_config(self) -> dict[str, Any]:
        return described(self, "data_format")


@public("layers.flatten")
def flatten(inputs: Any, name: Any = None, data_format: str = "channels_last") -> Any:
    """`tf.layers.Flatten`, called on `inputs`."""
    return Flatten(name=name, data_format=data_format).apply(inputs)
