"""RNNCell: what maps (input, state) to (output, new state), and the zero states it starts from."""

from __future__ import annotations

from typing import Any

from ...graph import nest
from ...graph.constant_value import constant_value
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import as_dtype, int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape, as_shape
from ...ops import array
from ...ops.elementwise import tanh
from ...ops.matmul import matmul
from ...ops.nn.linear import bias_add
from ...scopes import get_variable_scope, variable_scope
from ...variables import PartitionedVariable
from ...variables import initializers as initializers_
from ...variables.listing import trainable_variables
from ..input_spec import InputSpec
from ..keras_functions import activation_for
from ..layer import Layer


# -- shapes ---------------------------------------------------------------------------------------
def _sizes(part: Any) -> tuple[Tensor | None, list[int | None] | None]:
    """(one end of a shape as an int32 vector, or None if it is not known; the sizes as far as they are known)."""
    if isinstance(part, Tensor):
        known = constant_value(part)
        if part.shape.ndims == 0:
            return array.expand_dims(part, 0), [None if known is None else int(known)]
        if part.shape.ndims != 1:
            raise ValueError(f"prefix tensor must be either a scalar or vector, but saw tensor: {part}")
        return part, None if known is None else [int(d) for d in known]
    shape = as_shape(part) if isinstance(part, (TensorShape, list, tuple)) else TensorShape([part])
    sizes = None if shape.ndims is None else shape.as_list()
    return (constant(sizes, dtype=int32) if shape.is_fully_defined() else None), sizes


@public("python.ops.rnn_cell_impl._concat")
def joined_shape(prefix: Any, suffix: Any, static: bool = False) -> Any:
    """The shape `prefix` + `suffix` (sizes, shapes or int32 tensors), as a tensor; with `static` as a list, None if unknown.

    Raises:
      ValueError: it must be a tensor, and a size is not known.
    """
    p, known_prefix = _sizes(prefix)
    s, known_suffix = _sizes(suffix)
    if static:
        shape = TensorShape(known_prefix).concatenate(TensorShape(known_suffix))
        return None if shape.ndims is None else shape.as_list()
    if p is None or s is None:
        raise ValueError(f"Provided a prefix or suffix of None: {prefix} and {suffix}")
    return array.concat((p, s), 0)


@public("python.ops.rnn_cell_impl._zero_state_tensors")
def zero_state_tensors(state_size: Any, batch_size: Any, dtype: Any) -> Any:
    """Zeros [batch_size, *size] for each size in the structure `state_size`."""

    def zeros(size: Any) -> Tensor:
        state = array.zeros(joined_shape(batch_size, size), dtype=dtype)
        state.set_shape(joined_shape(batch_size, size, static=True))
        return state

    return nest.map_structure(zeros, state_size) if nest.is_nested(state_size) and not _is_shape(state_size) else zeros(state_size)


def _is_shape(value: Any) -> bool:
    return isinstance(value, TensorShape)


# -- what cells require -----------------------------------------------------------------------------
@public("python.ops.rnn_cell_impl.assert_like_rnncell")
def assert_like_rnncell(cell_name: str, cell: Any) -> None:
    """Raises TypeError unless `cell` has what RNN functions use of a cell."""
    missing = []
    if not hasattr(cell, "output_size"):
        missing.append("'output_size' property is missing")
    if not hasattr(cell, "state_size"):
        missing.append("'state_size' property is missing")
    if not hasattr(cell, "zero_state") and not hasattr(cell, "get_initial_state"):
        missing.append("either 'zero_state' or 'get_initial_state' method is required")
    if not callable(cell):
        missing.append("is not callable")
    if missing:
        raise TypeError(f"The argument {cell_name!r} ({cell}) is not an RNNCell: {', '.join(missing)}.")


def require_floating(inputs: Any) -> None:
    """Raises ValueError for a type that cells do not compute in: all but float and complex ones."""
    for x in nest.flatten(inputs):
        dtype = getattr(x, "dtype", None)
        if dtype is not None:
            require_floating_type(dtype)


def require_floating_type(dtype: Any) -> None:
    """Raises ValueError for a type that is not floating or complex; None is one not known yet."""
    if dtype is None:
        return
    kind = as_dtype(dtype)
    if not (kind.is_floating or kind.is_complex):
        raise ValueError(f"RNN cell only supports floating point inputs, but saw dtype: {kind.name}")


def require_depth(inputs_shape: Any) -> int:
    """The last size of a static shape. Raises ValueError if it is unknown."""
    depth = as_shape(inputs_shape).as_list()[-1]
    if depth is None:
        raise ValueError(f"Expected inputs.shape[-1] to be known, saw shape: {inputs_shape}")
    return depth


