"""Helpers: what a decoder reads at each step, and how it picks ids: from given sequences, greedily, by sampling, by own functions."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

from ...graph import nest
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import name_scope
from ...graph.dtypes import int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...graph.tensor_shape import TensorShape
from ...layers.rnn.step import transpose_batch_time
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import equal
from ...ops.nn.embedding import embedding_lookup
from ...ops.reduction import argmax, reduce_all
from ...ops.tensor_array import TensorArray
from .sampling import categorical_sample


def unstacked(x: Tensor) -> TensorArray:
    """A TensorArray of the time steps of `x`, which is time-major."""
    return TensorArray(dtype=x.dtype, size=array.shape(x)[0], element_shape=x.shape[1:]).unstack(x)


def lookup(embedding: Any) -> Callable[[Any], Any]:
    """A function of ids: `embedding` itself if it is callable, else looking up in it."""
    return embedding if callable(embedding) else lambda ids: embedding_lookup(embedding, ids)


@public("contrib.seq2seq.Helper")
class Helper(abc.ABC):
    """What gives a decoder its inputs and picks ids of its outputs."""

    @property
    @abc.abstractmethod
    def batch_size(self) -> Any:
        """Number of rows, int32 scalar."""

    @property
    @abc.abstractmethod
    def sample_ids_shape(self) -> Any:
        """The shape of an id, without batch."""

    @property
    @abc.abstractmethod
    def sample_ids_dtype(self) -> Any:
        """The type of ids."""

    @abc.abstractmethod
    def initialize(self, name: Any = None) -> tuple[Any, Any]:
        """(which rows are finished from the start, the first inputs)."""

    @abc.abstractmethod
    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:
        """The ids that are picked, given a step's outputs."""

    @abc.abstractmethod
    def next_inputs(self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: Any = None) -> tuple[Any, Any, Any]:
        """(which rows are finished after this step, the next inputs, the state)."""


class _Ids(Helper):
    """A helper whose ids are int32 scalars."""

    _batch_size: Any

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        return TensorShape([])

    @property
    def sample_ids_dtype(self) -> Any:
        return int32


@public("contrib.seq2seq.CustomHelper")
class CustomHelper(Helper):
    """A helper of functions.

    Args:
      initialize_fn: () -> (finished, first inputs).
      sample_fn: (time, outputs, state) -> ids.
      next_inputs_fn: (time, outputs, state, sample_ids) -> (finished, next inputs, state).
      sample_ids_shape, sample_ids_dtype: of the ids; int32 scalars if None.
    """

    def __init__(
        self,
        initialize_fn: Callable[..., Any],
        sample_fn: Callable[..., Any],
        next_inputs_fn: Callable[..., Any],
        sample_ids_shape: Any = None,
        sample_ids_dtype: Any = None,
    ):
        self._initialize_fn = initialize_fn
        self._sample_fn = sample_fn
        self._next_inputs_fn = next_inputs_fn
        self._batch_size: Any = None
        self._sample_ids_shape = TensorShape(sample_ids_shape or [])
        self._sample_ids_dtype = sample_ids_dtype or int32

    @property
    def batch_size(self) -> Any:
        if self._batch_size is None:
            raise ValueError("batch_size accessed before initialize was called")
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        return self._sample_ids_shape

    @property
    def sample_ids_dtype(self) -> Any:
        return self._sample_ids_dtype

    def initialize(self, name: Any = None) -> tuple[Any, Any]:
        with name_scope(name, f"{type(self).__name__}Initialize"):
            finished, next_inputs = self._initialize_fn()
            if self._batch_size is None:
                self._batch_size = array.size(finished)
        return finished, next_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:
        with name_scope(name, f"{type(self).__name__}Sample", (time, outputs, state)):
            return self._sample_fn(time=time, outputs=outputs, state=state)

    def next_inputs(self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: Any = None) -> tuple[Any, Any, Any]:
        with name_scope(name, f"{type(self).__name__}NextInputs", (time, outputs, sample_ids, state)):
            return self._next_inputs_fn(time=time, outputs=outputs, state=state, sample_ids=sample_ids)


@public("contrib.seq2seq.TrainingHelper")
class TrainingHelper(_Ids):
    """Gives `inputs` step by step, whatever the decoder does.

    Args:
      inputs: [batch, time, ...], or [time, batch, ...] if `time_major`, or a structure of such.
      sequence_length: int [batch].

    Raises:
      ValueError: lengths that are no vector.
    """

    def __init__(self, inputs: Any, sequence_length: Any, time_major: bool = False, name: Any = None):
        with name_scope(name, "TrainingHelper", [inputs, sequence_length]):
            inputs = (
                nest.map_structure(lambda x: convert_to_tensor(x, name="inputs"), inputs)
                if nest.is_nested(inputs)
                else convert_to_tensor(inputs, name="inputs")
            )
            self._inputs = inputs
            if not time_major:
                inputs = nest.map_structure(transpose_batch_time, inputs)
            self._input_tas = nest.map_structure(unstacked, inputs)
            self._sequence_length = convert_to_tensor(sequence_length, name="sequence_length")
            if self._sequence_length.shape.ndims != 1:
                raise ValueError(f"Expected sequence_length to be a vector, but received shape: {self._sequence_length.shape}")
            self._zero_inputs = nest.map_structure(lambda x: array.zeros_like(x[0, :]), inputs)
            self._batch_size = array.size(sequence_length)

    @property
    def inputs(self) -> Any:
        return self._inputs

    @property
    def sequence_length(self) -> Tensor:
        return self._sequence_length

    def initialize(self, name: Any = None) -> tuple[Any, Any]:
        with name_scope(name, "TrainingHelperInitialize"):
            finished = equal(0, self._sequence_length)
            all_finished = reduce_all(finished)
            next_inputs = cond(all_finished, lambda: self._zero_inputs, lambda: nest.map_structure(lambda a: a.read(0), self._input_tas))
            return finished, next_inputs

    def sample(self, time: Any, outputs: Any, name: Any = None, **unused_kwargs: Any) -> Any:
        with name_scope(name, "TrainingHelperSample", [time, outputs]):
            return cast(argmax(outputs, axis=-1), int32)

    def next_inputs(self, time: Any, outputs: Any, state: Any, name: Any = None, **unused_kwargs: Any) -> tuple[Any, Any, Any]:
        with name_scope(name, "TrainingHelperNextInputs", [time, outputs, state]):
            next_time = time + 1
            finished = next_time >= self._sequence_length
            all_finished = reduce_all(finished)
            next_inputs = cond(
                all_finished,
                lambda: self._zero_inputs,
                lambda: nest.map_structure(lambda a: a.read(next_time), self._input_tas),
            )
            return finished, next_inputs, state


