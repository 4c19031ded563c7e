"""The dataset ops: each makes, when it runs, the source that it stands for."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from tensorboard.compat.proto.attr_value_pb2 import NameAttrList

from ..formats.tfrecord import records
from ..graph import errors
from ..graph.operation import Operation, Tensor
from ..graph.tensor_shape import Dims, TensorShape
from ..op.declare import op
from ..op.resources import handle, held
from ..op.shapes import scalar
from ..ops import readers
from . import buffers, csv_records, grouping, interleaving, sources
from .functions import Bound, PythonSource, Run, evaluated

_ELEMENTS: dict[str, Any] = {"output_types": ("list[dtype]", []), "output_shapes": ("list[shape]", [])}
_numbers = itertools.count()


def dataset_op(op_type: str, signature: str, attrs: dict[str, Any] | None = None, elements: bool = True) -> Any:
    """Declares an op that gives a dataset."""
    every = {**(_ELEMENTS if elements else {}), **(attrs or {})}
    return op(op_type, signature + " -> handle: variant", attrs=every, host=True, stateful=True, shape=scalar)


def attach(node: Operation, name: str, function: Any, label: str) -> None:
    """Gives a node its function, as the attribute `name`."""
    node.attrs["$" + name] = function
    node.attrs[name] = NameAttrList(name=f"__inference_{label}_{next(_numbers)}")


def _bound(node: Operation, name: str, captured: Sequence[Any]) -> Any:
    function = node.attrs.get("$" + name)
    if function is None:
        raise errors.UnimplementedError(
            None, node, f"{node.type} {node.name!r} came with a GraphDef: functions of datasets are not read from those. Build it here."
        )
    return function.bound(captured) if isinstance(function, PythonSource) else Bound(function, captured)


# -- from tensors --------------------------------------------------------------------------
@dataset_op("TensorDataset", "components: *Toutput_types", elements=False, attrs={"output_shapes": ("list[shape]", [])})
def tensor_dataset(components):
    return handle(sources.Tensors(components))


@dataset_op("TensorSliceDataset", "components: *Toutput_types", elements=False, attrs={"output_shapes": ("list[shape]", [])})
def tensor_slice_dataset(components):
    return handle(sources.Slices(components))


@dataset_op("RangeDataset", "start: int64, stop: int64, step: int64")
def range_dataset(start, stop, step):
    return handle(sources.Range(int(start), int(stop), int(step)))


@dataset_op("RandomDataset", "seed: int64, seed2: int64")
def random_dataset(seed, seed2):
    return handle(sources.RandomNumbers(int(seed), int(seed2)))


@dataset_op("TextLineDataset", "filenames: string, compression_type: string, buffer_size: int64", elements=False)
def text_line_dataset(filenames, compression_type, buffer_size):
    kind = compression_type.item().decode()

    def read(path: str) -> Any:
        if kind:
            from ..formats.tfrecord import opened

            data = opened(path, kind).read()
            lines = data.split(b"\n")
            if lines and not lines[-1]:
                lines.pop()
            return iter([line.removesuffix(b"\r") for line in lines])
        return (line for _, line in readers.lines(path))

    return handle(sources.Files(filenames.ravel(), read))


@dataset_op("TFRecordDataset", "filenames: string, compression_type: string, buffer_size: int64", elements=False)
def tf_record_dataset(filenames, compression_type, buffer_size):
    kind = compression_type.item().decode()
    return handle(sources.Files(filenames.ravel(), lambda path: records(path, kind)))


@dataset_op(
    "FixedLengthRecordDatasetV2",
    "filenames: string, header_bytes: int64, record_bytes: int64, footer_bytes: int64, buffer_size: int64, compression_type: string",
    elements=False,
)
def fixed_length_record_dataset_v2(filenames, header_bytes, record_bytes, footer_bytes, buffer_size, compression_type):
    sizes = (int(record_bytes), int(header_bytes), int(footer_bytes), 0, compression_type.item().decode())
    return handle(sources.Files(filenames.ravel(), lambda path: (data for _, data in readers.fixed_length(path, *sizes))))


# -- of one dataset --------------------------------------------------------------------------
@dataset_op("BatchDatasetV2", "input_dataset: variant, batch_size: int64, drop_remainder: bool", {"parallel_copy": ("bool", False)})
def batch_dataset(input_dataset, batch_size, drop_remainder):
    return handle(sources.Batch(held(input_dataset), int(batch_size), bool(drop_remainder)))


@dataset_op(
    "PaddedBatchDatasetV2",
    "input_dataset: variant, batch_size: int64, padded_shapes: N*int64, padding_values: *Toutput_types, drop_remainder: bool",
    {"output_shapes": ("list[shape]", []), "parallel_copy": ("bool", False)},
    elements=False,
)
def padded_batch_dataset(input_dataset, batch_size, padded_shapes, padding_values, drop_remainder):
    return handle(sources.PaddedBatch(held(input_dataset), int(batch_size), bool(drop_remainder), padded_shapes, padding_values))


@dataset_op("SlidingWindowDataset", "input_dataset: variant, window_size: int64, window_shift: int64, window_stride: int64")
def sliding_window_dataset(input_dataset, window_size, window_shift, window_stride):
    return handle(grouping.SlidingWindow(held(input_dataset), int(window_size), int(window_shift), int(window_stride)))


@dataset_op("UnbatchDataset", "input_dataset: variant")
def unbatch_dataset(input_dataset):
    return handle(sources.Unbatch(held(input_dataset)))


@dataset_op("WindowDataset", "input_dataset: variant, size: int64, shift: int64, stride: int64, drop_remainder: bool")
def window_dataset(input_dataset, size, shift, stride, drop_remainder):
    return handle(grouping.Window(held(input_dataset), int(size), int(shift), int(stride), bool(drop_remainder)))


@dataset_op("RepeatDataset", "input_dataset: variant, count: int64")
def repeat_dataset(input_dataset, count):
    return handle(sources.Repeat(held(input_dataset), int(count)))


@dataset_op("TakeDataset", "input_dataset: variant, count: int64")
def take_dataset(input_dataset, count):
    return handle(sources.Take(held(input_dataset), int(count)))


@dataset_op("SkipDataset", "input_dataset: variant, count: int64")
def skip_dataset(input_dataset, count):
    return handle(sources.Skip(held(input_dataset), int(count)))


@dataset_op("ShardDataset", "input_dataset: variant, num_shards: int64, index: int64", {"require_non_empty": ("bool", False)})
def shard_dataset(input_dataset, num_shards, index):
    return handle(sources.Shard(held(input_dataset), int(num_shards), int(index)))


@dataset_op("CacheDataset", "input_dataset: variant, filename: string")
def cache_dataset(input_dataset, filename):
    return handle(buffers.Cache(held(input_dataset), filename.item().decode()))


@dataset_op(
    "PrefetchDataset", "input_dataset: variant, buffer_size: int64", {"slack_period": ("int", 0), "legacy_autotune": ("bool", True)}
)
def prefetch_dataset(input_dataset, buffer_size):
    return handle(buffers.Prefetch(held(input_dataset), int(buffer_size)))


@dataset_op("ShuffleDataset", "input_dataset: variant, buffer_size: int64, seed: int64, seed2: int64")
def shuffle_dataset(input_dataset, buffer_size, seed, seed2, *, reshuffle_each_iteration: bool = True):
    return handle(buffers.Shuffle(held(input_dataset), int(buffer_size), int(seed), int(seed2), reshuffle_each_iteration))


@dataset_op("ShuffleAndRepeatDataset", "input_dataset: variant, buffer_size: int64, seed: int64, seed2: int64, count: int64")
def shuffle_and_repeat_dataset(input_dataset, buffer_size, seed, seed2, count):
    return handle(buffers.ShuffleAndRepeat(held(input_dataset), int(buffer_size), int(seed), int(seed2), int(count)))


@dataset_op("IgnoreErrorsDataset", "input_dataset: variant")
def ignore_errors_dataset(input_dataset):
    return handle(sources.IgnoreErrors(held(input_dataset)))


@dataset_op("UniqueDataset", "input_dataset: variant")
def unique_dataset(input_dataset):
    return handle(sources.Unique(held(input_dataset)))


@dataset_op("OptimizeDataset", "input_dataset: variant, optimizations: string", {"optimization_configs": ("list[str]", [])})
def optimize_dataset(input_dataset, optimizations):
    return handle(buffers.fused(held(input_dataset)))


@dataset_op("ModelDataset", "input_dataset: variant", {"algorithm": ("int", 0), "cpu_budget": ("int", 0)})
def model_dataset(input_dataset):
    return input_dataset


# -- of several --------------------------------------------------------------------------
@dataset_op("ZipDataset", "input_datasets: N*variant")
def zip_dataset(input_datasets):
    return handle(sources.Zip([held(d) for d in input_datasets]))


@dataset_op("ConcatenateDataset", "input_dataset: variant, another_dataset: variant")
def concatenate_dataset(input_dataset, another_dataset):
    return handle(sources.Concatenate([held(input_dataset), held(another_dataset)]))


@dataset_op("DirectedInterleaveDataset", "selector_input_dataset: variant, data_input_datasets: N*variant")
def directed_interleave_dataset(selector_input_dataset, data_input_datasets):
    return handle(interleaving.DirectedInterleave(held(selector_input_dataset), [held(d) for d in data_input_datasets]))


# -- with functions ------------------------------------------------------------------------
_FLAGS = {"use_inter_op_parallelism": ("bool", True), "preserve_cardinality": ("bool", False)}


@dataset_op("MapDataset", "input_dataset: variant, other_arguments: *Targuments", _FLAGS)
def map_dataset(input_dataset, other_arguments, *, context):
    return handle(sources.Map(held(input_dataset), _bound(context.op, "f", other_arguments)))


@dataset_op(
    "ParallelMapDataset",
    "input_dataset: variant, other_arguments: *Targuments, num_parallel_calls: int32",
    {**_FLAGS, "sloppy": ("bool", False)},
)
def parallel_map_dataset(input_dataset, other_arguments, num_parallel_calls, *, context):
    return handle(buffers.ParallelMap(held(input_dataset), _bound(context.op, "f", other_arguments), int(num_parallel_calls)))


@dataset_op("FlatMapDataset", "input_dataset: variant, other_arguments: *Targuments")
def flat_map_dataset(input_dataset, other_arguments, *, context):
    return handle(sources.FlatMap(held(input_dataset), _bound(context.op, "f", other_arguments)))


@dataset_op("InterleaveDataset", "input_dataset: variant, other_arguments: *Targuments, cycle_length: int64, block_length: int64")
def interleave_dataset(input_dataset, other_arguments, cycle_length, block_length, *, context):
    function = _bound(context.op, "f", other_arguments)
    return handle(interleaving.Interleave(held(input_dataset), function, int(cycle_length), int(block_length)))


@dataset_op(
    "ParallelInterleaveDatasetV2",
    "input_dataset: variant, other_arguments: *Targuments, cycle_length: int64, block_length: int64, num_parallel_calls: int64",
    {"sloppy": ("bool", False)},
)
def parallel_interleave_dataset_v2(input_dataset, other_arguments, cycle_length, block_length, num_parallel_calls, *, context):
    function = _bound(context.op, "f", other_arguments)
    return handle(interleaving.Interleave(held(input_dataset), function, int(cycle_length), int(block_length)))


@dataset_op(
    "ParallelInterleaveDataset",
    "input_dataset: variant, other_arguments: *Targuments, cycle_length: int64, block_length: int64, sloppy: bool, "
    "buffer_output_elements: int64, prefetch_input_elements: int64",
)
def parallel_interleave_dataset(
    input_dataset, other_arguments, cycle_length, block_length, sloppy, buffer_output_elements, prefetch_input_elements, *, context
):
    function = _bound(context.op, "f", other_arguments)
    return handle(interleaving.EagerInterleave(held(input_dataset), function, int(cycle_length), int(block_length)))


@dataset_op("FilterDataset", "input_dataset: variant, other_arguments: *Targuments")
def filter_dataset(input_dataset, other_arguments, *, context):
    return handle(sources.Filter(held(input_dataset), _bound(context.op, "predicate", other_arguments)))


@dataset_op("TakeWhileDataset", "input_dataset: variant, other_arguments: *Targuments")
def take_while_dataset(input_dataset, other_arguments, *, context):
    return handle(sources.TakeWhile(held(input_dataset), _bound(context.op, "predicate", other_arguments)))


@dataset_op(
    "MapAndBatchDataset",
    "input_dataset: variant, other_arguments: *Targuments, batch_size: int64, num_parallel_calls: int64, drop_remainder: bool",
    {"preserve_cardinality": ("bool", False)},
)
def map_and_batch_dataset(input_dataset, other_arguments, batch_size, num_parallel_calls, drop_remainder, *, context):
    function = _bound(context.op, "f", other_arguments)
    return handle(buffers.MapAndBatch(held(input_dataset), function, int(batch_size), int(num_parallel_calls), bool(drop_remainder)))


@dataset_op(
    "ScanDataset", "input_dataset: variant, initial_state: *Tstate, other_arguments: *Targuments", {"preserve_cardinality": ("bool", False)}
)
def scan_dataset(input_dataset, initial_state, other_arguments, *, context):
    return handle(sources.Scan(held(input_dataset), initial_state, _bound(context.op, "f", other_arguments)))


@dataset_op(
    "GroupByWindowDataset",
    "input_dataset: variant, key_func_other_arguments: *Tkey_func_other_arguments, "
    "reduce_func_other_arguments: *Treduce_func_other_arguments, window_size_func_other_arguments: *Twindow_size_func_other_arguments",
)
def group_by_window_dataset(
    input_dataset, key_func_other_arguments, reduce_func_other_arguments, window_size_func_other_arguments, *, context
):
    node = context.op
    return handle(
        grouping.GroupByWindow(
            held(input_dataset),
            _bound(node, "key_func", key_func_other_arguments),
            _bound(node, "reduce_func", reduce_func_other_arguments),
            _bound(node, "window_size_func", window_size_func_other_arguments),
        )
    )


@dataset_op(
    "ExperimentalGroupByReducerDataset",
    "input_dataset: variant, key_func_other_arguments: *Tkey_func_other_arguments, "
    "init_func_other_arguments: *Tinit_func_other_arguments, reduce_func_other_arguments: *Treduce_func_other_arguments, "
    "finalize_func_other_arguments: *Tfinalize_func_other_arguments",
)
def group_by_reducer_dataset(
    input_dataset,
    key_func_other_arguments,
    init_func_other_arguments,
    reduce_func_other_arguments,
    finalize_func_other_arguments,
    *,
    context,
):
    node = context.op
    return handle(
        grouping.GroupByReducer(
            held(input_dataset),
            _bound(node, "key_func", key_func_other_arguments),
            _bound(node, "init_func", init_func_other_arguments),
            _bound(node, "reduce_func", reduce_func_other_arguments),
            _bound(node, "finalize_func", finalize_func_other_arguments),
        )
    )


# -- results ---------------------------------------------------------------------------------
def _component_shapes(inputs: Sequence[Tensor], attrs: dict[str, Any]) -> list[Dims]:
    return [TensorShape(s)._dims for s in attrs["output_shapes"]]


@op(
    "ReduceDataset",
    "input_dataset: variant, initial_state: *Tstate, other_arguments: *Targuments -> components: *output_types",
    attrs={"output_shapes": ("list[shape]", []), "use_inter_op_parallelism": ("bool", True)},
    host=True,
    stateful=True,
    blocking=True,
    shape=_component_shapes,
)
def reduce_dataset(input_dataset, initial_state, other_arguments, *, context):
    """A function of the state so far and an element, over all elements."""
    run = Run(context.store)
    function = _bound(context.op, "f", other_arguments)
    state = tuple(initial_state)
    for element in held(input_dataset).iterate(run):
        state = run.call(function, [*state, *element])
    return list(state)


@op(
    "DatasetToSingleElement",
    "dataset: variant -> components: *output_types",
    attrs={"output_shapes": ("list[shape]", [])},
    host=True,
    stateful=True,
    blocking=True,
    shape=_component_shapes,
)
def dataset_to_single_element(dataset, *, context):
    """The only element."""
    elements = held(dataset).iterate(Run(context.store))
    found = next(elements, None)
    if found is None:
        raise errors.InvalidArgumentError(None, None, "Dataset was empty.")
    if next(elements, None) is not None:
        raise errors.InvalidArgumentError(None, None, "Dataset had more than one element.")
    return list(found)


# -- iterators ---------------------------------------------------------------------------------
class IteratorState:
    """An iterator as a session keeps it."""

    def __init__(self) -> None:
        import threading

        self._lock = threading.Lock()
        self._run: Run | None = None
        self._elements: Any = None
        self.handle_name = f"iterator_{next(_numbers)}"

    def start(self, source: sources.Source, store: Any) -> None:
        """From now on the elements of `source`."""
        with self._lock:
            if self._run is not None:
                self._run.stopped.set()
            self._run = Run(store)
            self._elements = source.iterate(self._run)

    def next(self) -> sources.Element:
        """The next element. Raises OutOfRangeError at the end."""
        with self._lock:
            if self._elements is None:
                raise errors.FailedPreconditionError(
                    None,
                    None,
                    "GetNext() failed because the iterator has not been initialized. Ensure that you have run the initializer operation "
                    "for this iterator before getting the next element.",
                )
            try:
                return next(self._elements)
            except StopIteration:
                raise errors.OutOfRangeError(None, None, "End of sequence") from None

    def cancel(self) -> None:
        """Stops what runs ahead: the session closes."""
        if self._run is not None:
            self._run.stopped.set()


def _registered(state: IteratorState, context: Any) -> np.ndarray:
    context.resources.get("iterator_handle", "", state.handle_name, lambda: state)
    return handle(state)


@op(
    "IteratorV2",
    " -> handle: resource",
    attrs={"shared_name": ("str", ""), "container": ("str", ""), **_ELEMENTS},
    host=True,
    stateful=True,
    shape=scalar,
)
def iterator_v2(*, context):
    """An iterator."""
    return _registered(context.own("iterator", IteratorState), context)


@op(
    "OneShotIterator",
    " -> handle: resource",
    attrs={**_ELEMENTS, "container": ("str", ""), "shared_name": ("str", "")},
    host=True,
    stateful=True,
    shape=scalar,
)
def one_shot_iterator(*, context):
    """An iterator that goes through its dataset once."""

    def make() -> IteratorState:
        dataset = _bound(context.op, "dataset_factory", ()).traced
        state = IteratorState()
        state.start(buffers.fused(held(evaluated(dataset, context.store))), context.store)
        return state

    return _registered(context.own("iterator", make), context)


@op("MakeIterator", "dataset: variant, iterator: resource -> ", host=True, stateful=True, shape=lambda inputs, attrs: [])
def make_iterator(dataset, iterator, *, context):
    """Starts an iterator on a dataset."""
    held(iterator).start(held(dataset), context.store)
    return ()


@op(
    "IteratorGetNext",
    "iterator: resource -> components: *output_types",
    attrs={"output_shapes": ("list[shape]", [])},
    host=True,
    stateful=True,
    blocking=True,
    shape=_component_shapes,
)
def iterator_get_next(iterator):
    """The next element."""
    return list(held(iterator).next())


@op("IteratorToStringHandle", "resource_handle: resource -> string_handle: string", host=True, stateful=True, shape=scalar)
def iterator_to_string_handle(resource_handle):
    """A string that stands for an iterator in its session."""
    return sources.boxed(held(resource_handle).handle_name.encode())


@op(
    "IteratorFromStringHandleV2",
    "string_handle: string -> resource_handle: resource",
    attrs=_ELEMENTS,
    host=True,
    stateful=True,
    shape=scalar,
)
def iterator_from_string_handle_v2(string_handle, *, context):
    """The iterator that a string stands for."""
    name = string_handle.item().decode(errors="replace")

    def missing() -> Any:
        raise errors.InvalidArgumentError(None, None, f"string_handle {name!r} stands for no iterator of this session")

    return handle(context.resources.get("iterator_handle", "", name, missing))


@dataset_op(
    "CSVDataset",
    "filenames: string, compression_type: string, buffer_size: int64, header: bool, field_delim: string, use_quote_delim: bool, "
    "na_value: string, select_cols: int64, record_defaults: *output_types",
    {"output_shapes": ("list[shape]", [])},
    elements=False,
)
def csv_dataset(filenames, compression_type, buffer_size, header, field_delim, use_quote_delim, na_value, select_cols, record_defaults):
    options = {
        "field_delim": field_delim.item().decode(),
        "use_quote_delim": bool(use_quote_delim),
        "na_value": na_value.item().decode(),
        "select_cols": select_cols.tolist(),
    }
    kind, first = compression_type.item().decode(), 1 if header else 0
    return handle(csv_records.Csv(filenames.ravel(), kind, first, record_defaults, options))


@op(
    "DatasetToTFRecord",
    "input_dataset: variant, filename: string, compression_type: string -> ",
    host=True,
    stateful=True,
    blocking=True,
    shape=lambda inputs, attrs: [],
)
def dataset_to_tf_record(input_dataset, filename, compression_type, *, context):
    """Writes a dataset of strings to a file."""
    from ..ops.record_files import TFRecordWriter

    with TFRecordWriter(filename.item().decode(), compression_type.item().decode()) as writer:
        for element in held(input_dataset).iterate(Run(context.store)):
            writer.write(element[0].item())
    return ()


# -- elements that may be missing --------------------------------------------------------------
@op(
    "IteratorGetNextAsOptional",
    "iterator: resource -> optional: variant",
    attrs=_ELEMENTS,
    host=True,
    stateful=True,
    blocking=True,
    shape=scalar,
)
def iterator_get_next_as_optional(iterator):
    """The next element; nothing at the end."""
    try:
        return handle(held(iterator).next())
    except errors.OutOfRangeError:
        return handle(None)


@op("OptionalHasValue", "optional: variant -> has_value: bool", host=True, stateful=True, shape=scalar)
def optional_has_value(optional):
    """Whether there is an element."""
    return held(optional) is not None


@op(
    "OptionalGetValue",
    "optional: variant -> components: *output_types",
    attrs={"output_shapes": ("list[shape]", [])},
    host=True,
    stateful=True,
    shape=_component_shapes,
)
def optional_get_value(optional):
    """The element. Raises InvalidArgumentError if there is none."""
    found = held(optional)
    if found is None:
        raise errors.InvalidArgumentError(None, None, "The given optional does not have a value.")
    return list(found)


@op("OptionalFromValue", "components: *Toutput_types -> optional: variant", host=True, shape=scalar)
def optional_from_value(components):
    """An element."""
    return handle(tuple(components))


@op("OptionalNone", " -> optional: variant", host=True, shape=scalar)
def optional_none():
    """No element."""
    return handle(None)
