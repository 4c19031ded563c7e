"""Linear maps whose variables are made beside their use, as the cells of tf.contrib.rnn make them."""

from __future__ import annotations

from typing import Any

from ...graph import nest
from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops.matmul import matmul
from ...ops.nn.linear import bias_add
from ...scopes import get_variable, get_variable_scope, variable_scope
from ...variables.initializers import Constant


def _total_size(args: list[Any]) -> int:
    """The sum of the widths of matrices. Raises ValueError if one is none, or of unknown width."""
    total = 0
    shapes = [a.shape for a in args]
    for shape in shapes:
        if shape.ndims != 2:
            raise ValueError(f"linear is expecting 2D arguments: {shapes}")
        if shape[1].value is None:
            raise ValueError(f"linear expects shape[1] to be provided for shape {shape}, but saw {shape[1]}")
        total += shape[1].value
    return total


def _as_list(args: Any) -> list[Any]:
    if args is None or (nest.is_nested(args) and not args):
        raise ValueError("`args` must be specified")
    return list(args) if nest.is_nested(args) else [args]


def _bias(outer: Any, size: int, dtype: Any, initializer: Any) -> Any:
    with variable_scope(outer) as inner:
        inner.set_partitioner(None)
        return get_variable("bias", [size], dtype=dtype, initializer=Constant(0.0, dtype=dtype) if initializer is None else initializer)


@public("contrib.rnn.python.ops.core_rnn_cell._Linear")
class Linear:
    """sum_i args[i] @ W[i] + b, with variables `kernel` and `bias` of the variable scope it is made in.

    Args:
      args: a matrix [batch, n], or several: their shapes count.
      output_size: the second size of the result.
      build_bias: whether there is a bias.
      bias_initializer: zero if None.
      kernel_initializer: the variable scope's if None.

    Raises:
      ValueError: no matrices, or unknown sizes.
    """

    def __init__(self, args: Any, output_size: int, build_bias: bool, bias_initializer: Any = None, kernel_initializer: Any = None):
        self._build_bias = build_bias
        args = _as_list(args)
        total = _total_size(args)
        dtype = args[0].dtype.base_dtype
        with variable_scope(get_variable_scope()) as outer:
            self._weights = get_variable("kernel", [total, output_size], dtype=dtype, initializer=kernel_initializer)
            if build_bias:
                self._biases = _bias(outer, output_size, dtype, bias_initializer)

    def __call__(self, args: Any) -> Tensor:
        args = _as_list(args)
        if len(args) == 1:
            res = matmul(args[0], self._weights)
        else:
            one = array.constant(1, dtype=int32)
            res = matmul(array.concat(args, one), self._weights)
        return bias_add(res, self._biases) if self._build_bias else res


@public("contrib.rnn.python.ops.core_rnn_cell._linear")
def linear(args: Any, output_size: int, bias: bool, bias_initializer: Any = None, kernel_initializer: Any = None) -> Tensor:
    """sum_i args[i] @ W[i] + b, with variables `kernel` and `bias` of the variable scope. Raises ValueError as `Linear` does."""
    args = _as_list(args)
    total = _total_size(args)
    dtype = args[0].dtype.base_dtype
    with variable_scope(get_variable_scope()) as outer:
        weights = get_variable("kernel", [total, output_size], dtype=dtype, initializer=kernel_initializer)
        res = matmul(args[0] if len(args) == 1 else array.concat(args, 1), weights)
        if not bias:
            return res
        return bias_add(res, _bias(outer, output_size, dtype, bias_initializer))


def known_width(inputs: Tensor) -> int:
    """The second size of a matrix. Raises ValueError if it is unknown."""
    size = inputs.shape.with_rank(2)[1].value
    if size is None:
        raise ValueError("Could not infer input size from inputs.get_shape()[-1]")
    return size
