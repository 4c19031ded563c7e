"""Layers that are whole recurrent networks: what cuDNN computes, on any device."""

from __future__ import annotations

from typing import Any

from ...graph import dtypes
from ...graph.conversion import constant, convert_to_tensor
from ...graph.default_graph import get_default_graph, get_seed
from ...graph.graph import GraphKeys
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.input_spec import InputSpec
from ...layers.layer import Layer
from ...ops import array
from ...ops.cudnn_rnn import GATES, cudnn_rnn, cudnn_rnn_canonical_to_params, cudnn_rnn_v3, directions, weight_shapes
from ...scopes import get_variable, variable_scope
from ...variables.initializers import Constant, GlorotUniform
from . import saving

_INPUT_MODES = ("linear_input", "skip_input", "auto_select")


class _CudnnRNN(Layer):
    """A recurrent network of several layers, whose parameters are one variable; checkpoints hold them as weights of cells.

    Args:
      num_layers: number of layers.
      num_units: size of the state of each.
      input_mode: "linear_input"; "auto_select" is the same, unless inputs are as large as states, which is not supported.
      direction: "unidirectional" or "bidirectional".
      dropout: probability to drop an element between layers in training. The draws are not cuDNN's.
      seed: of dropout and of the initial weights.
      dtype: type of everything.
      kernel_initializer: of each weight [units, depth]; Glorot uniform if None.
      bias_initializer: of each bias; zeros if None.
    """

    _rnn_mode = ""
    _saveable_type: type[saving.CudnnOpaqueParamsSaveable]
    _num_states = 1

    def __init__(
        self,
        num_layers: int,
        num_units: int,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
        dropout: float = 0.0,
        seed: int | None = None,
        dtype: Any = dtypes.float32,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: Any = None,
    ):
        super().__init__(dtype=dtype, name=name)
        if direction not in ("unidirectional", "bidirectional"):
            raise ValueError(f"Invalid direction: {direction}, expecting unidirectional or bidirectional")
        if input_mode not in _INPUT_MODES:
            raise ValueError(f"Invalid input_mode: {input_mode}, expect one of ({', '.join(_INPUT_MODES)})")
        dtype = dtypes.as_dtype(dtype)
        if dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
            raise ValueError(f"Only support float16, float32, float64, provided {dtype}")
        self._plain_dtype = dtype
        self._num_layers, self._num_units, self._input_mode, self._direction = num_layers, num_units, input_mode, direction
        self._dropout, self._seed = dropout, seed
        self._kernel_initializer = GlorotUniform(seed=seed, dtype=dtype) if kernel_initializer is None else kernel_initializer
        self._bias_initializer = Constant(0.0, dtype=dtype) if bias_initializer is None else bias_initializer
        self._input_size: int | None = None
        self._saveable: Any = None

    @property
    def num_layers(self) -> int:
        return self._num_layers

    @property
    def num_units(self) -> int:
        return self._num_units

    @property
    def input_mode(self) -> str:
        return self._input_mode

    @property
    def input_size(self) -> int:
        """Size of the inputs. Raises ValueError before the layer is built."""
        if not self._input_size:
            raise ValueError("'input_size' is unknown since layer has not been built.")
        return self._input_size

    @property
    def rnn_mode(self) -> str:
        return self._rnn_mode

    @property
    def direction(self) -> str:
        return self._direction

    @property
    def num_dirs(self) -> int:
        return directions(self._direction)

    @property
    def saveable(self) -> Any:
        """What Savers save of it; None before the layer is built."""
        return self._saveable

    @property
    def canonical_weight_shapes(self) -> list[tuple[int, int]]:
        """Shapes of the weights, in order. Raises RuntimeError before the layer is built."""
        if not self._input_size:
            raise RuntimeError(f"{type(self).__name__}.canonical_weight_shapes invoked before input shape is known")
        return weight_shapes(self._rnn_mode, self._num_layers, self._num_units, self._input_size, self._direction)

    @property
    def canonical_bias_shapes(self) -> list[list[int]]:
        """Shapes of the biases, in order."""
        return [[self._num_units] for _ in range(2 * GATES[self._rnn_mode] * self._num_layers * self.num_dirs)]

    def build(self, input_shape: Any) -> None:
        """Makes the variable of the parameters."""
        shape = TensorShape(input_shape)
        if shape.ndims != 3:
            raise ValueError(f"Expecting input_shape with 3 dims, got {shape.ndims}")
        if shape[-1].value is None:
            raise ValueError("The last dimension of the inputs to `CudnnRNN` should be defined. Found `None`.")
        self._input_size = shape[-1].value
        self.input_spec = InputSpec(ndim=3, axes={-1: self._input_size})
        self._set_scope(None)
        with variable_scope(self._scope, reuse=self.built):
            dtype = self._plain_dtype
            weights = [self._kernel_initializer(s, dtype=dtype) for s in self.canonical_weight_shapes]
            biases = [self._bias_initializer(s, dtype=dtype) for s in self.canonical_bias_shapes]
            start = cudnn_rnn_canonical_to_params(
                self._num_layers,
                self._num_units,
                self._input_size,
                weights,
                biases,
                rnn_mode=self._rnn_mode,
                input_mode=self._input_mode,
                direction=self._direction,
                **self._dropout_attrs(),
            )
            self.kernel = get_variable("opaque_kernel", dtype=dtype, initializer=start, validate_shape=False)
        self._trainable_weights.append(self.kernel)
        if not self._saveable:
            self._saveable = self._saveable_type(
                self.kernel,
                self._num_layers,
                self._num_units,
                self._input_size,
                self._input_mode,
                self._direction,
                scope=self._scope,
                name="opaque_kernel_saveable",
            )
            get_default_graph().add_to_collection(GraphKeys.SAVEABLE_OBJECTS, self._saveable)
            # The reference takes an element here; names of later ops depend on it.
            self.kernel[0]
        self.built = True

    def _dropout_attrs(self) -> dict[str, Any]:
        seed, seed2 = get_seed(self._seed)
        return {"dropout": self._dropout, "seed": seed or 0, "seed2": seed2 or 0}

    def state_shape(self, batch_size: Any) -> tuple[list[Any], ...]:
        """Shapes of the states."""
        return tuple([self._num_layers * self.num_dirs, batch_size, self._num_units] for _ in range(self._num_states))

    def call(
        self, inputs: Any, initial_state: Any = None, sequence_lengths: Any = None, time_major: bool = True, training: bool = True
    ) -> tuple[Tensor, tuple[Tensor, ...]]:
        """(Outputs [time, batch, units, twice for both directions], last states).

        Args:
          inputs: [time, batch, depth]; without `time_major` [batch, time, depth].
          initial_state: tuple of states [layers and directions, batch, units], two for an LSTM; without `time_major` the batch is first.
            Zeros if None.
          sequence_lengths: int32 [batch]; all steps if None. Outputs after a sequence's end are zero.
          training: whether dropout drops.

        Raises:
          TypeError: `initial_state` is no tuple.
        """
        if initial_state is not None and not isinstance(initial_state, tuple):
            raise TypeError(f"Invalid initial_state type: {initial_state}, expecting tuple.")
        dtype = self._plain_dtype
        inputs = convert_to_tensor(inputs, dtype=dtype)
        batch = array.shape(inputs)[1 if time_major else 0]
        if initial_state is None:
            initial_state = tuple(array.zeros(s if time_major else [s[1], s[0], s[2]], dtype=dtype) for s in self.state_shape(batch))
        if self._num_states == 2:
            h, c = initial_state
            h, c = convert_to_tensor(h, dtype=dtype), convert_to_tensor(c, dtype=dtype)
        else:
            (h,) = initial_state
            h, c = convert_to_tensor(h, dtype=dtype), constant([], dtype=dtype)
        attrs = {
            "rnn_mode": self._rnn_mode,
            "input_mode": self._input_mode,
            "direction": self._direction,
            "is_training": training,
            **self._dropout_attrs(),
        }
        if sequence_lengths is None and not time_major:
            batch, steps = array.shape(inputs)[0], array.shape(inputs)[1]
            sequence_lengths = array.fill([batch], steps)
        if sequence_lengths is None:
            outputs, h, c, _ = cudnn_rnn(inputs, h, c, self.kernel, **attrs)
        else:
            outputs, h, c, _, _ = cudnn_rnn_v3(inputs, h, c, self.kernel, sequence_lengths, time_major=time_major, **attrs)
        return outputs, (h, c) if self._num_states == 2 else (h,)


@public("contrib.cudnn_rnn.CudnnLSTM")
class CudnnLSTM(_CudnnRNN):
    """LSTMs, one on the other."""

    _rnn_mode = "lstm"
    _saveable_type = saving.CudnnLSTMSaveable
    _num_states = 2


@public("contrib.cudnn_rnn.CudnnGRU")
class CudnnGRU(_CudnnRNN):
    """GRUs, one on the other."""

    _rnn_mode = "gru"
    _saveable_type = saving.CudnnGRUSaveable


@public("contrib.cudnn_rnn.CudnnRNNTanh")
class CudnnRNNTanh(_CudnnRNN):
    """Layers of tanh without gates, one on the other."""

    _rnn_mode = "rnn_tanh"
    _saveable_type = saving.CudnnRNNTanhSaveable


@public("contrib.cudnn_rnn.CudnnRNNRelu")
class CudnnRNNRelu(_CudnnRNN):
    """Layers of relu without gates, one on the other."""

    _rnn_mode = "rnn_relu"
    _saveable_type = saving.CudnnRNNReluSaveable
