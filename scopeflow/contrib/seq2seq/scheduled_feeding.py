"""Scheduled sampling: a decoder trained partly on its own outputs (Bengio et al. 2015, arXiv 1506.03099)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ...graph import nest
from ...graph.conversion import convert_to_tensor
from ...graph.default_graph import get_default_graph, name_scope
from ...graph.dtypes import bool_, int32
from ...graph.operation import Tensor
from ...graph.public import public
from ...layers.rnn.step import transpose_batch_time
from ...ops import array
from ...ops.casting import cast
from ...ops.control_flow import cond
from ...ops.elementwise import logical_not, logical_or
from ...ops.reduction import reduce_all, reduce_any
from .feeding import TrainingHelper, lookup, unstacked
from .sampling import bernoulli_sample, categorical_sample


def _probability(value: Any) -> Tensor:
    """`value` as a tensor. Raises ValueError unless it is a scalar or a vector."""
    t = convert_to_tensor(value, name="sampling_probability")
    if t.shape.ndims not in (0, 1):
        raise ValueError(f"sampling_probability must be either a scalar or a vector. saw shape: {t.shape}")
    return t


#: ops whose result has, for each row of an input, one row that depends on no other, and those that do not touch rows
_ROW_BY_ROW = re.compile(
    "Add|AddV2|BiasAdd|Cast|ConcatV2|Const|Div|Elu|Enter|Gather|GatherNd|GatherV2|Greater|GreaterEqual|Identity|Less|LessEqual|LogicalNot|"
    "MatMul|Maximum|Minimum|Mul|Neg|RealDiv|ReadVariableOp|Relu|ResourceGather|ScatterNd|Shape|Sigmoid|StridedSlice|Sub|Switch|Tanh|"
    "TensorArrayReadV3|Where"
)


def _rows(condition: Any) -> Tensor:
    return cast(array.where(condition), int32)


def _mixed(like: Tensor, where_sampled: Tensor, sampled: Any, where_given: Tensor, given: Tensor, start: int) -> Tensor:
    """Rows of `sampled` and of `given` in one tensor shaped as `like`.

    The numbers of those rows are known to a run alone. Where all ops made since `start` work row by row, lists of rows may be filled up
    to all rows with some that do not exist, so that the step can be compiled, and differentiated.
    """
    shape = array.shape(like)
    out = array.scatter_nd(indices=where_sampled, updates=sampled, shape=shape) + array.scatter_nd(
        indices=where_given, updates=given, shape=shape
    )
    made = get_default_graph().get_operations()[start:]
    if all(_ROW_BY_ROW.fullmatch(op.type) for op in made):
        for op in made:
            if op.type == "Where":
                op.attrs["$padded"] = True
    return out


def _made_so_far() -> int:
    return len(get_default_graph().get_operations())


@public("contrib.seq2seq.ScheduledEmbeddingTrainingHelper")
class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """A TrainingHelper that gives, with some probability, the embedding of an id drawn from the outputs.

    Args:
      embedding: a function of ids, or what `tf.nn.embedding_lookup` takes.
      sampling_probability: float scalar or [batch].
      seed: of the draws of ids; `scheduling_seed`: of the draws of which rows take them.
      Others: as TrainingHelper's.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: Any = None,
        scheduling_seed: Any = None,
        name: Any = None,
    ):
        with name_scope(name, "ScheduledEmbeddingSamplingWrapper", [embedding, sampling_probability]):
            self._embedding_fn = lookup(embedding)
            self._sampling_probability = _probability(sampling_probability)
            self._seed = seed
            self._scheduling_seed = scheduling_seed
            super().__init__(inputs=inputs, sequence_length=sequence_length, time_major=time_major, name=name)

    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:  # type: ignore[override]
        with name_scope(name, "ScheduledEmbeddingTrainingHelperSample", [time, outputs, state]):
            # -1 where the given inputs are taken.
            chosen = bernoulli_sample(
                probs=self._sampling_probability, dtype=bool_, sample_shape=self.batch_size, seed=self._scheduling_seed
            )
            drawn = categorical_sample(logits=outputs, seed=self._seed)
            return array.where(chosen, drawn, array.fill([self.batch_size], -1))

    def next_inputs(  # type: ignore[override]
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: Any = None
    ) -> tuple[Any, Any, Any]:
        with name_scope(name, "ScheduledEmbeddingTrainingHelperNextInputs", [time, outputs, state, sample_ids]):
            finished, given, state = super().next_inputs(time=time, outputs=outputs, state=state, sample_ids=sample_ids, name=name)

            def mixed() -> Tensor:
                start = _made_so_far()
                where_sampled, where_given = _rows(sample_ids > -1), _rows(sample_ids <= -1)
                ids = array.gather_nd(sample_ids, where_sampled)
                kept = array.gather_nd(given, where_given)
                return _mixed(given, where_sampled, self._embedding_fn(ids), where_given, kept, start)

            all_finished = reduce_all(finished)
            return finished, cond(all_finished, lambda: given, mixed), state