@public("contrib.seq2seq.GreedyEmbeddingHelper")
class GreedyEmbeddingHelper(_Ids):
    """Picks the id with the largest output, and gives its embedding next.

    Args:
      embedding: a function of ids, or what `tf.nn.embedding_lookup` takes.
      start_tokens: int32 [batch], the first ids.
      end_token: int32 scalar: a row with this id is finished.

    Raises:
      ValueError: ranks that do not fit.
    """

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any):
        self._embedding_fn = lookup(embedding)
        self._start_tokens = convert_to_tensor(start_tokens, dtype=int32, name="start_tokens")
        self._end_token = convert_to_tensor(end_token, dtype=int32, name="end_token")
        if self._start_tokens.shape.ndims != 1:
            raise ValueError("start_tokens must be a vector")
        self._batch_size = array.size(start_tokens)
        if self._end_token.shape.ndims != 0:
            raise ValueError("end_token must be a scalar")
        self._start_inputs = self._embedding_fn(self._start_tokens)

    def initialize(self, name: Any = None) -> tuple[Any, Any]:
        return array.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:
        _require_tensor(outputs)
        return argmax(outputs, axis=-1, output_type=int32)

    def next_inputs(self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: Any = None) -> tuple[Any, Any, Any]:
        finished = equal(sample_ids, self._end_token)
        all_finished = reduce_all(finished)
        # When all are finished, the next inputs do not matter.
        next_inputs = cond(all_finished, lambda: self._start_inputs, lambda: self._embedding_fn(sample_ids))
        return finished, next_inputs, state


def _require_tensor(outputs: Any) -> None:
    if not isinstance(outputs, Tensor):
        raise TypeError(f"Expected outputs to be a single Tensor, got: {type(outputs)}")


@public("contrib.seq2seq.SampleEmbeddingHelper")
class SampleEmbeddingHelper(GreedyEmbeddingHelper):
    """Draws ids from the distribution of the outputs (logits), and gives the embedding of the id next.

    Args:
      softmax_temperature: divides the logits; none if None.
      seed: of the draws.
      Others: as GreedyEmbeddingHelper's.
    """

    def __init__(self, embedding: Any, start_tokens: Any, end_token: Any, softmax_temperature: Any = None, seed: Any = None):
        super().__init__(embedding, start_tokens, end_token)
        self._softmax_temperature = softmax_temperature
        self._seed = seed

    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:
        _require_tensor(outputs)
        logits = outputs if self._softmax_temperature is None else outputs / self._softmax_temperature
        return categorical_sample(logits=logits, seed=self._seed)


@public("contrib.seq2seq.InferenceHelper")
class InferenceHelper(Helper):
    """A helper of functions for inference: what is sampled is the next input.

    Args:
      sample_fn: outputs -> ids, of `sample_shape` (without batch) and `sample_dtype`.
      start_inputs: the first inputs.
      end_fn: ids -> bool [batch]: which rows are finished.
      next_inputs_fn: ids -> next inputs; the ids themselves if None.
    """

    def __init__(
        self,
        sample_fn: Callable[[Any], Any],
        sample_shape: Any,
        sample_dtype: Any,
        start_inputs: Any,
        end_fn: Callable[[Any], Any],
        next_inputs_fn: Callable[[Any], Any] | None = None,
    ):
        self._sample_fn = sample_fn
        self._end_fn = end_fn
        self._sample_shape = TensorShape(sample_shape)
        self._sample_dtype = sample_dtype
        self._next_inputs_fn = next_inputs_fn
        self._batch_size = array.shape(start_inputs)[0]
        self._start_inputs = convert_to_tensor(start_inputs, name="start_inputs")

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def sample_ids_shape(self) -> TensorShape:
        return self._sample_shape

    @property
    def sample_ids_dtype(self) -> Any:
        return self._sample_dtype

    def initialize(self, name: Any = None) -> tuple[Any, Any]:
        return array.tile([False], [self._batch_size]), self._start_inputs

    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:
        return self._sample_fn(outputs)

    def next_inputs(self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: Any = None) -> tuple[Any, Any, Any]:
        next_inputs = sample_ids if self._next_inputs_fn is None else self._next_inputs_fn(sample_ids)
        return self._end_fn(sample_ids), next_inputs, state