# -- the base classes -----------------------------------------------------------------------------------
@public("nn.rnn_cell.RNNCell", "contrib.rnn.RNNCell")
class RNNCell(Layer):
    """A function from input [batch, ...] and state to output [batch, ...] and new state, with variables.

    Subclasses define `state_size` and `output_size` (ints, TensorShapes or structures of them) and `call(inputs, state)`.
    """

    def __init__(self, trainable: bool = True, name: Any = None, dtype: Any = None, **kwargs: Any):
        super().__init__(trainable, name, dtype, **kwargs)
        # As in the reference, cells say so: functions ask cells that are none of these classes.
        self._is_tf_rnn_cell = True

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        """(output, new state).

        Args:
          inputs: [batch, inputs], or what the cell takes.
          state: as `state_size` says.
          scope: a variable scope, or its name; the one that is open if None.
        """
        if scope is not None:
            with variable_scope(scope, custom_getter=self._rnn_get_variable) as entered:
                return super().__call__(inputs, state, scope=entered)
        entered = self.__dict__.get("rnncell_scope")
        if entered is None:
            entered = self.rnncell_scope = variable_scope(get_variable_scope(), custom_getter=self._rnn_get_variable)
        with entered:
            return super().__call__(inputs, state)

    def _rnn_get_variable(self, getter: Any, *args: Any, **kwargs: Any) -> Any:
        """The getter of variables that `call` makes: they are the cell's."""
        variable = getter(*args, **kwargs)
        first = next(iter(variable)) if isinstance(variable, PartitionedVariable) else variable
        listed = self._trainable_weights if any(first is v for v in trainable_variables()) else self._non_trainable_weights
        if not any(variable is v for v in listed):
            listed.append(variable)
        return variable

    @property
    def state_size(self) -> Any:
        """The sizes of the state: an int, a TensorShape, or a structure of them."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """The sizes of the output: an int, a TensorShape, or a structure of them."""
        raise NotImplementedError("Abstract method")

    def build(self, _: Any) -> None:
        """Nothing: cells of this class make their variables in `call`."""

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """`zero_state`, with batch size and type from `inputs` if given.

        Raises:
          ValueError: they contradict the arguments, or are not given.
        """
        if inputs is not None:
            inputs = convert_to_tensor(inputs, name="inputs")
            if batch_size is not None:
                known = constant_value(batch_size) if isinstance(batch_size, Tensor) else batch_size
                size = inputs.shape[0].value
                if known != size:
                    raise ValueError(
                        "batch size from input tensor is different from the input param. "
                        f"Input tensor batch: {size}, batch_size: {batch_size}"
                    )
            if dtype is not None and inputs.dtype != dtype:
                raise ValueError(
                    f"dtype from input tensor is different from the input param. Input tensor dtype: {inputs.dtype}, dtype: {dtype}"
                )
            batch_size = inputs.shape[0].value or array.shape(inputs)[0]
            dtype = inputs.dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                f"batch_size and dtype cannot be None while constructing initial state: batch_size={batch_size}, dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros [batch_size, size] for each size of `state_size`."""
        with name_scope(type(self).__name__ + "ZeroState", values=[batch_size]):
            return zero_state_tensors(self.state_size, batch_size, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, as JSON could hold them."""
        return super().get_config()


@public("contrib.rnn.LayerRNNCell", "python.ops.rnn_cell_impl.LayerRNNCell")
class LayerRNNCell(RNNCell):
    """An RNNCell whose variables are made in `build`: a layer like others."""

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any) -> Any:
        """(output, new state); `scope` is the variable scope to take, if the cell has none yet."""
        return Layer.__call__(self, inputs, state, *args, scope=scope, **kwargs)


class FloatCell(LayerRNNCell):
    """What the plain cells share: vectors of floats in, `kernel` and `bias` of a linear map of input and output."""

    def __init__(self, reuse: Any, name: Any, dtype: Any, activation: Any, **kwargs: Any):
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        require_floating_type(self.dtype)
        self.input_spec = InputSpec(ndim=2)
        self._activation = activation_for(activation) if activation else tanh

    def _add_linear(
        self, prefix: str, shape: list[int], kernel_initializer: Any = None, bias_initializer: Any = None, **kwargs: Any
    ) -> Any:
        """Makes (kernel, bias) of a linear map; the bias starts at zero unless told otherwise."""
        kernel = self.add_variable(prefix + "kernel", shape=shape, initializer=kernel_initializer, **kwargs)
        if bias_initializer is None:
            bias_initializer = initializers_.Zeros(dtype=self.dtype) if self.dtype else initializers_.Zeros()
        return kernel, self.add_variable(prefix + "bias", shape=shape[1:], initializer=bias_initializer)


def linear(parts: list[Any], kernel: Any, bias: Any) -> Tensor:
    """concat(parts, 1) @ kernel + bias."""
    return bias_add(matmul(array.concat(parts, 1), kernel), bias)


@public("nn.rnn_cell.BasicRNNCell", "contrib.rnn.BasicRNNCell")
class BasicRNNCell(FloatCell):
    """output = state = activation(W [input, state] + b).

    Args:
      num_units: size of output and state.
      activation: function, or its name; tanh if None.
      reuse: share variables that exist, see `tf.variable_scope`.
    """

    def __init__(self, num_units: Any, activation: Any = None, reuse: Any = None, name: Any = None, dtype: Any = None, **kwargs: Any):
        super().__init__(reuse, name, dtype, activation, **kwargs)
        self._num_units = num_units

    @property
    def state_size(self) -> Any:
        return self._num_units

    @property
    def output_size(self) -> Any:
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        depth = require_depth(inputs_shape)
        require_floating_type(self.dtype)
        self._kernel, self._bias = self._add_linear("", [depth + self._num_units, self._num_units])
        self.built = True

    def call(self, inputs: Any, state: Any) -> tuple[Tensor, Tensor]:
        require_floating([inputs, state])
        output = self._activation(linear([inputs, state], self._kernel, self._bias))
        return output, output

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_units": self._num_units, "activation": self._activation.__name__, "reuse": self._reuse}
