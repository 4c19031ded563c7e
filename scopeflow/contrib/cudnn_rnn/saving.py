"""Parameters of cuDNN networks in checkpoints: as the weights of the cells that compute the same, so that these can read them."""

from __future__ import annotations

from typing import Any

from ...graph.operation import Tensor
from ...graph.public import public
from ...ops import array
from ...ops.cudnn_rnn import GATES, cudnn_rnn_canonical_to_params, cudnn_rnn_params_to_canonical, directions, weight_shapes
from ...ops.state import assign
from ...scopes import get_variable_scope
from ...train.saveable import SaveableObject, SaveSpec


class CudnnParamsFormatConverter:
    """Turns the vector of parameters into the weights of a cell for each layer and direction, and back.

    Args:
      num_proj: size of a projection; not supported.
    """

    _rnn_mode = ""

    def __init__(
        self,
        num_layers: int,
        num_units: int,
        input_size: int,
        num_proj: int | None = None,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
    ):
        if num_proj:
            raise NotImplementedError("scopeflow has no projections of cuDNN networks yet")
        self._num_layers, self._num_units, self._input_size = num_layers, num_units, input_size
        self._input_mode, self._direction = input_mode, direction

    def _sizes(self) -> tuple[int, int, int]:
        return self._num_layers, self._num_units, self._input_size

    def opaque_to_tf_canonical(self, opaque_param: Any) -> tuple[list[Tensor], list[Tensor]]:
        """(Kernels, biases) of the cells."""
        n = GATES[self._rnn_mode]
        shapes = weight_shapes(self._rnn_mode, *self._sizes(), self._direction)
        weights, biases = cudnn_rnn_params_to_canonical(
            *self._sizes(),
            opaque_param,
            num_params=len(shapes),
            rnn_mode=self._rnn_mode,
            input_mode=self._input_mode,
            direction=self._direction,
        )
        kernels, offsets = [], []
        for at in range(0, len(shapes), 2 * n):
            kernel, offset = self._of_cell(weights[at : at + 2 * n], biases[at : at + 2 * n])
            kernels += kernel
            offsets += offset
        return kernels, offsets

    def tf_canonical_to_opaque(self, tf_canonicals: Any, weights_proj: Any = None) -> Tensor:
        """The vector of parameters, given the (kernels, biases) of the cells."""
        kernels, offsets = tf_canonicals
        shapes = weight_shapes(self._rnn_mode, *self._sizes(), self._direction)
        cells = len(shapes) // (2 * GATES[self._rnn_mode])
        each = len(kernels) // cells
        weights, biases = [], []
        for i in range(cells):
            depth = shapes[i * 2 * GATES[self._rnn_mode]][1]
            w, b = self._from_cell(kernels[i * each : (i + 1) * each], offsets[i * each : (i + 1) * each], depth)
            weights += w
            biases += b
        weights = [array.reshape(w, [-1]) for w in weights]
        return cudnn_rnn_canonical_to_params(
            *self._sizes(), weights, biases, rnn_mode=self._rnn_mode, input_mode=self._input_mode, direction=self._direction
        )

    def _of_cell(self, weights: list[Tensor], biases: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        raise NotImplementedError

    def _from_cell(self, kernels: list[Tensor], biases: list[Tensor], depth: int) -> tuple[list[Tensor], list[Tensor]]:
        raise NotImplementedError

    def _parts(self, kernel: Tensor, depth: int) -> list[Tensor]:
        """A gate's weights for the input and for the output of the step before."""
        return array.split(kernel, [depth, self._num_units], axis=1)


@public("contrib.cudnn_rnn.CudnnParamsFormatConverterLSTM")
class CudnnParamsFormatConverterLSTM(CudnnParamsFormatConverter):
    """For LSTMs."""

    _rnn_mode = "lstm"

    def _of_cell(self, weights: list[Tensor], biases: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        i, f, c, o = [array.concat([w, r], axis=1) for w, r in zip(weights[:4], weights[4:])]
        kernel = array.transpose(array.concat([i, c, f, o], axis=0))
        i, f, c, o = [w + r for w, r in zip(biases[:4], biases[4:])]
        return [kernel], [array.concat([i, c, f, o], axis=0)]

    def _from_cell(self, kernels: list[Tensor], biases: list[Tensor], depth: int) -> tuple[list[Tensor], list[Tensor]]:
        i, c, f, o = [self._parts(k, depth) for k in array.split(array.transpose(kernels[0]), 4, axis=0)]
        weights = [part[0] for part in (i, f, c, o)] + [part[1] for part in (i, f, c, o)]
        bi, bc, bf, bo = array.split(biases[0], 4, axis=0)
        # Half to the bias of the input, half to the other: their sum is what counts.
        halves = [b * 0.5 for b in (bi, bf, bc, bo)]
        return weights, halves * 2


@public("contrib.cudnn_rnn.CudnnParamsFormatConverterGRU")
class CudnnParamsFormatConverterGRU(CudnnParamsFormatConverter):
    """For GRUs."""

    _rnn_mode = "gru"

    def _of_cell(self, weights: list[Tensor], biases: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        gates = array.concat([array.concat([weights[i], weights[i + 3]], axis=1) for i in (0, 1)], axis=0)
        kernels = [array.transpose(w) for w in (gates, weights[2], weights[5])]
        of_input, of_state = array.concat(biases[:2], axis=0), array.concat(biases[3:5], axis=0)
        return kernels, [of_input + of_state, biases[2], biases[5]]

    def _from_cell(self, kernels: list[Tensor], biases: list[Tensor], depth: int) -> tuple[list[Tensor], list[Tensor]]:
        gates, from_input, from_state = [array.transpose(k) for k in kernels]
        (wr, rr), (wu, ru) = [self._parts(k, depth) for k in array.split(gates, 2, axis=0)]
        of_input, of_state = biases[0] * 0.5, biases[0] * 0.5
        return [wr, wu, from_input, rr, ru, from_state], [
            *array.split(of_input, 2, axis=0),
            biases[1],
            *array.split(of_state, 2, axis=0),
            biases[2],
        ]


class CudnnParamsFormatConverterBasic(CudnnParamsFormatConverterLSTM):
    """For networks without gates."""

    def _of_cell(self, weights: list[Tensor], biases: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        return [array.transpose(array.concat(weights, axis=1))], [biases[0] + biases[1]]

    def _from_cell(self, kernels: list[Tensor], biases: list[Tensor], depth: int) -> tuple[list[Tensor], list[Tensor]]:
        return self._parts(array.transpose(kernels[0]), depth), [biases[0] * 0.5, biases[0] * 0.5]


@public("contrib.cudnn_rnn.CudnnParamsFormatConverterTanh")
class CudnnParamsFormatConverterTanh(CudnnParamsFormatConverterBasic):
    """For networks without gates, of tanh."""

    _rnn_mode = "rnn_tanh"


@public("contrib.cudnn_rnn.CudnnParamsFormatConverterRelu")
class CudnnParamsFormatConverterRelu(CudnnParamsFormatConverterBasic):
    """For networks without gates, of relu."""

    _rnn_mode = "rnn_relu"


class CudnnOpaqueParamsSaveable(SaveableObject):
    """Saves a vector of parameters as the weights of cells.

    Args:
      opaque_params: the variable.
      scope: the variable scope whose names the weights get; the current one if None.
    """

    _converter: type[CudnnParamsFormatConverter] = CudnnParamsFormatConverter
    _cell = ""
    _kernels, _biases = ("kernel",), ("bias",)

    def __init__(
        self,
        opaque_params: Any,
        num_layers: int,
        num_units: int,
        input_size: int,
        input_mode: str = "linear_input",
        direction: str = "unidirectional",
        scope: Any = None,
        name: str = "cudnn_rnn_saveable",
    ):
        self._variable = opaque_params
        scope = get_variable_scope() if scope is None else scope
        self._format_converter = self._converter(num_layers, num_units, input_size, input_mode=input_mode, direction=direction)
        kernels, biases = self._format_converter.opaque_to_tf_canonical(opaque_params)
        prefix = f"{scope.name}/" if scope.name else ""
        cells = [prefix + place + self._cell for place in _places(num_layers, direction)]
        names = [f"{c}/{k}" for c in cells for k in self._kernels] + [f"{c}/{b}" for c in cells for b in self._biases]
        specs = [SaveSpec(t, "", n) for t, n in zip(kernels + biases, names)]
        self._n_kernels = len(kernels)
        super().__init__(array.identity(opaque_params), specs, prefix + name)

    @property
    def format_converter(self) -> CudnnParamsFormatConverter:
        return self._format_converter

    def restore(self, restored_tensors: Any, restored_shapes: Any) -> Any:
        tensors = restored_tensors[: self._n_kernels], restored_tensors[self._n_kernels :]
        return assign(self._variable._ref(), self._format_converter.tf_canonical_to_opaque(tensors), validate_shape=False)


def _places(num_layers: int, direction: str) -> list[str]:
    if directions(direction) == 1:
        return [f"rnn/multi_rnn_cell/cell_{i}/" for i in range(num_layers)]
    return [f"stack_bidirectional_rnn/cell_{i}/bidirectional_rnn/{d}/" for i in range(num_layers) for d in ("fw", "bw")]


@public("contrib.cudnn_rnn.CudnnLSTMSaveable")
class CudnnLSTMSaveable(CudnnOpaqueParamsSaveable):
    """Saves an LSTM's parameters as those of CudnnCompatibleLSTMCells."""

    _converter = CudnnParamsFormatConverterLSTM
    _cell = "cudnn_compatible_lstm_cell"


@public("contrib.cudnn_rnn.CudnnGRUSaveable")
class CudnnGRUSaveable(CudnnOpaqueParamsSaveable):
    """Saves a GRU's parameters as those of CudnnCompatibleGRUCells."""

    _converter = CudnnParamsFormatConverterGRU
    _cell = "cudnn_compatible_gru_cell"
    _kernels = ("gates/kernel", "candidate/input_projection/kernel", "candidate/hidden_projection/kernel")
    _biases = ("gates/bias", "candidate/input_projection/bias", "candidate/hidden_projection/bias")


@public("contrib.cudnn_rnn.CudnnRNNTanhSaveable")
class CudnnRNNTanhSaveable(CudnnLSTMSaveable):
    """Saves the parameters of a network of tanh as those of BasicRNNCells."""

    _converter = CudnnParamsFormatConverterTanh
    _cell = "basic_rnn_cell"


@public("contrib.cudnn_rnn.CudnnRNNReluSaveable")
class CudnnRNNReluSaveable(CudnnLSTMSaveable):
    """Saves the parameters of a network of relu as those of BasicRNNCells."""

    _converter = CudnnParamsFormatConverterRelu
    _cell = "basic_rnn_cell"
