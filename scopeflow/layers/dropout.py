"""Dropout."""

from __future__ import annotations

from typing import Any

from ..graph.conversion import convert_to_tensor
from ..graph.operation import Tensor
from ..graph.public import public
from ..ops import array
from ..ops.flow import identity
from ..ops.nn.dropout import dropout as dropped
from .configuration import described
from .layer import Layer
from .learning_phase import learning_phase
from .smart_condition import condition


@public("layers.Dropout")
class Dropout(Layer):
    """Zeroes each element with probability `rate` and scales the others by 1 / (1 - rate), in training only.

    Args:
      noise_shape: the shape of the independent choices, which broadcasts to the inputs'; None in it means the inputs' size.
      seed: of the random op.
    """

    def __init__(self, rate: Any = 0.5, noise_shape: Any = None, seed: int | None = None, name: Any = None, **kwargs: Any):
        super().__init__(name=name, **kwargs)
        self.rate, self.noise_shape, self.seed = rate, noise_shape, seed
        self.supports_masking = True

    def _get_noise_shape(self, inputs: Any) -> Any:
        """`noise_shape` with the sizes of `inputs` where it has None."""
        if self.noise_shape is None or isinstance(self.noise_shape, Tensor):
            return self.noise_shape
        sizes = array.shape(inputs)
        return convert_to_tensor([sizes[i] if d is None else d for i, d in enumerate(self.noise_shape)])

    def call(self, inputs: Any, training: Any = False) -> Any:
        """`inputs`, with dropout if `training`: a bool, a tensor, or None for Keras' learning phase."""
        training = learning_phase() if training is None else training
        return condition(
            training,
            lambda: dropped(inputs, noise_shape=self._get_noise_shape(inputs), seed=self.seed, rate=self.rate),
            lambda: identity(inputs),
        )

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return described(self, "rate noise_shape seed")


@public("layers.dropout")
def dropout(inputs: Any, rate: Any = 0.5, noise_shape: Any = None, seed: int | None = None, training: Any = False, name: Any = None) -> Any:
    """`tf.layers.Dropout`, called on `inputs`."""
    return Dropout(rate, noise_shape=noise_shape, seed=seed, name=name).apply(inputs, training=training)