@public("contrib.seq2seq.ScheduledOutputTrainingHelper")
class ScheduledOutputTrainingHelper(TrainingHelper):
    """A TrainingHelper that gives, with some probability, the outputs of the step before.

    Args:
      sampling_probability: float scalar or [batch].
      seed: of the draws.
      next_inputs_fn: function of the outputs that gives inputs; the outputs themselves if None.
      auxiliary_inputs: concatenated to the inputs, also to those from outputs.
      Others: as TrainingHelper's.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: Any = None,
        next_inputs_fn: Callable[[Any], Any] | None = None,
        auxiliary_inputs: Any = None,
        name: Any = None,
    ):
        with name_scope(name, "ScheduledOutputTrainingHelper", [inputs, auxiliary_inputs, sampling_probability]):
            self._sampling_probability = _probability(sampling_probability)
            self._auxiliary_input_tas = None
            if auxiliary_inputs is not None:
                inputs = convert_to_tensor(inputs, name="inputs")
                auxiliary_inputs = convert_to_tensor(auxiliary_inputs, name="auxiliary_inputs")
                inputs = nest.map_structure(lambda x, y: array.concat((x, y), -1), inputs, auxiliary_inputs)
                if not time_major:
                    auxiliary_inputs = nest.map_structure(transpose_batch_time, auxiliary_inputs)
                self._auxiliary_input_tas = nest.map_structure(unstacked, auxiliary_inputs)
            self._seed = seed
            self._next_inputs_fn = next_inputs_fn
            super().__init__(inputs=inputs, sequence_length=sequence_length, time_major=time_major, name=name)

    def sample(self, time: Any, outputs: Any, state: Any, name: Any = None) -> Any:  # type: ignore[override]
        with name_scope(name, "ScheduledOutputTrainingHelperSample", [time, outputs, state]):
            return bernoulli_sample(probs=self._sampling_probability, sample_shape=self.batch_size, seed=self._seed)

    def next_inputs(  # type: ignore[override]
        self, time: Any, outputs: Any, state: Any, sample_ids: Any, name: Any = None
    ) -> tuple[Any, Any, Any]:
        with name_scope(name, "ScheduledOutputTrainingHelperNextInputs", [time, outputs, state, sample_ids]):
            finished, given, state = super().next_inputs(time=time, outputs=outputs, state=state, sample_ids=sample_ids, name=name)
            sample_ids = cast(sample_ids, bool_)

            def with_auxiliary(values: Any, indices: Any = None) -> Any:
                if self._auxiliary_input_tas is None:
                    return values
                next_time = time + 1
                extra = nest.map_structure(lambda a: a.read(next_time), self._auxiliary_input_tas)
                if indices is not None:
                    extra = array.gather_nd(extra, indices)
                return nest.map_structure(lambda x, y: array.concat((x, y), -1), values, extra)

            def mixed() -> Tensor:
                if self._next_inputs_fn is None:
                    return array.where(sample_ids, with_auxiliary(outputs), given)
                start = _made_so_far()
                where_sampled, where_given = _rows(sample_ids), _rows(logical_not(sample_ids))
                chosen = array.gather_nd(outputs, where_sampled)
                kept = array.gather_nd(given, where_given)
                sampled = with_auxiliary(self._next_inputs_fn(chosen), where_sampled)
                return _mixed(given, where_sampled, sampled, where_given, kept, start)

            all_finished = reduce_all(finished)
            no_samples = logical_not(reduce_any(sample_ids))
            return finished, cond(logical_or(all_finished, no_samples), lambda: given, mixed), state
