"""Dense: a matrix product with a bias."""

from __future__ import annotations

from typing import Any

from ..graph.composite import SparseTensor
from ..graph.conversion import convert_to_tensor
from ..graph.dtypes import as_dtype, float32
from ..graph.public import TABLE, public
from ..graph.tensor_shape import TensorShape, as_shape
from ..ops.casting import cast
from ..ops.matmul import matmul, tensordot
from ..ops.nn.linear import bias_add
from ..variables.initializers import Zeros
from .arguments import functional
from .configuration import described
from .input_spec import InputSpec
from .keras_functions import activation_for, constraint_for, initializer_for, regularizer_for
from .layer import Layer


@public("layers.Dense")
class Dense(Layer):
    """activation(inputs @ kernel + bias) over the last dimension.

    Args:
      units: size of the output's last dimension.
      activation: function, or name, or None.
      kernel_initializer: Glorot uniform if None.
      kernel_regularizer, bias_regularizer, activity_regularizer: functions that give losses.
      kernel_constraint, bias_constraint: functions that optimizers apply to new values.
      trainable: whether its variables are trained.
    """

    def __init__(
        self,
        units: Any,
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
        self.units = units if isinstance(units, int) else int(units)
        self.activation = activation_for(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializer_for(kernel_initializer)
        self.bias_initializer = initializer_for(bias_initializer)
        self.kernel_regularizer = regularizer_for(kernel_regularizer)
        self.bias_regularizer = regularizer_for(bias_regularizer)
        self.kernel_constraint = constraint_for(kernel_constraint)
        self.bias_constraint = constraint_for(bias_constraint)
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        """Makes `kernel` [last dimension of the inputs, units] and `bias` [units].

        Raises:
          TypeError: the type is not floating.
          ValueError: the inputs' last dimension is not known.
        """
        dtype = as_dtype(self.dtype or float32)
        if not (dtype.is_floating or dtype.is_complex):
            raise TypeError(f"Unable to build `Dense` layer with non-floating point dtype {dtype}")
        depth = as_shape(input_shape)[-1].value
        if depth is None:
            raise ValueError("The last dimension of the inputs to `Dense` should be defined. Found `None`.")
        self.input_spec = InputSpec(min_ndim=2, axes={-1: depth})
        self.kernel = self.add_weight(
            "kernel", [depth, self.units], self.dtype, self.kernel_initializer, self.kernel_regularizer, True, self.kernel_constraint
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias", [self.units], self.dtype, self.bias_initializer, self.bias_regularizer, True, self.bias_constraint
            )
        self.built = True

    def call(self, inputs: Any) -> Any:
        """The layer's output for `inputs`, [..., depth]."""
        rank = inputs.shape.ndims
        if rank is not None and rank > 2:
            outputs = tensordot(inputs, self.kernel, [[rank - 1], [0]])
            outputs.set_shape(inputs.shape.as_list()[:-1] + [self.units])
        elif isinstance(inputs, SparseTensor):
            outputs = TABLE["sparse.sparse_dense_matmul"](inputs, self.kernel)
        else:
            outputs = matmul(cast(convert_to_tensor(inputs), self.dtype), self.kernel)
        if self.use_bias:
            outputs = bias_add(outputs, self.bias)
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The output's shape. Raises ValueError for a rank below 2 or an unknown last dimension."""
        shape = as_shape(input_shape).with_rank_at_least(2)
        if shape[-1].value is None:
            raise ValueError(f"The innermost dimension of input_shape must be defined, but saw: {input_shape}")
        return shape[:-1].concatenate(self.units)

    def get_config(self) -> dict[str, Any]:
        names = "units activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer activity_regularizer"
        return described(self, f"{names} kernel_constraint bias_constraint")


dense = functional(Dense, "layers.dense")
